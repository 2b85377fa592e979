"""Records as people read them: a table of several, or the facts of one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from prefect._clock import now
from prefect.cli.durations import duration_text, local_time_with_zone, relative_time
from prefect.cli.inert import inert
from prefect.cli.screen import stdout_screen

if TYPE_CHECKING:
    from rich.text import Text

_ELASTIC = frozenset({"DESCRIPTION", "TAGS", "SCHEDULE", "PARAMETERS", "VALUE", "FLOW", "ACTIONS", "TRIGGER"})
"""Columns that are cut first where the terminal is too narrow."""


def show_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print records, a line for each. Times are told as how long ago they were."""
    from rich.table import Table  # takes its time to load; JSON does without

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=True, overflow="ellipsis" if column in _ELASTIC else "fold")
    moment = now()
    for row in rows:
        table.add_row(*(_cell(value, moment) for value in row))
    stdout_screen().show(table)


def show_facts(facts: Mapping[str, Any]) -> None:
    """Print what is known of a record, a line for each fact; what is None or empty is left out."""
    known = {label: value for label, value in facts.items() if value not in (None, "", [], {})}
    width = max(map(len, known), default=0) + 2
    for label, value in known.items():
        first, *more = _fact(value).split("\n")
        print(f"{label + ':':<{width}}{first}")
        for line in more:
            print(" " * width + line)


def _cell(value: Any, moment: datetime) -> str | Text:
    if isinstance(value, datetime):
        return relative_time(value, moment)
    if value is None or isinstance(value, str):
        return inert(value or "")
    if isinstance(value, bool | int):
        return _said(value)
    return value


def _fact(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{local_time_with_zone(value)} ({relative_time(value, now())})"
    if isinstance(value, timedelta):
        return duration_text(value)
    if isinstance(value, dict | list):
        return inert(json.dumps(value, indent=2, ensure_ascii=False), lines=True)
    return _said(value) if isinstance(value, bool | int) else inert(str(value), lines=True)


def _said(value: int) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}"
