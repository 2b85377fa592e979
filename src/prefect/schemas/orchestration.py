"""What orchestration answers when a state is proposed for a run."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import Field

from prefect.schemas._base import Record
from prefect.schemas.states import State


class SetStateStatus(str, Enum):
    """What became of a proposed state."""

    ACCEPT = "ACCEPT"
    REJECT = "REJECT"
    ABORT = "ABORT"
    WAIT = "WAIT"

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.value}"


class StateAcceptDetails(Record):
    """The state was written as proposed."""

    type: Literal["accept_details"] = "accept_details"


class StateRejectDetails(Record):
    """Another state holds instead, for this reason."""

    type: Literal["reject_details"] = "reject_details"
    reason: str | None = None


class StateAbortDetails(Record):
    """The run must not go on, for this reason."""

    type: Literal["abort_details"] = "abort_details"
    reason: str | None = None


class StateWaitDetails(Record):
    """Propose again after `delay_seconds`, for this reason."""

    type: Literal["wait_details"] = "wait_details"
    delay_seconds: int
    reason: str | None = None


StateDetailsOfAnswer = Annotated[
    StateAcceptDetails | StateRejectDetails | StateAbortDetails | StateWaitDetails,
    Field(discriminator="type"),
]


class OrchestrationResult(Record):
    """The answer to a proposed state: the state that holds now, and why."""

    state: State[Any] | None
    status: SetStateStatus
    details: StateDetailsOfAnswer
