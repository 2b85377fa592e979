"""`prefect concurrency-limit`: how many task runs with a tag may be running at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from prefect.cli.failures import CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import anything_recorded, perform, plain
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.questions import confirmed
from prefect.cli.screen import show_json, stdout_screen
from prefect.cli.slot_holders import holder_facts, holders_json, limits_table
from prefect.exceptions import ObjectNotFound

if TYPE_CHECKING:
    from prefect.schemas.concurrency_limits import ConcurrencyLimit, SlotHolder

app = App(
    name="concurrency-limit",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect concurrency-limit create database 5
  prefect concurrency-limit inspect database
  prefect concurrency-limit ls""",
)

Tag = Annotated[str, Parameter(help="The tag.")]


@app.command(help_epilogue="Example:\n  prefect concurrency-limit create database 5")
def create(
    tag: Tag,
    concurrency_limit: Annotated[
        int,
        Parameter(validator=Number(gte=0), help="How many task runs with the tag may be running at once."),
    ],
) -> None:
    """Limit the task runs with a tag; a tag that has a limit gets the new one."""
    from prefect.schemas.concurrency_limits import ConcurrencyLimitCreate  # loads pydantic
    from prefect.store.tag_limits import create_concurrency_limit

    perform(create_concurrency_limit, ConcurrencyLimitCreate(tag=tag, concurrency_limit=concurrency_limit))
    print(f"""Created concurrency limit with properties:
    tag - {inert(tag)!r}
    concurrency_limit - {concurrency_limit}""")


@app.command(help_epilogue="Example:\n  prefect concurrency-limit ls --output json | jq -r '.[].tag'")
def ls(
    *,
    limit: Annotated[int, Parameter(validator=Number(gte=1), help="How many to list at most.")] = 15,
    offset: Annotated[int, Parameter(validator=Number(gte=0), help="How many to pass over.")] = 0,
    output: Output = None,
) -> None:
    """List the limits of tags, and which runs hold their slots since when."""
    from prefect.store.tag_limits import read_concurrency_limits

    limits = perform(read_concurrency_limits, limit=limit, offset=offset) if anything_recorded() else []
    if output:
        show_json([plain(each) for each in limits])
    elif not limits:
        print("No tag has a limit yet. `prefect concurrency-limit create TAG NUMBER` makes one.")
    else:
        rows = [
            ([inert(each.tag), f"{each.concurrency_limit:,}", str(each.id)], _holders(each.tag))
            for each in limits
        ]
        stdout_screen().show(limits_table(rows, ("TAG", "LIMIT", "ID")))


@app.command(help_epilogue="Example:\n  prefect concurrency-limit inspect database --output json")
def inspect(tag: Tag, *, output: Output = None) -> None:
    """Show the limit of a tag, and which task runs hold its slots since when."""
    limit = _read(tag)
    holders = _holders(tag)
    if output:
        show_json({**plain(limit), "holders": holders_json(holders)})
        return
    print(f"Tag:    {inert(limit.tag)}")
    print(f"Limit:  {limit.concurrency_limit:,}")
    print(f"ID:     {limit.id}")
    for line in holder_facts(holders):
        print(f"Held:   {line}")


@app.command(help_epilogue="Example:\n  prefect concurrency-limit reset database")
def reset(tag: Tag) -> None:
    """Free all slots of a tag, whoever holds them."""
    from prefect.store.tag_limits import reset_concurrency_limit_by_tag

    _read(tag)
    try:
        perform(reset_concurrency_limit_by_tag, tag)
    except ObjectNotFound as error:
        raise _not_found(tag) from error
    print(f"Reset concurrency limit set on the tag: {inert(tag)}")


@app.command(help_epilogue="Example:\n  prefect concurrency-limit delete database")
def delete(tag: Tag) -> None:
    """Delete the limit of a tag. Asks first when a person is at the terminal."""
    from prefect.store.tag_limits import delete_concurrency_limit_by_tag

    _read(tag)
    if not confirmed(f"Delete the concurrency limit of the tag {inert(tag)!r}?"):
        raise CommandFailed("Nothing was deleted.")
    try:
        perform(delete_concurrency_limit_by_tag, tag)
    except ObjectNotFound as error:
        raise _not_found(tag) from error
    print(f"Deleted concurrency limit set on the tag: {inert(tag)}")


def _read(tag: str) -> ConcurrencyLimit:
    from prefect.store.tag_limits import read_concurrency_limit_by_tag

    if not anything_recorded():
        raise _not_found(tag)
    try:
        return perform(read_concurrency_limit_by_tag, tag)
    except ObjectNotFound as error:
        raise _not_found(tag) from error


def _holders(tag: str) -> list[SlotHolder]:
    from prefect.store.concurrency_limits import read_concurrency_limit_holders
    from prefect.store.tag_limits import PREFIX

    try:
        return perform(read_concurrency_limit_holders, PREFIX + tag)
    except ObjectNotFound:
        return []  # it was deleted just now


def _not_found(tag: str) -> CommandFailed:
    return CommandFailed(
        f"No concurrency limit found for the tag: {tag}\n`prefect concurrency-limit ls` lists those that there are."
    )
