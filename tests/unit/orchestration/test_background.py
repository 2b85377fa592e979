from __future__ import annotations

from uuid import UUID

import pytest

from prefect.orchestration.decisions import Accept, EnqueueTask
from prefect.orchestration.policies import BACKGROUND_TASK_POLICY
from tests.unit.orchestration.building import decide_task, later, state

PARAMETERS = UUID("11111111-1111-4111-8111-111111111111")
OTHERS = UUID("22222222-2222-4222-8222-222222222222")


@pytest.mark.parametrize(("initial", "proposed"), [("SCHEDULED", "PENDING"), ("PENDING", "RUNNING")])
def test_worker_finds_the_parameters(initial: str, proposed: str) -> None:
    """The id of the stored parameters goes along until the task runs, unless another is named."""
    current = state(initial, task_parameters_id=PARAMETERS)
    for given, expected in ((None, PARAMETERS), (OTHERS, OTHERS)):
        decision = decide_task(current, state(proposed, task_parameters_id=given), BACKGROUND_TASK_POLICY)
        assert isinstance(decision, Accept)
        assert decision.state.state_details.task_parameters_id == expected
    none = decide_task(state(initial), state(proposed), BACKGROUND_TASK_POLICY)
    assert isinstance(none, Accept)
    assert none.state.state_details.task_parameters_id is None


@pytest.mark.parametrize(("name", "retry"), [(None, False), ("AwaitingRetry", True)])
def test_scheduled_background_task_goes_on_its_queue(name: str | None, retry: bool) -> None:
    """A background task is queued when it is scheduled; a retry goes on the queue of retries."""
    proposed = state("SCHEDULED", name, deferred=True, scheduled_time=later(0))
    decision = decide_task(None, proposed, BACKGROUND_TASK_POLICY)
    assert isinstance(decision, Accept)
    assert decision.instructions == (EnqueueTask(retry=retry),)


def test_other_scheduled_tasks_are_not_queued() -> None:
    """A task run that is not deferred waits in the process that made it."""
    decision = decide_task(None, state("SCHEDULED"), BACKGROUND_TASK_POLICY)
    assert isinstance(decision, Accept)
    assert decision.instructions == ()
