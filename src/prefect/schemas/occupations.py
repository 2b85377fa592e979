"""Which flow runs are in somebody's hands: what each worker, runner or process executes."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from prefect.schemas._base import Record
from prefect.schemas.states import StateType

ExecutorKind = Literal["worker", "runner", "process"]

_NAMED = re.compile(
    r"(worker|runner) ('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")(?: on (\S+))? \((?:(\d+), )?[0-9a-f-]+\)"
)
_PROCESS = re.compile(r"(\S+) (\d+) [0-9a-f-]+")


@dataclass(frozen=True)
class Executor:
    """Who executes runs, as the owner of a claim tells it.

    Attributes:
        kind: Whether a worker or a runner looks after the run, or its own process does. None: it cannot be told.
        name: The name of the worker or runner; the text itself where it cannot be read.
        machine: The name of the machine, where it is told.
        pid: The number of the process, where it is told.
    """

    kind: ExecutorKind | None
    name: str | None
    machine: str | None = None
    pid: int | None = None


def executor_of(owner: str | None) -> Executor:
    """Return who the owner of a claim is.

    Args:
        owner: The owner in words: `worker 'big' on box (123, 0197…)`, for example.
    """
    if owner is None:
        return Executor(None, None)
    named = _NAMED.fullmatch(owner)
    if named is not None:
        kind: ExecutorKind = "worker" if named[1] == "worker" else "runner"
        return Executor(kind, ast.literal_eval(named[2]), named[3], int(named[4]) if named[4] else None)
    process = _PROCESS.fullmatch(owner)
    if process is not None:
        return Executor("process", None, process[1], int(process[2]))
    return Executor(None, owner)


class Occupation(Record):
    """A flow run that is in progress, and in whose hands it is.

    Attributes:
        flow_run_id: The flow run.
        flow_run_name: Its name.
        flow_id: Its flow.
        flow_name: The name of that.
        deployment_id: Its deployment.
        work_queue_id: The work queue from which it was taken.
        state_type: The type of its state.
        state_name: The name of its state.
        start_time: When it began to run.
        executor_kind: Whether a worker or a runner looks after it, or its own process. None: it cannot be told.
        executor_name: The name of the worker or runner.
        machine: The machine on which that is, where it is told.
        pid: The process in which that is, where it is told.
        is_held: Whether somebody holds the claim on the run.
        fence: The number of the claim; None for a run that was never claimed.
        since: Since when it is held.
        lease_seconds: How long it holds unless it is renewed.
        expires_at: When it lapses unless it is renewed.
    """

    flow_run_id: UUID
    flow_run_name: str
    flow_id: UUID
    flow_name: str | None = None
    deployment_id: UUID | None = None
    work_queue_id: UUID | None = None
    state_type: StateType
    state_name: str | None = None
    start_time: datetime | None = None
    executor_kind: ExecutorKind | None = None
    executor_name: str | None = None
    machine: str | None = None
    pid: int | None = None
    is_held: bool = False
    fence: int | None = None
    since: datetime | None = None
    lease_seconds: float | None = None
    expires_at: datetime | None = None
