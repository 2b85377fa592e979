"""Running tasks in threads of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any

from prefect._elastic_pool import ElasticPool, WorkItem
from prefect._engine.inputs import upstream_futures
from prefect._engine.pool_thread import run_in_thread
from prefect._outcome import Outcome
from prefect.futures import PrefectConcurrentFuture, PrefectFuture
from prefect.schemas.run_inputs import RunInput
from prefect.schemas.states import State
from prefect.settings import get_current_settings
from prefect.states import Cancelled
from prefect.task_engine import TaskRunEngine
from prefect.task_runners.base import Countdown, TaskRunner

if TYPE_CHECKING:
    from prefect.tasks import Task

MOST_THREADS = 10_000
"""How many threads a runner may have when nobody said how many."""


class ThreadPoolTaskRunner(TaskRunner["PrefectConcurrentFuture[Any]"]):
    """Runs tasks in threads of this process.

    Args:
        max_workers: How many tasks run at once at most; by default as many as there are, with as few threads as
            needed while tasks compute, and more while they wait. A task that waits for other tasks does not count, so
            this is no lock: use a concurrency limit for that.

    Example:
        >>> @flow(task_runner=ThreadPoolTaskRunner(max_workers=8))
        ... def crawl(urls: list[str]): ...

    Raises:
        ValueError: `max_workers` is less than one.
    """

    def __init__(self, max_workers: int | None = None) -> None:
        super().__init__()
        if max_workers is not None and max_workers < 1:
            raise ValueError(f"max_workers is {max_workers}; at least one thread is needed to run tasks.")
        limit = max_workers or get_current_settings().tasks.runner.thread_pool_max_workers or MOST_THREADS
        self._max_workers = limit
        self._given_workers = max_workers
        self._pool: ElasticPool | None = None
        self._lock = threading.Lock()
        self._runs: dict[Outcome[State[Any]], _SubmittedRun] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ThreadPoolTaskRunner) and self._max_workers == other._max_workers

    __hash__ = None  # pyright: ignore[reportAssignmentType] - equal runners are not one runner

    def duplicate(self) -> ThreadPoolTaskRunner:
        """Return a new runner with the same options."""
        return type(self)(max_workers=self._given_workers)

    def inside_a_task(self) -> ThreadPoolTaskRunner:
        """Return a runner of the same kind; see `TaskRunner.inside_a_task`."""
        return self.duplicate()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._given_workers,)

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
        engine: TaskRunEngine[Any] = TaskRunEngine(
            task, parameters, wait_for=wait_for, dependencies=dependencies
        )
        done: Outcome[State[Any]] = Outcome()
        submitted = _SubmittedRun(engine, done, self._runs)
        self._runs[done] = submitted
        done.meanwhile = submitted.present_state
        future: PrefectConcurrentFuture[Any] = PrefectConcurrentFuture(engine.task_run.id, done)
        before = [f for f in upstream_futures([*parameters.values(), wait_for]) if not f.state.is_final()]
        if before:
            Countdown(before, lambda: self._start(submitted))
        else:
            self._start(submitted)
        return future

    def unfinished(self) -> list[Outcome[State[Any]]]:
        """Return what holds the final states of the runs that have not ended."""
        return list(self._runs)

    def cancel_waiting(self) -> None:
        """Give up the runs that have not begun: they end as Cancelled."""
        for submitted in list(self._runs.values()):
            submitted.cancel()

    def abandon(self, error: BaseException) -> None:
        """Record the runs that have not ended as crashed by `error`; see `TaskRunner.abandon`."""
        self.cancel_waiting()
        for submitted in list(self._runs.values()):
            submitted.crash(error)
        self._runs.clear()

    def _start(self, submitted: _SubmittedRun) -> None:
        with self._lock:
            if self._pool is None:
                self._pool = ElasticPool(self._max_workers, "prefect-task")
        self._pool.submit(WorkItem(submitted.run, submitted.done))

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close(wait=not any(error))


ConcurrentTaskRunner = ThreadPoolTaskRunner


class _SubmittedRun:
    """A submitted task run: it begins once, or is cancelled before it begins. It leaves `runs` when it has ended."""

    __slots__ = ("_claim", "_context", "_runs", "done", "engine")

    def __init__(
        self,
        engine: TaskRunEngine[Any],
        done: Outcome[State[Any]],
        runs: dict[Outcome[State[Any]], _SubmittedRun],
    ) -> None:
        self._runs = runs
        self.engine: TaskRunEngine[Any] | None = engine
        self.done = done
        self._context: Context | None = copy_context()
        self._claim = threading.Lock()

    def present_state(self) -> State[Any] | None:
        """Return the state that the run is in while it has not ended."""
        engine = self.engine
        return engine.state if engine else None

    def run(self) -> None:
        """Live the life of the run, in the context in which it was submitted, and tell its final state."""
        if not self._claim.acquire(blocking=False):
            return
        engine, context = self.engine, self._context
        assert engine is not None  # only who holds the claim lets go of it
        assert context is not None  # the same
        try:
            run_in_thread(engine, context)
        finally:
            self._end(engine)

    def cancel(self) -> None:
        """End the run as Cancelled if it has not begun."""
        if self._claim.acquire(blocking=False):
            engine = self.engine
            assert engine is not None  # only who holds the claim lets go of it
            engine.finish(Cancelled(message="The flow run ended before this task run began."), None)
            self._end(engine)

    def _end(self, engine: TaskRunEngine[Any]) -> None:
        """Tell the final state, and let go of all that the run held."""
        self.engine = self._context = None
        self._runs.pop(self.done, None)
        self.done.set_result(engine.state)

    def crash(self, error: BaseException) -> None:
        """Record the run, which has begun, as crashed."""
        engine = self.engine
        if engine is not None:
            engine.handle_crash(error)
