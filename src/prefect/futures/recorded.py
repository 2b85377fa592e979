"""Futures of runs that some other process runs or will run: they know the id of the run, and read its record."""

from __future__ import annotations

import abc
import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from typing import Any
from uuid import UUID

from typing_extensions import TypeVar

from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps, sleep
from prefect._elastic_pool import idle_in_pool
from prefect.backend import get_backend
from prefect.backend.protocol import Backend
from prefect.exceptions import ObjectNotFound
from prefect.futures.future import PrefectFuture, PrefectTaskRunFuture
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.run_inputs import FlowRunResult, RunInput
from prefect.schemas.states import State
from prefect.schemas.task_runs import TaskRun

R = TypeVar("R", default=Any)
_FIRST_PAUSE, _LONGEST_PAUSE = 0.01, 0.2
"""How long, in seconds, to wait between looks at a run in another process: not long, then longer."""


class RecordedFuture(PrefectFuture[R]):
    """A future that reads the record of its run. It can be pickled, kept, and made anew from the id."""

    __slots__ = ("_ended", "_lock", "done_callbacks", "waiter")

    _kind: str
    _advice: str

    done_callbacks: list[Callable[[PrefectFuture[R]], None]]
    """What is called when the run has ended."""
    waiter: threading.Thread | None
    """The thread that waits for that, if there is one."""

    def __init__(self, run_id: UUID) -> None:
        super().__init__(run_id)
        self._ended: State[R] | None = None
        self._lock = threading.Lock()
        self.done_callbacks = []
        self.waiter = None

    @abc.abstractmethod
    def _recorded(self, backend: Backend) -> FlowRun | TaskRun | None: ...

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
        stored = self._recorded(backend)
        if stored is None or stored.state is None:
            error = KeyError(str(self._task_run_id))
            raise ObjectNotFound(
                error,
                f"There is no {self._kind.lower()} {self._task_run_id} in the database that these settings name. "
                "Was it deleted, or is it recorded under another PREFECT_HOME?",
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
                f"{self._kind} {self._task_run_id} did not complete within {timeout} seconds. {self._advice}"
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

    async def aresult(self, timeout: float | None = None, raise_on_failure: bool = True) -> R:
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
        with self._lock:
            self.done_callbacks.append(fn)
            if self.waiter is None:
                self.waiter = threading.Thread(
                    target=copy_context().run, args=(self._watch,), name="prefect-future", daemon=True
                )
                self.waiter.start()

    def _watch(self) -> None:
        self.wait()
        with self._lock:
            waiting, self.done_callbacks = self.done_callbacks, []
            self.waiter = None
        for fn in waiting:
            fn(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and self._task_run_id == other._task_run_id

    def __hash__(self) -> int:
        return hash(self._task_run_id)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._task_run_id,)


class PrefectDistributedFuture(RecordedFuture[R], PrefectTaskRunFuture[R]):
    """A future of a task run that some other process runs or will run. It knows no more than the run's id."""

    __slots__ = ()

    _kind = "Task run"
    _advice = "Is there a task worker that serves this task?"

    def __init__(self, task_run_id: UUID) -> None:
        super().__init__(task_run_id)

    def _recorded(self, backend: Backend) -> TaskRun | None:
        return backend.read_task_run(self._task_run_id)

    async def result_async(self, timeout: float | None = None, raise_on_failure: bool = True) -> R:
        """Wait for the result of the run without holding up the event loop; see `PrefectFuture.result`."""
        return await self.aresult(timeout, raise_on_failure)


class PrefectFlowRunFuture(RecordedFuture[R]):
    """A future of a flow run, which any process may run.

    Its result can be read when the flow persists it.

    Args:
        flow_run_id: The id of the flow run.
    """

    __slots__ = ()

    _kind = "Flow run"
    _advice = "It goes on, or is still to begin."

    def __init__(self, flow_run_id: UUID) -> None:
        super().__init__(flow_run_id)

    @property
    def flow_run_id(self) -> UUID:
        """The id of the flow run."""
        return self._task_run_id

    @property
    def run_input(self) -> RunInput:
        """The reference by which another run names this one as its input."""
        return FlowRunResult(id=self.flow_run_id)

    def _recorded(self, backend: Backend) -> FlowRun | None:
        return backend.read_flow_run(self.flow_run_id)
