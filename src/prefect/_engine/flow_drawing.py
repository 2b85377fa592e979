"""Drawing a flow: the half of `Flow` that shows which tasks and subflows it calls, without running them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from prefect._dual.dispatch import async_dispatch, run_is_async
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Call, Steps
from prefect._engine.parameters import get_call_parameters, parameters_to_args_kwargs
from prefect._engine.stepping import emit_all
from prefect.utilities.visualization import (
    GraphvizExecutableNotFoundError,
    GraphvizImportError,
    TaskVizTracker,
    build_mermaid_dependencies,
    build_task_dependencies,
    build_text_dependencies,
    visualize_task_dependencies,
)

_ADVICE = (
    "The flow may use the result of a task, which is not there while the flow is drawn. "
    "Say what the task seems to return: @task(viz_return_value=[1, 2, 3])."
)


class DrawableFlow:
    """The half of `Flow` that draws."""

    fn: Callable[..., Any]
    name: str
    isasync: bool
    isgenerator: bool

    async def avisualize(self, *args: Any, **kwargs: Any) -> None:
        """Draw the flow; the form for async code. See `visualize`."""
        _show(self.name, await arun(self._tracking(args, kwargs, "visualize")))

    @async_dispatch(avisualize)
    def visualize(self, *args: Any, **kwargs: Any) -> None:
        """Draw which tasks and subflows the flow calls, and open the picture.

        The code of the flow itself is run; tasks and subflows are not. A task's `viz_return_value` stands for its
        result. Where Graphviz and the package `graphviz` are not installed, a tree of text is printed instead.

        Args:
            *args: Arguments of the flow.
            **kwargs: Arguments of the flow.

        Raises:
            VisualizationUnsupportedError: The flow submits or maps tasks, which cannot be drawn.
        """
        _show(self.name, self._track_sync(args, kwargs, "visualize"))

    async def agenerate_mermaid_graph(self, *args: Any, **kwargs: Any) -> str:
        """Return a drawing of the flow; the form for async code. See `generate_mermaid_graph`."""
        return build_mermaid_dependencies(await arun(self._tracking(args, kwargs, "generate_mermaid_graph")))

    def generate_mermaid_graph(self, *args: Any, **kwargs: Any) -> str:
        """Return a drawing of the tasks and subflows that the flow calls, as the text of a Mermaid flow chart.

        See `visualize` for what is run.

        Raises:
            VisualizationUnsupportedError: The flow submits or maps tasks, which cannot be drawn.
        """
        return build_mermaid_dependencies(self._track_sync(args, kwargs, "generate_mermaid_graph"))

    def _track_sync(self, args: Any, kwargs: Any, asked: str) -> TaskVizTracker:
        steps = self._tracking(args, kwargs, asked)
        if not self.isasync:
            return run(steps)
        from prefect._dual.awaiting import finish  # loads asyncio, which the front door must not

        return finish(arun(steps))

    def _tracking(self, args: Any, kwargs: Any, asked: str) -> Steps[TaskVizTracker]:
        """Run the code of the flow and note the calls that it makes."""
        warnings.warn(
            f"`flow.{asked}()` will execute code inside of your flow that is not decorated with `@task` or `@flow`.",
            stacklevel=2,
        )
        args, kwargs = parameters_to_args_kwargs(self.fn, get_call_parameters(self.fn, args, kwargs))
        inside = run_is_async.set(self.isasync)
        try:
            with TaskVizTracker() as tracker:
                if self.isgenerator:
                    yield from emit_all(
                        self.fn(*args, **kwargs), is_async=self.isasync, timeout=None, owner=self
                    )
                else:
                    yield Call(self.fn, args, kwargs)
        except Exception as error:  # any failure of the user's code
            error.add_note(_ADVICE)
            raise
        finally:
            run_is_async.reset(inside)
        return tracker


def _show(name: str, tracker: TaskVizTracker) -> None:
    try:
        visualize_task_dependencies(build_task_dependencies(tracker), name)
    except (GraphvizImportError, GraphvizExecutableNotFoundError) as error:
        print(f"{build_text_dependencies(tracker, name)}\n({error} Until then this is drawn as text.)")  # noqa: T201 - the picture
