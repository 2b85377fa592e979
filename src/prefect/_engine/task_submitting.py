"""Submitting and mapping: how a task is started on the task runner of the flow around it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable
from typing import TYPE_CHECKING, Any, Generic, Literal, ParamSpec, TypeAlias, TypeVar, overload

from prefect._engine.parameters import get_call_parameters
from prefect._imports import load
from prefect.utilities.visualization import raise_if_drawing

if TYPE_CHECKING:
    from prefect.futures import PrefectFuture, PrefectFutureList
    from prefect.schemas.states import State

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)
T = TypeVar("T")


class SubmittableTask(Generic[P, R_co]):
    """The half of `Task` that starts runs on a task runner instead of here.

    The type of a future is that of the value: what a coroutine is awaited for, a list of what a generator yields.
    Arguments are first checked against the function's parameters. As futures may stand for values, anywhere inside
    them, arguments that do not fit are accepted all the same.
    """

    fn: Callable[P, R_co]
    name: str

    @overload
    def submit(  # pyright: ignore[reportOverlappingOverload] - what is no coroutine falls through, here and below
        self: _Coroutine[T], *args: Any, return_state: Literal[True], wait_for: Any = ..., **kwargs: Any
    ) -> State[T]: ...
    @overload
    def submit(  # pyright: ignore[reportOverlappingOverload]
        self: _Generator[T], *args: Any, return_state: Literal[True], wait_for: Any = ..., **kwargs: Any
    ) -> State[list[T]]: ...
    @overload
    def submit(
        self, *args: Any, return_state: Literal[True], wait_for: Any = ..., **kwargs: Any
    ) -> State[R_co]: ...
    @overload
    def submit(  # pyright: ignore[reportOverlappingOverload]
        self: SubmittableTask[P, Coroutine[Any, Any, T]], *args: P.args, **kwargs: P.kwargs
    ) -> PrefectFuture[T]: ...
    @overload
    def submit(  # pyright: ignore[reportOverlappingOverload]
        self: SubmittableTask[P, _Yields[T]], *args: P.args, **kwargs: P.kwargs
    ) -> PrefectFuture[list[T]]: ...
    @overload
    def submit(self, *args: P.args, **kwargs: P.kwargs) -> PrefectFuture[R_co]: ...
    @overload
    def submit(  # pyright: ignore[reportOverlappingOverload]
        self: _Coroutine[T],
        *args: Any,
        return_state: Literal[False] = ...,
        wait_for: Any = ...,
        **kwargs: Any,
    ) -> PrefectFuture[T]: ...
    @overload
    def submit(  # pyright: ignore[reportOverlappingOverload]
        self: _Generator[T],
        *args: Any,
        return_state: Literal[False] = ...,
        wait_for: Any = ...,
        **kwargs: Any,
    ) -> PrefectFuture[list[T]]: ...
    @overload
    def submit(
        self, *args: Any, return_state: Literal[False] = ..., wait_for: Any = ..., **kwargs: Any
    ) -> PrefectFuture[R_co]: ...
    def submit(self, *args: Any, return_state: bool = False, wait_for: Any = None, **kwargs: Any) -> Any:
        """Start the task on the flow's task runner and return a future at once.

        Args:
            *args: Arguments of the function; futures among them are waited for and replaced by their results.
            return_state: Wait for the end of the run and return its final state instead.
            wait_for: Futures and states that must have completed first.
            **kwargs: Arguments of the function.

        Raises:
            RuntimeError: There is no flow, and so no task runner, around the call.
        """
        raise_if_drawing("task.submit()")
        parameters = get_call_parameters(self.fn, args, kwargs)
        future = _task_runner(self.name).submit(self, parameters, wait_for=wait_for)
        if return_state:
            future.wait()
            return future.state
        return future

    @overload
    def map(  # pyright: ignore[reportOverlappingOverload]
        self: _Coroutine[T],
        *args: Any,
        return_state: Literal[True],
        wait_for: Iterable[Any] | None = ...,
        deferred: bool = ...,
        **kwargs: Any,
    ) -> list[State[T]]: ...
    @overload
    def map(  # pyright: ignore[reportOverlappingOverload]
        self: _Generator[T],
        *args: Any,
        return_state: Literal[True],
        wait_for: Iterable[Any] | None = ...,
        deferred: bool = ...,
        **kwargs: Any,
    ) -> list[State[list[T]]]: ...
    @overload
    def map(
        self,
        *args: Any,
        return_state: Literal[True],
        wait_for: Iterable[Any] | None = ...,
        deferred: bool = ...,
        **kwargs: Any,
    ) -> list[State[R_co]]: ...
    @overload
    def map(  # pyright: ignore[reportOverlappingOverload]
        self: _Coroutine[T],
        *args: Any,
        return_state: Literal[False] = ...,
        wait_for: Iterable[Any] | None = ...,
        deferred: bool = ...,
        **kwargs: Any,
    ) -> PrefectFutureList[T]: ...
    @overload
    def map(  # pyright: ignore[reportOverlappingOverload]
        self: _Generator[T],
        *args: Any,
        return_state: Literal[False] = ...,
        wait_for: Iterable[Any] | None = ...,
        deferred: bool = ...,
        **kwargs: Any,
    ) -> PrefectFutureList[list[T]]: ...
    @overload
    def map(
        self,
        *args: Any,
        return_state: Literal[False] = ...,
        wait_for: Iterable[Any] | None = ...,
        deferred: bool = ...,
        **kwargs: Any,
    ) -> PrefectFutureList[R_co]: ...
    def map(
        self,
        *args: Any,
        return_state: bool = False,
        wait_for: Iterable[Any] | None = None,
        deferred: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Start the task once for each element of the iterables among the arguments.

        Args:
            *args: Arguments of the function: iterables are mapped over; `unmapped(...)` and others go to all runs.
            return_state: Wait for the end of all runs and return a list of their final states instead.
            wait_for: Futures and states that must have completed first.
            deferred: Leave the runs to a task worker; no flow is needed then.
            **kwargs: Arguments of the function.

        Raises:
            MappingMissingIterable: There is nothing to map over.
            MappingLengthMismatch: The iterables have different lengths.
        """
        raise_if_drawing("task.map()")
        parameters = get_call_parameters(self.fn, args, kwargs, apply_defaults=False)
        if deferred:
            with load("prefect.task_runners", "PrefectTaskRunner")() as runner:
                futures = runner.map(self, parameters, wait_for=wait_for)
        else:
            futures = _task_runner(self.name).map(self, parameters, wait_for=wait_for)
        if return_state:
            futures.wait()
            return [future.state for future in futures]
        return futures


_Yields: TypeAlias = "Generator[T, Any, Any] | AsyncGenerator[T, Any]"
_Coroutine: TypeAlias = "SubmittableTask[..., Coroutine[Any, Any, T]]"
_Generator: TypeAlias = "SubmittableTask[..., Generator[T, Any, Any] | AsyncGenerator[T, Any]]"


def _task_runner(task_name: str) -> Any:
    from prefect.context import FlowRunContext  # loads pydantic, which is there by the time something runs

    context = FlowRunContext.get()
    if context is None:
        raise RuntimeError(
            "Unable to determine task runner to use for submission. "
            f"Submit task {task_name!r} inside a flow, or call it directly to run it here."
        )
    return context.task_runner
