"""Flow runs, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from prefect._ids import uuid7
from prefect._transport.connection import USER_AGENT
from prefect._transport.proposals import proposal
from prefect.client.orchestration._flows import filters
from prefect.client.orchestration._methods import Asking, as_id, given, method
from prefect.schemas.flow_runs import FlowRunCreate, FlowRunPolicy, FlowRunUpdate
from prefect.schemas.flows import FlowCreate
from prefect.schemas.states import State, StateCreate, StateType
from prefect.store import flow_run_creation, flow_run_resumptions, flow_run_states, flow_runs, flows, states

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    import httpx2

    from prefect._dual.effects import Steps
    from prefect.schemas._base import Labels
    from prefect.schemas.deployment_filters import DeploymentFilter
    from prefect.schemas.flow_filters import FlowFilter
    from prefect.schemas.flow_run_filters import FlowRunFilter, FlowRunSort
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.orchestration import OrchestrationResult
    from prefect.schemas.task_run_filters import TaskRunFilter
    from prefect.schemas.work_pool_filters import WorkPoolFilter
    from prefect.schemas.work_queue_filters import WorkQueueFilter


class Runnable(Protocol):
    """A flow, as far as it is needed here."""

    name: str
    version: str | None
    retries: int
    retry_delay_seconds: Any

    def serialize_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return parameters as JSON has them."""
        ...


class FlowRuns(Asking):
    """The methods of flow runs."""

    @method()
    def create_flow_run(
        self,
        flow: Runnable,
        name: str | None = None,
        parameters: dict[str, Any] | None = None,
        context: dict[str, Any] | None = None,
        tags: Iterable[str] | None = None,
        parent_task_run_id: UUID | None = None,
        state: State[Any] | None = None,
        work_pool_name: str | None = None,
        work_queue_name: str | None = None,
        job_variables: dict[str, Any] | None = None,
    ) -> Steps[FlowRun]:
        """Store a new run of a flow, and return it. It is not run by that.

        Args:
            flow: The flow; it is registered if it is not yet.
            name: The name of the run; by default two words.
            parameters: What the flow will be called with.
            context: Facts about the run.
            tags: Its tags.
            parent_task_run_id: The task run that stands for it in the flow run that called it.
            state: Its first state, by default Pending.
            work_pool_name: The work pool whose workers shall run it.
            work_queue_name: The queue in that pool.
            job_variables: Values for the job template of the pool.
        """
        registered = yield from self.ask(flows.create_flow, FlowCreate(name=flow.name))
        delay: Any = flow.retry_delay_seconds
        first_delay: Any = next(iter(delay), 0) if hasattr(delay, "__iter__") else delay
        first = StateCreate(type=StateType.PENDING) if state is None else proposal(state)
        wanted = FlowRunCreate(
            flow_id=registered.id,
            flow_version=flow.version,
            parameters=flow.serialize_parameters(parameters or {}),
            context=context or {},
            tags=list(tags or []),
            state=first,
            empirical_policy=FlowRunPolicy(retries=flow.retries, retry_delay=int(first_delay or 0)),
            # So that it can be sent again when the answer is lost, and is stored once.
            idempotency_key=str(uuid7()),
            **given(
                name=name,
                parent_task_run_id=parent_task_run_id,
                work_pool_name=work_pool_name,
                work_queue_name=work_queue_name,
                job_variables=job_variables,
            ),
        )
        return (yield from self.ask(flow_run_creation.create_flow_run, wanted))

    @method()
    def update_flow_run(
        self,
        flow_run_id: UUID,
        flow_version: str | None = None,
        parameters: dict[str, Any] | None = None,
        name: str | None = None,
        tags: Iterable[str] | None = None,
        empirical_policy: FlowRunPolicy | None = None,
        infrastructure_pid: str | None = None,
        job_variables: dict[str, Any] | None = None,
    ) -> Steps[httpx2.Response]:
        """Change what is given of a flow run, and return the server's answer."""
        change = FlowRunUpdate(
            **given(
                flow_version=flow_version,
                parameters=parameters,
                name=name,
                tags=None if tags is None else list(tags),
                empirical_policy=empirical_policy,
                infrastructure_pid=infrastructure_pid,
                job_variables=job_variables,
            )
        )
        return (yield from self.respond(flow_runs.update_flow_run, flow_run_id, change))

    @method()
    def set_flow_run_name(self, flow_run_id: UUID, name: str) -> Steps[httpx2.Response]:
        """Give a flow run another name, and return the server's answer."""
        return (yield from self.respond(flow_runs.update_flow_run, flow_run_id, FlowRunUpdate(name=name)))

    @method()
    def update_flow_run_labels(self, flow_run_id: UUID, labels: Labels) -> Steps[None]:
        """Add labels to a flow run."""
        yield from self.ask(flow_runs.update_flow_run_labels, flow_run_id, labels)

    @method(404)
    def delete_flow_run(self, flow_run_id: UUID) -> Steps[None]:
        """Delete a flow run.

        Raises:
            ObjectNotFound: There is no such flow run.
        """
        yield from self.ask(flow_runs.delete_flow_run, as_id(flow_run_id))

    @method(404)
    def read_flow_run(self, flow_run_id: UUID) -> Steps[FlowRun]:
        """Return a flow run with its present state.

        Raises:
            ObjectNotFound: There is no such flow run.
        """
        return (yield from self.ask(flow_runs.read_flow_run, as_id(flow_run_id)))

    @method()
    def resume_flow_run(
        self, flow_run_id: UUID, run_input: dict[str, Any] | None = None
    ) -> Steps[OrchestrationResult]:
        """Let a paused flow run go on.

        Args:
            flow_run_id: The run.
            run_input: What it is sent.
        """
        return (
            yield from self.ask(
                flow_run_resumptions.resume_flow_run, flow_run_id, **given(run_input=run_input)
            )
        )

    @method()
    def read_flow_runs(
        self,
        *,
        flow_filter: FlowFilter | None = None,
        flow_run_filter: FlowRunFilter | None = None,
        task_run_filter: TaskRunFilter | None = None,
        deployment_filter: DeploymentFilter | None = None,
        work_pool_filter: WorkPoolFilter | None = None,
        work_queue_filter: WorkQueueFilter | None = None,
        sort: FlowRunSort | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Steps[list[FlowRun]]:
        """Return flow runs.

        Args:
            flow_filter: What their flows must fulfil.
            flow_run_filter: Which ones; by default all.
            task_run_filter: What a task run of theirs must fulfil.
            deployment_filter: What their deployments must fulfil.
            work_pool_filter: What their work pools must fulfil.
            work_queue_filter: What their work queues must fulfil.
            sort: In which order; by default the newest first.
            limit: How many at most; by default as many as the server allows.
            offset: How many to pass over.
        """
        wanted = filters(
            flow_filter,
            flow_run_filter,
            task_run_filter,
            deployment_filter,
            work_pool_filter,
            work_queue_filter,
        )
        return (
            yield from self.ask(
                flow_runs.read_flow_runs, **wanted, **given(sort=sort, limit=limit, offset=offset)
            )
        )

    @method()
    def count_flow_runs(
        self,
        *,
        flow_filter: FlowFilter | None = None,
        flow_run_filter: FlowRunFilter | None = None,
        task_run_filter: TaskRunFilter | None = None,
        deployment_filter: DeploymentFilter | None = None,
        work_pool_filter: WorkPoolFilter | None = None,
        work_queue_filter: WorkQueueFilter | None = None,
    ) -> Steps[int]:
        """Return how many flow runs there are; the filters are those of `read_flow_runs`."""
        wanted = filters(
            flow_filter,
            flow_run_filter,
            task_run_filter,
            deployment_filter,
            work_pool_filter,
            work_queue_filter,
        )
        return (yield from self.ask(flow_runs.count_flow_runs, **wanted))

    @method(404)
    def set_flow_run_state(
        self, flow_run_id: UUID | str, state: State[Any], force: bool = False
    ) -> Steps[OrchestrationResult]:
        """Propose a state for a flow run, and return what was decided.

        Args:
            flow_run_id: The run.
            state: The state that it would enter.
            force: Pass over the rules that would refuse it.

        Raises:
            ObjectNotFound: There is no such flow run.
        """
        identity = as_id(flow_run_id)
        wanted = proposal(state, flow_run_id=identity)
        return (
            yield from self.ask(
                flow_run_states.set_flow_run_state, identity, wanted, force=force, user_agent=USER_AGENT
            )
        )

    @method(404)
    def read_flow_run_state(self, flow_run_state_id: UUID) -> Steps[State[Any]]:
        """Return a state by its own id.

        Raises:
            ObjectNotFound: There is no such state.
        """
        return (yield from self.ask(states.read_flow_run_state, flow_run_state_id))

    @method()
    def read_flow_run_states(self, flow_run_id: UUID) -> Steps[list[State[Any]]]:
        """Return all states that a flow run has been in, the oldest first."""
        return (yield from self.ask(states.read_flow_run_states, as_id(flow_run_id)))
