"""Task runs, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from prefect._ids import uuid7
from prefect._transport.proposals import proposal
from prefect.client.orchestration._flows import filters
from prefect.client.orchestration._methods import Asking, as_id, given, method
from prefect.schemas.states import State, StateCreate, StateType
from prefect.schemas.task_runs import TaskRunCreate, TaskRunPolicy, TaskRunUpdate
from prefect.store import states, task_run_reading, task_run_states, task_runs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    import httpx2

    from prefect._dual.effects import Steps
    from prefect.schemas.deployment_filters import DeploymentFilter
    from prefect.schemas.flow_filters import FlowFilter
    from prefect.schemas.flow_run_filters import FlowRunFilter
    from prefect.schemas.orchestration import OrchestrationResult
    from prefect.schemas.run_inputs import Constant, FlowRunResult, Parameter, TaskRunResult
    from prefect.schemas.task_run_filters import TaskRunFilter, TaskRunSort
    from prefect.schemas.task_runs import TaskRun


class Runnable(Protocol):
    """A task, as far as it is needed here."""

    task_key: str
    version: str | None
    tags: set[str]
    retries: int
    retry_delay_seconds: Any
    retry_jitter_factor: float | None


class TaskRuns(Asking):
    """The methods of task runs."""

    @method()
    def create_task_run(
        self,
        task: Runnable,
        flow_run_id: UUID | None,
        dynamic_key: str,
        id: UUID | None = None,
        name: str | None = None,
        extra_tags: Iterable[str] | None = None,
        state: State[Any] | None = None,
        task_inputs: dict[str, list[TaskRunResult | FlowRunResult | Parameter | Constant]] | None = None,
    ) -> Steps[TaskRun]:
        """Store a new run of a task, and return it. It is not run by that.

        Args:
            task: The task.
            flow_run_id: The flow run that it belongs to.
            dynamic_key: What tells it from other runs of the task in that flow run.
            id: The id that it shall have.
            name: Its name; by default two words.
            extra_tags: Tags besides those of the task.
            state: Its first state, by default Pending.
            task_inputs: What it takes as input, by parameter.
        """
        first = StateCreate(type=StateType.PENDING) if state is None else proposal(state)
        delay = task.retry_delay_seconds
        wanted = TaskRunCreate(
            # With an id it can be sent again when the answer is lost, and is stored once.
            id=id or uuid7(),
            flow_run_id=flow_run_id,
            task_key=task.task_key,
            dynamic_key=str(dynamic_key),
            task_version=task.version,
            tags=sorted({*task.tags, *(extra_tags or [])}),
            empirical_policy=TaskRunPolicy(
                retries=task.retries,
                retry_delay=0 if delay is None else delay,
                retry_jitter_factor=task.retry_jitter_factor,
            ),
            state=first,
            **given(name=name, task_inputs=task_inputs),
        )
        return (yield from self.ask(task_runs.create_task_run, wanted))

    @method(404)
    def read_task_run(self, task_run_id: UUID) -> Steps[TaskRun]:
        """Return a task run with its present state.

        Raises:
            ObjectNotFound: There is no such task run.
        """
        return (yield from self.ask(task_run_reading.read_task_run, as_id(task_run_id)))

    @method()
    def read_task_runs(
        self,
        *,
        flow_filter: FlowFilter | None = None,
        flow_run_filter: FlowRunFilter | None = None,
        task_run_filter: TaskRunFilter | None = None,
        deployment_filter: DeploymentFilter | None = None,
        sort: TaskRunSort | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Steps[list[TaskRun]]:
        """Return task runs.

        Args:
            flow_filter: What their flows must fulfil.
            flow_run_filter: What their flow runs must fulfil.
            task_run_filter: Which ones; by default all.
            deployment_filter: What the deployments of their flow runs must fulfil.
            sort: In which order; by default the newest first.
            limit: How many at most; by default as many as the server allows.
            offset: How many to pass over.
        """
        wanted = filters(flow_filter, flow_run_filter, task_run_filter, deployment_filter)
        return (
            yield from self.ask(
                task_run_reading.read_task_runs, **wanted, **given(sort=sort, limit=limit, offset=offset)
            )
        )

    @method(404)
    def delete_task_run(self, task_run_id: UUID) -> Steps[None]:
        """Delete a task run.

        Raises:
            ObjectNotFound: There is no such task run.
        """
        yield from self.ask(task_runs.delete_task_run, as_id(task_run_id))

    @method()
    def set_task_run_name(self, task_run_id: UUID, name: str) -> Steps[httpx2.Response]:
        """Give a task run another name, and return the server's answer."""
        return (yield from self.respond(task_runs.update_task_run, task_run_id, TaskRunUpdate(name=name)))

    @method()
    def set_task_run_state(
        self, task_run_id: UUID, state: State[Any], force: bool = False
    ) -> Steps[OrchestrationResult]:
        """Propose a state for a task run, and return what was decided.

        Args:
            task_run_id: The run.
            state: The state that it would enter.
            force: Pass over the rules that would refuse it.
        """
        identity = as_id(task_run_id)
        wanted = proposal(state, task_run_id=identity)
        return (yield from self.ask(task_run_states.set_task_run_state, identity, wanted, force=force))

    @method()
    def read_task_run_states(self, task_run_id: UUID) -> Steps[list[State[Any]]]:
        """Return all states that a task run has been in, the oldest first."""
        return (yield from self.ask(states.read_task_run_states, as_id(task_run_id)))
