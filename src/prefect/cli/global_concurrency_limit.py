"""`prefect global-concurrency-limit`: named limits, and who holds their slots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Parameter
from cyclopts.validators import Number

from prefect.cli.failures import CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import anything_recorded, perform, plain
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.questions import confirmed
from prefect.cli.screen import show_json, stdout_screen
from prefect.cli.slot_holders import holder_facts, holders_json, limits_table
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

if TYPE_CHECKING:
    from prefect.schemas.concurrency_limits import GlobalConcurrencyLimitResponse, SlotHolder

app = App(
    name="global-concurrency-limit",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect global-concurrency-limit create database --limit 5
  prefect global-concurrency-limit create api --limit 10 --slot-decay-per-second 2
  prefect global-concurrency-limit ls""",
)

Name = Annotated[str, Parameter(help="The limit's name.")]
Slots = Annotated[
    int | None, Parameter(alias="-l", validator=Number(gte=0), help="How many slots there are.")
]
ActiveSlots = Annotated[
    int | None,
    Parameter(
        validator=Number(gte=0), help="How many slots are taken now; below what is held, holders lose theirs."
    ),
]
Decay = Annotated[
    float | None,
    Parameter(
        validator=Number(gte=0), help="How many taken slots come back each second: what makes a rate limit."
    ),
]


@app.command(help_epilogue="Example:\n  prefect global-concurrency-limit ls --output json | jq -r '.[].name'")
def ls(*, output: Output = None) -> None:
    """List the limits, and who holds their slots since when."""
    from prefect.store.concurrency_limits import ALL, read_all_concurrency_limits_v2  # loads pydantic

    limits = perform(read_all_concurrency_limits_v2, limit=ALL) if anything_recorded() else []
    if output:
        show_json([plain(limit) for limit in limits])
    elif not limits:
        print(
            "No concurrency limits yet. `prefect global-concurrency-limit create NAME --limit NUMBER` makes one."
        )
    else:
        rows = [(_cells(limit), _holders(limit.name)) for limit in limits]
        stdout_screen().show(limits_table(rows, ("NAME", "TAKEN", "LIMIT", "ACTIVE", "DECAY/S")))


def _cells(limit: GlobalConcurrencyLimitResponse) -> list[str]:
    return [
        inert(limit.name),
        f"{limit.active_slots:,}",
        f"{limit.limit:,}",
        "yes" if limit.active else "no",
        f"{limit.slot_decay_per_second:g}" if limit.slot_decay_per_second else "",
    ]


@app.command(help_epilogue="Example:\n  prefect global-concurrency-limit inspect database --output json")
def inspect(
    name: Name,
    *,
    output: Output = None,
    file_path: Annotated[
        Path | None, Parameter(name=["--file", "-f"], help="Write the JSON document into this file.")
    ] = None,
) -> None:
    """Show a limit, and who holds its slots since when."""
    limit = _read(name)
    holders = _holders(name)
    document: dict[str, Any] = {**plain(limit), "holders": holders_json(holders)}
    if file_path is not None:
        import orjson

        try:
            file_path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
        except OSError as error:
            raise CommandFailed(f"{file_path} cannot be written: {error.strerror}.") from error
        print(f"Wrote {inert(str(file_path))}.")
    elif output:
        show_json(document)
    else:
        print(f"Name:    {inert(limit.name)}")
        print(f"Limit:   {limit.limit:,}, of which {limit.active_slots:,} taken")
        print(f"Active:  {'yes' if limit.active else 'no; nobody has to wait'}")
        if limit.slot_decay_per_second:
            print(f"Decay:   {limit.slot_decay_per_second:g} slots a second")
        print(f"ID:      {limit.id}")
        for line in holder_facts(holders):
            print(f"Held:    {line}")


@app.command(
    help_epilogue="""Examples:
  prefect global-concurrency-limit create database --limit 5
  prefect global-concurrency-limit create api --limit 10 --slot-decay-per-second 2"""
)
def create(
    name: Name,
    *,
    limit: Annotated[int, Parameter(alias="-l", validator=Number(gte=0), help="How many slots there are.")],
    disable: Annotated[bool, Parameter(help="Do not make anybody wait yet.")] = False,
    active_slots: ActiveSlots = 0,
    slot_decay_per_second: Decay = 0.0,
) -> None:
    """Create a limit."""
    from prefect.schemas.concurrency_limits import ConcurrencyLimitV2Create  # loads pydantic
    from prefect.store.concurrency_limits import create_concurrency_limit_v2

    _check_name(name)
    body = ConcurrencyLimitV2Create(
        name=name,
        limit=limit,
        active=not disable,
        active_slots=active_slots or 0,
        slot_decay_per_second=slot_decay_per_second or 0,
    )
    try:
        created = perform(create_concurrency_limit_v2, body)
    except ObjectAlreadyExists as error:
        raise CommandFailed(
            f"Global concurrency limit {name!r} already exists. Please try creating with a different name."
        ) from error
    print(f"Created global concurrency limit with name {inert(name)!r} and ID '{created.id}'.")


@app.command(help_epilogue="Example:\n  prefect global-concurrency-limit update database --limit 8")
def update(
    name: Name,
    *,
    enable: Annotated[bool | None, Parameter(help="Make it hold.")] = None,
    disable: Annotated[bool | None, Parameter(help="Make nobody wait.")] = None,
    limit: Slots = None,
    active_slots: ActiveSlots = None,
    slot_decay_per_second: Decay = None,
) -> None:
    """Change a limit."""
    if enable and disable:
        raise CommandFailed("Cannot enable and disable a global concurrency limit at the same time.")
    active = True if enable else False if disable else None
    changes = {
        "active": active,
        "limit": limit,
        "active_slots": active_slots,
        "slot_decay_per_second": slot_decay_per_second,
    }
    given = {field: value for field, value in changes.items() if value is not None}
    if not given:
        raise CommandFailed("No update arguments provided.")
    _update(name, given)
    print(f"Updated global concurrency limit with name {inert(name)!r}.")


@app.command(help_epilogue="Example:\n  prefect global-concurrency-limit enable database")
def enable(name: Name) -> None:
    """Make a limit hold."""
    _switch(name, on=True)


@app.command(help_epilogue="Example:\n  prefect global-concurrency-limit disable database")
def disable(name: Name) -> None:
    """Make a limit let everybody pass."""
    _switch(name, on=False)


@app.command(help_epilogue="Example:\n  prefect global-concurrency-limit delete database")
def delete(name: Name) -> None:
    """Delete a limit. Asks first when a person is at the terminal."""
    from prefect.store.concurrency_limits import delete_concurrency_limit_v2

    _read(name)
    if not confirmed(f"Delete global concurrency limit {inert(name)!r}?"):
        raise CommandFailed("Nothing was deleted.")
    try:
        perform(delete_concurrency_limit_v2, name)
    except ObjectNotFound as error:
        raise _not_found(name) from error
    print(f"Deleted global concurrency limit with name {inert(name)!r}.")


def _switch(name: str, *, on: bool) -> None:
    if _read(name).active is on:
        state = "enabled" if on else "disabled"
        raise CommandFailed(f"Global concurrency limit with name {name!r} is already {state}.")
    _update(name, {"active": on})
    print(f"{'Enabled' if on else 'Disabled'} global concurrency limit with name {inert(name)!r}.")


def _update(name: str, changes: dict[str, Any]) -> None:
    from prefect.schemas.concurrency_limits import ConcurrencyLimitV2Update  # loads pydantic
    from prefect.store.concurrency_limits import update_concurrency_limit_v2

    _read(name)
    try:
        perform(update_concurrency_limit_v2, name, ConcurrencyLimitV2Update(**changes))
    except ObjectNotFound as error:
        raise _not_found(name) from error


def _read(name: str) -> GlobalConcurrencyLimitResponse:
    from prefect.store.concurrency_limits import read_concurrency_limit_v2

    if not anything_recorded():
        raise _not_found(name)
    try:
        return perform(read_concurrency_limit_v2, name)
    except ObjectNotFound as error:
        raise _not_found(name) from error


def _holders(name: str) -> list[SlotHolder]:
    from prefect.store.concurrency_limits import read_concurrency_limit_holders

    try:
        return perform(read_concurrency_limit_holders, name)
    except ObjectNotFound:
        return []  # it was deleted just now


def _not_found(name: str) -> CommandFailed:
    return CommandFailed(
        f"Global concurrency limit {name!r} not found.\n"
        "`prefect global-concurrency-limit ls` lists those that there are."
    )


def _check_name(name: str) -> None:
    if not name or any(character in name for character in "/%&><"):
        raise CommandFailed(f"A limit cannot be named {name!r}: its name must not hold any of / % & > <.")
