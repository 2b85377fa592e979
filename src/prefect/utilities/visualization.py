"""Drawing which tasks and subflows a flow calls, and which of them wait for which, without running them.

The code of the flow itself is run. Inside of a `TaskVizTracker`, a call of a task or a flow is noted and gives a
stand-in for its result, or the task's `viz_return_value`; where that is passed on, a line is drawn.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Coroutine, Iterator
from contextvars import ContextVar, Token
from copy import copy
from types import TracebackType
from typing import Any, Literal, Self, overload

__all__ = [
    "FlowVisualizationError",
    "GraphvizExecutableNotFoundError",
    "GraphvizImportError",
    "TaskVizTracker",
    "TaskVizTrackerState",
    "VisualizationUnsupportedError",
    "VizTask",
    "build_mermaid_dependencies",
    "build_task_dependencies",
    "build_text_dependencies",
    "get_task_viz_tracker",
    "raise_if_drawing",
    "track_viz_task",
    "visualize_task_dependencies",
]


_COPIED = (list, dict, set)
"""Types of which each call returns an object of its own, so that it is known which call a value came from."""


class FlowVisualizationError(Exception):
    """A flow cannot be drawn."""


class VisualizationUnsupportedError(Exception):
    """A flow does something that cannot be drawn."""


class GraphvizImportError(Exception):
    """The package `graphviz` is not installed."""


class GraphvizExecutableNotFoundError(Exception):
    """The programs of Graphviz are not installed."""


class VizTask:
    """A call of a task or a flow in a drawing. It stands for the result of the call.

    Args:
        name: The name with the number of the call: "extract-0".
        upstream_tasks: The calls whose results it was given.
    """

    def __init__(self, name: str, upstream_tasks: list[VizTask] | None = None) -> None:
        self.name = name
        self.upstream_tasks = upstream_tasks or []


_present: ContextVar[TaskVizTracker | None] = ContextVar("task_viz_tracker", default=None)


class _PresentTracker(type):
    @property
    def current(cls) -> TaskVizTracker | None:
        """The tracker that notes the calls made here."""
        return _present.get()


class TaskVizTrackerState(metaclass=_PresentTracker):
    """Where the present tracker is found, as `TaskVizTrackerState.current`."""


class TaskVizTracker:
    """Notes the calls of tasks and flows that are made inside of a `with` block, instead of making them."""

    def __init__(self) -> None:
        self.tasks: list[VizTask] = []
        self.dynamic_task_counter: dict[str, int] = {}
        self.object_id_to_task: dict[int, VizTask] = {}
        self._kept: list[Any] = []
        self._tokens: list[Token[TaskVizTracker | None]] = []

    def add_task(self, task: VizTask) -> None:
        """Note a call, whose name gets its number."""
        number = self.dynamic_task_counter[task.name] = self.dynamic_task_counter.get(task.name, -1) + 1
        task.name = f"{task.name}-{number}"
        self.tasks.append(task)

    def link_viz_return_value_to_viz_task(self, viz_return_value: Any, viz_task: VizTask) -> None:
        """Remember from which call a value came. Values that all code shares, such as small numbers, tell nothing."""
        if _is_shared(viz_return_value):
            return
        self._kept.append(viz_return_value)  # while it is alive no other object has its identity
        self.object_id_to_task[id(viz_return_value)] = viz_task

    def __enter__(self) -> Self:
        self._tokens.append(_present.set(self))
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        _present.reset(self._tokens.pop())


def get_task_viz_tracker() -> TaskVizTracker | None:
    """Return the tracker that notes the calls made here; None where they are made."""
    return _present.get()


def raise_if_drawing(call: str) -> None:
    """Refuse a call that cannot be drawn, where a flow is being drawn.

    Raises:
        VisualizationUnsupportedError: A flow is being drawn here.
    """
    if _present.get() is not None:
        raise VisualizationUnsupportedError(f"`{call}` is not currently supported by `flow.visualize()`")


@overload
def track_viz_task(
    is_async: Literal[True], task_name: str, parameters: dict[str, Any], viz_return_value: Any = None
) -> Coroutine[Any, Any, Any]: ...
@overload
def track_viz_task(
    is_async: Literal[False], task_name: str, parameters: dict[str, Any], viz_return_value: Any = None
) -> Any: ...
@overload
def track_viz_task(
    is_async: bool, task_name: str, parameters: dict[str, Any], viz_return_value: Any = None
) -> Any: ...
def track_viz_task(
    is_async: bool, task_name: str, parameters: dict[str, Any], viz_return_value: Any = None
) -> Any:
    """Note a call and return what stands for its result; a coroutine of it for an async function.

    Args:
        is_async: Whether the function that would be called is async.
        task_name: The name of the task or flow.
        parameters: What it is called with.
        viz_return_value: What it shall seem to return.

    Raises:
        FlowVisualizationError: Nothing is being drawn here.
    """
    tracker = _present.get()
    if tracker is None:
        raise FlowVisualizationError(
            f"The call of {task_name!r} cannot be noted: no flow is being drawn here."
        )
    result = _note(tracker, task_name, parameters, viz_return_value)
    return _later(result) if is_async else result


async def _later(result: Any) -> Any:
    return result


def _note(tracker: TaskVizTracker, name: str, parameters: dict[str, Any], viz_return_value: Any) -> Any:
    upstream: dict[int, VizTask] = {}
    for value in _parts(parameters, tracker):
        found = value if isinstance(value, VizTask) else tracker.object_id_to_task.get(id(value))
        if found is not None:
            upstream[id(found)] = found
    task = VizTask(name, list(upstream.values()))
    tracker.add_task(task)
    if viz_return_value is None:
        return task
    if type(viz_return_value) in _COPIED:  # pyright: ignore[reportUnknownArgumentType] - a collection of anything
        viz_return_value = copy(viz_return_value)
    tracker.link_viz_return_value_to_viz_task(viz_return_value, task)
    return viz_return_value


def _parts(value: Any, tracker: TaskVizTracker) -> Iterator[Any]:
    """Give a value and what is in it; what is in a value that is known to be a result is part of that."""
    yield value
    if id(value) in tracker.object_id_to_task:
        return
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.values()  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] - a dictionary of anything
    elif isinstance(value, (list, tuple, set, frozenset)):
        inner = value  # pyright: ignore[reportUnknownVariableType] - a collection of anything
    for part in inner:
        yield from _parts(part, tracker)


def _is_shared(value: Any) -> bool:
    """Whether Python has one object for all equal values, so that its identity does not tell where it came from."""
    return (
        value is None
        or value is ...
        or isinstance(value, bool)
        or (type(value) is int and -5 <= value <= 256)
    )


def build_mermaid_dependencies(task_run_tracker: TaskVizTracker) -> str:
    """Return the noted calls as the text of a Mermaid flow chart."""
    nodes: dict[int, str] = {}
    lines = ["flowchart TD"]
    for task in task_run_tracker.tasks:
        node = re.sub(r"\W", "_", task.name)
        while node in nodes.values():
            node += "_"
        nodes[id(task)] = node
        label = task.name.replace('"', "#quot;")
        lines.append(f'    {node}["{label}"]')
    for task in task_run_tracker.tasks:
        lines += [f"    {nodes[id(before)]} --> {nodes[id(task)]}" for before in task.upstream_tasks]
    return "\n".join(lines)


def build_text_dependencies(task_run_tracker: TaskVizTracker, title: str) -> str:
    """Return the noted calls as text: one line for each, with those that it waits for."""
    lines = [title]
    width = max((len(task.name) for task in task_run_tracker.tasks), default=0)
    for task in task_run_tracker.tasks:
        branch = "└──" if task is task_run_tracker.tasks[-1] else "├──"
        after = ", ".join(before.name for before in task.upstream_tasks)
        lines.append(f"{branch} {task.name:<{width}}  after {after}" if after else f"{branch} {task.name}")
    return "\n".join(lines)


def build_task_dependencies(task_run_tracker: TaskVizTracker) -> Any:
    """Return the noted calls as a `graphviz.Digraph`.

    Raises:
        GraphvizImportError: The package `graphviz` is not installed.
    """
    try:
        module: Any = importlib.import_module("graphviz")  # optional: whoever draws pictures installs it
    except ImportError as error:
        raise GraphvizImportError(
            "The Python package `graphviz` is needed to draw a picture of a flow, and is not installed."
        ) from error
    graph = module.Digraph()
    for task in task_run_tracker.tasks:
        graph.node(task.name)
        for before in task.upstream_tasks:
            graph.edge(before.name, task.name)
    return graph


def visualize_task_dependencies(graph: Any, flow_run_name: str) -> None:
    """Draw a `graphviz.Digraph` into the file FLOW_RUN_NAME.png and open it.

    Raises:
        GraphvizExecutableNotFoundError: The programs of Graphviz are not installed.
    """
    try:
        graph.render(filename=flow_run_name, view=True, format="png", cleanup=True)
    except Exception as error:
        if type(error).__name__ != "ExecutableNotFound":
            raise
        raise GraphvizExecutableNotFoundError(
            "The program `dot` of Graphviz is needed to draw a picture of a flow, and is not on the PATH. "
            "Install Graphviz: the Python package `graphviz` alone is not sufficient."
        ) from error
