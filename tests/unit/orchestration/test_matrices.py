"""The measured transitions between each two state types, cell by cell."""

from __future__ import annotations

from typing import Any

import pytest

from prefect.orchestration.policies import CLIENT_TASK_POLICY, CORE_TASK_POLICY
from tests.unit.orchestration.building import REFERENCE, answer, decide_flow, decide_task, later, state

TERMINAL = REFERENCE["terminal"]


def cells(matrix: str) -> list[Any]:
    """Return a parameter for each cell of a matrix, named by its transition."""
    return [
        pytest.param(initial.split("(")[0], proposed, expected, id=f"{initial}->{proposed}")
        for initial, row in REFERENCE[matrix].items()
        for proposed, expected in row.items()
    ]


def proposal(type_: str) -> Any:
    """Return a state as a client proposes it: a scheduled one is due."""
    return state(type_, scheduled_time=later(-1)) if type_ == "SCHEDULED" else state(type_)


@pytest.mark.parametrize(("initial", "proposed", "expected"), cells("matrix_flow_run_no_deployment"))
def test_flow_run_without_deployment(initial: str, proposed: str, expected: list[Any]) -> None:
    """A flow run started by hand goes where the measured one went, with the same status."""
    current = proposal(initial)
    decision = decide_flow(current, proposal(proposed), run_count=1 if initial == "RUNNING" else 0)
    assert answer(decision, current) == expected


OTHERWISE = {
    (ended, "PENDING"): ["ABORT", 200, f"{ended}/{ended.capitalize()}"]
    for ended in ("COMPLETED", "FAILED", "CRASHED")
}
"""Where we differ on purpose: a worker that comes late does not execute a run that has ended."""


@pytest.mark.parametrize(("initial", "proposed", "expected"), cells("matrix_flow_run_with_deployment"))
def test_flow_run_with_deployment(initial: str, proposed: str, expected: list[Any]) -> None:
    """A flow run of a deployment goes where the measured one went, with the same status."""
    current = proposal(initial)
    decision = decide_flow(
        current, proposal(proposed), run_count=1 if initial == "RUNNING" else 0, has_deployment=True
    )
    assert answer(decision, current) == OTHERWISE.get((initial, proposed), expected)


@pytest.mark.parametrize("policy", [CORE_TASK_POLICY, CLIENT_TASK_POLICY], ids=["server", "client"])
@pytest.mark.parametrize(("initial", "proposed", "expected"), cells("matrix_task_run_in_running_flow"))
def test_task_run_in_running_flow(initial: str, proposed: str, expected: list[Any], policy: Any) -> None:
    """A task run goes where the measured one went, whether a server decides or the process that runs it."""
    current = proposal(initial)
    decision = decide_task(current, proposal(proposed), policy, run_count=1 if initial == "RUNNING" else 0)
    assert answer(decision, current) == expected


@pytest.mark.parametrize(
    "matrix",
    ["matrix_flow_run_no_deployment", "matrix_flow_run_with_deployment", "matrix_task_run_in_running_flow"],
)
def test_matrices_are_whole(matrix: str) -> None:
    """Each of the nine types is left for each of the nine in the data these tests go by."""
    rows = {initial.split("(")[0]: row for initial, row in REFERENCE[matrix].items()}
    assert set(rows) == set(REFERENCE["state_types"])
    assert all(set(row) == set(REFERENCE["state_types"]) for row in rows.values())
