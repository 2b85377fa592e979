"""Schedules: when the runs of a deployment are due. The dates themselves are computed in `prefect.schedules`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, field_validator, model_validator
from typing_extensions import TypeIs

from prefect._clock import now
from prefect.schedules.cron import cron_dates, parse_cron
from prefect.schedules.interval import interval_dates
from prefect.schedules.local_time import check_zone, is_zone
from prefect.schedules.rrule import MAX_RRULE_LENGTH, parse_rrule, rrule_dates, rrule_text
from prefect.schemas._base import Body

if TYPE_CHECKING:
    from dateutil.rrule import rrule, rruleset

__all__ = [
    "DEFAULT_ANCHOR_DATE",
    "MAX_ITERATIONS",
    "MAX_RRULE_LENGTH",
    "SCHEDULE_TYPES",
    "CronSchedule",
    "IntervalSchedule",
    "NoSchedule",
    "RRuleSchedule",
    "construct_schedule",
    "is_schedule_type",
    "is_valid_timezone",
]

MAX_ITERATIONS = 1000
"""How many dates at most are given at once."""

DEFAULT_ANCHOR_DATE = datetime(2020, 1, 1, tzinfo=UTC)
"""From when a rule counts that does not say."""


class _Recurring(Body):
    """What all schedules have."""

    def dates_from(self, start: datetime) -> Iterator[datetime]:
        """Yield the dates from `start` on (which is meant too), in UTC, each once and in order."""
        raise NotImplementedError

    def get_dates(
        self, n: int | None = None, start: datetime | None = None, end: datetime | None = None
    ) -> list[datetime]:
        """Return dates of the schedule, in UTC, at most `MAX_ITERATIONS`.

        Args:
            n: How many at most; by default one, or all until `end` if that is given.
            start: From when on; by default from now on. A date at `start` is meant too, as is one at `end`.
            end: Until when; by default without end.

        Example:
            >>> CronSchedule(cron="0 9 * * *").get_dates(1, start=datetime(2026, 1, 1, tzinfo=UTC))[0].hour
            9
        """
        most = MAX_ITERATIONS if n is None and end is not None else min(1 if n is None else n, MAX_ITERATIONS)
        dates = islice(self.dates_from(_aware(start or now())), most)
        if end is None:
            return list(dates)
        last = _aware(end)
        return list(takewhile(lambda date: date <= last, dates))


class IntervalSchedule(_Recurring):
    """Every so often, counted from `anchor_date`.

    Intervals of whole days are counted by the calendar of the time zone: a run at nine stays at nine when clocks
    change. Shorter ones are counted in elapsed time.

    Attributes:
        interval: How long from one date to the next.
        anchor_date: One of the dates.
        timezone: The time zone, by its IANA name; by default that of the anchor, or UTC.
    """

    interval: timedelta
    anchor_date: datetime = Field(default_factory=now)
    timezone: str | None = Field(default=None, examples=["America/New_York"])

    @field_validator("interval")
    @classmethod
    def _is_positive(cls, interval: timedelta) -> timedelta:
        if interval <= timedelta(0):
            raise ValueError("interval must be positive")
        return interval

    @field_validator("anchor_date")
    @classmethod
    def _is_aware(cls, anchor: datetime) -> datetime:
        return _aware(anchor)

    @model_validator(mode="after")
    def _has_a_zone(self) -> Self:
        if self.timezone is None:
            anchor_zone = self.anchor_date.tzinfo
            # Past pydantic's assignment, which would count the zone among what the caller set.
            vars(self)["timezone"] = anchor_zone.key if isinstance(anchor_zone, ZoneInfo) else "UTC"
        check_zone(self.timezone)
        return self

    def dates_from(self, start: datetime) -> Iterator[datetime]:
        """See the base."""
        return interval_dates(self.interval, self.anchor_date, self.timezone or "UTC", start)


class CronSchedule(_Recurring):
    """By a cron expression, in the local time of a zone.

    Attributes:
        cron: The expression: minute, hour, day of the month, month, day of the week.
        timezone: The time zone, by its IANA name; by default UTC.
        day_or: Where both kinds of days are given, one of them is enough, as in cron; else both must hold.
    """

    cron: str = Field(examples=["0 0 * * *"])
    timezone: str | None = Field(default=None, examples=["America/New_York"])
    day_or: bool = True

    @field_validator("cron")
    @classmethod
    def _is_cron(cls, cron: str) -> str:
        parse_cron(cron)
        return cron

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, timezone: str | None) -> str | None:
        return check_zone(timezone)

    def dates_from(self, start: datetime) -> Iterator[datetime]:
        """See the base."""
        return cron_dates(self.cron, self.timezone or "UTC", start, day_or=self.day_or)


class RRuleSchedule(_Recurring):
    """By a recurrence rule of iCalendar (RFC 5545), in the local time of a zone.

    Attributes:
        rrule: The rule, or several lines of rules, dates and exceptions.
        timezone: The time zone, by its IANA name.
    """

    rrule: str
    timezone: str | None = Field(default="UTC", examples=["America/New_York"])

    @field_validator("rrule")
    @classmethod
    def _is_rule(cls, rule: str) -> str:
        parse_rrule(rule)
        return rule

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, timezone: str | None) -> str | None:
        return check_zone(timezone)

    @classmethod
    def from_rrule(cls, rrule: rrule | rruleset) -> RRuleSchedule:
        """Return the schedule of a rule or a set of rules of `dateutil`."""
        rule, timezone = rrule_text(rrule)
        return cls(rrule=rule, timezone=timezone)

    def to_rrule(self) -> rrule | rruleset:
        """Return the rule, or the set of rules, as `dateutil` has it, in the local time of the zone."""
        return parse_rrule(self.rrule, ZoneInfo(self.timezone or "UTC"))

    def dates_from(self, start: datetime) -> Iterator[datetime]:
        """See the base."""
        return rrule_dates(self.rrule, self.timezone or "UTC", start)


class NoSchedule(_Recurring):
    """Never."""

    def dates_from(self, start: datetime) -> Iterator[datetime]:
        """See the base."""
        return iter(())


SCHEDULE_TYPES: TypeAlias = IntervalSchedule | CronSchedule | RRuleSchedule | NoSchedule


def with_anchor(schedule: SCHEDULE_TYPES) -> SCHEDULE_TYPES:
    """Return a schedule whose rule says from when it counts, so that it means the same wherever it is read."""
    if isinstance(schedule, RRuleSchedule) and "DTSTART" not in schedule.rrule.upper():
        anchored = f"DTSTART:{DEFAULT_ANCHOR_DATE:%Y%m%dT%H%M%S}\n{schedule.rrule}"
        return schedule.model_copy(update={"rrule": anchored})
    return schedule


AnchoredSchedule: TypeAlias = Annotated[SCHEDULE_TYPES, AfterValidator(with_anchor)]
"""A schedule as it is stored."""


def stored_schedule(values: dict[str, Any]) -> SCHEDULE_TYPES:
    """Return the schedule of stored values, whose kind their names tell: trying all kinds takes ten times as long."""
    for name, kind in (("interval", IntervalSchedule), ("cron", CronSchedule), ("rrule", RRuleSchedule)):
        if name in values:
            return kind.model_validate(values)
    return NoSchedule()


def is_valid_timezone(v: str) -> bool:
    """Whether there is a time zone of this IANA name."""
    return is_zone(v)


def is_schedule_type(obj: Any) -> TypeIs[SCHEDULE_TYPES]:
    """Whether this is one of the schedules."""
    return isinstance(obj, IntervalSchedule | CronSchedule | RRuleSchedule | NoSchedule)


def construct_schedule(
    interval: float | timedelta | None = None,
    anchor_date: datetime | str | None = None,
    cron: str | None = None,
    rrule: str | None = None,
    timezone: str | None = None,
) -> SCHEDULE_TYPES:
    """Return the schedule that one of the first words describes.

    Args:
        interval: How long from one date to the next, in seconds or as a timedelta.
        anchor_date: For an interval: one of the dates.
        cron: A cron expression.
        rrule: A recurrence rule.
        timezone: The time zone of any of them.

    Raises:
        ValueError: None or several of `interval`, `cron` and `rrule` are given, or `anchor_date` without `interval`.
    """
    given = [word for word in (interval, cron, rrule) if word is not None]
    if len(given) > 1:
        raise ValueError("Only one of interval, cron, or rrule can be provided.")
    if anchor_date is not None and interval is None:
        raise ValueError("An anchor date can only be provided with an interval schedule")
    if timezone is not None and not given:
        raise ValueError("A timezone can only be provided with interval, cron, or rrule")
    if interval is not None:
        values: dict[str, Any] = {"interval": interval, "timezone": timezone}
        if anchor_date is not None:
            values["anchor_date"] = anchor_date
        return IntervalSchedule.model_validate(values)
    if cron is not None:
        return CronSchedule(cron=cron, timezone=timezone)
    if rrule is not None:
        return RRuleSchedule(rrule=rrule, timezone=timezone)
    raise ValueError("Either interval, cron, or rrule must be provided")


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
