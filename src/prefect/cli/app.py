"""Which commands there are. Groups are named by import path, so that a command loads its own file only."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

import prefect
from prefect.cli.help_pages import HelpPages
from prefect.cli.questions import asking

app = App(
    name="prefect",
    help="Run workflows, and look at what became of them.",
    version=prefect.__version__,
    version_flags=["--version", "-v"],
    help_flags=["--help"],
    help_format="plaintext",
    help_formatter=HelpPages(),
    help_epilogue="""Examples:
  prefect flow-run ls                      the newest flow runs
  prefect flow-run inspect quiet-otter     one run with all its tasks
  prefect flow-run logs quiet-otter        what it logged
  prefect completion bash                  completion of commands in your shell

`prefect COMMAND --help` tells more about a command.""",
    suppress_keyboard_interrupt=False,
)
app["--help"].group = app["--version"].group = app.group_parameters
app.command("prefect.cli.flow_run:app", name="flow-run", alias="flow-runs", help="Look at flow runs, or delete them.")
app.command("prefect.cli.task_run:app", name="task-run", alias="task-runs", help="Look at task runs.")
app.command("prefect.cli.version:version", name="version", help="Show versions, and where runs are recorded.")
app.command("prefect.cli.completion:completion", name="completion", help="Print the completion script of a shell.")


@app.meta.default
def _launch(  # pyright: ignore[reportUnusedFunction] - called by the command line
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    prompt: bool | None = None,
) -> None:
    """Run workflows, and look at what became of them.

    Args:
        tokens: The command and its arguments.
        prompt: Ask before something is deleted. By default, ask when a person is there.
    """
    with asking(prompt):
        app(tokens, print_error=False, exit_on_error=False, result_action="return_value")
