"""The embedded backend: orchestration in this process, on one SQLite file."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.backend.recorder import Recorder
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.flows import Flow
from prefect.schemas.logs import Log
from prefect.schemas.orchestration import OrchestrationResult
from prefect.schemas.states import State
from prefect.schemas.task_runs import TaskRun
from prefect.store import flow_run_states, flow_runs, flows, logs, task_runs
from prefect.store.readers import Readers
from prefect.store.writer import Writer

_WAIT_FOR_ROOM = 60.0


class EmbeddedBackend:
    """Implements `prefect.backend.protocol.Backend` on the SQLite file at `path`.

    Raises:
        DatabaseError: The file cannot be used.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._recorder = Recorder()
        self._writer = Writer(path, self._recorder)
        self._readers = Readers(path)
        self._flows: dict[str, Future[Flow]] = {}

    def register_flow(self, name: str) -> Future[Flow]:
        """See `Backend.register_flow`. A flow is looked up once per process."""
        known = self._flows.get(name)
        if known is None or (known.done() and known.exception()):
            known = self._flows[name] = self._writer.submit(lambda: flows.register_flow(name, now()))
        return known

    def create_flow_run(self, flow_run: FlowRun) -> Future[FlowRun]:
        """See `Backend.create_flow_run`."""
        return self._writer.submit(lambda: flow_runs.create_flow_run(flow_run))

    def propose_flow_run_state(
        self, flow_run_id: UUID, state: State[Any], *, force: bool = False
    ) -> Future[OrchestrationResult]:
        """See `Backend.propose_flow_run_state`."""
        return self._writer.submit(
            lambda: flow_run_states.set_flow_run_state(flow_run_id, state, force=force, now=now())
        )

    def rename_flow_run(self, flow_run_id: UUID, name: str) -> Future[None]:
        """See `Backend.rename_flow_run`."""
        return self._writer.submit(lambda: flow_run_states.rename_flow_run(flow_run_id, name))

    def record_task_run(self, task_run: TaskRun, state: State[Any]) -> None:
        """See `Backend.record_task_run`."""
        self._recorder.add_task_run(task_run, state)
        self._writer.notice()
        self._recorder.wait_for_room(self._writer.flush, _WAIT_FOR_ROOM)

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
        self._recorder.add_log(
            {
                "id": uuid7(),
                "created": timestamp,
                "updated": timestamp,
                "name": name,
                "level": level,
                "message": message,
                "timestamp": timestamp,
                "flow_run_id": flow_run_id,
                "task_run_id": task_run_id,
            }
        )
        self._writer.notice()
        self._recorder.wait_for_room(self._writer.flush, _WAIT_FOR_ROOM)

    def flush(self) -> Future[None]:
        """See `Backend.flush`."""
        return self._writer.flush()

    def read_flow(self, flow_id: UUID) -> Flow | None:
        """See `Backend.read_flow`."""
        return self._readers.run(flows.read_flow(flow_id))

    def read_flow_run(self, flow_run_id: UUID) -> FlowRun | None:
        """See `Backend.read_flow_run`."""
        return self._readers.run(flow_runs.read_flow_run(flow_run_id))

    def find_flow_runs(self, text: str, *, limit: int = 10) -> list[FlowRun]:
        """See `Backend.find_flow_runs`."""
        return self._readers.run(flow_runs.find_flow_runs(text, limit=limit))

    def list_flow_runs(
        self,
        *,
        flow_names: Sequence[str] = (),
        state_types: Sequence[str] = (),
        state_names: Sequence[str] = (),
        limit: int = 200,
        offset: int = 0,
    ) -> list[FlowRun]:
        """See `Backend.list_flow_runs`."""
        return self._readers.run(
            flow_runs.list_flow_runs(
                flow_names=flow_names, state_types=state_types, state_names=state_names, limit=limit, offset=offset
            )
        )

    def list_child_flow_runs(self, flow_run_id: UUID) -> list[FlowRun]:
        """See `Backend.list_child_flow_runs`."""
        return self._readers.run(flow_runs.list_child_flow_runs(flow_run_id))

    def read_flow_run_states(self, flow_run_id: UUID) -> list[State[Any]]:
        """See `Backend.read_flow_run_states`."""
        return self._readers.run(flow_runs.read_flow_run_states(flow_run_id))

    def delete_flow_run(self, flow_run_id: UUID) -> Future[bool]:
        """See `Backend.delete_flow_run`."""
        return self._writer.submit(lambda: flow_runs.delete_flow_run(flow_run_id))

    def read_task_run(self, task_run_id: UUID) -> TaskRun | None:
        """See `Backend.read_task_run`."""
        return self._readers.run(task_runs.read_task_run(task_run_id))

    def find_task_runs(self, text: str, *, limit: int = 10) -> list[TaskRun]:
        """See `Backend.find_task_runs`."""
        return self._readers.run(task_runs.find_task_runs(text, limit=limit))

    def list_task_runs(
        self,
        *,
        flow_run_id: UUID | None = None,
        task_names: Sequence[str] = (),
        state_types: Sequence[str] = (),
        state_names: Sequence[str] = (),
        oldest_first: bool = False,
        limit: int = 200,
        offset: int = 0,
    ) -> list[TaskRun]:
        """See `Backend.list_task_runs`."""
        return self._readers.run(
            task_runs.list_task_runs(
                flow_run_id=flow_run_id,
                task_names=task_names,
                state_types=state_types,
                state_names=state_names,
                oldest_first=oldest_first,
                limit=limit,
                offset=offset,
            )
        )

    def count_task_runs(self, flow_run_id: UUID) -> dict[str, int]:
        """See `Backend.count_task_runs`."""
        return self._readers.run(task_runs.count_task_runs(flow_run_id))

    def read_task_run_states(self, task_run_id: UUID) -> list[State[Any]]:
        """See `Backend.read_task_run_states`."""
        return self._readers.run(task_runs.read_task_run_states(task_run_id))

    def list_logs(
        self,
        *,
        flow_run_id: UUID | None = None,
        task_run_id: UUID | None = None,
        minimum_level: int = 0,
        newest_first: bool = False,
        limit: int = 200,
        offset: int = 0,
    ) -> list[Log]:
        """See `Backend.list_logs`."""
        return self._readers.run(
            logs.list_logs(
                flow_run_id=flow_run_id,
                task_run_id=task_run_id,
                minimum_level=minimum_level,
                newest_first=newest_first,
                limit=limit,
                offset=offset,
            )
        )

    def close(self) -> None:
        """See `Backend.close`."""
        self._writer.close()
        self._readers.close()

    def abandon(self) -> None:
        """Forget this backend in a forked child, without touching what belongs to the parent."""
        self._readers.abandon()
        self._writer.abandon()
