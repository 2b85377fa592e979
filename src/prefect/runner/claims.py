"""The claims of those who execute runs: had before a process is started, and renewed together until it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from prefect.logging.loggers import get_logger
from prefect.runner.asking import Asker, OrchestrationAway
from prefect.schemas.flow_run_claims import (
    LEASE_SECONDS,
    ClaimRenewal,
    ClaimStanding,
    FlowRunClaim,
    FlowRunClaimCreate,
)
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.orchestration import StateAbortDetails
from prefect.store.flow_run_claims import claim_flow_run, renew_claims

GLANCE = 1.0
"""How long, in seconds, a cancellation may go unnoticed where no server tells of it."""


@dataclass(frozen=True)
class _Held:
    fence: int
    heed: Callable[[ClaimStanding], None]


class Claims:
    """The claims of one owner. `keep` has to run as long as it has any.

    Args:
        asker: What asks the store.
        owner: Who executes the runs, in words.
        lease_seconds: For how long a claim holds unless it is renewed; it is renewed three times as often.
    """

    def __init__(self, asker: Asker, owner: str, lease_seconds: float = LEASE_SECONDS) -> None:
        self.owner = owner
        self.lease_seconds = lease_seconds
        self._asker = asker
        self._held: dict[UUID, _Held] = {}
        self._look = asyncio.Event()

    async def claim(self, run: FlowRun, infrastructure_pid: str | None = None) -> FlowRunClaim | None:
        """Claim a scheduled run; it is Pending then. None if it cannot be had: another has it, or it has to wait.

        Raises:
            OrchestrationAway: It is not known.
            ObjectNotFound: It was deleted.
        """
        wanted = FlowRunClaimCreate(
            owner=self.owner, lease_seconds=self.lease_seconds, infrastructure_pid=infrastructure_pid
        )
        result = await self._asker.ask(claim_flow_run, run.id, wanted)
        if result.claim is None:
            details = result.orchestration.details
            reason = details.reason if isinstance(details, StateAbortDetails) else result.orchestration.state
            get_logger("runner").debug("Flow run %r is not started: %s", run.name, reason)
        return result.claim

    async def adopt(self, flow_run_id: UUID) -> int | None:
        """Take the claim on a run that nobody has claimed, and return its fence; None if somebody has it.

        Raises:
            OrchestrationAway: It is not known.
        """
        renewal = ClaimRenewal(flow_run_id=flow_run_id, lease_seconds=self.lease_seconds)
        standing = (await self._asker.ask(renew_claims, [renewal], owner=self.owner))[0]
        return standing.fence if standing.is_held else None

    def hold(self, flow_run_id: UUID, fence: int, heed: Callable[[ClaimStanding], None]) -> None:
        """Renew a claim from now on.

        Args:
            flow_run_id: The run.
            fence: The number of the claim.
            heed: Called with how it stands with the claim, each time that it was renewed.
        """
        self._held[flow_run_id] = _Held(fence, heed)

    def drop(self, flow_run_id: UUID) -> None:
        """Renew a claim no more."""
        self._held.pop(flow_run_id, None)

    def look_now(self) -> None:
        """Renew at once, since something has happened to a run."""
        self._look.set()

    async def keep(self) -> None:
        """Renew the claims until this is cancelled."""
        pause = self.lease_seconds / 3 if self._asker.has_server else min(GLANCE, self.lease_seconds / 3)
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), pause)
            self._look.clear()
            if self._held:
                with suppress(OrchestrationAway):  # said by the asker; the server gives time to come back
                    await self.renew()

    async def renew(self) -> None:
        """Renew all claims once, and have heeded how it stands with them.

        Raises:
            OrchestrationAway: It was not possible.
        """
        asked = dict(self._held)
        renewals = [
            ClaimRenewal(flow_run_id=id_, fence=held.fence, lease_seconds=self.lease_seconds)
            for id_, held in asked.items()
        ]
        for standing in await self._asker.ask(renew_claims, renewals, owner=self.owner):
            held = self._held.get(standing.flow_run_id)
            if held is not None and held is asked.get(standing.flow_run_id):
                held.heed(standing)
