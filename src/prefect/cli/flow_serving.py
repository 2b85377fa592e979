"""`prefect flow serve`: serve a flow that a file or module defines, until the process is ended."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.moments import moment_in

_REPEATED = Parameter(negative=(), help="A tag of its runs. May be repeated.", name=["--tag", "-t"])


def serve(
    entrypoint: Annotated[
        str, Parameter(help="The flow: path/to/file.py:flow_function, or module.flow_function.")
    ],
    *,
    name: Annotated[str, Parameter(alias="-n", help="The name of the deployment.")],
    description: Annotated[
        str | None, Parameter(alias="-d", help="What the deployment is for; by default the flow's.")
    ] = None,
    version: Annotated[str | None, Parameter(alias="-v", help="A version of the deployment.")] = None,
    tags: Annotated[list[str] | None, _REPEATED] = None,
    cron: Annotated[str | None, Parameter(help="When to run, as cron says it.")] = None,
    interval: Annotated[
        int | None, Parameter(validator=Number(gt=0), help="Seconds from one run to the next.")
    ] = None,
    anchor_date: Annotated[
        str | None, Parameter(help="For an interval: when one of the runs is due.")
    ] = None,
    rrule: Annotated[str | None, Parameter(help="When to run, as iCalendar says it.")] = None,
    timezone: Annotated[
        str | None, Parameter(help="The zone whose clocks the schedule means, such as Europe/Berlin.")
    ] = None,
    pause_on_shutdown: Annotated[
        bool,
        Parameter(negative="--no-pause-on-shutdown", help="Pause the schedule when serving ends."),
    ] = True,
    limit: Annotated[
        int | None, Parameter(validator=Number(gt=0), help="How many runs are executed here at once.")
    ] = None,
    global_limit: Annotated[
        int | None,
        Parameter(
            validator=Number(gt=0), help="How many runs of the deployment there may be at once anywhere."
        ),
    ] = None,
) -> None:
    """Make a deployment of a flow, and execute its runs here until Ctrl-C. Runs that go on then are waited for."""
    from prefect.deployments.runner import RunnerDeployment  # loads the engine: not for the help pages
    from prefect.deployments.serving import serve as serve_deployments

    try:
        deployment = RunnerDeployment.from_entrypoint(
            entrypoint,
            name,
            schedules=_schedules(cron, interval, anchor_date, rrule, timezone),
            description=description,
            version=version,
            tags=tags or [],
            concurrency_limit=global_limit,
        )
    except (FileNotFoundError, ValueError) as error:
        raise CommandFailed(f"{entrypoint!r} cannot be served: {error}") from error
    serve_deployments(deployment, pause_on_shutdown=pause_on_shutdown, limit=limit)


def _schedules(
    cron: str | None, interval: int | None, anchor_date: str | None, rrule: str | None, timezone: str | None
) -> list[dict[str, Any]] | None:
    given = {"cron": cron, "interval": interval, "rrule": rrule}
    told = {kind: value for kind, value in given.items() if value is not None}
    if len(told) > 1:
        raise CommandFailed("Give one of --cron, --interval and --rrule.", exit_code=WRONG_USAGE)
    if anchor_date is not None and interval is None:
        raise CommandFailed("--anchor-date needs --interval.", exit_code=WRONG_USAGE)
    if not told:
        if timezone is not None:
            raise CommandFailed("--timezone needs a schedule.", exit_code=WRONG_USAGE)
        return None
    anchor = {} if anchor_date is None else {"anchor_date": moment_in(anchor_date, timezone)}
    zone = {} if timezone is None else {"timezone": timezone}
    return [{**told, **anchor, **zone}]
