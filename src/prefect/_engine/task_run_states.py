"""The states of a task run: decided in the process that runs it, by the same rules as anywhere, and recorded.

What becomes of the run is recorded behind the running code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._clock import now
from prefect._dual.effects import Steps
from prefect._engine.task_results import ROLLED_BACK
from prefect._engine.task_retries import draw_jitter, wait_until_scheduled
from prefect.exceptions import Abort
from prefect.orchestration.advance import advance_task_run, details_of_task_run_state
from prefect.orchestration.decide import decide
from prefect.orchestration.decisions import Accept, Decision, Instruction, Reject, Wait
from prefect.orchestration.facts import TaskRunFacts
from prefect.orchestration.policies import CLIENT_TASK_POLICY
from prefect.schemas.states import State, StateDetails, StateType, details_with

if TYPE_CHECKING:
    from prefect.backend.protocol import Backend
    from prefect.context import FlowRunContext
    from prefect.schemas.task_runs import TaskRun
    from prefect.tasks import Task
    from prefect.transactions import BaseTransaction


class TaskRunStates:
    """The half of `TaskRunEngine` that takes a run from state to state."""

    __slots__ = ("backend", "error", "flow_context", "state", "task", "task_run")

    task: Task[..., Any]
    task_run: TaskRun
    state: State[Any]
    error: BaseException | None
    backend: Backend
    flow_context: FlowRunContext | None

    def record(self) -> None:
        """Record the run as it is now."""
        self.backend.record_task_run(self.task_run, self.state)

    def decide(self, proposed: State[Any]) -> Decision:
        """Return what the rules say to a state."""
        return decide(CLIENT_TASK_POLICY, self.state, proposed, self._facts())

    def enter(self, proposed: State[Any]) -> Steps[None]:
        """Propose a state until the rules have decided, and enter the state that they decided on.

        Raises:
            Abort: The run must not go on.
        """
        while True:
            decision = self.decide(proposed)
            if isinstance(decision, Wait):
                yield from wait_until_scheduled(self.state)
                continue
            break
        if isinstance(decision, Accept):
            self.write(decision.state, decision.instructions)
        elif isinstance(decision, Reject):
            if decision.state is not None:
                self.write(decision.state, decision.instructions)
        else:
            raise Abort(f"Task run {self.task_run.name!r} was aborted: {decision.reason}")

    def write(
        self, state: State[Any], instructions: tuple[Instruction, ...] = (), *, recorded: bool = True
    ) -> None:
        """Enter a state that the rules allow."""
        task_run = self.task_run
        missing = details_of_task_run_state(task_run, state)
        if missing:
            state = details_with(state, missing)
        # Past pydantic's validation of assignments: the rules' values need none, and this is done for every state.
        vars(task_run).update(
            advance_task_run(task_run, self.state, state, instructions), state=state, updated=state.timestamp
        )
        self.state = state
        if recorded:
            self.record()

    def finish(self, state: State[Any], error: BaseException | None) -> None:
        """Enter a state whatever the rules say."""
        self.error = error
        self.write(state)

    def rolled_back(self, _: BaseTransaction) -> None:
        """Record that what the run did was undone after it had completed, with a transaction around it."""
        if self.state.is_completed():
            self.write(self.state.fresh_copy(name=ROLLED_BACK, state_details=self._details()))

    def _running(self) -> State[Any]:
        return State(type=StateType.RUNNING, state_details=self._details())

    def _details(self) -> StateDetails:
        """Return details that name the run, so that they need not be filled in on a copy."""
        return StateDetails(task_run_id=self.task_run.id, flow_run_id=self.task_run.flow_run_id)

    def _facts(self) -> TaskRunFacts:
        run, task, flow_context = self.task_run, self.task, self.flow_context
        return TaskRunFacts(
            now=now(),
            run_count=run.run_count,
            retries=task.retries,
            retry_delay=task.retry_delay_seconds or 0,
            retry_jitter_factor=task.retry_jitter_factor,
            jitter=draw_jitter() if task.retry_jitter_factor else 0.5,
            flow_run_count=flow_context.flow_run.run_count if flow_context else None,
            flow_state_type=flow_context.flow_run.state_type if flow_context else None,
            flow_run_run_count=run.flow_run_run_count,
        )
