"""Reading what this machine's runs have recorded, from the SQLite file. Never creates or changes anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.flows import Flow
from prefect.schemas.logs import Log
from prefect.schemas.states import State
from prefect.schemas.task_runs import TaskRun
from prefect.store import flow_runs, flows, logs, task_runs
from prefect.store.readers import Readers


class EmbeddedReader:
    """Implements `prefect.backend.protocol.Reader` on the SQLite file at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._readers = Readers(path)

    def read_flow(self, flow_id: UUID) -> Flow | None:
        """See `Reader.read_flow`."""
        return self._readers.run(flows.read_flow(flow_id))

    def read_flow_run(self, flow_run_id: UUID) -> FlowRun | None:
        """See `Reader.read_flow_run`."""
        return self._readers.run(flow_runs.read_flow_run(flow_run_id))

    def read_flows(self, flow_ids: Iterable[UUID]) -> dict[UUID, Flow]:
        """See `Reader.read_flows`."""
        return self._readers.run(flows.read_flows(flow_ids))

    def find_flow_runs(self, text: str, *, limit: int = 10) -> list[FlowRun]:
        """See `Reader.find_flow_runs`."""
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
        """See `Reader.list_flow_runs`."""
        return self._readers.run(
            flow_runs.list_flow_runs(
                flow_names=flow_names,
                state_types=state_types,
                state_names=state_names,
                limit=limit,
                offset=offset,
            )
        )

    def count_flow_runs(
        self,
        *,
        flow_names: Sequence[str] = (),
        state_types: Sequence[str] = (),
        state_names: Sequence[str] = (),
    ) -> int:
        """See `Reader.count_flow_runs`."""
        return self._readers.run(
            flow_runs.count_flow_runs(flow_names=flow_names, state_types=state_types, state_names=state_names)
        )

    def list_child_flow_runs(self, flow_run_id: UUID) -> list[FlowRun]:
        """See `Reader.list_child_flow_runs`."""
        return self._readers.run(flow_runs.list_child_flow_runs(flow_run_id))

    def read_flow_run_states(self, flow_run_id: UUID) -> list[State[Any]]:
        """See `Reader.read_flow_run_states`."""
        return self._readers.run(flow_runs.read_flow_run_states(flow_run_id))

    def read_task_run(self, task_run_id: UUID) -> TaskRun | None:
        """See `Reader.read_task_run`."""
        return self._readers.run(task_runs.read_task_run(task_run_id))

    def find_task_runs(self, text: str, *, limit: int = 10) -> list[TaskRun]:
        """See `Reader.find_task_runs`."""
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
        """See `Reader.list_task_runs`."""
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

    def count_task_runs(
        self,
        *,
        flow_run_id: UUID | None = None,
        task_names: Sequence[str] = (),
        state_types: Sequence[str] = (),
        state_names: Sequence[str] = (),
    ) -> int:
        """See `Reader.count_task_runs`."""
        return self._readers.run(
            task_runs.count_task_runs(
                flow_run_id=flow_run_id,
                task_names=task_names,
                state_types=state_types,
                state_names=state_names,
            )
        )

    def task_run_counts_by_state(self, flow_run_id: UUID) -> dict[str, int]:
        """See `Reader.task_run_counts_by_state`."""
        return self._readers.run(task_runs.counts_by_state(flow_run_id))

    def read_task_run_states(self, task_run_id: UUID) -> list[State[Any]]:
        """See `Reader.read_task_run_states`."""
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
        """See `Reader.list_logs`."""
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

    def count_logs(
        self, *, flow_run_id: UUID | None = None, task_run_id: UUID | None = None, minimum_level: int = 0
    ) -> int:
        """See `Reader.count_logs`."""
        return self._readers.run(
            logs.count_logs(flow_run_id=flow_run_id, task_run_id=task_run_id, minimum_level=minimum_level)
        )

    def close(self) -> None:
        """See `Reader.close`."""
        self._readers.close()
