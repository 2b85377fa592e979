"""A future: the promise of a task run's result."""

from __future__ import annotations

import abc
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar, Generic
from uuid import UUID

from typing_extensions import TypeVar

from prefect._elastic_pool import idle_while
from prefect._outcome import Settling
from prefect.backend import get_backend
from prefect.schemas.run_inputs import RunInput, TaskRunResult
from prefect.schemas.states import State, StateType

R = TypeVar("R", default=Any)
F = TypeVar("F", bound="Settling[Any]", default="Settling[Any]")


class PrefectFuture(abc.ABC, Generic[R]):
    """The promise of a task run's result."""

    __slots__ = ("__weakref__", "_task_run_id")

    def __init__(self, task_run_id: UUID) -> None:
        self._task_run_id = task_run_id

    @property
    def task_run_id(self) -> UUID:
        """The id of the task run."""
        return self._task_run_id

    @property
    def run_input(self) -> RunInput:
        """The reference by which another run names this one as its input."""
        return TaskRunResult(id=self._task_run_id)

    @property
    @abc.abstractmethod
    def state(self) -> State[R]:
        """The present state of the run."""

    @abc.abstractmethod
    def wait(self, timeout: float | None = None) -> None:
        """Wait until the run has ended, at most `timeout` seconds. A run that fails raises nothing here."""

    @abc.abstractmethod
    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> R:
        """Wait for the result of the run.

        Args:
            timeout: How long to wait, in seconds; None waits as long as it takes.
            raise_on_failure: Raise the run's exception if it failed; otherwise return the exception.

        Raises:
            TimeoutError: The run has not ended in time. It goes on.
        """

    @abc.abstractmethod
    def add_done_callback(self, fn: Callable[[PrefectFuture[R]], None]) -> None:
        """Call `fn` with this future when the run has ended, at once if it has already."""


class PrefectTaskRunFuture(PrefectFuture[R]):
    """A future of a task run."""

    __slots__ = ()


class PrefectWrappedFuture(PrefectTaskRunFuture[R], Generic[R, F]):
    """A future of a task run around something whose result is the run's final state."""

    __slots__ = ("_wrapped_future",)

    _final_state: ClassVar[State[Any] | None] = None
    """Futures of integration packages keep the final state under this name when they have waited for it."""

    def __init__(self, task_run_id: UUID, wrapped_future: F) -> None:
        super().__init__(task_run_id)
        self._wrapped_future = wrapped_future

    @property
    def wrapped_future(self) -> F:
        """What holds the run's final state."""
        return self._wrapped_future

    @property
    def state(self) -> State[R]:
        """The present state of the run."""
        if self._final_state is not None:
            return self._final_state
        wrapped = self._wrapped_future
        if not hasattr(wrapped, "done"):
            return self._recorded_state()
        if wrapped.done():
            return wrapped.result()
        meanwhile = getattr(wrapped, "meanwhile", None)
        state = meanwhile() if meanwhile else None
        if state is None and wrapped.done():
            return wrapped.result()  # it ended just now
        return state or State(type=StateType.PENDING)

    def _recorded_state(self) -> State[R]:
        """Return what the record of the run says: what is wrapped, such as a reference of Ray, cannot be asked."""
        backend = get_backend()
        backend.flush().result()
        recorded = backend.read_task_run(self.task_run_id)
        return (recorded and recorded.state) or State(type=StateType.PENDING)

    def add_done_callback(self, fn: Callable[[PrefectFuture[R]], None]) -> None:
        """Call `fn` with this future when the run has ended, at once if it has already."""
        self._wrapped_future.add_done_callback(lambda _: fn(self))


class PrefectConcurrentFuture(PrefectWrappedFuture[R, "Settling[Any]"]):
    """A future of a task run in this process."""

    __slots__ = ()

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the run has ended, at most `timeout` seconds."""
        with idle_while(self._wrapped_future), suppress(TimeoutError):
            self._wrapped_future.result(timeout)

    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> R:
        """Wait for the result of the run; see `PrefectFuture.result`."""
        try:
            with idle_while(self._wrapped_future):
                state = self._wrapped_future.result(timeout)
        except TimeoutError:
            raise TimeoutError(
                f"Task run {self.task_run_id} did not complete within {timeout} seconds. It goes on: "
                "wait longer, or limit the task itself with timeout_seconds."
            ) from None
        return state.result(raise_on_failure=raise_on_failure, _sync=True)
