"""The verbs by which the SDK records and orchestrates runs.

Methods that return a `Future` answer when the change is committed: the sync engine blocks on it, the async engine
awaits it. The `record_*` methods return at once; what they were given is written behind, at most ~50 ms later, in the
order in which it was given, and is on disk when a future of `flush` or of a later change is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any, ParamSpec, Protocol, TypeVar
from uuid import UUID

from prefect.backend.notices import Listener
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.flows import Flow
from prefect.schemas.logs import Log
from prefect.schemas.orchestration import OrchestrationResult
from prefect.schemas.states import State
from prefect.schemas.task_runs import TaskRun
from prefect.store.statements import Transaction

P = ParamSpec("P")
R = TypeVar("R")


class Reader(Protocol):
    """Reads what was recorded. All methods may be called from any thread; each sees one moment of the record."""

    def read_flow(self, flow_id: UUID) -> Flow | None:
        """Return a flow, or None."""
        ...

    def read_flow_run(self, flow_run_id: UUID) -> FlowRun | None:
        """Return a flow run with its present state, or None."""
        ...

    def glance_at_flow_run(self, flow_run_id: UUID) -> FlowRun | None:
        """Return a flow run as `read_flow_run` does; None too if that would take long, since a server is away."""
        ...

    def read_flows(self, flow_ids: Iterable[UUID]) -> dict[UUID, Flow]:
        """Return flows by their ids; ids that are not known are left out."""
        ...

    def find_flow_runs(self, text: str, *, limit: int = 10) -> list[FlowRun]:
        """Return flow runs whose id starts with `text` or whose name is `text`, newest first."""
        ...

    def list_flow_runs(
        self,
        *,
        flow_names: Sequence[str] = (),
        state_types: Sequence[str] = (),
        state_names: Sequence[str] = (),
        limit: int = 200,
        offset: int = 0,
    ) -> list[FlowRun]:
        """Return flow runs, the one expected last first."""
        ...

    def count_flow_runs(
        self,
        *,
        flow_names: Sequence[str] = (),
        state_types: Sequence[str] = (),
        state_names: Sequence[str] = (),
    ) -> int:
        """Return how many flow runs there are."""
        ...

    def list_child_flow_runs(self, flow_run_id: UUID) -> list[FlowRun]:
        """Return the subflow runs of a flow run, in the order in which they started."""
        ...

    def read_flow_run_states(self, flow_run_id: UUID) -> list[State[Any]]:
        """Return all states of a flow run, the oldest first."""
        ...

    def read_task_run(self, task_run_id: UUID) -> TaskRun | None:
        """Return a task run with its present state, or None."""
        ...

    def find_task_runs(self, text: str, *, limit: int = 10) -> list[TaskRun]:
        """Return task runs whose id starts with `text` or whose name is `text`, newest first."""
        ...

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
        """Return task runs in the order in which they were expected, by default the last first."""
        ...

    def count_task_runs(
        self,
        *,
        flow_run_id: UUID | None = None,
        task_names: Sequence[str] = (),
        state_types: Sequence[str] = (),
        state_names: Sequence[str] = (),
    ) -> int:
        """Return how many task runs there are."""
        ...

    def task_run_counts_by_state(self, flow_run_id: UUID) -> dict[str, int]:
        """Return how many task runs of a flow run are in each type of state."""
        ...

    def read_task_run_states(self, task_run_id: UUID) -> list[State[Any]]:
        """Return all states of a task run, the oldest first."""
        ...

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
        """Return log lines in the order of their time."""
        ...

    def count_logs(
        self, *, flow_run_id: UUID | None = None, task_run_id: UUID | None = None, minimum_level: int = 0
    ) -> int:
        """Return how many log lines there are."""
        ...

    def close(self) -> None:
        """Let go of all resources; a backend writes what is left before."""
        ...


class Backend(Reader, Protocol):
    """Records and orchestrates runs. All methods may be called from any thread."""

    def register_flow(self, name: str) -> Future[Flow]:
        """Return the flow of this name, registering it when it is new."""
        ...

    def create_flow_run(self, flow_run: FlowRun) -> Future[FlowRun]:
        """Store a new flow run in the state that it carries."""
        ...

    def propose_flow_run_state(
        self, flow_run_id: UUID, state: State[Any], *, force: bool = False
    ) -> Future[OrchestrationResult]:
        """Propose a state for a flow run. With `force`, rules that would refuse it are passed over.

        The future raises ObjectNotFound when the run does not exist (any more).
        """
        ...

    def end_flow_run(self, flow_run_id: UUID, state: State[Any], *, after: UUID) -> State[Any]:
        """Record the last state of a run whose process may be about to end, and return the state that it has then.

        It takes some seconds at most. What a server does not take in that time is told to it later.

        Args:
            flow_run_id: The run.
            state: The state; no rule refuses it.
            after: The id of the state that the run is in, as far as this process knows.
        """
        ...

    def keep_flow_run(self, flow_run_id: UUID, listener: Listener, *, inside: bool) -> None:
        """Let others know from now on that this process executes a run, until it is let go or the process ends.

        Args:
            flow_run_id: The run.
            listener: Is told, in a thread of its own, when somebody wants the run to stop.
            inside: Whether it runs inside another run here: it shares the fate of that.
        """
        ...

    def let_go_flow_run(self, flow_run_id: UUID) -> None:
        """This process does not execute a run any more."""
        ...

    def rename_flow_run(self, flow_run_id: UUID, name: str) -> Future[None]:
        """Give a flow run another name."""
        ...

    def create_task_run(self, task_run: TaskRun) -> None:
        """Record a new task run in the state that it carries."""
        ...

    def record_task_run(self, task_run: TaskRun, state: State[Any]) -> None:
        """Record a task run as it is now, and the state that it has just entered."""
        ...

    def record_log(
        self,
        name: str,
        level: int,
        message: str,
        timestamp: datetime,
        flow_run_id: UUID | None,
        task_run_id: UUID | None,
    ) -> None:
        """Record a log line."""
        ...

    def perform(self, operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        """Perform an operation of `prefect.store`; the future is done when it is committed, or holds its exception."""
        ...

    def flush(self) -> Future[None]:
        """Write all that was recorded so far; the future is done when it is committed."""
        ...

    def delete_flow_run(self, flow_run_id: UUID) -> Future[bool]:
        """Delete a flow run with its task runs, states and logs; the answer is whether it existed."""
        ...
