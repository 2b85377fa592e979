"""Schedules as they are written in code: `Cron`, `Interval` and `RRule`.

The modules of this room compute the dates: pure functions, right over changes of the clocks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, get_args

from prefect._clock import now
from prefect.schedules.catch_up import CatchUpChoice
from prefect.schedules.cron import parse_cron
from prefect.schedules.rrule import parse_rrule

__all__ = ["Cron", "Interval", "RRule", "Schedule"]


@dataclass(frozen=True)
class Schedule:
    """When the runs of a deployment are due: by one of `interval`, `cron` and `rrule`, or never.

    Attributes:
        interval: Every so often.
        cron: By a cron expression.
        rrule: By a recurrence rule of iCalendar.
        timezone: The time zone, by its IANA name.
        anchor_date: For an interval: one of the dates.
        day_or: For cron: where both kinds of days are given, one of them is enough.
        active: Runs are made of it.
        parameters: Parameters of its runs, before those of the deployment.
        slug: Its name in the deployment.
        catch_up: Which dates still get a run that have passed, after an outage for example: `all`, the `latest`, or
            `none`. By default those for which there is a run already.
        max_lateness: How many seconds after its time a run may still begin; one that is later is skipped.
        anchor_is_given: Somebody said from when the interval counts.
    """

    interval: timedelta | None = None
    cron: str | None = None
    rrule: str | None = None
    timezone: str | None = None
    anchor_date: datetime = field(default_factory=now)
    day_or: bool = True
    active: bool = True
    parameters: dict[str, Any] = field(default_factory=dict[str, Any])
    slug: str | None = None
    catch_up: CatchUpChoice | None = None
    max_lateness: float | None = None
    anchor_is_given: bool = field(default=True, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        given = [word for word in (self.interval, self.cron, self.rrule) if word is not None]
        if len(given) > 1:
            raise ValueError("Only one of interval, cron, or rrule can be defined for a schedule.")
        if self.catch_up not in {None, *get_args(CatchUpChoice)}:
            raise ValueError(f"catch_up is one of 'all', 'latest' and 'none', not {self.catch_up!r}.")
        if self.max_lateness is not None and self.max_lateness <= 0:
            raise ValueError(f"max_lateness is a number of seconds above 0, not {self.max_lateness!r}.")
        if self.cron is not None:
            parse_cron(self.cron)
        if self.rrule is not None:
            parse_rrule(self.rrule)


def Cron(
    cron: str,
    /,
    timezone: str | None = None,
    day_or: bool = True,
    active: bool = True,
    parameters: dict[str, Any] | None = None,
    slug: str | None = None,
    *,
    catch_up: CatchUpChoice | None = None,
    max_lateness: float | None = None,
) -> Schedule:
    """Return a schedule by a cron expression, in the local time of a zone.

    Args:
        cron: The expression: minute, hour, day of the month, month, day of the week.
        timezone: The time zone, by its IANA name; by default UTC.
        day_or: Where both kinds of days are given, one of them is enough; else both must hold.
        active: Runs are made of it.
        parameters: Parameters of its runs, before those of the deployment.
        slug: Its name in the deployment.
        catch_up: Which dates still get a run that have passed: see `Schedule`.
        max_lateness: How many seconds after its time a run may still begin.

    Raises:
        ValueError: This is no cron expression.

    Example:
        >>> Cron("0 9 * * 1-5", timezone="America/New_York").cron
        '0 9 * * 1-5'
    """
    return Schedule(
        cron=cron,
        timezone=timezone,
        day_or=day_or,
        active=active,
        parameters=parameters or {},
        slug=slug,
        catch_up=catch_up,
        max_lateness=max_lateness,
    )


def Interval(
    interval: timedelta | float,
    /,
    anchor_date: datetime | None = None,
    timezone: str | None = None,
    active: bool = True,
    parameters: dict[str, Any] | None = None,
    slug: str | None = None,
    *,
    catch_up: CatchUpChoice | None = None,
    max_lateness: float | None = None,
) -> Schedule:
    """Return a schedule of every so often.

    Args:
        interval: How long from one date to the next, as a timedelta or in seconds.
        anchor_date: One of the dates; by default now.
        timezone: The time zone by whose calendar whole days are counted.
        active: Runs are made of it.
        parameters: Parameters of its runs, before those of the deployment.
        slug: Its name in the deployment.
        catch_up: Which dates still get a run that have passed: see `Schedule`.
        max_lateness: How many seconds after its time a run may still begin.

    Example:
        >>> Interval(90).interval
        datetime.timedelta(seconds=90)
    """
    schedule = Schedule(
        interval=interval if isinstance(interval, timedelta) else timedelta(seconds=interval),
        anchor_date=anchor_date or now(),
        timezone=timezone,
        active=active,
        parameters=parameters or {},
        slug=slug,
        catch_up=catch_up,
        max_lateness=max_lateness,
    )
    # A deployment that is there already goes on counting from where it did.
    object.__setattr__(schedule, "anchor_is_given", anchor_date is not None)
    return schedule


def RRule(
    rrule: str,
    /,
    timezone: str | None = None,
    active: bool = True,
    parameters: dict[str, Any] | None = None,
    slug: str | None = None,
    *,
    catch_up: CatchUpChoice | None = None,
    max_lateness: float | None = None,
) -> Schedule:
    """Return a schedule by a recurrence rule of iCalendar (RFC 5545), in the local time of a zone.

    Args:
        rrule: The rule, or several lines of rules, dates and exceptions.
        timezone: The time zone, by its IANA name; by default UTC.
        active: Runs are made of it.
        parameters: Parameters of its runs, before those of the deployment.
        slug: Its name in the deployment.
        catch_up: Which dates still get a run that have passed: see `Schedule`.
        max_lateness: How many seconds after its time a run may still begin.

    Raises:
        ValueError: This is no rule.

    Example:
        >>> RRule("FREQ=WEEKLY;BYDAY=MO").rrule
        'FREQ=WEEKLY;BYDAY=MO'
    """
    return Schedule(
        rrule=rrule,
        timezone=timezone,
        active=active,
        parameters=parameters or {},
        slug=slug,
        catch_up=catch_up,
        max_lateness=max_lateness,
    )
