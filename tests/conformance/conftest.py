"""What the conformance suites share: reading back what runs have left behind."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest


class Recorded:
    """The record that the runs of a test have left, read when all of it is written."""

    @property
    def backend(self) -> Any:
        """The backend of the test's home, with nothing left to write."""
        from prefect.backend import get_backend

        backend = get_backend()
        backend.flush().result(10)
        return backend

    def flow_runs(self) -> list[Any]:
        """All flow runs, the oldest first."""
        return list(reversed(self.backend.list_flow_runs()))

    def flow_run(self, run: Any = None) -> Any:
        """The flow run that a state, an id or a text names; without one the only run there is."""
        if run is None:
            (only,) = self.flow_runs()
            return only
        return self.backend.read_flow_run(_id(run, "flow_run_id"))

    def flow_run_states(self, run: Any = None) -> list[str]:
        """The history of a flow run, as `TYPE/Name`."""
        return [_shown(state) for state in self.backend.read_flow_run_states(self.flow_run(run).id)]

    def flow_run_messages(self, run: Any = None) -> list[str | None]:
        """The messages of a flow run's history."""
        return [state.message or None for state in self.backend.read_flow_run_states(self.flow_run(run).id)]

    def task_runs(self, flow_run: Any = None) -> list[Any]:
        """The task runs of a flow run, or all there are, the oldest first."""
        flow_run_id = None if flow_run is None else _id(flow_run, "flow_run_id")
        return list(self.backend.list_task_runs(flow_run_id=flow_run_id, oldest_first=True))

    def task_run(self, run: Any = None) -> Any:
        """The task run that a state, an id or a text names; without one the only run there is."""
        if run is None:
            (only,) = self.task_runs()
            return only
        return self.backend.read_task_run(_id(run, "task_run_id"))

    def task_run_states(self, run: Any = None) -> list[str]:
        """The history of a task run, as `TYPE/Name`."""
        return [_shown(state) for state in self.backend.read_task_run_states(self.task_run(run).id)]

    def logs(self, **wanted: Any) -> list[Any]:
        """The log lines that were recorded, the oldest first."""
        return list(self.backend.list_logs(**wanted))

    def messages(self, **wanted: Any) -> list[str]:
        """The texts of the log lines that were recorded."""
        return [line.message for line in self.logs(**wanted)]


def _id(run: Any, field: str) -> UUID:
    if isinstance(run, UUID):
        return run
    if isinstance(run, str):
        return UUID(run)
    details = getattr(run, "state_details", None)
    return getattr(details, field) if details is not None else run.id


def _shown(state: Any) -> str:
    return f"{state.type.value}/{state.name}"


@pytest.fixture
def recorded() -> Recorded:
    """Read what the runs of this test have recorded."""
    return Recorded()


@pytest.fixture
def shown() -> Any:
    """Show a state as `TYPE/Name`, or `TYPE/Name: message` when it has one."""
    return lambda state: _shown(state) + (f": {state.message}" if state.message else "")


@pytest.fixture
def stored_run() -> Any:
    """Store a flow run that has a state and runs nowhere, as a schedule or another process would."""
    from prefect.backend import get_backend
    from prefect.client.schemas.objects import FlowRun
    from prefect.states import Pending

    def store(flow_name: str = "stored", state: Any = None, **fields: Any) -> Any:
        backend = get_backend()
        flow_id = backend.register_flow(flow_name).result(10).id
        state = state or Pending()
        run = FlowRun(
            flow_id=flow_id,
            name="stored",
            state=state,
            state_id=state.id,
            state_type=state.type,
            state_name=state.name,
            **fields,
        )
        backend.create_flow_run(run).result(10)
        return run

    return store
