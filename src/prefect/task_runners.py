"""Task runners: where submitted tasks run.

A submitted task starts when the runs it depends on have ended; until then it takes no thread.
"""

from __future__ import annotations

import abc
import threading
from collections.abc import Callable, Iterable
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, Generic, Self

from typing_extensions import TypeVar

from prefect._dual.drivers import arun, run
from prefect._elastic_pool import ElasticPool, WorkItem, thread_runner
from prefect._engine.inputs import collect_inputs, resolve, upstream_futures
from prefect._engine.mapping import mapped_parameters
from prefect._engine.parameters import (
    collapse_variadic_parameters,
    explode_variadic_parameter,
    get_parameter_defaults,
)
from prefect._outcome import Outcome
from prefect.exceptions import MappingMissingIterable
from prefect.futures import PrefectConcurrentFuture, PrefectFuture, PrefectFutureList
from prefect.logging.loggers import get_logger
from prefect.schemas.run_inputs import RunInput
from prefect.schemas.states import State
from prefect.settings import get_current_settings
from prefect.states import Cancelled, crashed_state
from prefect.task_engine import TaskRunEngine

if TYPE_CHECKING:
    from prefect.tasks import Task

R = TypeVar("R", default=Any)
F = TypeVar("F", bound="PrefectFuture[Any]", default="PrefectConcurrentFuture[Any]")

MOST_THREADS = 10_000
"""How many threads a runner may have when nobody said how many."""


class TaskRunner(abc.ABC, Generic[F]):
    """Runs submitted tasks while it is entered with `with`; a flow run enters a duplicate of its flow's runner."""

    def __init__(self) -> None:
        self.logger = get_logger("task_runner").getChild(self.name)
        self._started = False

    @property
    def name(self) -> str:
        """The runner's name for people."""
        return type(self).__name__.lower().replace("taskrunner", "")

    @abc.abstractmethod
    def duplicate(self) -> Self:
        """Return a new runner with the same options."""

    @abc.abstractmethod
    def submit(
        self,
        task: Task[..., Any],
        parameters: dict[str, Any],
        wait_for: Iterable[PrefectFuture[Any]] | None = None,
        dependencies: dict[str, set[RunInput]] | None = None,
    ) -> F:
        """Start a run of a task as soon as the runs it depends on have ended, and return its future at once."""

    def map(
        self,
        task: Task[..., Any],
        parameters: dict[str, Any],
        wait_for: Iterable[PrefectFuture[Any]] | None = None,
    ) -> PrefectFutureList[Any]:
        """Start a run of a task for each element of the iterables among the parameters.

        Raises:
            RuntimeError: The runner is not started.
            MappingMissingIterable: There is nothing to map over.
            MappingLengthMismatch: The iterables have different lengths.
        """
        self._check_started()
        if not parameters:
            raise MappingMissingIterable(
                f"No parameters were given to {task.name!r}.map(). Give a list to map over."
            )
        given = explode_variadic_parameter(task.fn, parameters)
        origins = {
            name: collect_inputs(value, None)
            for name, value in given.items()
            if isinstance(value, (PrefectFuture, State))
        }
        given = {name: _unpacked(value) for name, value in given.items()}
        each = mapped_parameters(task.name, given, get_parameter_defaults(task.fn))
        waited = list(wait_for) if wait_for is not None else None
        return PrefectFutureList(
            self.submit(
                task,
                collapse_variadic_parameters(task.fn, one),
                wait_for=waited,
                dependencies=origins or None,
            )
            for one in each
        )

    def unfinished(self) -> list[Outcome[State[Any]]]:
        """Return what holds the final states of the runs that have not ended."""
        return []

    def cancel_waiting(self) -> None:
        """Give up the runs that have not begun; those that have go on."""

    def abandon(self, error: BaseException) -> None:
        """Record the runs that have not ended as crashed by `error`: their process is about to end."""

    def _check_started(self) -> None:
        if not self._started:
            raise RuntimeError(
                f"The task runner {self.name!r} is not started. Use it inside a flow, or with `with`."
            )

    def __enter__(self) -> Self:
        if self._started:
            raise RuntimeError(
                f"The task runner {self.name!r} is started already. Use .duplicate() for another one."
            )
        self._started = True
        return self

    def __exit__(self, *error: object) -> None:
        self._started = False


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
            _Countdown(before, lambda: self._start(submitted))
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
            if engine.task.isasync:
                thread_runner().run(arun(engine.steps()), context=context)
            else:
                context.run(run, engine.steps())
        except BaseException as error:  # the run has recorded it; the thread serves other runs
            if not engine.state.is_final():
                engine.finish(crashed_state(error), error)
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


def _unpacked(value: Any) -> Any:
    """Return what is to be mapped over: the result of a single future or state, anything else as it is."""
    if isinstance(value, PrefectFuture):
        value.wait()
    return resolve(value) if isinstance(value, (PrefectFuture, State)) else value


class _Countdown:
    """Calls a function when all of some futures are done."""

    def __init__(self, futures: list[PrefectFuture[Any]], then: Callable[[], None]) -> None:
        self._left = len(futures)
        self._then = then
        self._lock = threading.Lock()
        for future in futures:
            future.add_done_callback(self._one_done)

    def _one_done(self, _: Any) -> None:
        with self._lock:
            self._left -= 1
            last = self._left == 0
        if last:
            self._then()
