"""`prefect artifact`: list artifacts, look at the versions of one, delete them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from cyclopts import App, Parameter
from cyclopts.validators import Number

from prefect._clock import now
from prefect.cli.durations import local_time_with_zone, relative_time
from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import anything_recorded, perform, plain
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.questions import confirmed
from prefect.cli.screen import show_json, stdout_screen
from prefect.exceptions import ObjectNotFound

if TYPE_CHECKING:
    from prefect.schemas.artifacts import Artifact, ArtifactCollection

app = App(
    name="artifact",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect artifact ls
  prefect artifact inspect daily-report
  prefect artifact delete daily-report""",
)

_PAGE = 200


@app.command(
    help_epilogue="""Examples:
  prefect artifact ls --all --limit 20
  prefect artifact ls --output json | jq -r '.[].key'"""
)
def ls(
    *,
    limit: Annotated[int, Parameter(validator=Number(gte=1), help="How many to list at most.")] = 100,
    all: Annotated[
        bool, Parameter(alias="-a", help="List every version, and artifacts without a key.")
    ] = False,
    output: Output = None,
) -> None:
    """List the latest artifact of each key, the last changed first."""
    found: Sequence[Artifact | ArtifactCollection] = []
    if anything_recorded():
        found = _listed(limit, all=all)
    if output:
        show_json([plain(artifact) for artifact in found])
    elif not found:
        print("No artifacts yet." if all else "No artifacts with a key yet; `--all` lists those without one.")
    else:
        _show_table(found)


@app.command(help_epilogue="Example:\n  prefect artifact inspect daily-report --limit 1 --output json")
def inspect(
    key: Annotated[str, Parameter(help="The key of the artifact.")],
    *,
    limit: Annotated[int, Parameter(validator=Number(gte=1), help="How many versions to show.")] = 10,
    output: Output = None,
) -> None:
    """Show the versions of an artifact, the newest first."""
    versions = _versions(key, limit)
    if not versions:
        raise _not_found(key)
    if output:
        show_json([plain(version) for version in versions])
        return
    moment = now()
    for number, version in enumerate(versions):
        print("\n" * bool(number) + inert(f"{version.key}  {version.type or ''}".rstrip()))
        facts = {
            "ID": version.id,
            "Created": _time(version.created, moment),
            "Updated": _time(version.updated, moment),
            "Flow run": version.flow_run_id,
            "Task run": version.task_run_id,
            "About": version.description,
        }
        for label, fact in facts.items():
            if fact:
                print(f"  {label + ':':<10}{inert(str(fact))}")
        data = version.data if isinstance(version.data, str) else json.dumps(version.data, ensure_ascii=False)
        print("\n".join(f"  {line}" for line in inert(data, lines=True).split("\n")))


@app.command(
    help_epilogue="""Examples:
  prefect artifact delete daily-report
  prefect artifact delete --id 0197a1b2-c3d4-7000-8000-000000000000"""
)
def delete(
    key: Annotated[str | None, Parameter(help="The key: every version is deleted.")] = None,
    *,
    id: Annotated[UUID | None, Parameter(help="The id of one version to delete.")] = None,
) -> None:
    """Delete an artifact. Asks first when a person is at the terminal."""
    if (key is None) == (id is None):
        raise CommandFailed("Name either a key or an `--id` to delete, and not both.", exit_code=WRONG_USAGE)
    versions = _versions(key, None) if key is not None else _one(id)
    if not versions:
        raise _not_found(key) if key is not None else CommandFailed(f"There is no artifact with the id {id}.")
    what = (
        f"{len(versions):,} artifact{'' if len(versions) == 1 else 's'} with the key {inert(key)!r}"
        if key is not None
        else f"the artifact with the id {id}"
    )
    if not confirmed(f"Delete {what}?"):
        raise CommandFailed("Nothing was deleted.")
    from prefect.store.artifacts import delete_artifact

    for version in versions:
        try:
            perform(delete_artifact, version.id)
        except ObjectNotFound:
            continue  # somebody else was quicker; it is gone as it should be
    print(f"Deleted {what}.")


def _listed(limit: int, *, all: bool) -> Sequence[Artifact | ArtifactCollection]:
    from prefect.schemas.artifacts import ArtifactCollectionSort, ArtifactSort  # loads pydantic
    from prefect.store.artifacts import read_artifacts, read_latest_artifacts

    if all:
        return perform(read_artifacts, sort=ArtifactSort.UPDATED_DESC, limit=limit)
    return perform(read_latest_artifacts, sort=ArtifactCollectionSort.UPDATED_DESC, limit=limit)


def _versions(key: str | None, limit: int | None) -> list[Artifact]:
    """Return the versions of a key, the newest first; without a limit, all of them."""
    from prefect.schemas.artifacts import ArtifactFilter, ArtifactFilterKey, ArtifactSort
    from prefect.store.artifacts import read_artifacts

    if key is None or not anything_recorded():
        return []
    wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[key]))
    found: list[Artifact] = []
    while True:
        size = _PAGE if limit is None else min(_PAGE, limit - len(found))
        page = perform(read_artifacts, wanted, sort=ArtifactSort.CREATED_DESC, limit=size, offset=len(found))
        found += page
        if len(page) < size or len(found) == limit:
            return found


def _one(id: UUID | None) -> list[Artifact]:
    from prefect.store.artifacts import read_artifact

    if id is None or not anything_recorded():
        return []
    try:
        return [perform(read_artifact, id)]
    except ObjectNotFound:
        return []


def _not_found(key: str) -> CommandFailed:
    return CommandFailed(
        f"There is no artifact with the key {key!r}. `prefect artifact ls` lists the keys; "
        "one version can be named with `--id`."
    )


def _time(moment: Any, since: Any) -> str:
    return f"{local_time_with_zone(moment)} ({relative_time(moment, since)})" if moment else ""


def _show_table(found: Sequence[Artifact | ArtifactCollection]) -> None:
    from rich.table import Table  # takes its time to load; JSON does without
    from rich.text import Text

    screen, moment = stdout_screen(), now()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("ID", "KEY", "TYPE", "UPDATED", "DESCRIPTION"):
        table.add_column(column, no_wrap=column != "DESCRIPTION")
    for artifact in found:
        table.add_row(
            str(getattr(artifact, "latest_id", artifact.id)),
            inert(artifact.key or ""),
            inert(artifact.type or ""),
            relative_time(artifact.updated, moment) if artifact.updated else "",
            Text(inert(artifact.description or ""), no_wrap=True, overflow="ellipsis"),
        )
    screen.show(table)
