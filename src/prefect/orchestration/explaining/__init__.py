"""Why is this flow run as it is? A function of facts; `store.explanations` gathers them.

Each function below says what it knows of one matter, as causes. They are asked in the order in which their answers
decide: what keeps the run from starting whatever else is done comes first.
"""

from __future__ import annotations

from collections.abc import Iterator

from prefect.orchestration.explaining.after_start import causes_of_ending, causes_of_running
from prefect.orchestration.explaining.before_start import causes_of_waiting
from prefect.orchestration.explaining.situations import Situation
from prefect.schemas.explanations import Cause, Explanation
from prefect.schemas.states import StateType


def explain(situation: Situation) -> Explanation:
    """Return why a flow run waits, is late, is stuck, or ended badly: all causes that are known, with a summary."""
    run = situation.run
    causes = list(_causes(situation))
    return Explanation(
        flow_run_id=run.id,
        name=run.name,
        state_type=run.state_type,
        state_name=run.state_name,
        summary=_summary(situation, causes),
        causes=causes,
    )


def _causes(situation: Situation) -> Iterator[Cause]:
    match situation.run.state_type:
        case StateType.SCHEDULED | StateType.PENDING:
            yield from causes_of_waiting(situation)
        case StateType.RUNNING | StateType.PAUSED | StateType.CANCELLING:
            yield from causes_of_running(situation)
        case _:
            yield from causes_of_ending(situation)


def _summary(situation: Situation, causes: list[Cause]) -> str:
    run = situation.run
    name = f"Flow run {run.name!r}"
    if causes:
        return f"{name} is {run.state_name}. {causes[0].message}"
    if run.state_type is StateType.COMPLETED:
        return f"{name} has completed."
    if run.state_type is StateType.RUNNING:
        return f"{name} is running, and waits for nothing that is known here."
    return f"{name} is {run.state_name or 'in no state'}; nothing is known that it waits for."
