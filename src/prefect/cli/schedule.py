"""`prefect schedule`: see when a schedule would be due, before anything is deployed with it."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from cyclopts import App, Parameter
from cyclopts.validators import Number

from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.moments import duration_in, moment_in
from prefect.cli.operations import checked
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.records import show_table
from prefect.cli.schedule_texts import schedule_text
from prefect.cli.screen import show_json

app = App(
    name="schedule",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect schedule preview "0 6 * * MON-FRI" --timezone Europe/Berlin
  prefect schedule preview --interval 90m --count 3""",
)


@app.command(
    help_epilogue="""Examples:
  prefect schedule preview "0 6 * * MON-FRI" --timezone Europe/Berlin
  prefect schedule preview "30 2 * * *" --timezone Europe/Berlin --from 2026-03-28
  prefect schedule preview --rrule "FREQ=MONTHLY;BYDAY=-1FR" --count 12"""
)
def preview(
    cron: Annotated[str | None, Parameter(help="A cron expression.")] = None,
    *,
    interval: Annotated[
        str | None, Parameter(help="In its place: how long from one date to the next, for example `90m`.")
    ] = None,
    rrule: Annotated[str | None, Parameter(help="In its place: a recurrence rule (RFC 5545).")] = None,
    anchor_date: Annotated[str | None, Parameter(help="For an interval: one of the dates.")] = None,
    timezone: Annotated[
        str | None, Parameter(help="The time zone, by its IANA name; by default UTC.")
    ] = None,
    from_: Annotated[
        str | None, Parameter(name="--from", help="From when on; by default from now on.")
    ] = None,
    count: Annotated[
        int, Parameter(alias="-n", validator=Number(gte=1, lte=1000), help="How many dates.")
    ] = 10,
    output: Output = None,
) -> None:
    """Show when a schedule is due, in its time zone and in UTC."""
    from prefect.schemas.schedules import (  # loads pydantic: not for the help pages
        CronSchedule,
        IntervalSchedule,
        RRuleSchedule,
    )

    if [cron, interval, rrule].count(None) != 2:
        raise CommandFailed("Give a cron expression, --interval or --rrule.", exit_code=WRONG_USAGE)
    if anchor_date is not None and interval is None:
        raise CommandFailed("--anchor-date needs --interval.", exit_code=WRONG_USAGE)
    values: dict[str, Any] = {"timezone": timezone} if timezone is not None else {}
    if interval is not None:
        anchor = {"anchor_date": moment_in(anchor_date, timezone)} if anchor_date is not None else {}
        schedule = checked(IntervalSchedule, {"interval": duration_in(interval), **anchor, **values})
    elif cron is not None:
        schedule = checked(CronSchedule, {"cron": cron, **values})
    else:
        schedule = checked(RRuleSchedule, {"rrule": rrule, **values})
    dates = schedule.get_dates(count, start=moment_in(from_, timezone) if from_ is not None else None)
    zone = ZoneInfo(schedule.timezone or "UTC")
    if output:
        show_json([date.astimezone(zone).isoformat() for date in dates])
    elif not dates:
        print(f"{schedule_text(schedule)} is never due.")
    else:
        show_table(
            ("DATE", "UTC", "FROM NOW"),
            [
                (
                    f"{date.astimezone(zone):%a %Y-%m-%d %H:%M:%S %Z}",
                    f"{date.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
                    date,
                )
                for date in dates
            ],
        )
