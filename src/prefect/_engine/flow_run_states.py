"""The states of a flow run: each is decided and stored by the backend in one transaction, and taken over here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._dual.effects import Steps, settle, sleep
from prefect.exceptions import Abort, Pause
from prefect.orchestration.advance import advance_flow_run
from prefect.schemas.orchestration import SetStateStatus, StateWaitDetails
from prefect.schemas.states import State

if TYPE_CHECKING:
    from prefect.backend.protocol import Backend
    from prefect.schemas.flow_runs import FlowRun


class FlowRunStates:
    """The half of `FlowRunEngine` that takes a run from state to state."""

    flow_run: FlowRun | None
    backend: Backend

    @property
    def run(self) -> FlowRun:
        """The flow run."""
        assert self.flow_run is not None  # created by the first step
        return self.flow_run

    @property
    def state(self) -> State[Any]:
        """The present state of the run."""
        state = self.run.state
        assert state is not None  # a run is created in one
        return state

    def enter(self, proposed: State[Any], *, force: bool = False) -> Steps[None]:
        """Propose a state until orchestration has decided, and take over the state that it decided on.

        Raises:
            Abort: The run must not go on.
            Pause: The run is paused instead.
        """
        while True:
            answer = yield from settle(
                self.backend.propose_flow_run_state(self.run.id, proposed, force=force)
            )
            if not isinstance(answer.details, StateWaitDetails):
                break
            yield from sleep(answer.details.delay_seconds)
        if answer.status == SetStateStatus.ABORT:
            raise Abort(f"Flow run {self.run.name!r} was aborted: {getattr(answer.details, 'reason', None)}")
        state = answer.state
        if state is not None and state.id != self.state.id:
            self.take_over(state)
        if answer.status == SetStateStatus.REJECT and self.state.is_paused():
            raise Pause(f"Flow run {self.run.name!r} is paused.", state=self.state)

    def end(self, state: State[Any]) -> None:
        """Record the last state of a run that is ended from outside, whatever the rules say.

        Past the driver: an event loop that is being stopped cannot be waited with any more.
        """
        self.take_over(self.backend.end_flow_run(self.run.id, state, after=self.state.id))

    def take_over(self, state: State[Any]) -> None:
        """Be in a state that is stored."""
        changes = advance_flow_run(self.run, self.state, state)
        vars(self.run).update(changes, state=state, updated=state.timestamp)
