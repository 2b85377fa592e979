"""`prefect flow-run cancel`: one run, or all that it has called."""

from __future__ import annotations

from uuid import UUID

import pytest

from prefect import flow
from prefect._ids import uuid7
from prefect.backend import get_backend
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State
from prefect.schemas.task_runs import TaskRun
from prefect.states import Completed, Pending, Running, Scheduled
from tests.unit.cli.commands import Captured, done, refused


@pytest.fixture
def captured(capfdbinary: Captured) -> Captured:
    """What the commands print."""
    return capfdbinary


def recorded(name: str, state: State[None], called_by: UUID | None = None) -> UUID:
    """Record a flow run in a state, called by another one or by nobody."""
    backend = get_backend()
    flow_id = backend.register_flow("a flow").result().id
    parent = None
    if called_by is not None:
        stand_in = TaskRun(
            id=uuid7(), name=name, flow_run_id=called_by, task_key=name, dynamic_key="0", state=Pending()
        )
        backend.create_task_run(stand_in)
        parent = stand_in.id
    run = FlowRun(id=uuid7(), name=name, flow_id=flow_id, state=state, parent_task_run_id=parent)
    backend.create_flow_run(run).result()
    return run.id


def state_of(flow_run_id: UUID) -> str | None:
    """Return the name of the state that a run is in."""
    run = get_backend().read_flow_run(flow_run_id)
    return run.state_name if run else None


def test_a_run_is_cancelled_alone(captured: Captured) -> None:
    """Without more words only the run itself is cancelled."""
    parent = recorded("parent", Running())
    child = recorded("child", Running(), parent)
    assert done("flow-run", captured, "cancel", "parent") == (
        "Flow run 'parent' is being cancelled: whoever runs it was asked to stop.\n"
    )
    assert (state_of(parent), state_of(child)) == ("Cancelling", "Running")


def test_a_tree_is_cancelled(captured: Captured) -> None:
    """With --tree all that it called and that goes on is cancelled, at any depth; what has ended stays as it is."""
    parent = recorded("parent", Running())
    child, over = recorded("child", Running(), parent), recorded("over", Completed(), parent)
    waiting = recorded("waiting", Scheduled(), over)
    below = recorded("below", Running(), child)
    assert done("flow-run", captured, "cancel", "parent", "--tree").splitlines() == [
        "Flow run 'parent' is being cancelled: whoever runs it was asked to stop.",
        "  Flow run 'child' is being cancelled: whoever runs it was asked to stop.",
        "  Flow run 'below' is being cancelled: whoever runs it was asked to stop.",
        "  Flow run 'waiting' was cancelled: it had not started.",
    ]
    ended = [state_of(run) for run in (parent, child, below, waiting, over)]
    assert ended == ["Cancelling", "Cancelling", "Cancelling", "Cancelled", "Completed"]


def test_what_an_ended_run_has_called_can_be_cancelled(captured: Captured) -> None:
    """The run itself is over, but not what it left behind."""
    parent = recorded("parent", Completed())
    recorded("child", Running(), parent)
    assert "'child' is being cancelled" in done("flow-run", captured, "cancel", "parent", "--tree")
    code, said = refused("flow-run", captured, "cancel", "parent")
    assert code == 1
    assert "it has ended in state Completed" in said


def test_nothing_left_to_cancel_is_told(captured: Captured) -> None:
    """A tree in which all has ended cannot be cancelled."""

    @flow
    def ends() -> None:
        """Do nothing."""

    ends.with_options(flow_run_name="ended")()
    assert "and so have all that it called" in refused("flow-run", captured, "cancel", "ended", "--tree")[1]
