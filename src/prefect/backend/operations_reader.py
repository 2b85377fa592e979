"""Reading what was recorded by asking operations of the store, wherever they are answered."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from prefect.exceptions import ObjectNotFound
from prefect.schemas.flow_filters import FlowFilter, FlowFilterId, FlowFilterName
from prefect.schemas.flow_run_filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterParentFlowRunId,
    FlowRunFilterState,
    FlowRunFilterStateName,
    FlowRunFilterStateType,
    FlowRunSort,
)
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.flows import Flow
from prefect.schemas.log_filters import (
    LogFilter,
    LogFilterFlowRunId,
    LogFilterLevel,
    LogFilterTaskRunId,
    LogSort,
)
from prefect.schemas.logs import Log
from prefect.schemas.states import State, StateType
from prefect.schemas.task_run_filters import (
    TaskRunFilter,
    TaskRunFilterFlowRunId,
    TaskRunFilterName,
    TaskRunFilterState,
    TaskRunFilterStateName,
    TaskRunFilterStateType,
    TaskRunSort,
)
from prefect.schemas.task_runs import TaskRun
from prefect.store import (
    flow_runs,
    flows,
    logs,
    run_search,
    run_summaries,
    states,
    task_run_reading,
)
from prefect.store.statements import Transaction

P = ParamSpec("P")
R = TypeVar("R")


class OperationsReader(ABC):
    """Implements `prefect.backend.protocol.Reader` on operations.

    Attributes:
        most_at_once: How many records one request may ask for; longer lists are asked for piece by piece.
    """

    most_at_once = 200

    @abstractmethod
    def ask(self, operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """Perform an operation that only reads and return its result."""

    def read_flow(self, flow_id: UUID) -> Flow | None:
        """See `Reader.read_flow`."""
        return self._found(flows.read_flow, flow_id)

    def read_flow_run(self, flow_run_id: UUID) -> FlowRun | None:
        """See `Reader.read_flow_run`."""
        return self._found(flow_runs.read_flow_run, flow_run_id)

    def glance_at_flow_run(self, flow_run_id: UUID) -> FlowRun | None:
        """See `Reader.glance_at_flow_run`."""
        return self.read_flow_run(flow_run_id)

    def read_flows(self, flow_ids: Iterable[UUID]) -> dict[UUID, Flow]:
        """See `Reader.read_flows`."""
        wanted = list(dict.fromkeys(flow_ids))
        found: dict[UUID, Flow] = {}
        for start in range(0, len(wanted), 200):
            some = FlowFilter(id=FlowFilterId(any_=wanted[start : start + 200]))
            found.update((flow.id, flow) for flow in self.ask(flows.read_flows, some, limit=200))
        return found

    def find_flow_runs(self, text: str, *, limit: int = 10) -> list[FlowRun]:
        """See `Reader.find_flow_runs`."""
        return self.ask(run_search.find_flow_runs, text, limit)

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
        named, wanted = _flows(flow_names), _flow_runs(state_types, state_names)
        return self._pieces(
            lambda size, start: self.ask(
                flow_runs.read_flow_runs,
                named,
                wanted,
                sort=FlowRunSort.EXPECTED_START_TIME_DESC,
                limit=size,
                offset=start,
            ),
            limit,
            offset,
        )

    def count_flow_runs(
        self,
        *,
        flow_names: Sequence[str] = (),
        state_types: Sequence[str] = (),
        state_names: Sequence[str] = (),
    ) -> int:
        """See `Reader.count_flow_runs`."""
        return self.ask(flow_runs.count_flow_runs, _flows(flow_names), _flow_runs(state_types, state_names))

    def list_child_flow_runs(self, flow_run_id: UUID) -> list[FlowRun]:
        """See `Reader.list_child_flow_runs`."""
        wanted = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=[flow_run_id]))
        return self._pieces(
            lambda size, start: self.ask(
                flow_runs.read_flow_runs,
                flow_runs=wanted,
                sort=FlowRunSort.EXPECTED_START_TIME_ASC,
                limit=size,
                offset=start,
            ),
            None,
            0,
        )

    def read_flow_run_states(self, flow_run_id: UUID) -> list[State[Any]]:
        """See `Reader.read_flow_run_states`."""
        return self.ask(states.read_flow_run_states, flow_run_id)

    def read_task_run(self, task_run_id: UUID) -> TaskRun | None:
        """See `Reader.read_task_run`."""
        return self._found(task_run_reading.read_task_run, task_run_id)

    def find_task_runs(self, text: str, *, limit: int = 10) -> list[TaskRun]:
        """See `Reader.find_task_runs`."""
        return self.ask(run_search.find_task_runs, text, limit)

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
        wanted = _task_runs(flow_run_id, task_names, state_types, state_names)
        order = TaskRunSort.EXPECTED_START_TIME_ASC if oldest_first else TaskRunSort.EXPECTED_START_TIME_DESC
        return self._pieces(
            lambda size, start: self.ask(
                task_run_reading.read_task_runs, task_runs=wanted, sort=order, limit=size, offset=start
            ),
            limit,
            offset,
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
        wanted = _task_runs(flow_run_id, task_names, state_types, state_names)
        return self.ask(task_run_reading.count_task_runs, task_runs=wanted)

    def task_run_counts_by_state(self, flow_run_id: UUID) -> dict[str, int]:
        """See `Reader.task_run_counts_by_state`."""
        of_it = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run_id]))
        counts = self.ask(run_summaries.read_task_run_counts_by_state, flow_runs=of_it)
        return {kind: count for kind, count in counts if count}

    def read_task_run_states(self, task_run_id: UUID) -> list[State[Any]]:
        """See `Reader.read_task_run_states`."""
        return self.ask(states.read_task_run_states, task_run_id)

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
        wanted = _logs(flow_run_id, task_run_id, minimum_level)
        order = LogSort.TIMESTAMP_DESC if newest_first else LogSort.TIMESTAMP_ASC
        return self._pieces(
            lambda size, start: self.ask(logs.read_logs, wanted, sort=order, limit=size, offset=start),
            limit,
            offset,
        )

    def count_logs(
        self, *, flow_run_id: UUID | None = None, task_run_id: UUID | None = None, minimum_level: int = 0
    ) -> int:
        """See `Reader.count_logs`."""
        return self.ask(logs.count_logs, _logs(flow_run_id, task_run_id, minimum_level))

    def _found(self, operation: Callable[[UUID], Transaction[R]], id: UUID) -> R | None:
        try:
            return self.ask(operation, id)
        except ObjectNotFound:
            return None

    def _pieces(self, read: Callable[[int, int], list[R]], limit: int | None, offset: int) -> list[R]:
        """Return a list that may be longer than what one request gives."""
        found: list[R] = []
        while limit is None or len(found) < limit:
            size = self.most_at_once if limit is None else min(self.most_at_once, limit - len(found))
            piece = read(size, offset + len(found))
            found += piece
            if len(piece) < size:
                break
        return found


def _flows(names: Sequence[str]) -> FlowFilter | None:
    return FlowFilter(name=FlowFilterName(any_=list(names))) if names else None


def _flow_runs(types: Sequence[str], names: Sequence[str]) -> FlowRunFilter | None:
    if not types and not names:
        return None
    return FlowRunFilter(
        state=FlowRunFilterState(
            type=FlowRunFilterStateType(any_=[StateType(kind) for kind in types]) if types else None,
            name=FlowRunFilterStateName(any_=list(names)) if names else None,
        )
    )


def _task_runs(
    flow_run_id: UUID | None, run_names: Sequence[str], types: Sequence[str], names: Sequence[str]
) -> TaskRunFilter:
    state = TaskRunFilterState(
        type=TaskRunFilterStateType(any_=[StateType(kind) for kind in types]) if types else None,
        name=TaskRunFilterStateName(any_=list(names)) if names else None,
    )
    return TaskRunFilter(
        flow_run_id=TaskRunFilterFlowRunId(any_=[flow_run_id]) if flow_run_id else None,
        name=TaskRunFilterName(any_=list(run_names)) if run_names else None,
        state=state,
    )


def _logs(flow_run_id: UUID | None, task_run_id: UUID | None, minimum_level: int) -> LogFilter:
    return LogFilter(
        flow_run_id=LogFilterFlowRunId(any_=[flow_run_id]) if flow_run_id else None,
        task_run_id=LogFilterTaskRunId(any_=[task_run_id]) if task_run_id else None,
        level=LogFilterLevel(ge_=minimum_level) if minimum_level else None,
    )
