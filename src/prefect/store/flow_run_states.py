"""Orchestration of flow runs: facts, decision, instructions and the new state in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import prefect
from prefect._clock import now
from prefect.orchestration.decide import decide
from prefect.orchestration.decisions import (
    Abort,
    Decision,
    Reject,
    RenewLease,
    TakeDeploymentSlot,
    Wait,
)
from prefect.orchestration.facts import FlowRunFacts
from prefect.orchestration.policies import policy_for_flow_run
from prefect.orchestration.rule import Policy
from prefect.orchestration.versions import ClientVersions
from prefect.schemas.flow_run_filters import FlowRunFilter
from prefect.schemas.flow_runs import FlowRun, FlowRunBulkSetStateResponse, FlowRunOrchestrationResult
from prefect.schemas.orchestration import (
    OrchestrationResult,
    SetStateStatus,
    StateAbortDetails,
    StateAcceptDetails,
    StateRejectDetails,
    StateWaitDetails,
)
from prefect.schemas.paging import FewAtOnce
from prefect.schemas.states import State, StateCreate, StateType
from prefect.store.catch_up import reason_to_skip
from prefect.store.claim_rows import is_claimed
from prefect.store.deployment_slots import facts_of_deployment, renew_slot, take_deployment_slot
from prefect.store.flow_run_creation import state_created
from prefect.store.flow_run_writing import enter_state
from prefect.store.flow_runs import find_flow_run, flow_run_not_found, ids_of_flow_runs
from prefect.store.isolation import guarded_by_rows
from prefect.store.operations import FromHeader, operation
from prefect.store.statements import Transaction

UserAgent = Annotated[str | None, FromHeader("user-agent")]
"""What a client says of its version: `prefect/3.8.8 (API 0.8.4)`."""

ApiVersion = Annotated[str | None, FromHeader("x-prefect-api-version")]
"""The version of the API that a client speaks."""


OURS = ClientVersions(prefect.__version__)
"""The version of a client in this process."""


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def when_entered(answer: OrchestrationResult) -> datetime:
    """Return since when there is the state that an answer tells of: since now, if it is a new one."""
    return _LONG_AGO if answer.state is None else answer.state.timestamp


@operation("POST", "/flow_runs/{id}/set_state", status=201, dated=when_entered)
@guarded_by_rows
def set_flow_run_state(
    id: UUID,
    state: StateCreate,
    force: bool = False,
    user_agent: UserAgent = None,
    api_version: ApiVersion = None,
) -> Transaction[OrchestrationResult]:
    """Propose a state for a flow run, and return what was decided.

    Args:
        id: The flow run.
        state: The state that it would enter.
        force: Pass over the rules that would refuse it.
        user_agent: What the client says of itself.
        api_version: The version of the API that it speaks.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    client = ClientVersions.said(user_agent, api_version)
    return (yield from propose_flow_run_state(id, state_created(state), force=force, client=client))


@operation("POST", "/flow_runs/bulk_set_state")
def bulk_set_flow_run_state(
    state: StateCreate,
    flow_runs: FlowRunFilter | None = None,
    force: bool = False,
    limit: FewAtOnce = 50,
    user_agent: UserAgent = None,
    api_version: ApiVersion = None,
) -> Transaction[FlowRunBulkSetStateResponse]:
    """Propose a state for the first flow runs that a filter means, the newest first; see `set_flow_run_state`."""
    client = ClientVersions.said(user_agent, api_version)
    results: list[FlowRunOrchestrationResult] = []
    for text in (yield from ids_of_flow_runs(flow_runs, limit)):
        id = UUID(text)
        answer = yield from propose_flow_run_state(id, state_created(state), force=force, client=client)
        results.append(FlowRunOrchestrationResult(flow_run_id=id, **dict(answer)))
    return FlowRunBulkSetStateResponse(results=results)


def propose_flow_run_state(
    flow_run_id: UUID,
    proposed: State[Any],
    *,
    force: bool = False,
    client: ClientVersions = OURS,
    policy: Policy[FlowRunFacts] | None = None,
    told: bool = True,
) -> Transaction[OrchestrationResult]:
    """Decide on a proposed state and write what was decided.

    Args:
        flow_run_id: The flow run.
        proposed: The state that it would enter.
        force: Pass over the rules that would refuse it.
        client: The versions of the client that proposes it; by default it is of this version.
        policy: The rules to go by, if not those for proposals.
        told: Store the event of the state too. Who does not leaves that to `tell_untold_states`.

    Raises:
        ObjectNotFound: There is no such flow run.
    """
    run = yield from find_flow_run(flow_run_id)
    if run is None:
        raise flow_run_not_found(flow_run_id)
    facts = FlowRunFacts.of(run, now(), client_version=client.package, api_version=client.api)
    if run.deployment_id is not None:
        facts = replace(facts, **(yield from facts_of_deployment(run.deployment_id)))
    if run.auto_scheduled and proposed.type is StateType.PENDING:
        facts = replace(facts, skip_reason=(yield from reason_to_skip(run)))
    if proposed.type is StateType.CANCELLING and run.state_type is StateType.SCHEDULED:
        facts = replace(facts, is_claimed=(yield from is_claimed(run.id)))
    decision = yield from _decide(policy or policy_for_flow_run(force=force), run, proposed, facts)
    if isinstance(decision, (Wait, Abort)) or decision.state is None:
        return answer_of(decision, run.state)
    entered = yield from enter_state(run, decision.state, decision.instructions, told=told)
    return answer_of(decision, entered.state)


def _decide(
    policy: Policy[FlowRunFacts], run: FlowRun, proposed: State[Any], facts: FlowRunFacts
) -> Transaction[Decision]:
    """Return a decision for which the slots that it needs were taken."""
    decision = decide(policy, run.state, proposed, facts)
    for instruction in getattr(decision, "instructions", ()):
        if isinstance(instruction, TakeDeploymentSlot):
            lease_id = yield from take_deployment_slot(run)
        elif isinstance(instruction, RenewLease):
            if (yield from renew_slot(instruction.lease_id)):
                continue
            lease_id = yield from take_deployment_slot(run)
        else:
            continue
        slots = "full" if lease_id is None else "taken"
        facts = replace(facts, deployment_slots=slots, deployment_lease_id=lease_id)
        return decide(policy, run.state, proposed, facts)
    return decision


def answer_of(decision: Decision, state: State[Any] | None) -> OrchestrationResult:
    """Return what is answered to whoever proposed a state: the decision, and the state that holds now."""
    if isinstance(decision, Wait):
        details = StateWaitDetails(delay_seconds=decision.seconds, reason=decision.reason)
    elif isinstance(decision, Abort):
        details = StateAbortDetails(reason=decision.reason)
    elif isinstance(decision, Reject):
        details = StateRejectDetails(reason=decision.reason)
    else:
        details = StateAcceptDetails()
    return OrchestrationResult.model_construct(
        state=state, status=SetStateStatus(decision.status), details=details
    )
