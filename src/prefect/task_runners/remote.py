"""Running tasks in other processes: what the runners with a process pool, Dask and Ray have in common.

The life of a task run is lived in the other process. This one creates the run, waits for what it depends on, sends it
as a unit of work, and hears of its end. If the other process does not answer any more, the run is recorded as crashed.
"""

from __future__ import annotations

import abc
import logging
import threading
from collections.abc import Iterable
from concurrent.futures import Future
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any

from prefect._engine.carried_context import serialize_context
from prefect._engine.carried_task_run import pack, unpack
from prefect._engine.inputs import check_upstream, resolve, upstream_futures
from prefect._engine.logs import log
from prefect._engine.portable import dumps
from prefect._outcome import Outcome
from prefect.context import FlowRunContext, TaskRunContext, current_tags
from prefect.exceptions import UpstreamTaskError
from prefect.futures import PrefectConcurrentFuture, PrefectFuture
from prefect.schemas.run_inputs import RunInput, RunType
from prefect.schemas.states import State
from prefect.settings import get_current_settings
from prefect.states import Cancelled, failed_state
from prefect.task_engine import TaskRunEngine
from prefect.task_runners.base import Countdown, TaskRunner
from prefect.task_runners.executor import UnitExecutor
from prefect.task_runners.threads import ThreadPoolTaskRunner

if TYPE_CHECKING:
    from prefect.tasks import Task


class RemoteTaskRunner(TaskRunner["PrefectConcurrentFuture[Any]"]):
    """Runs tasks by a `UnitExecutor`."""

    _same_script = False
    """Whether the processes have loaded the script of this one, so that what it defines is found there by name."""

    def __init__(self) -> None:
        super().__init__()
        self._executor: UnitExecutor | None = None
        self._lock = threading.Lock()
        self._runs: dict[Outcome[State[Any]], _RemoteRun] = {}
        self._sent: tuple[tuple[Any, ...], bytes] | None = None

    @abc.abstractmethod
    def open_executor(self) -> UnitExecutor:
        """Return what runs the units; called once, when the first task is submitted."""

    def inside_a_task(self) -> ThreadPoolTaskRunner:
        """Return a pool of threads: tasks that such a task submits run in its process."""
        return ThreadPoolTaskRunner()

    def submit(
        self,
        task: Task[..., Any],
        parameters: dict[str, Any],
        wait_for: Iterable[PrefectFuture[Any]] | None = None,
        dependencies: dict[str, set[RunInput]] | None = None,
    ) -> PrefectConcurrentFuture[Any]:
        """Start a run of a task as soon as the runs it depends on have ended; see `TaskRunner.submit`.

        Raises:
            RuntimeError: The runner is not started.
        """
        self._check_started()
        with self._lock:
            if self._executor is None:
                self._executor = self.open_executor()
        engine: TaskRunEngine[Any] = TaskRunEngine(
            task, parameters, wait_for=wait_for, dependencies=dependencies
        )
        submitted = _RemoteRun(
            engine, self._executor, self._runs, self._carried_context(), same_script=self._same_script
        )
        before = [f for f in upstream_futures([*parameters.values(), wait_for]) if not f.state.is_final()]
        if before:
            Countdown(before, submitted.send)
        else:
            submitted.send()
        return PrefectConcurrentFuture(engine.task_run.id, submitted.done)

    def _carried_context(self) -> bytes:
        """Return the present context as bytes, made anew only when something in it has changed."""
        flow_context, task_context = FlowRunContext.get(), TaskRunContext.get()
        task_run_id = None if task_context is None else task_context.task_run.id
        key = (id(flow_context), task_run_id, current_tags(), get_current_settings())
        if self._sent is None or self._sent[0] != key:
            self._sent = (key, dumps(serialize_context(), same_script=self._same_script))
        return self._sent[1]

    def unfinished(self) -> list[Outcome[State[Any]]]:
        """Return what holds the final states of the runs that have not ended."""
        return list(self._runs)

    def cancel_waiting(self) -> None:
        """Give up the runs that have not begun: they end as Cancelled."""
        for submitted in list(self._runs.values()):
            submitted.cancel()

    def abandon(self, error: BaseException) -> None:
        """Record the runs that have not ended as crashed by `error`, and end their processes."""
        self.cancel_waiting()
        left = list(self._runs.values())
        self._runs.clear()
        with self._lock:
            executor, self._executor = self._executor, None
        for submitted in left:
            submitted.reason = error
        if executor is not None:
            executor.kill()
        for submitted in left:
            submitted.crash(error)

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        with self._lock:
            executor, self._executor = self._executor, None
        self._sent = None
        if executor is not None:
            executor.close()


class _RemoteRun:
    """A submitted task run: it is sent once, or cancelled before, and ends once. It leaves `runs` when it has ended."""

    def __init__(
        self,
        engine: TaskRunEngine[Any],
        executor: UnitExecutor,
        runs: dict[Outcome[State[Any]], _RemoteRun],
        carried: bytes,
        *,
        same_script: bool,
    ) -> None:
        self.done: Outcome[State[Any]] = Outcome()
        self._engine = engine
        self._executor = executor
        self._runs = runs
        self._carried = carried
        self._same_script = same_script
        self._context: Context = copy_context()
        self._work: Future[bytes] | None = None
        self.reason: BaseException | None = None
        """Why the run is ended, if it was decided here; otherwise its process tells, or the end of that process."""
        self._ended = False
        self._lock = threading.RLock()
        runs[self.done] = self
        self.done.meanwhile = self.present_state

    def present_state(self) -> State[Any] | None:
        """Return the state that the run is in while it has not ended, as far as it is known."""
        if self._work is not None and self._work.running():
            stored = self._engine.backend.read_task_run(self._engine.task_run.id)
            # A state that is final is only shown when its result is here.
            if stored is not None and stored.state is not None and not stored.state.is_final():
                return stored.state
        return self._engine.state

    def send(self) -> None:
        """Send the run off, with the results of the runs it depends on in the place of their futures."""
        self._context.run(self._send)

    def _send(self) -> None:
        engine = self._engine
        with self._lock:
            if self._ended:
                return
            try:
                engine.parameters = {name: resolve(value) for name, value in engine.parameters.items()}
                check_upstream(engine.wait_for)
                unit = pack(engine, self._carried, same_script=self._same_script)
            except UpstreamTaskError as error:
                engine.refuse(error)
                self._end(engine.state)
                return
            except Exception as error:  # what cannot be sent has failed
                engine.finish(failed_state(error, "Task run could not be sent to another process:"), error)
                log(engine.scope, logging.ERROR, "Task run failed: %s", error)
                self._end(engine.state)
                return
        # The other process changes the row of this run: it must be there.
        engine.backend.flush().add_done_callback(lambda written: self._submit(unit, written))

    def _submit(self, unit: bytes, written: Future[None]) -> None:
        with self._lock:
            if self._ended:
                return
            try:
                written.result()
                self._work = self._executor.submit(unit)
            except Exception as error:
                self.crash(error)
                return
        self._work.add_done_callback(self._answered)

    def _answered(self, work: Future[bytes]) -> None:
        if work.cancelled():
            return
        with self._lock:
            if self._ended:
                return
            engine = self._engine
            try:
                state = unpack(work.result())
            except Exception as error:
                self.crash(error)
                return
            if state.is_completed() and engine.flow_context is not None:
                value = getattr(state.data, "result", None)
                engine.flow_context.results_seen.add(value, state, RunType.TASK_RUN)
            self._end(state)

    def cancel(self) -> None:
        """End the run as Cancelled if it has not begun."""
        with self._lock:
            if self._ended or (self._work is not None and not self._work.cancel()):
                return
            self._engine.finish(Cancelled(message="The flow run ended before this task run began."), None)
            self._end(self._engine.state)

    def crash(self, error: BaseException) -> None:
        """Record the run as crashed, from the state that its process has recorded last."""
        with self._lock:
            if self._ended:
                return
            engine = self._engine
            stored = engine.backend.read_task_run(engine.task_run.id)
            if stored is not None and stored.state is not None:
                engine.task_run, engine.state = stored, stored.state
            engine.handle_crash(self.reason or error)
            self._end(engine.state)

    def _end(self, state: State[Any]) -> None:
        self._ended = True
        self._runs.pop(self.done, None)
        self.done.set_result(state)
