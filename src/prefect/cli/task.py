"""`prefect task`: run background tasks in this process."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

from cyclopts import App, Parameter
from cyclopts.validators import Number

from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.options import ARGUMENTS, OPTIONS
from prefect.exceptions import ScriptError

if TYPE_CHECKING:
    from prefect.tasks import Task

app = App(
    name="task",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="Example:\n  prefect task serve tasks.py:send_mail tasks.py:make_thumbnail",
)


@app.command(
    help_epilogue="""Examples:
  prefect task serve tasks.py:send_mail tasks.py:make_thumbnail --limit 4
  prefect task serve --module my_package.tasks"""
)
def serve(
    entrypoints: Annotated[
        list[str] | None, Parameter(negative=(), help="Tasks, as path/to/file.py:task_function.")
    ] = None,
    *,
    module: Annotated[
        list[str] | None,
        Parameter(
            name=["--module", "-m"], negative=(), help="Modules whose tasks are meant; may be repeated."
        ),
    ] = None,
    limit: Annotated[int, Parameter(validator=Number(gte=1), help="How many runs at once.")] = 10,
) -> None:
    """Run what `task.delay()` and its like have stored, until told to end by Ctrl-C or SIGTERM."""
    from prefect.task_worker import serve as serve_tasks  # loads pydantic: not for the help pages

    if not entrypoints and not module:
        raise CommandFailed(
            "Say which tasks: path/to/file.py:task_function, or --module with the name of a module.",
            exit_code=WRONG_USAGE,
        )
    # Modules are looked for here, as `python -m` does.
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    tasks = [*(_task(entrypoint) for entrypoint in entrypoints or ()), *_tasks_of(module or ())]
    serve_tasks(*dict.fromkeys(tasks), limit=limit)


def _task(entrypoint: str) -> Task[..., Any]:
    from prefect._engine.entrypoints import load_object
    from prefect.tasks import Task

    if ":" not in entrypoint:
        raise CommandFailed(
            f"{entrypoint!r} is no entrypoint. Write path/to/file.py:task_function.", exit_code=WRONG_USAGE
        )
    place, _, name = entrypoint.rpartition(":")
    try:
        found: Any = load_object(place, name)
    except AttributeError as error:
        raise CommandFailed(f"{place!r} has no function {name!r}.") from error
    except (ScriptError, ImportError) as error:
        raise CommandFailed(f"{place!r} cannot be loaded: {error}") from error
    if not isinstance(found, Task):
        raise CommandFailed(f"{name!r} in {place!r} is not a task. Decorate it with @task.")
    return cast("Task[..., Any]", found)


def _tasks_of(modules: Sequence[str]) -> Iterator[Task[..., Any]]:
    from prefect.tasks import Task
    from prefect.utilities.importtools import load_module

    for name in modules:
        try:
            module = load_module(name)
        except ImportError as error:
            raise CommandFailed(f"Module {name!r} cannot be loaded: {error}") from error
        found: list[Any] = [value for value in vars(module).values() if isinstance(value, Task)]
        if not found:
            raise CommandFailed(f"Module {name!r} has no tasks.")
        yield from found
