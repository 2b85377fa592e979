"""What becomes of dates of a schedule that have passed, after an outage for example: which of them still get a run."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Literal, TypeAlias

CatchUpChoice: TypeAlias = Literal["all", "latest", "none"]
"""All dates that have passed get a run, or the latest only, or none."""

Dates: TypeAlias = Callable[[datetime], Iterator[datetime]]
"""The dates of a schedule from a moment on, in order."""

_MICROSECOND = timedelta(microseconds=1)
_SHORTEST_LOOK, _LOOKS_LONGER = timedelta(minutes=2), 8


@dataclass(frozen=True, slots=True)
class CatchUp:
    """How a schedule catches up.

    Attributes:
        choice: What is made up for. None: runs that were made ahead of time and have not begun are started, however
            many; dates without a run get none.
        max_lateness: How many seconds after its date a run may still begin; None for as late as need be.
        margin: How many seconds late a run is that counts as in time: what `none` allows if `max_lateness` does not
            say anything else.
    """

    choice: CatchUpChoice | None = None
    max_lateness: float | None = None
    margin: float = 15.0

    @property
    def skips(self) -> bool:
        """Whether there can be dates that get no run."""
        return self.choice in {"latest", "none"} or self.max_lateness is not None

    def earliest(self, dates: Dates, since: datetime, moment: datetime) -> datetime:
        """Return the earliest date that still gets a run, of those that have passed since a time.

        Args:
            dates: The dates of the schedule.
            since: From when on.
            moment: What the time is.
        """
        in_time = self._in_time(moment)
        earliest = since if in_time is None else max(since, in_time)
        if self.choice != "latest" or earliest > moment:
            return earliest
        return latest_date(dates, earliest, moment) or earliest

    def refusal(self, dates: Dates, date: datetime, moment: datetime) -> str | None:
        """Return why the run of a date may not begin any more, or None if it may.

        Args:
            dates: The dates of the schedule.
            date: When the run was due.
            moment: What the time is.
        """
        in_time = self._in_time(moment)
        if in_time is not None and date < in_time:
            seconds = (moment - in_time).total_seconds()
            return (
                f"Its time was {_clock(date)}. Its schedule lets runs begin at most {seconds:g} s after their "
                f"time{'' if self.max_lateness is not None else ', since it does not catch up'}."
            )
        if self.choice != "latest":
            return None
        later = next(dates(date + _MICROSECOND), None)
        if later is None or later > moment:
            return None
        return (
            f"Its time was {_clock(date)}. A later run of its schedule is due as well, since {_clock(later)}, "
            "and the schedule catches up with the latest only."
        )

    def _in_time(self, moment: datetime) -> datetime | None:
        seconds = self.max_lateness
        if seconds is None and self.choice == "none":
            seconds = self.margin
        return None if seconds is None else moment - timedelta(seconds=seconds)


def latest_date(dates: Dates, since: datetime, until: datetime) -> datetime | None:
    """Return the latest date of a schedule between two moments, both of which are meant too; None if there is none."""
    look = _SHORTEST_LOOK
    while True:
        start = max(since, until - look)
        latest = deque(takewhile(lambda date: date <= until, dates(start)), maxlen=1)
        if latest or start == since:
            return latest[0] if latest else None
        look *= _LOOKS_LONGER


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
