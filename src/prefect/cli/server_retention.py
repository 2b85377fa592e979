"""`prefect server retention`: how long records are kept, and how to say otherwise."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar

from cyclopts import App, Parameter

from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.screen import Screen, show_json
from prefect.settings import get_current_settings

if TYPE_CHECKING:
    from prefect.store.database import Database
    from prefect.store.statements import Transaction

R = TypeVar("R")

app = App(
    name="retention",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""What is older is deleted by the service `retention` of the server.

Examples:
  prefect server retention
  prefect server retention set logs 30d
  prefect server retention set flow-runs forever
  prefect server retention unset logs""",
)

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_PERIOD = re.compile(r"(\d+)\s*([smhdw])")
_SHORTEST = timedelta(minutes=1)

Kind = Annotated[str, Parameter(help="The kind of records: events, logs, flow-runs or artifacts.")]


@app.default
def show(*, output: Output = None) -> None:
    """Show how long records of each kind are kept, and who says so."""
    from prefect.server.services.retention_limits import (
        retention_limits,
    )  # loads the store: not for the help pages
    from prefect.store.retention import read_retention

    limits = retention_limits(get_current_settings(), _perform(read_retention))
    if output:
        show_json(
            [
                {
                    "kind": kind,
                    "seconds": None if limit.period is None else limit.period.total_seconds(),
                    "set_by": limit.origin,
                }
                for kind, limit in limits.items()
            ]
        )
        return
    from rich.table import Table

    table = Table("Records", "Kept for", "Set by", title="Retention")
    for kind, limit in limits.items():
        origin = "`prefect server retention set`" if limit.origin == "set" else limit.origin
        table.add_row(kind, _words(limit.period), origin)
    print(Screen.of(sys.stdout).render(table), end="")


@app.command(name="set", help_epilogue="Example:\n  prefect server retention set logs 30d")
def set_(
    kind: Kind, period: Annotated[str, Parameter(help="How long: 90d, 12h, 6w … or `forever`.")], /
) -> None:
    """Say how long records of a kind are kept from now on."""
    from prefect.store.retention import set_retention

    _check(kind)
    wanted = _read(period)
    _perform(lambda: set_retention(kind, wanted))
    print(f"{kind.capitalize()} are kept for {_words(wanted)}.")


@app.command(help_epilogue="Example:\n  prefect server retention unset logs")
def unset(kind: Kind, /) -> None:
    """Keep records of a kind as long as the settings say."""
    from prefect.store.retention import unset_retention

    _check(kind)
    _perform(lambda: unset_retention(kind))
    print(f"{kind.capitalize()} are kept as long as the settings say.")


def _check(kind: str) -> None:
    from prefect.server.services.retention_limits import KINDS

    if kind not in KINDS:
        raise CommandFailed(
            f"There are no records of the kind {kind!r}. Choose from {', '.join(KINDS)}.",
            exit_code=WRONG_USAGE,
        )


def _read(period: str) -> timedelta | None:
    if period.lower() in {"forever", "ever", "off"}:
        return None
    found = _PERIOD.fullmatch(period.strip().lower())
    length = timedelta(seconds=int(found[1]) * _UNITS[found[2]]) if found else timedelta(0)
    if length < _SHORTEST:
        raise CommandFailed(
            f"{period!r} is no time to keep records for. Give a number with s, m, h, d or w, for example 90d, and at "
            "least a minute; or `forever`.",
            exit_code=WRONG_USAGE,
        )
    return length


def _words(period: timedelta | None) -> str:
    if period is None:
        return "ever"
    seconds = int(period.total_seconds())
    for name, length in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        if seconds % length == 0:
            count = seconds // length
            return f"{count} {name}{'' if count == 1 else 's'}"
    raise AssertionError  # every whole number is divided by one


def _perform(make: Callable[[], Transaction[R]]) -> R:
    """Run a transaction on the database that the settings name."""
    from prefect.server.opening import open_configured_database

    database: Database = open_configured_database(get_current_settings())
    try:
        return database.write(make).result()
    finally:
        database.close()
