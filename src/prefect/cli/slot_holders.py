"""Who holds slots of a concurrency limit, and since when, as commands show it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from prefect._clock import now
from prefect.cli.durations import local_time_with_zone, relative_time
from prefect.cli.inert import inert
from prefect.cli.operations import plain
from prefect.cli.recorded import open_records

if TYPE_CHECKING:
    from rich.table import Table

    from prefect.backend.protocol import Reader
    from prefect.schemas.concurrency_limits import ConcurrencyLeaseHolder, SlotHolder

Holders = Sequence["SlotHolder"]


def limits_table(rows: Sequence[tuple[Sequence[str], Holders]], columns: Sequence[str]) -> Table:
    """Return a table of limits; each line tells one holder of their slots, and since when."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in (*columns, "HELD BY", "SINCE"):
        table.add_column(column, no_wrap=column != "HELD BY")
    moment = now()
    for cells, holders in rows:
        lines = _holder_lines(holders, moment) or [("", "")]
        for number, line in enumerate(lines):
            table.add_row(*(cells if number == 0 else [""] * len(cells)), *line)
    return table


def _holder_lines(holders: Holders, moment: datetime) -> list[tuple[str, str]]:
    records = open_records()
    return [(who_holds(holder, records), relative_time(holder.since, moment)) for holder in holders]


def holder_facts(holders: Holders) -> list[str]:
    """Return a line for each holder with all that is known of it."""
    records, moment = open_records(), now()
    lines: list[str] = []
    for holder in holders:
        slots = f"{holder.slots} slot{'' if holder.slots == 1 else 's'}"
        since = f"since {local_time_with_zone(holder.since)} ({relative_time(holder.since, moment)})"
        lines.append(f"{slots}  {who_holds(holder, records)}  {since}")
    return lines


def who_holds(holder: SlotHolder, records: Reader | None) -> str:
    """Return who holds slots, in words: the run by its name, and the process."""
    parts: list[str] = []
    if holder.holder is not None:
        parts.append(_run_name(holder.holder, records))
    if holder.pid is not None:
        machine = (holder.machine or "").partition(" ")[0]
        parts.append(f"process {holder.pid} on {machine}" if machine else f"process {holder.pid}")
    return inert(", ".join(parts)) or "somebody who did not say"


def _run_name(holder: ConcurrencyLeaseHolder, records: Reader | None) -> str:
    run = None
    if records is not None and holder.type == "task_run":
        run = records.read_task_run(holder.id)
    elif records is not None and holder.type == "flow_run":
        run = records.read_flow_run(holder.id)
    kind = holder.type.replace("_", " ")
    return f"{kind} {run.name!r}" if run is not None else f"{kind} {holder.id}"


def holders_json(holders: Holders) -> list[dict[str, Any]]:
    """Return holders for JSON."""
    return [plain(holder) for holder in holders]
