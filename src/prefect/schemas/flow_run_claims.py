"""Claims on flow runs: which process executes a run, until when that is believed, and by which number it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from prefect.schemas._base import Body, Record
from prefect.schemas.orchestration import OrchestrationResult
from prefect.schemas.states import StateType

LEASE_SECONDS = 15.0
"""How long, in seconds, a claim holds unless it is renewed: then its process counts as gone."""

LeaseSeconds = Annotated[float, Field(ge=0.1, le=86400, allow_inf_nan=False)]
"""How long a claim may hold without being renewed."""


class FlowRunClaim(Record):
    """A claim on a flow run.

    Attributes:
        flow_run_id: The flow run.
        owner: Who executes it, in words; None while nobody does.
        fence: The number of the claim. Each claim on a run has a greater one than that before it, and who writes with
            a number that is not the present one is refused. 0 is the number of a server that knows no claims.
        lease_seconds: How long the claim holds unless it is renewed.
        claimed_at: Since when this owner has it.
        expires_at: When it lapses unless it is renewed; None while nobody holds it.
        returns: How often in a row the run was given back because its owner fell silent before it began.
    """

    flow_run_id: UUID
    owner: str | None = None
    fence: int
    lease_seconds: float = LEASE_SECONDS
    claimed_at: datetime | None = None
    expires_at: datetime | None = None
    returns: int = 0

    @property
    def is_held(self) -> bool:
        """Whether a process counts as executing the run."""
        return self.expires_at is not None


class FlowRunClaimCreate(Body):
    """Claim a flow run that is scheduled.

    Attributes:
        owner: Who will execute it, in words.
        lease_seconds: How long the claim holds unless it is renewed.
        infrastructure_pid: What identifies the infrastructure that will execute it, where that is known already.
    """

    owner: Annotated[str, Field(min_length=1)]
    lease_seconds: LeaseSeconds = LEASE_SECONDS
    infrastructure_pid: str | None = None


class FlowRunClaimResult(Record):
    """What became of a wish to claim a run: the claim, if it was had, and what the rules said to Pending."""

    claim: FlowRunClaim | None
    orchestration: OrchestrationResult


class ClaimRenewal(Body):
    """Hold a claim for another while.

    Attributes:
        flow_run_id: The flow run.
        fence: The number of the claim; None to take the claim if nobody has it, for a run that was started directly.
        lease_seconds: How long it holds unless it is renewed again.
    """

    flow_run_id: UUID
    fence: int | None = None
    lease_seconds: LeaseSeconds = LEASE_SECONDS


class ClaimStanding(Record):
    """How it stands with a claim that somebody wanted to renew.

    Attributes:
        flow_run_id: The flow run.
        fence: The number of the claim if it is held, else the number that was asked with.
        is_held: Whether who asked holds it. Who does not must stop the process: it can write nothing any more.
        state_type: The type of the run's state, None if there is no such run. CANCELLING: stop it as cancelled.
        state_name: The name of that state.
    """

    flow_run_id: UUID
    fence: int | None
    is_held: bool
    state_type: StateType | None = None
    state_name: str | None = None
