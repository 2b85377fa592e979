"""Lines of logs: which ones are asked for, and how they look."""

from __future__ import annotations

import itertools
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from prefect.cli.durations import local_time
from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.inert import inert
from prefect.cli.screen import Screen

if TYPE_CHECKING:
    from prefect.backend.protocol import Reader
    from prefect.schemas.logs import Log

DEFAULT_NUMBER = 20
"""How many lines `--head` and `--tail` show when no number is given."""

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class LogSelection:
    """Which lines of a log: the newest or the oldest, how many (None: all), and in which order they are shown."""

    newest: bool = False
    number: int | None = None
    newest_first: bool = False

    @classmethod
    def asked_for(cls, *, head: bool, tail: bool, number: int | None, reverse: bool) -> LogSelection:
        """Return what the options of a command ask for.

        Raises:
            CommandFailed: They contradict each other.
        """
        if head and tail:
            raise CommandFailed("Give --head or --tail, not both.", exit_code=WRONG_USAGE)
        if head or tail:
            return cls(newest=tail, number=number or DEFAULT_NUMBER, newest_first=reverse)
        return cls(newest=reverse, number=number, newest_first=reverse)


def read_logs(
    records: Reader,
    selection: LogSelection,
    *,
    flow_run_id: UUID | None = None,
    task_run_id: UUID | None = None,
) -> Iterator[Log]:
    """Yield the lines of a run's log that are asked for, in the order in which they are to be shown."""

    def pages() -> Iterator[Log]:
        for offset in itertools.count(0, _PAGE):
            page = records.list_logs(
                flow_run_id=flow_run_id,
                task_run_id=task_run_id,
                newest_first=selection.newest,
                limit=_PAGE,
                offset=offset,
            )
            yield from page
            if len(page) < _PAGE:
                return

    lines = itertools.islice(pages(), selection.number)
    return lines if selection.newest == selection.newest_first else reversed(list(lines))


def log_line(log: Log, about: str, screen: Screen) -> str:
    """Return a line of a log as text. `about` says which run it is from."""
    level = logging.getLevelName(log.level)
    text = f"{level:<7}"
    if log.level >= logging.ERROR:
        text = screen.paint(text, "red")
    elif log.level >= logging.WARNING:
        text = screen.paint(text, "yellow")
    elif log.level < logging.INFO:
        text = screen.paint(text, "bright_black")
    moment = local_time(log.timestamp, milliseconds=True)
    return f"{moment} | {text} | {inert(about)} - {inert(log.message, lines=True)}"


def show_logs(logs: Iterator[Log], about: Callable[[Log], str], screen: Screen) -> int:
    """Print lines as they come, and return how many there were."""
    number = 0
    for number, log in enumerate(logs, 1):  # noqa: B007 - the count is the answer
        sys.stdout.write(log_line(log, about(log), screen) + "\n")
    return number


class RunNames:
    """What to call the run of a log line; each task run is looked up once."""

    def __init__(self, records: Reader, flow_run_name: str | None = None) -> None:
        self._records = records
        self._flow_run = f"Flow run {flow_run_name!r}" if flow_run_name else "Flow run"
        self._task_runs: dict[UUID, str] = {}

    def __call__(self, log: Log) -> str:
        """Return the name of the run that a line is from."""
        if log.task_run_id is None:
            return self._flow_run
        if log.task_run_id not in self._task_runs:
            run = self._records.read_task_run(log.task_run_id)
            self._task_runs[log.task_run_id] = f"Task run {run.name if run else str(log.task_run_id)!r}"
        return self._task_runs[log.task_run_id]
