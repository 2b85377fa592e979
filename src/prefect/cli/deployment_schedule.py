"""`prefect deployment schedule`: when a deployment is to be run."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from cyclopts import App, Parameter
from cyclopts.validators import Number

from prefect.cli.deployment_search import Name, all_deployments, find_deployment
from prefect.cli.durations import duration_text, local_time_with_zone
from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.inert import inert
from prefect.cli.moments import duration_in, moment_in
from prefect.cli.operations import checked, found, plain
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.questions import confirmed
from prefect.cli.records import show_table
from prefect.cli.schedule_texts import schedule_text
from prefect.cli.screen import show_json

if TYPE_CHECKING:
    from prefect.schemas.deployments import DeploymentResponse, DeploymentSchedule

app = App(
    name="schedule",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect deployment schedule create etl/nightly --cron "0 6 * * *" --timezone Europe/Berlin
  prefect deployment schedule ls etl/nightly
  prefect deployment schedule pause --all""",
)

ScheduleId = Annotated[UUID, Parameter(help="The schedule's id; `ls` shows it.")]
MaybeName = Annotated[str | None, Parameter(help="The deployment, as FLOW/DEPLOYMENT; or its id.")]
MaybeScheduleId = Annotated[UUID | None, Parameter(help="The schedule's id; `ls` shows it.")]
All = Annotated[bool, Parameter(name="--all", negative=(), help="Every schedule of every deployment.")]
Yes = Annotated[bool, Parameter(name=["--accept-yes", "-y"], negative=(), help="Do not ask.")]


@app.command(
    help_epilogue="""Examples:
  prefect deployment schedule create etl/nightly --cron "0 6 * * *" --timezone Europe/Berlin
  prefect deployment schedule create etl/nightly --interval 3600 --anchor-date 2026-01-01T00:30
  prefect deployment schedule create etl/nightly --cron "*/10 * * * *" --catch-up latest --max-lateness 1h
  prefect deployment schedule create etl/nightly --rrule "FREQ=WEEKLY;BYDAY=MO" --replace"""
)
def create(
    name: Name,
    *,
    interval: Annotated[
        float | None, Parameter(validator=Number(gt=0), help="Seconds from one run to the next.")
    ] = None,
    interval_anchor: Annotated[
        str | None, Parameter(name="--anchor-date", help="For an interval: when one of the runs is due.")
    ] = None,
    rrule_string: Annotated[
        str | None, Parameter(name="--rrule", help="A recurrence rule (RFC 5545).")
    ] = None,
    cron_string: Annotated[str | None, Parameter(name="--cron", help="A cron expression.")] = None,
    cron_day_or: Annotated[
        bool,
        Parameter(
            name=["--day-or", "--day_or"],
            help="For cron with both kinds of days: one of them is enough, as in cron; else both must hold.",
        ),
    ] = True,
    timezone: Annotated[
        str | None, Parameter(help="The time zone, by its IANA name; by default UTC.")
    ] = None,
    active: Annotated[bool, Parameter(help="Make runs of it; --no-active adds it paused.")] = True,
    catch_up: Annotated[
        Literal["all", "latest", "none"] | None,
        Parameter(
            help="Which dates still get a run that passed while no server was there; "
            "by default those for which there is a run already."
        ),
    ] = None,
    max_lateness: Annotated[
        str | None,
        Parameter(help="How late a run may still begin, for example `10m`; one that is later is skipped."),
    ] = None,
    replace: Annotated[
        bool, Parameter(negative=(), help="Put it in place of the schedules that there are.")
    ] = False,
    assume_yes: Yes = False,
) -> None:
    """Add a schedule to a deployment."""
    from prefect.schemas.deployments import DeploymentScheduleCreate  # loads pydantic
    from prefect.store.deployment_schedules import create_deployment_schedules, delete_deployment_schedule

    dates = _dates(interval, interval_anchor, rrule_string, cron_string, timezone, day_or=cron_day_or)
    late = {"catch_up": catch_up, "max_lateness": _seconds(max_lateness)}
    said = {name: value for name, value in late.items() if value is not None}
    body = checked(DeploymentScheduleCreate, {"schedule": dates, "active": active, **said})
    deployment = find_deployment(name)
    old = deployment.schedules if replace else []
    if old and not assume_yes and not confirmed(f"Delete the {_counted(len(old))} that there are?"):
        raise CommandFailed("Nothing was changed.")
    (made,) = found(_gone(name), create_deployment_schedules, deployment.id, [body])
    for schedule in old:
        found(_gone(name), delete_deployment_schedule, deployment.id, schedule.id)
    told = f", in place of {_counted(len(old))}" if old else ""
    print(f"Created schedule {made.id} of deployment {inert(name)!r}: {schedule_text(made.schedule)}{told}.")


@app.command(help_epilogue="Example:\n  prefect deployment schedule ls etl/nightly --output json")
def ls(deployment_name: Name, *, output: Output = None) -> None:
    """List the schedules of a deployment, and when each is due next."""
    schedules = find_deployment(deployment_name).schedules
    if output:
        show_json([plain(schedule) for schedule in schedules])
    elif not schedules:
        print(f"Deployment {inert(deployment_name)!r} has no schedules.")
    else:
        show_table(
            ("ID", "SCHEDULE", "ACTIVE", "NEXT"),
            [
                (
                    str(schedule.id),
                    schedule_text(schedule.schedule) + _catching_up(schedule),
                    schedule.active,
                    _next(schedule),
                )
                for schedule in schedules
            ],
        )


@app.command(
    help_epilogue="Example:\n  prefect deployment schedule pause etl/nightly 0197a1b2-c3d4-7000-8000-000000000000"
)
def pause(
    deployment_name: MaybeName = None, schedule_id: MaybeScheduleId = None, *, _all: All = False
) -> None:
    """Make no more runs of a schedule."""
    _switch(deployment_name, schedule_id, every=_all, on=False)


@app.command(help_epilogue="Example:\n  prefect deployment schedule resume --all")
def resume(
    deployment_name: MaybeName = None, schedule_id: MaybeScheduleId = None, *, _all: All = False
) -> None:
    """Make runs of a schedule again."""
    _switch(deployment_name, schedule_id, every=_all, on=True)


@app.command(
    help_epilogue="Example:\n  prefect deployment schedule delete etl/nightly 0197a1b2-c3d4-7000-8000-000000000000"
)
def delete(deployment_name: Name, schedule_id: ScheduleId, *, assume_yes: Yes = False) -> None:
    """Delete a schedule of a deployment. Asks first when a person is at the terminal."""
    from prefect.store.deployment_schedules import delete_deployment_schedule

    deployment = find_deployment(deployment_name)
    schedule = _schedule(deployment, deployment_name, schedule_id)
    if not assume_yes and not confirmed(f"Delete the schedule {schedule_text(schedule.schedule)}?"):
        raise CommandFailed("Nothing was deleted.")
    found(_gone(deployment_name), delete_deployment_schedule, deployment.id, schedule.id)
    print(f"Deleted schedule {schedule_id} of deployment {inert(deployment_name)!r}.")


@app.command(help_epilogue="Example:\n  prefect deployment schedule clear etl/nightly")
def clear(deployment_name: Name, *, assume_yes: Yes = False) -> None:
    """Delete all schedules of a deployment. Asks first when a person is at the terminal."""
    from prefect.store.deployment_schedules import delete_deployment_schedule

    deployment = find_deployment(deployment_name)
    number = len(deployment.schedules)
    if not number:
        print(f"Deployment {inert(deployment_name)!r} has no schedules.")
        return
    if not assume_yes and not confirmed(f"Delete {_counted(number)} of {inert(deployment_name)!r}?"):
        raise CommandFailed("Nothing was deleted.")
    for schedule in deployment.schedules:
        found(_gone(deployment_name), delete_deployment_schedule, deployment.id, schedule.id)
    print(f"Deleted {_counted(number)} of deployment {inert(deployment_name)!r}.")


def _dates(
    interval: float | None,
    anchor: str | None,
    rule: str | None,
    cron: str | None,
    timezone: str | None,
    *,
    day_or: bool,
) -> dict[str, Any]:
    if [interval, rule, cron].count(None) != 2:
        raise CommandFailed("Give one of --interval, --rrule and --cron.", exit_code=WRONG_USAGE)
    if anchor is not None and interval is None:
        raise CommandFailed("--anchor-date needs --interval.", exit_code=WRONG_USAGE)
    zone = {"timezone": timezone} if timezone is not None else {}
    if interval is not None:
        return {
            "interval": interval,
            **({"anchor_date": moment_in(anchor, timezone)} if anchor is not None else {}),
            **zone,
        }
    return {"rrule": rule, **zone} if rule is not None else {"cron": cron, "day_or": day_or, **zone}


def _seconds(duration: str | None) -> float | None:
    return None if duration is None else duration_in(duration).total_seconds()


def _switch(name: str | None, schedule_id: UUID | None, *, every: bool, on: bool) -> None:
    from prefect.schemas.deployments import DeploymentScheduleUpdate
    from prefect.store.deployment_schedules import update_deployment_schedule

    if every != (name is None) or (name is None) != (schedule_id is None):
        raise CommandFailed(
            "Name a deployment and the id of one of its schedules, or give --all.", exit_code=WRONG_USAGE
        )
    done = "Resumed" if on else "Paused"
    body = DeploymentScheduleUpdate(active=on)
    if name is not None and schedule_id is not None:
        deployment = find_deployment(name)
        schedule = _schedule(deployment, name, schedule_id)
        if schedule.active is on:
            raise CommandFailed(f"Schedule {schedule_id} is {'active' if on else 'paused'} already.")
        found(_gone(name), update_deployment_schedule, deployment.id, schedule.id, body)
        print(f"{done} schedule {schedule_id} of deployment {inert(name)!r}.")
        return
    meant = [(each, one) for each in all_deployments() for one in each.schedules if one.active is not on]
    if meant and not confirmed(f"{'Resume' if on else 'Pause'} {_counted(len(meant))}?"):
        raise CommandFailed("Nothing was changed.")
    for deployment, schedule in meant:
        found(_gone(deployment.name), update_deployment_schedule, deployment.id, schedule.id, body)
    print(f"{done} {_counted(len(meant))}.")


def _schedule(deployment: DeploymentResponse, name: str, schedule_id: UUID) -> DeploymentSchedule:
    for schedule in deployment.schedules:
        if schedule.id == schedule_id:
            return schedule
    raise CommandFailed(
        f"Deployment {name!r} has no schedule {schedule_id}. "
        f"`prefect deployment schedule ls {name}` lists those that it has."
    )


def _catching_up(schedule: DeploymentSchedule) -> str:
    late = schedule.max_lateness
    which = f", catching up: {schedule.catch_up}" if schedule.catch_up else ""
    return which + (f", at most {duration_text(timedelta(seconds=late))} late" if late else "")


def _next(schedule: DeploymentSchedule) -> str:
    dates = schedule.schedule.get_dates(1) if schedule.active else []
    return local_time_with_zone(dates[0]) if dates else ""


def _counted(number: int) -> str:
    return f"{number:,} schedule{'' if number == 1 else 's'}"


def _gone(name: str) -> str:
    return f"Deployment {name!r} or its schedule was deleted meanwhile by somebody else."
