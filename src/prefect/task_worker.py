"""Task workers: they run what `task.delay()` and its like have stored, in this process, until they are told to end.

A worker looks for runs of its tasks, claims them, runs each in a thread, and renews its claims meanwhile. The claims of
a worker that has died lapse after `CLAIM_SECONDS`, and another one begins those runs again.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from prefect._clock import now
from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Settle, Steps, settle
from prefect._elastic_pool import ElasticPool, WorkItem
from prefect._engine.carried_context import hydrated_context
from prefect._engine.logs import log
from prefect._engine.pool_thread import run_in_thread
from prefect._engine.portable import loads
from prefect._engine.scheduling import key_of_parameters, parameters_store
from prefect._outcome import Outcome
from prefect.backend import get_backend
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import get_logger
from prefect.results import ResultStore
from prefect.schemas.task_runs import TaskRun
from prefect.settings import get_current_settings
from prefect.states import failed_state
from prefect.store.background_tasks import (
    claim_task_runs,
    count_due_task_runs,
    end_claims,
    renew_claims,
)
from prefect.task_engine import TaskRunEngine

if TYPE_CHECKING:
    from prefect.tasks import Task

CLAIM_SECONDS = 30.0
"""How long a claim holds unless it is renewed; a worker renews its claims three times as often."""

LOOK_EVERY = 0.1
"""How often, in seconds, a worker looks for runs."""

MOST_AT_ONCE = 1000
"""How many runs a worker without a limit has at once."""

logger = get_logger("task_worker")


class StopTaskWorker(Exception):
    """A task worker was told to end."""


class TaskWorker:
    """Runs background tasks.

    Args:
        *tasks: The tasks whose runs it takes.
        limit: How many runs it has at once; None for as many as there are.

    Example:
        >>> worker = TaskWorker(send_mail, limit=5)
        >>> worker.start()
    """

    def __init__(self, *tasks: Task[..., Any], limit: int | None = 10) -> None:
        # What a background task returns is read by other processes, so it must be written.
        self.tasks: list[Task[..., Any]] = [_persisting(task) for task in tasks]
        self.task_keys: set[str] = {task.task_key for task in self.tasks if hasattr(task, "task_key")}
        self.stopping = False
        self.in_flight_task_runs: dict[str, dict[UUID, datetime]] = {key: {} for key in self.task_keys}
        self.finished_task_runs: dict[str, int] = dict.fromkeys(self.task_keys, 0)
        self._limit = limit or None
        self._started_at: datetime | None = None
        self._client_id = f"{socket.gethostname()}-{os.getpid()}"
        self._owner = f"{self._client_id}-{id(self)}-{time.time_ns()}"
        self._claimed: set[UUID] = set()
        self._lock = threading.Lock()
        self._pool: ElasticPool | None = None
        self._ended_by: int | None = None
        self._room: Outcome[None] = Outcome()
        """Is set when a run ends, so that the next one need not wait for the next look."""

    @property
    def client_id(self) -> str:
        """Who the worker is: its machine and process."""
        return self._client_id

    @property
    def started_at(self) -> datetime | None:
        """When it was started."""
        return self._started_at

    @property
    def started(self) -> bool:
        """Whether it takes runs."""
        return self._started_at is not None and not self.stopping

    @property
    def limit(self) -> int | None:
        """How many runs it has at once at most."""
        return self._limit

    @property
    def current_tasks(self) -> int:
        """How many runs it has now."""
        return len(self._claimed)

    @property
    def available_tasks(self) -> int | None:
        """How many more runs it would take now; None if there is no limit."""
        return None if self._limit is None else self._limit - self.current_tasks

    def status(self) -> dict[str, Any]:
        """Return how the worker is, as JSON can hold it."""
        return {
            "client_id": self.client_id,
            "started_at": None if self.started_at is None else self.started_at.isoformat(),
            "current_tasks": self.current_tasks,
            "available_tasks": self.available_tasks,
            "finished_task_runs": sum(self.finished_task_runs.values()),
        }

    def handle_sigterm(self, signum: int, frame: object) -> None:
        """Take no more runs, and end by the signal when those there are have ended. A second signal ends it at once."""
        del frame
        if self._ended_by is not None:
            signal.signal(signum, signal.SIG_DFL)
            os.kill(os.getpid(), signum)
        logger.info("SIGTERM received: the task worker ends when its %s runs have ended.", self.current_tasks)
        self._ended_by = signum
        self.stopping = True

    async def astart(self, timeout: float | None = None) -> None:
        """Take and run runs until the worker is stopped; see `start`."""
        with self._open():
            await arun(self._work(timeout))

    @async_dispatch(astart)
    def start(self, timeout: float | None = None) -> None:
        """Take and run runs until the worker is stopped, or SIGTERM or Ctrl-C ends it.

        Args:
            timeout: End after this many seconds; None does not.

        Raises:
            ValueError: It has no tasks.
            TypeError: One of its tasks is something else.
        """
        with self._open():
            run(self._work(timeout))

    async def astop(self) -> None:
        """Take no more runs; see `stop`."""
        self.stopping = True

    @async_dispatch(astop)
    def stop(self) -> None:
        """Take no more runs. `start` returns when those there are have ended.

        Raises:
            RuntimeError: The worker is not started.
        """
        if not self.started:
            raise RuntimeError("This task worker has not been started, or is stopping already.")
        self.stopping = True

    async def __aenter__(self) -> Self:
        self._check()
        self._begin()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self.stopping = True
        self._end()

    def _check(self) -> None:
        if not self.tasks:
            raise ValueError("A task worker needs at least one task: serve(my_task).")
        for task in self.tasks:
            if not hasattr(task, "task_key"):
                raise TypeError(
                    f"{task!r} is no task and cannot be served. Decorate the function with @task."
                )

    def _begin(self) -> None:
        ensure_logging_setup(get_current_settings())
        self._started_at = now()
        self._pool = ElasticPool(self._limit or MOST_AT_ONCE, "prefect-background")

    def _end(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    @contextmanager
    def _open(self) -> Generator[None]:
        self._check()
        self._begin()
        names = ", ".join(repr(task.name) for task in self.tasks)
        logger.info("Task worker %s takes runs of %s.", self._client_id, names)
        in_main = threading.current_thread() is threading.main_thread()
        previous = signal.signal(signal.SIGTERM, self.handle_sigterm) if in_main else None
        try:
            yield
        finally:
            self.stopping = True
            self._end()
            if in_main:
                signal.signal(signal.SIGTERM, previous if previous is not None else signal.SIG_DFL)
        if self._ended_by is not None:
            os.kill(os.getpid(), self._ended_by)

    def _work(self, timeout: float | None) -> Steps[None]:
        """Claim and renew until it is time to end, then wait for the runs there are."""
        deadline = None if timeout is None else time.monotonic() + timeout
        renewal = time.monotonic()
        while not self.stopping or self._claimed:
            if deadline is not None and time.monotonic() >= deadline:
                self.stopping = True
            if not self.stopping:
                yield from self._take()
            if time.monotonic() >= renewal:
                renewal = time.monotonic() + CLAIM_SECONDS / 3
                if self._claimed:
                    yield from settle(
                        get_backend().perform(renew_claims, self._owner, list(self._claimed), CLAIM_SECONDS)
                    )
            with suppress(TimeoutError):
                yield Settle(self._room, LOOK_EVERY)
            self._room = Outcome()

    def _take(self) -> Steps[None]:
        room = MOST_AT_ONCE - self.current_tasks if self.available_tasks is None else self.available_tasks
        keys, backend = sorted(self.task_keys), get_backend()
        # Looking costs next to nothing, claiming takes the one right to write: it is only asked for when there is work.
        if room <= 0 or not (yield from settle(backend.perform(count_due_task_runs, keys))):
            return
        claiming = backend.perform(claim_task_runs, self._owner, keys, room, CLAIM_SECONDS)
        for task_run in (yield from settle(claiming)):
            self._hand_over(task_run)

    def _hand_over(self, task_run: TaskRun) -> None:
        logger.info("Received task run: %s - %s", task_run.id, task_run.name)
        self._claimed.add(task_run.id)
        self.in_flight_task_runs[task_run.task_key][task_run.id] = now()
        assert self._pool is not None  # open while the worker works
        done: Outcome[None] = Outcome()
        self._pool.submit(WorkItem(lambda: self._execute(task_run, done), done))

    async def execute_task_run(self, task_run: TaskRun) -> None:
        """Run a task run that was claimed, and return when it has ended."""
        import asyncio  # whoever awaits this has loaded it

        await asyncio.to_thread(self._execute, task_run, Outcome())

    def _execute(self, task_run: TaskRun, done: Outcome[None]) -> None:
        try:
            self._live(task_run)
        except Exception:  # the worker serves other runs; this one is claimed again when the claim lapses
            logger.exception("Task run %s could not be run by this worker.", task_run.id)
        else:
            get_backend().perform(end_claims, self._owner, [task_run.id]).result()
        finally:
            with self._lock:
                self._claimed.discard(task_run.id)
                self.in_flight_task_runs[task_run.task_key].pop(task_run.id, None)
                self.finished_task_runs[task_run.task_key] += 1
            room = self._room
            if not room.done():
                room.set_result(None)
            done.set_result(None)

    def _live(self, task_run: TaskRun) -> None:
        """Live the life of a run, in the context in which it was scheduled."""
        task = next(task for task in self.tasks if task.task_key == task_run.task_key)
        try:
            stored = _read(parameters_store(), task_run)
            context: dict[str, Any] | None = loads(stored["context"]) if stored else None
            parameters = (
                {name: loads(value) for name, value in stored["parameters"].items()} if stored else {}
            )
            wait_for = loads(stored["wait_for"]) if stored else None
        except Exception as error:  # of a storage, or of a class that is not here
            engine: TaskRunEngine[Any] = TaskRunEngine(task, {}, task_run=task_run)
            engine.finish(
                failed_state(error, "The parameters that the run was scheduled with cannot be read:"), error
            )
            log(
                engine.scope,
                logging.ERROR,
                "The parameters of this run cannot be read: %s",
                error,
                error=error,
            )
        else:
            with hydrated_context(context):
                engine = TaskRunEngine(task, parameters, task_run=task_run, wait_for=wait_for)
                run_in_thread(engine)
        get_backend().flush().result()


def _persisting(task: Task[..., Any]) -> Task[..., Any]:
    if not hasattr(task, "task_key") or task.persist_result:
        return task
    return task.with_options(persist_result=True)


def _read(store: ResultStore, task_run: TaskRun) -> dict[str, Any] | None:
    """Return what was stored with a task run; None if nothing was."""
    state = task_run.state
    identifier = state.state_details.task_parameters_id if state else None
    return None if identifier is None else store.read(key_of_parameters(identifier)).result


def should_try_to_read_parameters(task: Task[..., Any], task_run: TaskRun) -> bool:
    """Return whether parameters were stored with a scheduled run of a task."""
    del task
    return task_run.state is not None and task_run.state.state_details.task_parameters_id is not None


async def store_parameters(result_store: ResultStore, identifier: UUID, parameters: dict[str, Any]) -> None:
    """Write parameters under an identifier, for `read_parameters`."""
    await result_store.awrite(parameters, key=key_of_parameters(identifier))


async def read_parameters(result_store: ResultStore, identifier: UUID) -> dict[str, Any]:
    """Return the parameters that were written under an identifier.

    Raises:
        ValueError: There are none.
    """
    return (await result_store.aread(key_of_parameters(identifier))).result


@contextmanager
def status_server(task_worker: TaskWorker, port: int | None) -> Generator[None]:
    """Answer `GET /status` on a port of this machine, as JSON, inside the block; with None do nothing."""
    if port is None:
        yield
        return
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer  # few workers have one

    class Status(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.partition("?")[0] != "/status":
                self.send_error(404)
                return
            body = json.dumps(task_worker.status()).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: somebody asks every few seconds."""

    with ThreadingHTTPServer(("127.0.0.1", port), Status) as server:
        threading.Thread(target=server.serve_forever, name="prefect-status", daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


async def aserve(
    *tasks: Task[..., Any],
    limit: int | None = 10,
    status_server_port: int | None = None,
    timeout: float | None = None,
) -> None:
    """Run background runs of tasks in this process; see `serve`."""
    worker = TaskWorker(*tasks, limit=limit)
    with status_server(worker, status_server_port):
        await worker.astart(timeout=timeout)


@async_dispatch(aserve)
def serve(
    *tasks: Task[..., Any],
    limit: int | None = 10,
    status_server_port: int | None = None,
    timeout: float | None = None,
) -> None:
    """Run background runs of tasks in this process until it is told to end, by SIGTERM or Ctrl-C.

    Args:
        *tasks: The tasks.
        limit: How many runs at once; None for as many as there are.
        status_server_port: A port on which `GET /status` answers how the worker is, as JSON.
        timeout: End after this many seconds; None does not.

    Example:
        >>> serve(send_mail, make_thumbnail)

    Raises:
        ValueError: No task is given.
        TypeError: Something that is no task is given.
    """
    worker = TaskWorker(*tasks, limit=limit)
    with status_server(worker, status_server_port):
        worker.start(timeout=timeout, _sync=True)  # pyright: ignore[reportCallIssue] - of async_dispatch
