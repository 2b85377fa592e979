"""What the rules answer: one of four decisions, with instructions for the transaction that writes the state.

    Accept   the state is written as proposed, perhaps amended
    Reject   another state is written in its place, or none
    Wait     not yet: propose it again after some seconds
    Abort    no, and the client should stop

Instructions are performed by the caller, in order, in the same transaction as the write. `UpdateRun` and
`UpdateRunPolicy` are folded in by `advance_flow_run` and `advance_task_run`. An instruction that takes a slot can fail:
then nothing is written, and the caller decides again with that fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

from prefect.schemas.states import State


@dataclass(frozen=True, slots=True)
class TakeDeploymentSlot:
    """Take one of the deployment's slots, under a lease.

    Taken: decide again with `deployment_slots="taken"` and `deployment_lease_id`, which puts the lease into the state.
    None free: decide again with `deployment_slots="full"`.
    """


@dataclass(frozen=True, slots=True)
class RenewLease:
    """Renew the lease of the run's deployment slot.

    If the lease has lapsed, take a slot anew and decide again with `deployment_slots="taken"` and its lease; if none is
    free, with `deployment_slots="full"`.
    """

    lease_id: UUID


@dataclass(frozen=True, slots=True)
class RevokeLease:
    """Keep the run's deployment slot without an expiry: its client is too old to renew a lease.

    The slot stays taken until `ReleaseDeploymentSlot` names the same lease.
    """

    lease_id: UUID


@dataclass(frozen=True, slots=True)
class ReleaseDeploymentSlot:
    """Give back the deployment slot held under this lease. Without effect when it was given back or lapsed before."""

    lease_id: UUID


@dataclass(frozen=True, slots=True)
class TakeTagSlots:
    """Take a slot of each of these tags for the task run, all or none; a slot the run holds already counts as taken.

    None free: decide again with `tag_slots="full"`.
    """

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReleaseTagSlots:
    """Give back the slots of these tags that the task run holds, if any."""

    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoreCachedResult:
    """Keep the written state as the result of this cache key, until `expiration` if there is one."""

    cache_key: str
    expiration: datetime | None = None


@dataclass(frozen=True, slots=True)
class EnqueueTask:
    """Put the task run on the queue of its task key; on the queue of retries, which goes first, if `retry`."""

    retry: bool = False


@dataclass(frozen=True, slots=True)
class EmitStateEvent:
    """Emit the event of a flow run that enters the written state."""


@dataclass(frozen=True, slots=True)
class UpdateParentTaskRun:
    """Give the task run that stands for this subflow in its parent the state from `parent_task_run_state`, by force."""


@dataclass(frozen=True, slots=True)
class RetryFailedTaskRuns:
    """Force the failed task runs of the flow run to AwaitingRetry: clients of old API versions expect it."""


@dataclass(frozen=True, slots=True)
class UpdateRun:
    """Change these fields of the run before the state is applied to it."""

    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class UpdateRunPolicy:
    """Change these fields of the flow run's empirical policy after the state was applied to it."""

    changes: Mapping[str, Any]


Instruction = (
    TakeDeploymentSlot
    | RenewLease
    | RevokeLease
    | ReleaseDeploymentSlot
    | TakeTagSlots
    | ReleaseTagSlots
    | StoreCachedResult
    | EnqueueTask
    | EmitStateEvent
    | UpdateParentTaskRun
    | RetryFailedTaskRuns
    | UpdateRun
    | UpdateRunPolicy
)


@dataclass(frozen=True, slots=True)
class Accept:
    """Write `state`."""

    status: ClassVar[Literal["ACCEPT"]] = "ACCEPT"

    state: State[Any]
    instructions: tuple[Instruction, ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    """Write `state` in place of the proposed one; `None`: the current state stays and nothing is written."""

    status: ClassVar[Literal["REJECT"]] = "REJECT"

    state: State[Any] | None
    reason: str
    instructions: tuple[Instruction, ...] = ()


@dataclass(frozen=True, slots=True)
class Wait:
    """Write nothing; the client proposes again after `seconds`."""

    status: ClassVar[Literal["WAIT"]] = "WAIT"

    seconds: int
    reason: str


@dataclass(frozen=True, slots=True)
class Abort:
    """Write nothing; the client should stop working on the run."""

    status: ClassVar[Literal["ABORT"]] = "ABORT"

    reason: str


Decision = Accept | Reject | Wait | Abort


def written_state(decision: Decision) -> State[Any] | None:
    """Return the state that a decision has written, or None: the difference between HTTP 201 and 200."""
    return decision.state if isinstance(decision, (Accept, Reject)) else None
