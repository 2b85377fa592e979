"""What has to be known of a flow run and of all it depends on to say why it is as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from prefect.schemas.explanations import Explanation, RelatedObject
from prefect.schemas.flow_run_claims import FlowRunClaim
from prefect.schemas.flow_runs import FlowRun


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds slots: the run if it is known, and in any case the words for it."""

    words: str
    since: datetime | None
    run: RelatedObject | None = None


@dataclass(frozen=True, slots=True)
class LimitFacts:
    """A concurrency limit: how many slots it has, how many are taken, and by whom."""

    name: str
    slots: int
    taken: int
    holders: tuple[Holder, ...] = ()

    @property
    def is_full(self) -> bool:
        """Whether no slot is free."""
        return self.taken >= self.slots


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """A worker: whether it is there, and when it was heard of last."""

    name: str
    is_online: bool
    last_heard: datetime | None


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """A work queue. `last_polled` is when a worker looked into it last."""

    id: str
    name: str
    is_paused: bool
    last_polled: datetime | None
    limit: LimitFacts | None = None


@dataclass(frozen=True, slots=True)
class PoolFacts:
    """A work pool, with its workers and the runs in progress there. `packages` have workers of its type."""

    id: str
    name: str
    type: str
    is_paused: bool
    workers: tuple[WorkerFacts, ...] = ()
    in_progress: tuple[Holder, ...] = ()
    limit: LimitFacts | None = None
    package: str | None = None

    @property
    def needs_workers(self) -> bool:
        """Whether runs of the pool are started by workers, and not by the server itself."""
        return not self.type.endswith((":push", ":managed"))


@dataclass(frozen=True, slots=True)
class DeploymentFacts:
    """A deployment. `last_polled` is when somebody looked for its runs last."""

    id: str
    name: str
    is_paused: bool
    last_polled: datetime | None
    limit: LimitFacts | None = None
    in_progress: tuple[Holder, ...] = ()


@dataclass(frozen=True, slots=True)
class SlotWait:
    """Somebody in the run who waits for a slot of a limit."""

    who: RelatedObject
    limit: LimitFacts
    since: datetime | None


@dataclass(frozen=True, slots=True)
class TaskWait:
    """A task run that waits for others: each of these with the name of its state."""

    who: RelatedObject
    since: datetime | None
    upstream: tuple[tuple[RelatedObject, str], ...]


@dataclass(frozen=True, slots=True)
class Situation:
    """A flow run and what it depends on.

    Attributes:
        moment: What the time is.
        run: The flow run with its state.
        lately: Who looked for runs so long ago at most still looks.
        claim: The claim on it.
        beat: When its process was heard of last, by heartbeats that are events.
        silence: For how long such a process may be silent.
        deployment: Its deployment; None also if that was deleted.
        pool: The work pool where it is put.
        queue: The work queue where it is put.
        slot_waits: Who waits for slots in it.
        task_waits: Which of its task runs wait for others; for a subflow run that waits, the one that stands for it.
        failed: Those of its task runs that ended badly.
        last_words: The last error in its log, on one line.
        children: Why those of its subflow runs that have not ended are as they are.
    """

    moment: datetime
    run: FlowRun
    lately: timedelta = timedelta(seconds=60)
    claim: FlowRunClaim | None = None
    beat: datetime | None = None
    silence: timedelta = timedelta(seconds=90)
    deployment: DeploymentFacts | None = None
    pool: PoolFacts | None = None
    queue: QueueFacts | None = None
    slot_waits: tuple[SlotWait, ...] = ()
    task_waits: tuple[TaskWait, ...] = ()
    failed: tuple[RelatedObject, ...] = ()
    last_words: str | None = None
    children: tuple[Explanation, ...] = ()

    def is_recent(self, moment: datetime | None) -> bool:
        """Whether somebody who looked then still looks."""
        return moment is not None and self.moment - moment <= self.lately
