"""Which commands there are. Groups are named by import path, so that a command loads its own file only."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

import prefect
from prefect.cli.chosen_profile import choosing
from prefect.cli.help_pages import HelpPages
from prefect.cli.opened import closing_what_is_opened
from prefect.cli.options import ARGUMENTS, OPTIONS
from prefect.cli.questions import asking

app = App(
    name="prefect",
    help="Run workflows, and look at what became of them.",
    version=prefect.__version__,
    version_flags=["--version", "-v"],
    help_flags=["--help", "-h"],
    help_format="plaintext",
    help_formatter=HelpPages(),
    help_epilogue="""Examples:
  prefect flow-run ls                     the newest flow runs
  prefect flow-run inspect quiet-otter    one run with all that it called
  prefect flow-run logs quiet-otter       what it logged
  prefect version                         versions, and where runs are recorded

`prefect COMMAND --help` tells more about a command.""",
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    suppress_keyboard_interrupt=False,
)
app.meta.suppress_keyboard_interrupt = False
app["--help"].group = app["--version"].group = OPTIONS
app.command("prefect.cli.flow:app", name="flow", alias="flows", help="Look at flows, or delete them.")
app.command(
    "prefect.cli.flow_run:app",
    name="flow-run",
    alias="flow-runs",
    help="Look at flow runs, cancel or delete them.",
)
app.command("prefect.cli.task:app", name="task", help="Run background tasks.")
app.command("prefect.cli.task_run:app", name="task-run", alias="task-runs", help="Look at task runs.")
app.command(
    "prefect.cli.why:why",
    name="why",
    help="Say why a flow run waits, is stuck, or ended badly.",
    help_epilogue="""Examples:
  prefect why quiet-otter
  prefect why 0197a1b2-c3d4 --output json""",
)
app.command(
    "prefect.cli.deployment:app",
    name="deployment",
    alias="deployments",
    help="Look at deployments, run them, say when they run.",
)
app.command("prefect.cli.deploy:app", name="deploy", help="Deploy flows: say how others run them.")
app.command("prefect.cli.init:init", name="init", help="Begin a prefect.yaml in this folder.")
app.command(
    "prefect.cli.schedule:app", name="schedule", alias="schedules", help="See when a schedule would be due."
)
app.command(
    "prefect.cli.work_pool:app",
    name="work-pool",
    alias="work-pools",
    help="Say where runs of deployments are started.",
)
app.command("prefect.cli.worker:app", name="worker", alias="workers", help="Start a worker in a work pool.")
app.command(
    "prefect.cli.work_queue:app",
    name="work-queue",
    alias="work-queues",
    help="Say in which order the runs of a work pool are started.",
)
app.command(
    "prefect.cli.automation:app",
    name="automation",
    alias="automations",
    help="Say what to do when something happens.",
)
app.command("prefect.cli.events:app", name="events", alias="event", help="Watch what happens, or tell it.")
app.command(
    "prefect.cli.block:app", name="block", alias="blocks", help="Look at saved blocks and their types."
)
app.command(
    "prefect.cli.variable:app", name="variable", alias="variables", help="Keep named values beside the code."
)
app.command(
    "prefect.cli.artifact:app", name="artifact", alias="artifacts", help="Look at what runs left behind."
)
app.command(
    "prefect.cli.global_concurrency_limit:app",
    name="global-concurrency-limit",
    alias="gcl",
    help="Limit how much happens at once, or how often.",
)
app.command(
    "prefect.cli.concurrency_limit:app",
    name="concurrency-limit",
    alias="concurrency-limits",
    help="Limit the task runs with a tag.",
)
app.command("prefect.cli.server:app", name="server", help="Start a server, look after it, stop it.")
app.command(
    "prefect.cli.api:api",
    name="api",
    help="Ask the API anything.",
    help_epilogue="""Examples:
  prefect api GET /health
  prefect api POST /flow_runs/filter --data '{"limit": 5}'""",
)
app.command("prefect.cli.config:app", name="config", help="Look at settings, or change them.")
app.command(
    "prefect.cli.profile:app", name="profile", alias="profiles", help="Keep sets of settings, and choose one."
)
app.command("prefect.cli.sdk:app", name="sdk", help="Write code that knows the deployments that there are.")
app.command("prefect.cli.shell:app", name="shell", help="Run commands of the system as flow runs.")
app.command(
    "prefect.cli.plugins:experimental", name="experimental", show=False, help="Older names of some commands."
)
app.command("prefect.cli.plugins:app", name="plugins", help="See what is installed that extends Prefect.")
app.command(
    "prefect.cli.version:version",
    name="version",
    help="Show versions, and where runs are recorded.",
    help_epilogue="Example:\n  prefect version --output json",
)
app.command(
    "prefect.cli.completion:completion",
    name="completion",
    help="Print the completion script of a shell.",
    help_epilogue="""Examples:
  source <(prefect completion bash)
  prefect completion fish > ~/.config/fish/completions/prefect.fish
  prefect --install-completion            install it for the shell you are in""",
)
app.command(
    "prefect.cli.completion:install_completion",
    name="--install-completion",
    help="Install the completion of commands into your shell.",
    group=OPTIONS,
    help_epilogue="",
)


@app.meta.default
def _launch(  # pyright: ignore[reportUnusedFunction] - called by the command line
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    profile: Annotated[str | None, Parameter(show=False)] = None,
    prompt: Annotated[bool | None, Parameter(show=False)] = None,
) -> None:
    """Run workflows, and look at what became of them.

    Args:
        tokens: The command and its arguments.
        profile: The profile to use for this command; `-p` before the command does the same.
        prompt: Ask before something is deleted. By default, ask when a person is there.
    """
    if tokens[:1] == ("-p",) and len(tokens) > 1:
        profile, tokens = tokens[1], tokens[2:]
    with asking(prompt), choosing(profile), closing_what_is_opened():
        app(tokens, print_error=False, exit_on_error=False, result_action="return_value")
