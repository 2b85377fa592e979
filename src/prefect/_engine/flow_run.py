"""The life of a flow run, written once for sync and async flows, functions and generators.

`FlowRunEngine.steps()` is that life, a generator of effects. Each state of the run is decided and stored by the
backend in one transaction; the last one waits until everything that the run recorded is stored as well.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from prefect._clock import now
from prefect._dual.effects import Call, Settle, Steps, settle, sleep
from prefect._dual.timeouts import TimeLimitExceeded
from prefect._engine import nesting, signals
from prefect._engine.failure_results import failure_written
from prefect._engine.flow_results import persists, state_with_result, store_of
from prefect._engine.flow_run_begin import new_flow_run, task_run_for_subflow
from prefect._engine.flow_run_states import FlowRunStates
from prefect._engine.flow_scope import FlowScope
from prefect._engine.hooks import hooks_for, run_hooks
from prefect._engine.inputs import check_upstream, resolve, wait_for_runs
from prefect._engine.lifeline import ending, say_started
from prefect._engine.logs import log
from prefect._engine.names import run_name
from prefect._engine.parameters import parameters_to_args_kwargs
from prefect._engine.paused import heed_pause, may_begin, notice_pause
from prefect._engine.reruns import REFRESHED, earlier_run, earlier_standing_run
from prefect._engine.stepping import emit_all
from prefect._engine.stopping import Stop, stopping
from prefect._engine.thread_context import let_threads_inherit
from prefect.backend import get_backend
from prefect.backend.notices import is_kept_by_launcher
from prefect.context import FlowRunContext, TaskRunContext
from prefect.exceptions import Abort, MissingResult, Pause, UnwritableResult, UpstreamTaskError
from prefect.futures import resolve_futures_to_states
from prefect.logging.configuration import ensure_logging_setup
from prefect.logging.loggers import adapter_for
from prefect.logging.run_scope import RunScope, current_scope
from prefect.results.reaching import AWAITING, BLOCKING, Reach
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.results import ResultRecord, read_state_result
from prefect.schemas.run_inputs import RunType
from prefect.schemas.states import State, details_with
from prefect.schemas.task_runs import TaskRun
from prefect.settings import get_current_settings
from prefect.states import (
    Failed,
    Pending,
    Running,
    failed_state,
    format_exception,
    state_from_return_value,
)

if TYPE_CHECKING:
    from prefect.flows import Flow
    from prefect.results import ResultStore

R = TypeVar("R")

ReturnType = Literal["result", "state"]
_FAILED = "Flow run encountered an exception:"
_UNSET: Any = object()
_LAST_FLUSH = 2.0
"""How long, in seconds, a run that is ended from outside waits until all that it recorded is stored."""


class FlowRunTimeoutError(TimeoutError):
    """A flow run took longer than its `timeout_seconds`."""


class FlowRunEngine(FlowRunStates, Generic[R]):
    """One run of a flow.

    Args:
        flow: The flow.
        parameters: What it is called with, by parameter name; futures and states are replaced by results.
        flow_run: The run, if it was created before.
        wait_for: Futures and states that must have completed first.
    """

    def __init__(
        self,
        flow: Flow[..., Any],
        parameters: Mapping[str, Any] | None = None,
        *,
        flow_run: FlowRun | None = None,
        wait_for: Any = None,
    ) -> None:
        self.flow = flow
        self.parameters: dict[str, Any] = dict(parameters or {})
        self.wait_for = wait_for
        self.settings = get_current_settings()
        ensure_logging_setup(self.settings)
        let_threads_inherit()
        self.parent_context = FlowRunContext.get()
        self.around = TaskRunContext.get() or self.parent_context
        self.persist_result = persists(self)
        self._result_store: ResultStore | None = None
        self.backend = self.parent_context.backend if self.parent_context else get_backend()
        self.flow_run = flow_run
        self.parent_task_run: TaskRun | None = None
        self.value: Any = _UNSET
        self.returned: Any = None
        self.error: BaseException | None = None
        self.task_runner = flow.task_runner.duplicate()
        self.refreshed: set[str] = set(flow_run.context.get(REFRESHED, ())) if flow_run else set()
        self.subflow_task_runs: dict[tuple[str, str], TaskRun] = {}
        self.stop: Stop | None = None
        self.depth = nesting.check_depth(f"Flow {flow.name!r}")

    @property
    def wants_prints(self) -> bool:
        """Whether prints go to the log: as the flow says, or else the flow around it, or else the settings."""
        if self.flow.log_prints is not None:
            return self.flow.log_prints
        return self.parent_context.log_prints if self.parent_context else self.settings.logging.log_prints

    @property
    def scope(self) -> RunScope:
        """The run that log lines belong to."""
        record = self.backend.record_log if self.settings.logging.to_api_enabled else None
        return RunScope(record, self.wants_prints, self.run.id, self.run.name, self.flow.name)

    @property
    def result_store(self) -> ResultStore:
        """The store of the run's results, and of its tasks' where they do not say otherwise."""
        if self._result_store is None:
            self._result_store = store_of(self)
        return self._result_store

    def find_result_store(self) -> ResultStore:
        """Return the store of the run's results, for its context."""
        return self.result_store

    @property
    def reach(self) -> Reach:
        """How storages are reached: without holding up the event loop of an async flow."""
        return AWAITING if self.flow.isasync else BLOCKING

    def steps(self) -> Steps[None]:
        """Live the whole life of the run. Afterwards `state`, `value` and `error` say how it went."""
        yield from self.create_flow_run()
        if self.parent_context is not None and self.state.is_completed():
            log(
                self.scope,
                logging.INFO,
                "Skipped: it completed in an earlier attempt, and its result is stored",
            )
            return
        with self._kept():
            yield from self._live()

    @contextmanager
    def _kept(self) -> Generator[None]:
        """Let others know that the run goes on here, and hear of it when they want it to stop.

        One that a runner or worker has started is kept by that.
        """
        if is_kept_by_launcher(self.run.id):
            yield
            return
        self.stop = Stop(self)
        self.backend.keep_flow_run(self.run.id, self.stop, inside=self.parent_context is not None)
        try:
            yield
        finally:
            self.stop.close()
            self.backend.let_go_flow_run(self.run.id)

    def _live(self) -> Steps[None]:
        try:
            if (yield from self.begin_run()):
                yield from self.attempts()
        except UpstreamTaskError as error:
            yield from self._refuse(error)
        except Pause as pause:
            self.error = pause
            log(self.scope, logging.INFO, "Finished in state %s", self.state)
            yield from settle(self.backend.flush())
            raise
        except Abort as error:
            self.error = error
            log(self.scope, logging.WARNING, "Flow run stops: %s", error)
            raise
        except TimeLimitExceeded:
            raise  # of a run around this one; this one has recorded it
        except Exception as error:  # what a step could not do is a failure of the run
            yield from self._fail(failed_state(error, _FAILED), error)
        except BaseException as error:  # Ctrl-C, SIGTERM, a cancelled loop: recorded, then it goes on its way
            if self.stop is not None and (notice := self.stop.noticed(error)) is not None:
                yield from stopping(self, notice)
                return
            yield from self.handle_crash(error)
            raise

    def create_flow_run(self) -> Steps[FlowRun]:
        """Store the run in the state Pending, and the task run that stands for it in the calling flow run."""
        if self.flow_run is not None:
            return self.flow_run
        flow = yield from settle(self.backend.register_flow(self.flow.name))
        if self.parent_context is not None:
            self.parent_task_run = self._standing_task_run(self.parent_context)
            self.flow_run = yield from earlier_run(self, self.parent_task_run)
            if self.flow_run is not None:
                self.refreshed = set(self.flow_run.context.get(REFRESHED, ()))
                return self.flow_run
        new = new_flow_run(self.flow, flow.id, self.parameters, self.parent_task_run)
        self.flow_run = yield from settle(self.backend.create_flow_run(new))
        log(self.scope, logging.INFO, "Flow run of %r begins", self.flow.name)
        return self.flow_run

    def _standing_task_run(self, context: FlowRunContext) -> TaskRun:
        """Return the task run that stands for this run in the calling one, over all attempts of that one."""
        new = task_run_for_subflow(self.flow, context, self.parameters, self.wait_for)
        earlier = earlier_standing_run(self.backend, context, new)
        standing = context.subflow_task_runs.setdefault((new.task_key, new.dynamic_key), earlier or new)
        if standing is new:
            self.backend.create_task_run(new)
        return standing

    def begin_run(self) -> Steps[bool]:
        """Take the results of upstream runs, check the parameters, and enter Running. Return whether to go on."""
        if not may_begin(self.run):
            return False
        yield from wait_for_runs([*self.parameters.values(), self.wait_for])
        self.parameters = {name: resolve(value) for name, value in self.parameters.items()}
        check_upstream(self.wait_for)
        if self.flow.should_validate_parameters:
            try:
                self.parameters = self.flow.validate_parameters(self.parameters)
            except Exception as error:  # a validator of the user's own may raise anything
                message = f"Validation of flow parameters failed with error: {format_exception(error)}"
                yield from self._fail(Failed(message=message), error)
                return False
        yield from self.enter(Running())
        return self.state.is_running()

    def attempts(self) -> Steps[None]:
        """Call the function until it succeeds or may not be tried again."""
        while True:
            yield from self.attempt()
            if not self.state.is_scheduled():
                break
            yield from self._await_retry()
        yield from self._finish()

    def attempt(self) -> Steps[None]:
        """Call the function once, in the context of the run, and propose the state it ends in."""
        self.error, self.value = None, _UNSET
        say_started()
        try:
            with FlowScope(self):
                self._name()
                yield from self._hooks()
                with self.task_runner:
                    value = yield from self._call_and_settle()
        except TimeLimitExceeded as error:
            if error.owner is not self:
                # The limit of a run around this one: that run has to end, whatever becomes of this one.
                yield from self.enter(
                    Failed(name="TimedOut", message=f"Flow run was interrupted: {error}"), force=True
                )
                raise
            limit = float(self.flow.timeout_seconds or 0)
            state = Failed(name="TimedOut", message=f"Flow run exceeded timeout of {limit} second(s)")
            yield from self._fail(state, FlowRunTimeoutError(*error.args))
        except TimeoutError as error:
            state = Failed(name="TimedOut", message=f"Flow run failed due to timeout: {error!r}")
            yield from self._fail(state, error)
        except Exception as error:  # any failure of the user's function
            yield from self._fail(failed_state(error, _FAILED), error)
        else:
            yield from self._succeed(value)

    def _call_and_settle(self) -> Steps[Any]:
        """Call the function and wait for all that it began; what is in the way of that ends the runs it began."""
        try:
            value = yield from self._call()
            value = yield from self._settled(value)
            yield from self._heed_pause()
            return value
        except (
            Exception
        ):  # the flow has failed: what it began goes on to its end, what it only queued does not begin
            self.task_runner.cancel_waiting()
            raise
        except BaseException as error:  # the process is about to end, and with it the runs it began
            self.task_runner.abandon(signals.cause_of(error))
            raise
        finally:
            yield from self._drain()

    def _heed_pause(self) -> Steps[None]:
        """Wait, or end, if somebody paused or suspended the run while its function ran."""
        context = FlowRunContext.get()
        assert context is not None  # the function has just run in it
        notice_pause(context)
        yield from heed_pause(context)

    def _name(self) -> None:
        """Give the run the name that its flow has for it, before its first attempt."""
        if self.flow.flow_run_name and self.run.run_count <= 1:
            self.run.name = run_name(self.flow.flow_run_name, self.parameters, f"flow {self.flow.name!r}")
            self.backend.rename_flow_run(self.run.id, self.run.name)
            current_scope.set(self.scope)

    def _call(self) -> Steps[Any]:
        flow, limit = self.flow, self.flow.timeout_seconds
        args, kwargs = parameters_to_args_kwargs(flow.fn, self.parameters)
        if not flow.isgenerator:
            return (yield Call(flow.fn, args, kwargs, limit, owner=self))
        stepped = yield from emit_all(
            flow.fn(*args, **kwargs), is_async=flow.isasync, timeout=limit, owner=self
        )
        self.returned = stepped.returned
        return stepped.values

    def _settled(self, value: Any) -> Steps[Any]:
        """Wait for the futures inside what was returned, and return it with their states in their place."""
        yield from wait_for_runs([value])
        return resolve_futures_to_states(value)

    def _drain(self) -> Steps[None]:
        """Wait for the task runs that were submitted and never waited for; nothing is left behind."""
        try:
            for future in self.task_runner.unfinished():
                yield Settle(future)
        except BaseException as error:  # the process is about to end, and with it the runs it began
            self.task_runner.abandon(signals.cause_of(error))
            raise

    def _succeed(self, value: Any) -> Steps[None]:
        state = state_from_return_value(value, of_other_runs=True)
        if not state.is_final() and not state.is_paused():
            message = (
                f"Flow {self.flow.name!r} returned a state that is not final: {state.name}. "
                "Return a final state, or the value itself."
            )
            yield from self._fail(Failed(message=message), ValueError(message))
            return
        self.value = value
        try:
            state = yield from state_with_result(self, state)
        except Exception as error:  # of a serializer or a storage: the result would be lost
            yield from self._fail(failed_state(error, _FAILED), error)
            return
        yield from self.enter(state)

    def _fail(self, state: State[Any], error: BaseException) -> Steps[None]:
        self.error = error
        state = state.model_copy(update={"data": ResultRecord(error)})
        if isinstance(error, UnwritableResult):
            state = details_with(state, {"retriable": False})
        policy = self.run.empirical_policy
        if self.run.run_count - (policy.infrastructure_retries or 0) > (policy.retries or 0):
            yield from failure_written(self, state)
        yield from self.enter(state)
        if self.state.is_scheduled():
            log(
                self.scope, logging.WARNING, "Flow run failed and is tried again: %s", format_exception(error)
            )
        else:
            log(self.scope, logging.ERROR, "Flow run failed: %s", format_exception(error), error=error)
            if not self.state.is_running() and self.run.run_count == 0:
                yield from self._finish()

    def _await_retry(self) -> Steps[None]:
        due = self.state.state_details.scheduled_time
        if due is not None:
            yield from sleep(max(0.0, (due - now()).total_seconds()))
        self.task_runner = self.flow.task_runner.duplicate()
        yield from self.enter(Running())

    def _finish(self) -> Steps[None]:
        """Call the hooks of the final state, and let the calling flow run know the result."""
        yield from self.call_hooks()
        if self.parent_context is not None and self.value is not _UNSET:
            self.parent_context.results_seen.add(self.value, self.state, RunType.FLOW_RUN)
        level = logging.INFO if self.state.is_completed() else logging.ERROR
        log(self.scope, level, "Finished in state %s", self.state)
        if self.parent_context is None:
            yield from settle(self.backend.flush())

    def call_hooks(self) -> Steps[None]:
        """Call the hooks of the present state, where the function of the run is not running."""
        if hooks_for(self.flow, self.state):
            with FlowScope(self):
                yield from self._hooks()

    def _hooks(self) -> Steps[None]:
        if hooks_for(self.flow, self.state):
            yield from run_hooks(self.flow, self.run, self.state, lambda: adapter_for(self.scope))

    def _refuse(self, error: UpstreamTaskError) -> Steps[None]:
        """End before the beginning: a run that this one depends on did not complete."""
        yield from self.enter(Pending(name="NotReady", message=str(error)), force=True)
        log(self.scope, logging.ERROR, "Flow run did not start: %s", error)

    def handle_crash(self, error: BaseException) -> Steps[None]:
        """Record that the run was ended from outside its code, and call the hooks for that."""
        self.error = error = signals.cause_of(error)
        if self.state.is_final():
            return
        if ending() is not None:
            log(self.scope, logging.INFO, "The process of the flow run is ended from outside")
            self.flush_at_the_end()
            return  # who launched the process tells what became of the run, when nothing of it is left
        self.end(signals.last_state(error))
        log(self.scope, logging.ERROR, "Flow run %s: %s", str(self.state.name).lower(), self.state.message)
        if not isinstance(error, GeneratorExit):
            yield from self.call_hooks()
        self.flush_at_the_end()

    def flush_at_the_end(self) -> None:
        """Wait a little until all that was recorded is stored."""
        with suppress(TimeoutError):  # what a server that is away does not take is kept on disk
            self.backend.flush().result(_LAST_FLUSH)

    def outcome(self, return_type: ReturnType) -> Any:
        """Return the final state, or the result; raise the error if there was one and the result is asked for."""
        if return_type == "state":
            return self.state
        if self.error is not None:
            raise self.error
        if self.value is _UNSET or isinstance(self.value, State):
            try:
                return read_state_result(self.state, raise_on_failure=True)
            except MissingResult:
                return None
        return self.value
