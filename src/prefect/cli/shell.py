"""`prefect shell`: commands of the system's shell as flow runs."""

from __future__ import annotations

import asyncio
from typing import Annotated

from cyclopts import App, Parameter
from cyclopts.validators import Number

from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.options import ARGUMENTS, OPTIONS

app = App(
    name="shell",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect shell watch "make report" --tag report
  prefect shell serve "make report" --flow-name report --cron-schedule "0 6 * * *\"""",
)

_ENTRYPOINT = "prefect.cli.shell_flow.shell_command"

Command = Annotated[str, Parameter(help="The command, quoted as one argument.")]
LogOutput = Annotated[bool, Parameter(help="Record its output; --no-log-output only shows it.")]
StreamStdout = Annotated[
    bool, Parameter(help="Tell each line when it comes; --no-stream-stdout tells them at the end.")
]
Tags = Annotated[
    list[str] | None, Parameter(name="--tag", negative=(), help="A tag of its runs; may be repeated.")
]


@app.command(help_epilogue='Example:\n  prefect shell watch "make report" --flow-run-name june')
def watch(
    command: Command,
    *,
    log_output: LogOutput = True,
    flow_run_name: Annotated[str | None, Parameter(help="The name of the run.")] = None,
    flow_name: Annotated[str, Parameter(help="The name of the flow.")] = "Shell Command",
    stream_stdout: StreamStdout = True,
    tag: Tags = None,
) -> None:
    """Run a command here and now, as a flow run. The exit code is 0 if it succeeded, else 1."""
    from prefect.cli.shell_flow import shell_command  # loads the engine: not for the help pages
    from prefect.context import tags

    flow = shell_command.with_options(name=flow_name, flow_run_name=flow_run_name)
    with tags(*(tag or ()), "shell"):
        state = flow(command, log_output=log_output, stream_stdout=stream_stdout, return_state=True)
    if not state.is_completed():
        raise CommandFailed(f"The run ended as {state.name}: {state.message}")


@app.command(
    help_epilogue='Example:\n  prefect shell serve "make report" --flow-name report --cron-schedule "0 6 * * *"'
)
def serve(
    command: Command,
    *,
    flow_name: Annotated[str, Parameter(help="The name of the flow.")],
    deployment_name: Annotated[str, Parameter(help="The name of the deployment.")] = "CLI Runner Deployment",
    deployment_tags: Tags = None,
    log_output: Annotated[bool, Parameter(show=False)] = True,
    stream_stdout: StreamStdout = True,
    cron_schedule: Annotated[str | None, Parameter(help="When to run it, as cron says it.")] = None,
    timezone: Annotated[
        str | None, Parameter(help="The time zone of the schedule, by its IANA name.")
    ] = None,
    concurrency_limit: Annotated[
        int | None, Parameter(validator=Number(gte=1), help="How many of its runs there may be at once.")
    ] = None,
    run_once: Annotated[
        bool, Parameter(negative=(), help="End when the runs that are due have ended.")
    ] = False,
) -> None:
    """Make a deployment of a command, and execute its runs here until Ctrl-C."""
    from prefect.deployments.runner import RunnerDeployment  # loads the engine: not for the help pages
    from prefect.runner import Runner

    if timezone and not cron_schedule:
        raise CommandFailed("--timezone needs --cron-schedule.", exit_code=WRONG_USAGE)
    try:
        deployment = RunnerDeployment.from_entrypoint(
            _ENTRYPOINT,
            deployment_name,
            flow_name=flow_name,
            schedules=[{"cron": cron_schedule, "timezone": timezone}] if cron_schedule else None,
            concurrency_limit=concurrency_limit,
            parameters={"command": command, "log_output": log_output, "stream_stdout": stream_stdout},
            tags=[*(deployment_tags or ()), "shell"],
            description=f"The command {command!r}, served by `prefect shell serve`.",
        )
    except ValueError as error:
        raise CommandFailed(str(error), exit_code=WRONG_USAGE) from error
    runner = Runner(name=flow_name)
    runner.add_deployment(deployment)
    print(f"Serving {flow_name!r}. Create a run:\n  prefect deployment run '{flow_name}/{deployment_name}'")
    asyncio.run(runner.start(run_once=run_once))
