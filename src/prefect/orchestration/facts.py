"""What the rules need to know beside the two states. The caller gathers it in the transaction that writes the state.

The defaults describe a run without retries, limits, a deployment or a cache, so that the caller tells only what is
different. `FlowRunFacts.of` and `TaskRunFacts.of` read from a run what the run itself tells.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State, StateDetails, StateType
from prefect.schemas.task_runs import TaskRun

Slots = Literal["unknown", "taken", "full"]
"""What is known of the slots a run needs: not tried yet, taken for this run in this transaction, or none is free."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is known of any run.

    Attributes:
        now: The time of the decision, in UTC.
        run_count: How often the run has been RUNNING.
        retries: How often it may be retried.
    """

    now: datetime
    run_count: int = 0
    retries: int = 0


@dataclass(frozen=True, slots=True)
class FlowRunFacts(RunFacts):
    """What is known of a flow run.

    Attributes:
        retry_delay: Seconds until a retry.
        pause_keys: The keys of the pauses it has passed.
        retry_type: What kind of retry its policy notes.
        infrastructure_retries: How often it was executed again because its infrastructure had failed.
        has_deployment: Whether it belongs to a deployment.
        is_subflow: Whether a task run of another flow run stands for it.
        infrastructure_pid: What identifies its infrastructure, once it has some.
        is_claimed: Whether a process counts as executing it.
        deployment_missing: Whether its deployment does not exist any more.
        deployment_limit: How many runs of the deployment may be in progress; None is no limit.
        deployment_slots: Whether one of these slots is there for the run.
        deployment_lease_id: The lease of the slot that was taken in this transaction.
        collision_strategy: What becomes of a run that finds no free slot.
        deployment_slot_wait_seconds: How long such a run waits before it tries again.
        skip_reason: Why the run, which missed its time, may not begin any more; None if it may.
        client_version: The version of the client that proposes the state; None if it does not say.
        api_version: The API version that client speaks; None if it does not say.
    """

    retry_delay: float = 0
    pause_keys: Collection[str] = ()
    retry_type: Literal["in_process", "reschedule"] | None = None
    infrastructure_retries: int = 0
    has_deployment: bool = False
    is_subflow: bool = False
    infrastructure_pid: str | None = None
    is_claimed: bool = False
    deployment_missing: bool = False
    deployment_limit: int | None = None
    deployment_slots: Slots = "unknown"
    deployment_lease_id: UUID | None = None
    collision_strategy: Literal["ENQUEUE", "CANCEL_NEW"] = "ENQUEUE"
    deployment_slot_wait_seconds: float = 30
    skip_reason: str | None = None
    client_version: str | None = None
    api_version: str | None = None

    @classmethod
    def of(cls, run: FlowRun, now: datetime, **more: Any) -> Self:
        """Return what the run itself tells, and `more`: the facts of its deployment and of the client."""
        policy = run.empirical_policy
        return cls(
            now=now,
            run_count=run.run_count,
            retries=policy.retries or 0,
            retry_delay=policy.retry_delay or 0,
            pause_keys=policy.pause_keys or (),
            retry_type=policy.retry_type,
            infrastructure_retries=policy.infrastructure_retries or 0,
            has_deployment=run.deployment_id is not None,
            is_subflow=run.parent_task_run_id is not None,
            infrastructure_pid=run.infrastructure_pid,
            **more,
        )


@dataclass(frozen=True, slots=True)
class TaskRunFacts(RunFacts):
    """What is known of a task run.

    Attributes:
        retry_delay: Seconds until a retry; a sequence holds that of each retry, the last
            one also for all that follow.
        retry_jitter_factor: By which part of itself the delay may at most be longer or shorter.
        jitter: A number from 0 to 1, drawn evenly: where in that range the delay falls. 0.5 is the delay itself.
        flow_run_count: How often the flow run has been RUNNING; None for a task run outside a flow run.
        flow_state_type: The type of the flow run's state, None if it has none.
        flow_state_details: The details of the flow run's state; of use while it is PAUSED.
        flow_run_run_count: The flow run's count when the task run was last RUNNING.
        cached_state: The state kept for the cache key of the proposed state, if any.
        max_cache_key_length: The longest cache key that is kept.
        tag_limits: The concurrency limits of those tags of the run that have one.
        tag_slots: Whether the slots of these tags are there for the run.
        tag_slot_wait_seconds: How long to wait for a slot.
    """

    retry_delay: float | Sequence[float] = 0
    retry_jitter_factor: float | None = None
    jitter: float = 0.5
    flow_run_count: int | None = None
    flow_state_type: StateType | None = None
    flow_state_details: StateDetails | None = None
    flow_run_run_count: int = 0
    cached_state: State[Any] | None = None
    max_cache_key_length: int = 2000
    tag_limits: Mapping[str, int] | None = None
    tag_slots: Slots = "unknown"
    tag_slot_wait_seconds: float = 10

    @classmethod
    def of(cls, run: TaskRun, now: datetime, **more: Any) -> Self:
        """Return what the run itself tells, and `more`: the facts of its flow run, cache and tags."""
        policy = run.empirical_policy
        return cls(
            now=now,
            run_count=run.run_count,
            retries=policy.retries or 0,
            retry_delay=policy.retry_delay or 0,
            retry_jitter_factor=policy.retry_jitter_factor,
            flow_run_run_count=run.flow_run_run_count,
            **more,
        )
