"""Running a task run in a thread that serves one run after another."""

from __future__ import annotations

from contextvars import Context, copy_context
from typing import Any

from prefect._dual.drivers import arun, run
from prefect._elastic_pool import thread_runner
from prefect._engine.signals import last_state
from prefect._engine.task_run import TaskRunEngine


def run_in_thread(engine: TaskRunEngine[Any], context: Context | None = None) -> None:
    """Let a task run live its life here. Whatever ends it, the run has recorded it and the thread lives on.

    Args:
        engine: The run.
        context: The context variables that it sees; those of here if there are none. They are always said: an event
            loop that serves several runs would show each of them the variables of the first.
    """
    context = copy_context() if context is None else context
    try:
        if engine.task.isasync:
            thread_runner().run(arun(engine.steps()), context=context)
        else:
            context.run(run, engine.steps())
    except BaseException as error:  # kept for who asks; the thread serves other runs
        if not engine.state.is_final():
            engine.finish(last_state(error), error)
