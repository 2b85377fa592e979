"""The recorder: gathers task runs, their states and log lines until the writer takes them.

A run's rows are kept in the order in which they came. Of a task run only the newest values are kept, but every state.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from prefect.schemas.states import State
from prefect.schemas.task_runs import TaskRun
from prefect.store.logs import record_logs
from prefect.store.statements import Transaction
from prefect.store.task_runs import record_task_runs

HIGH_WATER = 20_000
"""How many rows may gather before whoever records more is made to wait for the writer."""


class Recorder:
    """Gathers rows from any thread; `take` hands them to the writer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._task_runs: dict[UUID, dict[str, Any]] = {}
        self._states: list[tuple[UUID, State[Any]]] = []
        self._logs: list[dict[str, Any]] = []
        self._taken: (
            tuple[dict[UUID, dict[str, Any]], list[tuple[UUID, State[Any]]], list[dict[str, Any]]] | None
        ) = None
        self._room = threading.Event()
        self._room.set()

    def add_task_run(self, task_run: TaskRun, state: State[Any]) -> None:
        """Keep a task run's present values, and a state it has entered."""
        values = task_run.__dict__.copy()
        with self._lock:
            self._task_runs[task_run.id] = values
            self._states.append((task_run.id, state))

    def add_log(self, line: dict[str, Any]) -> None:
        """Keep a log line, given as field values."""
        with self._lock:
            self._logs.append(line)

    def wait_for_room(self, wake: Callable[[], object], timeout: float) -> None:
        """Hold up the caller while more than HIGH_WATER rows wait, at most `timeout` seconds."""
        if len(self._states) + len(self._logs) < HIGH_WATER:
            return
        self._room.clear()
        wake()
        self._room.wait(timeout)

    def take(self) -> Transaction[None] | None:
        """Return what has gathered as one transaction, or None."""
        with self._lock:
            taken = (self._task_runs, self._states, self._logs)
            if not any(taken):
                self._room.set()
                return None
            self._task_runs, self._states, self._logs = {}, [], []
        self._taken = taken
        self._room.set()
        return _record(*taken)

    def give_back(self) -> None:
        """Gather anew what was taken last, before what has come since."""
        if self._taken is None:
            return
        task_runs, states, logs = self._taken
        with self._lock:
            self._task_runs = {**task_runs, **self._task_runs}
            self._states = states + self._states
            self._logs = logs + self._logs

    def one_by_one(self) -> Iterator[Transaction[None]]:
        """Return what was taken last as a transaction for each record."""
        task_runs, states, logs = self._taken or ({}, [], [])
        for run_id, values in task_runs.items():
            yield _record({run_id: values}, [], [])
        for state in states:
            yield _record({}, [state], [])
        for line in logs:
            yield _record({}, [], [line])


def _record(
    task_runs: dict[UUID, dict[str, Any]], states: list[tuple[UUID, State[Any]]], logs: list[dict[str, Any]]
) -> Transaction[None]:
    if task_runs or states:
        yield from record_task_runs(task_runs.values(), states)
    if logs:
        yield from record_logs(logs)
