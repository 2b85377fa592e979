"""The life of a task run, written once for sync and async tasks, functions and generators.

`TaskRunEngine.steps()` is that life, a generator of effects. The task run is orchestrated here, in the process that
runs it, by the same rules as anywhere; what becomes of it is recorded behind the running code.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar
from uuid import UUID

from prefect._dual.effects import Call, IterationStopped, Steps, emit, settle
from prefect._dual.timeouts import TimeLimitExceeded
from prefect._engine import nesting
from prefect._engine.asset_lineage import assets_of
from prefect._engine.failure_results import failure_written
from prefect._engine.hooks import hooks_for, run_hooks
from prefect._engine.inputs import check_upstream, has_upstream, resolve, wait_for_runs
from prefect._engine.logs import log
from prefect._engine.names import run_name
from prefect._engine.parameters import parameters_to_args_kwargs
from prefect._engine.paused import heed_pause
from prefect._engine.signals import last_state
from prefect._engine.stepping import emit_all
from prefect._engine.task_results import (
    cached_state,
    failure_of,
    persists,
    stage,
    state_with_result,
    store_of,
    transaction_of,
)
from prefect._engine.task_retries import delay_of, may_retry, wait_until_scheduled
from prefect._engine.task_run_begin import create_task_run
from prefect._engine.task_run_states import TaskRunStates
from prefect._engine.task_scope import TaskScope
from prefect._engine.thread_context import let_threads_inherit
from prefect.backend import get_backend
from prefect.context import FlowRunContext, TaskRunContext
from prefect.exceptions import Abort, UnwritableResult, UpstreamTaskError
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import adapter_for
from prefect.logging.prints import patch_print
from prefect.logging.run_scope import RunScope, current_scope
from prefect.orchestration.decisions import Reject
from prefect.results.reaching import AWAITING, BLOCKING, Reach
from prefect.schemas.results import ResultRecord
from prefect.schemas.run_inputs import RunInput, RunType
from prefect.schemas.states import State, details_with
from prefect.schemas.task_runs import TaskRun
from prefect.settings import get_current_settings
from prefect.states import (
    Failed,
    Pending,
    failed_state,
    format_exception,
    state_from_return_value,
)

if TYPE_CHECKING:
    from prefect.concurrency._holding import SlotHold
    from prefect.results import ResultStore
    from prefect.tasks import Task

R = TypeVar("R")

ReturnType = Literal["result", "state"]
WORTH_TELLING = timedelta(seconds=0.1)
"""How long a task run takes at least for its success to be told at INFO. Quick ones, of which there may be very many,
are told at DEBUG."""

_FAILED = "Task run encountered an exception"


class TaskRunTimeoutError(TimeoutError):
    """A task run took longer than its `timeout_seconds`."""


class TaskRunEngine(TaskRunStates, Generic[R]):
    """One run of a task.

    Args:
        task: The task.
        parameters: What it is called with, by parameter name; futures and states are replaced by results.
        task_run: The run, if it was created before.
        wait_for: Futures and states that must have completed first.
        dependencies: Further inputs to record, by parameter name.
        task_run_id: The id that the run shall have.
    """

    __slots__ = (
        "_result_store",
        "around",
        "assets",
        "depth",
        "parameters",
        "persist_result",
        "returned",
        "settings",
        "stopped",
        "tag_slots",
        "value",
        "wait_for",
    )

    def __init__(
        self,
        task: Task[..., Any],
        parameters: Mapping[str, Any] | None = None,
        *,
        task_run: TaskRun | None = None,
        wait_for: Any = None,
        dependencies: Mapping[str, set[RunInput]] | None = None,
        task_run_id: UUID | None = None,
    ) -> None:
        self.task = task
        self.parameters: dict[str, Any] = dict(parameters or {})
        self.wait_for = wait_for
        self.flow_context = FlowRunContext.get()
        self.around = TaskRunContext.get() or self.flow_context
        self._result_store: ResultStore | None = None
        if self.flow_context is not None:
            self.backend, self.settings = self.flow_context.backend, self.flow_context.settings
        else:
            self.settings = get_current_settings()
            self.backend = get_backend()
            ensure_logging_setup(self.settings)
            let_threads_inherit()
        self.persist_result = persists(self)
        self.task_run = task_run or create_task_run(
            task, self.parameters, wait_for=wait_for, dependencies=dependencies, task_run_id=task_run_id
        )
        assert self.task_run.state is not None  # it was created in one
        self.assets = assets_of(task, self.task_run, self.flow_context)
        self.state: State[Any] = self.task_run.state
        self.value: Any = None
        self.returned: Any = None
        self.error: BaseException | None = None
        self.stopped: IterationStopped | None = None
        self.tag_slots: SlotHold | None = None
        if task_run is None:
            self.backend.create_task_run(self.task_run)

    @property
    def scope(self) -> RunScope:
        """The run that log lines belong to."""
        flow = self.flow_context
        return RunScope(
            self.backend.record_log if self.settings.logging.to_api_enabled else None,
            self.wants_prints,
            self.task_run.flow_run_id,
            flow.flow_run.name if flow else None,
            flow.flow.name if flow else None,
            self.task_run.id,
            self.task_run.name,
            self.task.name,
        )

    @property
    def wants_prints(self) -> bool:
        """Whether prints go to the log: as the task says, or else the flow, or else the settings."""
        if self.task.log_prints is not None:
            return self.task.log_prints
        return self.flow_context.log_prints if self.flow_context else self.settings.logging.log_prints

    @property
    def result_store(self) -> ResultStore:
        """The store of the run's results."""
        if self._result_store is None:
            self._result_store = store_of(self)
        return self._result_store

    def find_result_store(self) -> ResultStore:
        """Return the store of the run's results, for its context."""
        return self.result_store

    @property
    def reach(self) -> Reach:
        """How storages are reached: without holding up the event loop of an async task."""
        return AWAITING if self.task.isasync else BLOCKING

    def steps(self) -> Steps[None]:
        """Live the whole life of the run. Afterwards `state`, `value` and `error` say how it went."""
        try:
            if not (yield from self.begin_run()):
                return
            yield from self.attempts()
        except UpstreamTaskError as error:
            self.refuse(error)
        except Abort as error:
            self.error = error
            raise
        except Exception as error:  # what a step could not do is a failure of the run
            self.finish(failed_state(error, _FAILED), error)
            log(self.scope, logging.ERROR, "Task run failed: %s", format_exception(error), error=error)
        except BaseException as error:
            self.handle_crash(error)
            raise
        finally:
            self._release_tag_slots()
        if self.flow_context is None:
            yield from settle(self.backend.flush())

    def begin_run(self) -> Steps[bool]:
        """Wait for upstream runs, take their results, and enter Running. Return whether the run may go on."""
        values = list(self.parameters.values())
        if self.wait_for or any(has_upstream(value) for value in values):
            yield from wait_for_runs([*values, self.wait_for])
            self.parameters = {name: resolve(value) for name, value in self.parameters.items()}
            check_upstream(self.wait_for)
        self.depth = nesting.check_depth(f"Task {self.task.name!r}")
        yield from heed_pause(self.flow_context)
        yield from self._take_tag_slots()
        yield from self.enter(self._running())
        return self.state.is_running()

    def _take_tag_slots(self) -> Steps[None]:
        if self.task_run.tags:
            from prefect._engine.tag_slots import take_tag_slots  # loads asyncio; most runs have no tags

            self.tag_slots = yield from take_tag_slots(self)

    def _release_tag_slots(self) -> None:
        if self.tag_slots is not None:
            self.tag_slots.let_go()
            self.tag_slots = None

    def attempts(self) -> Steps[None]:
        """Call the function until it succeeds or may not be tried again."""
        while True:
            yield from self.attempt()
            self._release_tag_slots()
            if self.state.is_final():
                break
            yield from wait_until_scheduled(self.state)
            yield from self._take_tag_slots()
            yield from self.enter(self._running())
        if hooks_for(self.task, self.state):
            with TaskScope(self):
                yield from self._hooks()
        if self.assets is not None:
            with TaskScope(self):
                self.assets.emit_events(self.state)
        if self.flow_context is not None and self.error is None:
            self.flow_context.results_seen.add(self.value, self.state, RunType.TASK_RUN)
        if self.state.name == "Cached":
            log(
                self.scope,
                logging.INFO,
                "Skipped: the stored result of an earlier run is used (%s)",
                self.state,
            )
        else:
            log(self.scope, self._level_of_the_end(), "Finished in state %s", self.state)

    def _level_of_the_end(self) -> int:
        """Return how loud to tell the end: a success is news only if it took a while; its state is recorded anyway."""
        if not self.state.is_completed():
            return logging.ERROR
        started = self.task_run.start_time
        took_a_while = started is not None and self.state.timestamp - started >= WORTH_TELLING
        return logging.INFO if took_a_while else logging.DEBUG

    def attempt(self) -> Steps[None]:
        """Call the function once, in the context of the run, and enter the state it ends in."""
        try:
            with TaskScope(self):
                self._name()
                yield from self._hooks()
                state = yield from self._in_transaction()
        except TimeLimitExceeded as error:
            if error.owner is not self:
                # The limit of a run around this one: that run has to end, whatever becomes of this one.
                self.finish(Failed(name="TimedOut", message=f"Task run was interrupted: {error}"), error)
                raise
            limit = float(self.task.timeout_seconds or 0)
            state = Failed(name="TimedOut", message=f"Task run exceeded timeout of {limit} second(s)")
            yield from self._fail(state, TaskRunTimeoutError(*error.args))
        except TimeoutError as error:
            state = Failed(name="TimedOut", message=f"Task run failed due to timeout: {error!r}")
            yield from self._fail(state, error)
        except Exception as error:
            yield from self._fail(failed_state(error, _FAILED), error)
        else:
            yield from self.enter(state)

    def _in_transaction(self) -> Steps[State[Any]]:
        """Take the result of an earlier run, or call the function and commit what it returned; return the state."""
        txn = transaction_of(self)
        yield from txn.enter_steps()
        try:
            found = (yield from txn.read_steps()) if txn.is_committed() else None
            if found is not None:
                yield from self._emit_again(found.result)
                state = cached_state(txn, found, self._state_of(found.result))
            else:
                state = self._state_of((yield from self._called()))
            undone_by = failure_of(state) or self.stopped
            if found is None and undone_by is None:
                stage(self, txn, self.value, state)
        except BaseException as error:
            yield from txn.exit_steps(error)
            raise
        yield from txn.exit_steps(undone_by)
        return state if found is not None else state_with_result(self, txn, state)

    def _called(self) -> Steps[Any]:
        if not self.wants_prints:
            return (yield from self._call())
        with patch_print():
            return (yield from self._call())

    def _emit_again(self, value: Any) -> Steps[None]:
        """Hand out the values of a generator task whose result was found, as far as they are wanted."""
        if self.task.isgenerator:
            with suppress(IterationStopped):
                for one in value:
                    yield from emit(one)

    def _name(self) -> None:
        """Give the run the name that its task has for it, before its first attempt."""
        if self.task.task_run_name and self.task_run.run_count == 1:
            self.task_run.name = run_name(
                self.task.task_run_name, self.parameters, f"task {self.task.name!r}"
            )
            self.record()
            current_scope.set(self.scope)

    def _call(self) -> Steps[Any]:
        task, limit = self.task, self.task.timeout_seconds
        args, kwargs = parameters_to_args_kwargs(task.fn, self.parameters)
        if not task.isgenerator:
            return (yield Call(task.fn, args, kwargs, limit, owner=self))
        stepped = yield from emit_all(
            task.fn(*args, **kwargs), is_async=task.isasync, timeout=limit, owner=self
        )
        self.returned = stepped.returned
        self.stopped = None if stepped.is_whole else IterationStopped()
        return stepped.values

    def _state_of(self, value: Any) -> State[Any]:
        """Return the final state of a run whose function returned `value`."""
        self.value = value
        state = state_from_return_value(value, details=self._details())
        if state.is_final():
            return state
        return Failed(
            message=f"Task {self.task.name!r} returned a state that is not final: {state.name}. "
            "Return a final state, or the value itself.",
            data=state.data,
        )

    def _fail(self, state: State[Any], error: Exception) -> Steps[None]:
        state = state.model_copy(update={"data": ResultRecord(error)})
        if isinstance(error, UnwritableResult) or (
            self.task.retries and not (yield from may_retry(self.task, self.task_run, state))
        ):
            state = details_with(state, {"retriable": False})
        self.error = error
        yield from self.enter_failure(state, error)

    def enter_failure(self, state: State[Any], error: Exception) -> Steps[None]:
        """Propose a failure, which the rules may turn into a retry."""
        decision = self.decide(state)
        if isinstance(decision, Reject) and decision.state is not None and decision.state.is_scheduled():
            self.error = None
            delay = delay_of(decision.state)
            self.write(decision.state, decision.instructions, recorded=delay > 0)
            when = f"in {delay:.3g} second(s)" if delay > 0 else "now"
            log(
                self.scope,
                logging.INFO,
                "Attempt %s of %s failed (%s); the next one begins %s.",
                self.task_run.run_count,
                self.task.retries + 1,
                format_exception(error),
                when,
            )
            return
        log(self.scope, logging.ERROR, "Task run failed: %s", format_exception(error), error=error)
        yield from failure_written(self, state)
        yield from self.enter(state)

    def _hooks(self) -> Steps[None]:
        if hooks_for(self.task, self.state):
            yield from run_hooks(self.task, self.task_run, self.state, lambda: adapter_for(self.scope))

    def refuse(self, error: UpstreamTaskError) -> None:
        """End before the beginning: a run that this one depends on did not complete."""
        self.write(Pending(name="NotReady", message=str(error)))
        log(self.scope, logging.ERROR, "Task run did not start: %s", error)

    def handle_crash(self, error: BaseException) -> None:
        """Record that the run was ended from outside its code."""
        if self.state.is_final():
            return
        self.finish(last_state(error), error)
        log(self.scope, logging.ERROR, "Task run %s: %s", str(self.state.name).lower(), self.state.message)

    def outcome(self, return_type: ReturnType) -> Any:
        """Return the final state, or the result; raise the error if there was one and the result is asked for."""
        if return_type == "state":
            return self.state
        if self.error is not None:
            raise self.error
        return self.value
