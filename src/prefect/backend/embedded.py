"""The embedded backend: orchestration in this process, on one SQLite file."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from prefect._fences import held_fences
from prefect._ids import uuid7
from prefect.backend.embedded_reader import EmbeddedReader
from prefect.backend.notices import GRACE, Listener
from prefect.backend.recorder import Recorder
from prefect.backend.watch import Watch
from prefect.exceptions import ObjectNotFound
from prefect.schemas.flow_runs import FlowRun, FlowRunUpdate
from prefect.schemas.flows import Flow, FlowCreate
from prefect.schemas.orchestration import OrchestrationResult
from prefect.schemas.states import State, StateType
from prefect.schemas.task_runs import TaskRun
from prefect.settings import get_current_settings
from prefect.store.flow_run_creation import add_flow_run
from prefect.store.flow_run_states import propose_flow_run_state
from prefect.store.flow_runs import delete_flow_run, update_flow_run
from prefect.store.flows import create_flow
from prefect.store.operations import route_of
from prefect.store.orphaned_runs import end_orphaned_flow_runs
from prefect.store.statements import Transaction
from prefect.store.writer import Writer

P = ParamSpec("P")
R = TypeVar("R")

_WAIT_FOR_ROOM = 60.0

ENDING = 5.0
"""How long, in seconds, a process that is about to be killed waits until all that it recorded is stored."""


class EmbeddedBackend(EmbeddedReader):
    """Implements `prefect.backend.protocol.Backend` on the SQLite file at `path`.

    The events of flow runs' states are not stored along with the states: that would make a flow without work slower by
    a quarter. A server that opens the file tells of them, since all that they say is recorded.

    Raises:
        DatabaseError: The file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._opening = threading.Lock()
        self._open()

    def _open(self) -> None:
        self._recorder = Recorder(get_current_settings().logging.to_api.batch_size)
        self._open_writer: Writer | None = Writer(self.path, self._recorder, fences=held_fences)
        self._flows: dict[str, Future[Flow]] = {}
        self._watch = Watch(self._state_of, self.end_orphaned_flow_runs, self._end_with_process)

    @property
    def _writer(self) -> Writer:
        if self._open_writer is None:
            with self._opening:
                if self._open_writer is None:
                    self._open()
        assert self._open_writer is not None  # opened above
        return self._open_writer

    def register_flow(self, name: str) -> Future[Flow]:
        """See `Backend.register_flow`. A flow is looked up once per process."""
        known = self._flows.get(name)
        if known is None or (known.done() and known.exception()):
            known = self._flows[name] = self.perform(create_flow, FlowCreate(name=name))
        return known

    def create_flow_run(self, flow_run: FlowRun) -> Future[FlowRun]:
        """See `Backend.create_flow_run`."""
        state = flow_run.state
        assert state is not None  # a run is created in a state
        return self._writer.submit(lambda: add_flow_run(flow_run, state, told=False))

    def propose_flow_run_state(
        self, flow_run_id: UUID, state: State[Any], *, force: bool = False
    ) -> Future[OrchestrationResult]:
        """See `Backend.propose_flow_run_state`."""
        return self._writer.submit(
            lambda: propose_flow_run_state(flow_run_id, state, force=force, told=False)
        )

    def end_flow_run(self, flow_run_id: UUID, state: State[Any], *, after: UUID) -> State[Any]:
        """See `Backend.end_flow_run`."""
        del after  # nothing is in the way here
        return self.propose_flow_run_state(flow_run_id, state, force=True).result().state or state

    def keep_flow_run(self, flow_run_id: UUID, listener: Listener, *, inside: bool) -> None:
        """See `Backend.keep_flow_run`. That this process is there can be seen on the same machine."""
        del inside  # each is looked at by itself
        self._watch.keep(flow_run_id, listener)

    def let_go_flow_run(self, flow_run_id: UUID) -> None:
        """See `Backend.let_go_flow_run`."""
        self._watch.end(flow_run_id)

    def end_orphaned_flow_runs(self) -> None:
        """Tell what became of runs whose processes have ended without a word."""
        if orphans := self.orphaned_flow_runs():
            self._writer.submit(lambda: end_orphaned_flow_runs(orphans)).result()

    def _state_of(self, flow_run_id: UUID) -> str | None:
        run = self.read_flow_run(flow_run_id)
        return str(run.state_type.value) if run is not None and run.state_type is not None else None

    def _end_with_process(self, flow_run_id: UUID) -> None:
        """End a run whose code does not stop, and this process with it."""
        cancelled: State[Any] = State(
            type=StateType.CANCELLED, message=f"Its code did not stop in {GRACE:.0f} s."
        )
        self.propose_flow_run_state(flow_run_id, cancelled, force=True).result()
        self.flush().result(ENDING)
        os.kill(os.getpid(), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)

    def rename_flow_run(self, flow_run_id: UUID, name: str) -> Future[None]:
        """See `Backend.rename_flow_run`."""
        return self.perform(update_flow_run, flow_run_id, FlowRunUpdate(name=name))

    def create_task_run(self, task_run: TaskRun) -> None:
        """See `Backend.create_task_run`."""
        assert task_run.state is not None  # a run is created in a state
        writer = self._writer
        self._recorder.create_task_run(task_run, task_run.state)
        writer.notice()
        self._recorder.wait_for_room(writer.flush, _WAIT_FOR_ROOM)

    def record_task_run(self, task_run: TaskRun, state: State[Any]) -> None:
        """See `Backend.record_task_run`."""
        writer = self._writer
        self._recorder.add_task_run(task_run, state)
        writer.notice()
        self._recorder.wait_for_room(writer.flush, _WAIT_FOR_ROOM)

    def record_log(
        self,
        name: str,
        level: int,
        message: str,
        timestamp: datetime,
        flow_run_id: UUID | None,
        task_run_id: UUID | None,
    ) -> None:
        """See `Backend.record_log`."""
        writer = self._writer
        self._recorder.add_log(
            {
                "id": uuid7(),
                "name": name,
                "level": level,
                "message": message,
                "timestamp": timestamp,
                "flow_run_id": flow_run_id,
                "task_run_id": task_run_id,
            }
        )
        writer.notice()
        self._recorder.wait_for_room(writer.flush, _WAIT_FOR_ROOM)

    def perform(self, operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """See `Backend.perform`."""
        if not route_of(operation).reads:
            return self._writer.submit(lambda: operation(*args, **kwargs))
        _ = self._writer  # it creates the file that is read from
        answer: Future[R] = Future()
        try:
            answer.set_result(self._readers.run(operation(*args, **kwargs)))
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asks for the answer
            answer.set_exception(error)
        return answer

    def flush(self) -> Future[None]:
        """See `Backend.flush`."""
        return self._writer.flush()

    def delete_flow_run(self, flow_run_id: UUID) -> Future[bool]:
        """See `Backend.delete_flow_run`."""
        return self._writer.submit(lambda: _delete_if_there(flow_run_id))

    def close(self) -> None:
        """See `Reader.close`."""
        if self._open_writer is not None:
            self._open_writer.close()
        super().close()

    def forget_after_fork(self) -> None:
        """In a forked child, let go of what belongs to the parent without touching it; open anew when it is needed."""
        self._opening = threading.Lock()
        self._readers.abandon()
        self._watch.abandon()
        if self._open_writer is not None:
            self._open_writer.abandon()
            self._open_writer = None


def _delete_if_there(flow_run_id: UUID) -> Transaction[bool]:
    try:
        yield from delete_flow_run(flow_run_id)
    except ObjectNotFound:
        return False
    return True
