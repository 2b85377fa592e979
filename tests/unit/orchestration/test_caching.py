from __future__ import annotations

from uuid import UUID

import pytest

from prefect.orchestration.decisions import Accept, Reject, StoreCachedResult
from tests.unit.orchestration.building import NOW, STORED, decide_task, later, state

RUN = UUID("11111111-1111-4111-8111-111111111111")


def test_cached_result_is_used_instead_of_running() -> None:
    """The task run completes at once with the kept result, as a state of its own."""
    cached = state(
        "COMPLETED", at=-60, data=STORED, cache_key="k", cache_expiration=later(60), task_run_id=RUN
    )
    decision = decide_task(state("PENDING"), state("RUNNING", cache_key="k"), cached_state=cached)
    assert isinstance(decision, Reject)
    written = decision.state
    assert written is not None
    assert (written.type, written.name, written.data, written.timestamp) == (
        "COMPLETED",
        "Cached",
        STORED,
        NOW,
    )
    assert written.id != cached.id
    assert written.state_details.task_run_id is None


@pytest.mark.parametrize("expires", [0, -60])
def test_expired_result_is_not_used(expires: float) -> None:
    """A result past its expiration is computed anew."""
    cached = state("COMPLETED", cache_key="k", cache_expiration=later(expires))
    assert isinstance(
        decide_task(state("PENDING"), state("RUNNING", cache_key="k"), cached_state=cached), Accept
    )


def test_result_is_not_used_without_a_key_or_with_refresh() -> None:
    """Who asks for no cache, or for a fresh result, gets the task run."""
    cached = state("COMPLETED", cache_key="k")
    for proposed in (state("RUNNING"), state("RUNNING", cache_key="k", refresh_cache=True)):
        assert isinstance(decide_task(state("PENDING"), proposed, cached_state=cached), Accept)


def test_completed_run_is_kept_under_its_key() -> None:
    """The result is there for the next task run with that key, for as long as it says."""
    decision = decide_task(state("RUNNING"), state("COMPLETED", cache_key="k", cache_expiration=later(60)))
    assert isinstance(decision, Accept)
    assert decision.instructions == (StoreCachedResult("k", later(60)),)
    plain = decide_task(state("RUNNING"), state("COMPLETED"))
    assert isinstance(plain, Accept)
    assert plain.instructions == ()


def test_too_long_a_key_is_not_kept() -> None:
    """The task run completes, without its key, and the reason names the limit."""
    proposed = state("COMPLETED", data=STORED, cache_key="k" * 11)
    decision = decide_task(state("RUNNING"), proposed, max_cache_key_length=10)
    assert isinstance(decision, Reject)
    assert decision.state is not None
    assert (decision.state.type, decision.state.data) == ("COMPLETED", STORED)
    assert decision.state.state_details.cache_key is None
    assert "more than 10" in decision.reason
    assert not any(isinstance(instruction, StoreCachedResult) for instruction in decision.instructions)
    fits = decide_task(state("RUNNING"), state("COMPLETED", cache_key="k" * 10), max_cache_key_length=10)
    assert isinstance(fits, Accept)
