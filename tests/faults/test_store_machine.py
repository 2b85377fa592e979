"""The store against a model of itself: whatever is done in whatever order, what comes out is what went in."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from prefect.backend.embedded import EmbeddedBackend
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.states import State, StateType
from prefect.schemas.task_runs import TaskRun

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)
SOON = 20
NUMBERS = st.integers(0, 3)
TYPES = st.sampled_from([StateType.PENDING, StateType.RUNNING, StateType.COMPLETED, StateType.FAILED])


class Store(RuleBasedStateMachine):
    """Flow runs, task runs and lines are recorded, deleted and read; the database is closed and opened in between."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.backend = EmbeddedBackend(self.folder / "prefect.db")
        self.moment = NOON
        self.flow_runs: dict[UUID, list[StateType]] = {}
        self.task_runs: dict[UUID, tuple[UUID, list[StateType], str]] = {}
        self.lines: list[tuple[UUID, str]] = []
        self.behind = False

    def tick(self) -> datetime:
        """Return a moment after all before."""
        self.moment += timedelta(microseconds=1)
        return self.moment

    def state(self, kind: StateType) -> State[Any]:
        """Return a state that is entered now."""
        return State(type=kind, timestamp=self.tick())

    @rule(number=NUMBERS)
    def create_flow_run(self, number: int) -> None:
        """A flow run begins, if there is none of this number."""
        identity = UUID(int=number)
        if identity in self.flow_runs:
            return
        state = self.state(StateType.PENDING)
        flow = self.backend.register_flow(f"flow {number % 2}").result(SOON)
        run = FlowRun(
            id=identity, flow_id=flow.id, name=f"run {number}", state=state, state_id=state.id,
            state_type=state.type, state_name=state.name, expected_start_time=state.timestamp,
        )  # fmt: skip
        self.backend.create_flow_run(run).result(SOON)
        self.flow_runs[identity] = [StateType.PENDING]

    @precondition(lambda self: self.flow_runs)
    @rule(data=st.data(), kind=TYPES)
    def force_flow_run_state(self, data: st.DataObject, kind: StateType) -> None:
        """A flow run enters a state."""
        identity = data.draw(st.sampled_from(sorted(self.flow_runs)))
        self.backend.propose_flow_run_state(identity, self.state(kind), force=True).result(SOON)
        self.flow_runs[identity].append(kind)
        self.behind = False  # a commit takes along what was recorded before

    @precondition(lambda self: self.flow_runs)
    @rule(data=st.data(), number=NUMBERS, kind=TYPES, name=st.text(max_size=5))
    def record_task_run(self, data: st.DataObject, number: int, kind: StateType, name: str) -> None:
        """A task run is recorded, in a state and with a name of now."""
        owner = data.draw(st.sampled_from(sorted(self.flow_runs)))
        identity = UUID(int=100 + number)
        owner, states, _ = self.task_runs.get(identity, (owner, [], ""))
        state = self.state(kind)
        run = TaskRun(
            id=identity, flow_run_id=owner, name=name, task_key="k", dynamic_key=str(number), state=state,
            state_id=state.id, state_type=state.type, state_name=state.name, expected_start_time=NOON,
        )  # fmt: skip
        if states:
            self.backend.record_task_run(run, state)
        else:
            self.backend.create_task_run(run)
        self.task_runs[identity] = (owner, [*states, kind], name)
        self.behind = True

    @precondition(lambda self: self.flow_runs)
    @rule(data=st.data(), text=st.text(max_size=20))
    def record_line(self, data: st.DataObject, text: str) -> None:
        """A line is written."""
        owner = data.draw(st.sampled_from(sorted(self.flow_runs)))
        self.backend.record_log("n", 20, text, self.tick(), owner, None)
        self.lines.append((owner, text))
        self.behind = True

    @precondition(lambda self: self.flow_runs)
    @rule(data=st.data())
    def delete_flow_run(self, data: st.DataObject) -> None:
        """A person deletes a run, with all that was recorded of it."""
        identity = data.draw(st.sampled_from(sorted(self.flow_runs)))
        assert self.backend.delete_flow_run(identity).result(SOON) is True
        del self.flow_runs[identity]
        self.task_runs = {key: value for key, value in self.task_runs.items() if value[0] != identity}
        self.lines = [line for line in self.lines if line[0] != identity]
        self.behind = False

    @rule()
    def flush(self) -> None:
        """All is written."""
        self.backend.flush().result(SOON)
        self.behind = False

    @rule()
    def close_and_open(self) -> None:
        """The process ends, and another one goes on."""
        self.backend.close()
        self.backend = EmbeddedBackend(self.folder / "prefect.db")
        self.behind = False

    @invariant()
    def what_comes_out_is_what_went_in(self) -> None:
        """All that is not behind can be read, by every way to read it."""
        if self.behind:
            return
        backend = self.backend
        assert {run.id for run in backend.list_flow_runs()} == self.flow_runs.keys()
        for identity, states in self.flow_runs.items():
            assert [state.type for state in backend.read_flow_run_states(identity)] == states
            run = backend.read_flow_run(identity)
            assert run is not None
            assert run.state is not None
            assert run.state.type is states[-1]
            lines = [line.message for line in backend.list_logs(flow_run_id=identity)]
            assert lines == [text for owner, text in self.lines if owner == identity]
        assert {run.id for run in backend.list_task_runs()} == self.task_runs.keys()
        for identity, (owner, states, name) in self.task_runs.items():
            assert [state.type for state in backend.read_task_run_states(identity)] == states
            task_run = backend.read_task_run(identity)
            assert task_run is not None
            assert (task_run.flow_run_id, task_run.name, task_run.state_type) == (owner, name, states[-1])

    def teardown(self) -> None:
        """Close the database and throw it away."""
        self.backend.close()
        shutil.rmtree(self.folder)


TestStore = Store.TestCase
TestStore.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
