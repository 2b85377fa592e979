"""The recorder: gathers task runs, their states and log lines until the writer takes them.

A run's rows are kept in the order in which they came. Of a task run only the newest values are kept, but every state.
Rows of runs that were created are inserted whole; of those that were stored before, what can change is updated.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from prefect.schemas.states import State
from prefect.schemas.task_runs import TaskRun
from prefect.store.logs import record_logs
from prefect.store.statements import Transaction
from prefect.store.task_run_recording import record_task_runs

HIGH_WATER = 20_000
"""How many rows may gather before whoever records more is made to wait for the writer."""

LOG_HIGH_WATER = 4_000_000
"""How many characters of log lines may gather before whoever logs more is made to wait for the writer."""


Values = dict[str, Any]


@dataclass(slots=True)
class Gathered:
    """Rows that wait to be written: field values by id of task runs, states of task runs, log lines."""

    created: dict[UUID, Values] = field(default_factory=dict[UUID, Values])
    changed: dict[UUID, Values] = field(default_factory=dict[UUID, Values])
    states: list[tuple[UUID, State[Any]]] = field(default_factory=list[tuple[UUID, State[Any]]])
    logs: list[Values] = field(default_factory=list[Values])
    log_size: int = 0

    def transaction(self) -> Transaction[None]:
        """Return what writes these rows."""
        if self.states or self.created or self.changed:
            yield from record_task_runs(self.created.values(), self.changed.values(), self.states)
        if self.logs:
            yield from record_logs(self.logs)

    def followed_by(self, later: Gathered) -> Gathered:
        """Return these rows and later ones together."""
        created = {run_id: later.changed.pop(run_id, values) for run_id, values in self.created.items()}
        return Gathered(
            {**created, **later.created},
            {**self.changed, **later.changed},
            self.states + later.states,
            self.logs + later.logs,
            self.log_size + later.log_size,
        )

    def pieces(self) -> Iterator[Gathered]:
        """Return each of these rows on its own."""
        yield from (Gathered(created={run_id: values}) for run_id, values in self.created.items())
        yield from (Gathered(changed={run_id: values}) for run_id, values in self.changed.items())
        yield from (Gathered(states=[state]) for state in self.states)
        yield from (Gathered(logs=[line]) for line in self.logs)

    def __len__(self) -> int:
        return len(self.states) + len(self.logs)


class Recorder:
    """Gathers rows from any thread; `take` hands them to the writer."""

    def __init__(self, log_high_water: int = LOG_HIGH_WATER) -> None:
        self._lock = threading.Lock()
        self._log_high_water = log_high_water
        self._gathered = Gathered()
        self._taken = Gathered()
        self._room = threading.Event()
        self._room.set()

    def create_task_run(self, task_run: TaskRun, state: State[Any]) -> None:
        """Keep a new task run and its first state."""
        values = vars(task_run).copy()
        with self._lock:
            self._gathered.created[task_run.id] = values
            self._gathered.states.append((task_run.id, state))

    def add_task_run(self, task_run: TaskRun, state: State[Any]) -> None:
        """Keep a task run's present values, and a state it has entered."""
        values = vars(task_run).copy()
        with self._lock:
            gathered = self._gathered
            runs = gathered.created if task_run.id in gathered.created else gathered.changed
            runs[task_run.id] = values
            gathered.states.append((task_run.id, state))

    def add_log(self, line: Values) -> None:
        """Keep a log line, given as field values."""
        with self._lock:
            self._gathered.logs.append(line)
            self._gathered.log_size += len(line["message"])

    def wait_for_room(self, wake: Callable[[], object], timeout: float) -> None:
        """Hold up the caller while too many rows or too long log lines wait, at most `timeout` seconds."""
        gathered = self._gathered
        if len(gathered) < HIGH_WATER and gathered.log_size < self._log_high_water:
            return
        self._room.clear()
        wake()
        self._room.wait(timeout)

    def take(self) -> Transaction[None] | None:
        """Return what has gathered as one transaction, or None."""
        with self._lock:
            self._taken, self._gathered = self._gathered, Gathered()
        self._room.set()
        return self._taken.transaction() if self._taken else None

    def give_back(self) -> None:
        """Gather anew what was taken last, before what has come since."""
        with self._lock:
            self._gathered = self._taken.followed_by(self._gathered)
            self._taken = Gathered()

    def one_by_one(self) -> Iterator[Transaction[None]]:
        """Return what was taken last as a transaction for each record."""
        return (piece.transaction() for piece in self._taken.pieces())
