"""Claims on flow runs at a server that knows none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from prefect.backend.remote import RemoteBackend
from prefect.exceptions import ObjectUnsupported
from prefect.schemas.flow_run_claims import ClaimRenewal, FlowRunClaimCreate
from prefect.schemas.orchestration import SetStateStatus
from prefect.store.flow_run_claims import (
    claim_flow_run,
    read_flow_run_claim,
    release_claim,
    renew_claims,
    report_crash,
)
from prefect.testing.clock import hold_clock
from tests.unit.backend.test_remote import ENOUGH, SOME, Original, backend, server

__all__ = ["backend", "server"]  # fixtures

RUN = f"/flow_runs/{SOME}"


class Kept:
    """One flow run at the server; proposals are accepted as the original does."""

    def __init__(self, server: Original, kind: str) -> None:
        self.state: dict[str, Any] = {"type": kind, "name": kind.capitalize(), "state_details": {}}
        self.loses_an_answer = False
        server.answers["GET", RUN] = lambda _: (200, self.run)
        server.answers["POST", f"{RUN}/set_state"] = self.propose
        server.answers["POST", "/flow_runs/filter"] = lambda _: (200, [self.run])

    @property
    def run(self) -> dict[str, Any]:
        """The run as it is told."""
        told = {"state_type": self.state["type"], "state_name": self.state["name"], "state": self.state}
        return {"id": str(SOME), "flow_id": str(SOME), "name": "tidy-otter", **told}

    def propose(self, body: Any) -> tuple[int, Any]:
        """Enter a state, but not Pending twice."""
        if body["state"]["type"] == "PENDING" == self.state["type"]:
            details = {"type": "abort_details", "reason": "already"}
            return 200, {"state": None, "status": "ABORT", "details": details}
        self.state = {"name": body["state"]["type"].capitalize(), **body["state"]}
        if self.loses_an_answer:
            self.loses_an_answer = False
            return 502, None
        return 201, {"state": self.state, "status": "ACCEPT", "details": {"type": "accept_details"}}


@pytest.fixture
def perform(backend: RemoteBackend) -> Callable[..., Any]:
    """Perform an operation and return its answer."""
    return lambda operation, *args, **how: backend.perform(operation, *args, **how).result(ENOUGH)


WISH = FlowRunClaimCreate(owner="worker")


def test_who_enters_pending_first_has_the_run(server: Original, perform: Callable[..., Any]) -> None:
    """The claim has the number 0, by which processes know that there are no fences."""
    Kept(server, "SCHEDULED")
    first, second = perform(claim_flow_run, SOME, WISH), perform(claim_flow_run, SOME, WISH)
    assert (first.claim.owner, first.claim.fence) == ("worker", 0)
    assert second.claim is None
    assert second.orchestration.status is SetStateStatus.ABORT


def test_a_claim_whose_answer_was_lost_is_had(server: Original, perform: Callable[..., Any]) -> None:
    """Asking again finds that it was this process that entered Pending."""
    Kept(server, "SCHEDULED").loses_an_answer = True
    assert perform(claim_flow_run, SOME, WISH).claim is not None


def test_a_claim_stands_as_long_as_there_is_the_run(server: Original, perform: Callable[..., Any]) -> None:
    """The answer tells the state, so that a run that is being cancelled is stopped."""
    Kept(server, "CANCELLING")
    (standing,) = perform(renew_claims, [ClaimRenewal(flow_run_id=SOME, fence=0)], "worker")
    assert (standing.is_held, standing.fence, standing.state_name) == (True, 0, "Cancelling")
    server.answers["POST", "/flow_runs/filter"] = (200, [])
    (standing,) = perform(renew_claims, [ClaimRenewal(flow_run_id=SOME, fence=0)], "worker")
    assert not standing.is_held


def test_heartbeats_are_sent_as_often_as_the_setting_says(
    server: Original, perform: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often claims are renewed; of runs that run."""
    monkeypatch.setenv("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", "30")
    kept = Kept(server, "PENDING")
    with hold_clock() as clock:
        for kind in ("PENDING", "RUNNING", "RUNNING"):
            kept.state["type"] = kind
            perform(renew_claims, [ClaimRenewal(flow_run_id=SOME)], "worker")
            clock.advance(5)
        assert len(server.bodies("/events")) == 1
        clock.advance(30)
        perform(renew_claims, [ClaimRenewal(flow_run_id=SOME)], "worker")
    (beat,) = server.bodies("/events")[1]
    assert (beat["event"], beat["resource"]["prefect.resource.id"]) == (
        "prefect.flow-run.heartbeat",
        f"prefect.flow-run.{SOME}",
    )
    perform(release_claim, SOME, 0)


@pytest.mark.parametrize(
    ("kind", "expected"), [("RUNNING", "CRASHED"), ("CANCELLING", "CANCELLED"), ("COMPLETED", "COMPLETED")]
)
@pytest.mark.parametrize("how", ["reported", "released"])
def test_the_end_of_a_process_ends_its_run(
    server: Original, perform: Callable[..., Any], kind: str, expected: str, how: str
) -> None:
    """Told or not; a run that had ended stays as it is."""
    kept = Kept(server, kind)
    if how == "reported":
        perform(report_crash, SOME, 0, "Killed.")
    else:
        perform(release_claim, SOME, 0)
    assert kept.state["type"] == expected


def test_there_are_no_claims_to_read(perform: Callable[..., Any]) -> None:
    """That is said."""
    with pytest.raises(ObjectUnsupported, match="does not know GET"):
        perform(read_flow_run_claim, SOME)
