"""Futures: what `submit` and `map` return at once, and how to wait for several of them."""

from __future__ import annotations

import abc
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple
from uuid import UUID

from typing_extensions import TypeVar

from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps, sleep
from prefect._elastic_pool import idle_in_pool, idle_while
from prefect._outcome import Settling, wait_attentively
from prefect._visiting import replace
from prefect.backend import get_backend
from prefect.exceptions import ObjectNotFound
from prefect.schemas.run_inputs import RunInput, TaskRunResult
from prefect.schemas.states import State, StateType

if TYPE_CHECKING:
    from prefect.backend.protocol import Backend

R = TypeVar("R", default=Any)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.2
"""How long, in seconds, to wait between looks at a run in another process: not long, then longer."""

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
    """Futures of integration packages keep the final state under this name; ours need not."""

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
        if self._wrapped_future.done():
            return self._wrapped_future.result()
        meanwhile = getattr(self._wrapped_future, "meanwhile", None)
        state = meanwhile() if meanwhile else None
        if state is None and self._wrapped_future.done():
            return self._wrapped_future.result()  # it ended just now
        return state or State(type=StateType.PENDING)

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


class PrefectDistributedFuture(PrefectTaskRunFuture[R]):
    """A future of a task run that some other process runs or will run. It knows no more than the run's id.

    It can be pickled, kept, and made anew from the id: what it tells is read from the record of the run.
    """

    __slots__ = ("_ended",)

    def __init__(self, task_run_id: UUID) -> None:
        super().__init__(task_run_id)
        self._ended: State[R] | None = None

    @property
    def state(self) -> State[R]:
        """The present state of the run.

        Raises:
            ObjectNotFound: There is no such run.
        """
        if self._ended is not None:
            return self._ended
        backend = get_backend()
        backend.flush().result()  # the run may have been created by this process just now
        return self._read(backend)

    def _read(self, backend: Backend) -> State[R]:
        stored = backend.read_task_run(self._task_run_id)
        if stored is None or stored.state is None:
            error = KeyError(str(self._task_run_id))
            raise ObjectNotFound(
                error,
                f"There is no task run {self._task_run_id} in the database that these settings name. Was it deleted, "
                "or is it recorded under another PREFECT_HOME?",
            )
        if stored.state.is_final():
            self._ended = stored.state
        return stored.state

    def _wait(self, timeout: float | None) -> Steps[None]:
        deadline = None if timeout is None else time.monotonic() + timeout
        pause = _FIRST_PAUSE
        if self.state.is_final():
            return
        backend = get_backend()
        while not self._read(backend).is_final():
            left = pause if deadline is None else min(pause, deadline - time.monotonic())
            if left <= 0:
                return
            yield from sleep(left)
            pause = min(pause * 1.5, _LONGEST_PAUSE)

    def _result(self, timeout: float | None, raise_on_failure: bool) -> R:
        if self._ended is None:
            raise TimeoutError(
                f"Task run {self._task_run_id} did not complete within {timeout} seconds. "
                "Is there a task worker that serves this task?"
            )
        result: Any = self._ended.result(raise_on_failure=raise_on_failure, _sync=True)
        return result

    def wait(self, timeout: float | None = None) -> None:
        """Wait until the run has ended, at most `timeout` seconds."""
        with idle_in_pool():
            run(self._wait(timeout))

    async def wait_async(self, timeout: float | None = None) -> None:
        """Wait until the run has ended, at most `timeout` seconds, without holding up the event loop."""
        await arun(self._wait(timeout))

    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> R:
        """Wait for the result of the run; see `PrefectFuture.result`."""
        self.wait(timeout)
        return self._result(timeout, raise_on_failure)

    async def result_async(self, timeout: float | None = None, raise_on_failure: bool = True) -> R:
        """Wait for the result of the run without holding up the event loop; see `PrefectFuture.result`."""
        await self.wait_async(timeout)
        return self._result(timeout, raise_on_failure)

    def add_done_callback(self, fn: Callable[[PrefectFuture[R]], None]) -> None:
        """Call `fn` with this future when the run has ended, at once if it has already.

        It is called in a thread that looks every few tenths of a second, while this process lives.
        """
        if self.state.is_final():
            fn(self)
            return
        context = copy_context()

        def watch() -> None:
            self.wait()
            fn(self)

        threading.Thread(target=context.run, args=(watch,), name="prefect-future", daemon=True).start()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PrefectDistributedFuture) and self._task_run_id == other._task_run_id

    def __hash__(self) -> int:
        return hash(self._task_run_id)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._task_run_id,)


class PrefectFutureList(list["PrefectFuture[R]"], Generic[R]):
    """The futures of a mapped task, in the order of what was mapped over."""

    def wait(self, timeout: float | None = None) -> None:
        """Wait until all runs have ended, at most `timeout` seconds."""
        wait(self, timeout=timeout)

    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> list[R]:
        """Wait for all results.

        Args:
            timeout: How long to wait for all of them together, in seconds.
            raise_on_failure: Raise the exception of the first run that failed.

        Raises:
            TimeoutError: Not all runs have ended in time.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        results: list[R] = []
        for future in self:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            try:
                results.append(future.result(timeout=left, raise_on_failure=raise_on_failure))
            except TimeoutError:
                if deadline is None or time.monotonic() < deadline:
                    raise
                raise TimeoutError(
                    f"Timed out waiting for all futures to complete within {timeout} seconds: "
                    f"{len(self) - len(results)} of {len(self)} have not ended."
                ) from None
        return results


class DoneAndNotDoneFutures(NamedTuple, Generic[R]):
    """The answer of `wait`."""

    done: set[PrefectFuture[R]]
    not_done: set[PrefectFuture[R]]


def wait(futures: Iterable[PrefectFuture[R]], timeout: float | None = None) -> DoneAndNotDoneFutures[R]:
    """Wait until all runs have ended, at most `timeout` seconds, and return which have and which have not."""
    waiting = list(futures)
    deadline = None if timeout is None else time.monotonic() + timeout
    for future in waiting:
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        future.wait(left)
    done = {future for future in waiting if future.state.is_final()}
    return DoneAndNotDoneFutures(done, set(waiting) - done)


def as_completed(
    futures: Iterable[PrefectFuture[R]], timeout: float | None = None
) -> Generator[PrefectFuture[R], None, None]:
    """Yield futures as their runs end.

    Raises:
        TimeoutError: Not all runs have ended within `timeout` seconds.
    """
    waiting = list(dict.fromkeys(futures))
    ended: list[PrefectFuture[R]] = []
    bell = threading.Condition()

    def ring(future: PrefectFuture[R]) -> None:
        with bell:
            ended.append(future)
            bell.notify()

    for future in waiting:
        future.add_done_callback(ring)
    deadline = None if timeout is None else time.monotonic() + timeout
    for yielded in range(len(waiting)):
        with bell:
            left = None if deadline is None else deadline - time.monotonic()
            if not ended:
                with idle_in_pool():
                    wait_attentively(lambda slice_: bool(bell.wait_for(lambda: ended, slice_)), left)
            if not ended:
                raise TimeoutError(f"{len(waiting) - yielded} (of {len(waiting)}) futures unfinished")
            future = ended.pop(0)
        yield future


def resolve_futures_to_results(expr: PrefectFuture[R] | Any) -> Any:
    """Return `expr` with each future inside it replaced by its result, waiting for it.

    Raises:
        Exception: A run did not complete; its own exception is the cause.
    """

    def result(future: PrefectFuture[Any], _: bool) -> Any:
        try:
            return future.result()
        except Exception as error:
            raise Exception("At least one result did not complete successfully") from error  # noqa: TRY002 - the documented type

    return replace(expr, PrefectFuture, result, unwrap=False)


def resolve_futures_to_states(expr: PrefectFuture[R] | Any) -> Any:
    """Return `expr` with each future inside it replaced by its final state, waiting for it."""

    def final_state(future: PrefectFuture[Any], _: bool) -> State[Any]:
        future.wait()
        return future.state

    return replace(expr, PrefectFuture, final_state, unwrap=False)
