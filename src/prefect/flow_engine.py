"""The life of a flow run, written once for sync and async flows, functions and generators.

`FlowRunEngine.steps()` is that life, a generator of effects. Each state of the run is decided and stored by the
backend in one transaction; the last one waits until everything that the run recorded is stored as well.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from prefect._clock import now
from prefect._dual.dispatch import run_is_async
from prefect._dual.drivers import aiterate, arun, iterate, run
from prefect._dual.effects import Call, Settle, Steps, settle, sleep
from prefect._dual.timeouts import TimeLimitExceeded
from prefect._engine import nesting, signals
from prefect._engine.flow_run_begin import new_flow_run, task_run_for_subflow
from prefect._engine.hooks import hooks_for, run_hooks
from prefect._engine.inputs import check_upstream, resolve, upstream_futures
from prefect._engine.logs import log
from prefect._engine.names import run_name
from prefect._engine.parameters import parameters_to_args_kwargs
from prefect._engine.results_seen import ResultsSeen
from prefect._engine.signals import capture_sigterm
from prefect._engine.stepping import emit_all
from prefect.backend import get_backend
from prefect.context import FlowRunContext, TaskRunContext
from prefect.exceptions import Abort, MissingResult, Pause, UpstreamTaskError
from prefect.futures import resolve_futures_to_states
from prefect.logging.configuration import setup_logging
from prefect.logging.loggers import adapter_for
from prefect.logging.prints import patch_print
from prefect.logging.run_scope import RunScope, current_scope
from prefect.orchestration.advance import advance_flow_run
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.orchestration import SetStateStatus, StateWaitDetails
from prefect.schemas.results import ResultRecord, read_state_result
from prefect.schemas.run_inputs import RunType
from prefect.schemas.states import State
from prefect.schemas.task_runs import TaskRun
from prefect.settings import get_current_settings
from prefect.states import Failed, Pending, Running, crashed_state, format_exception, state_from_return_value

if TYPE_CHECKING:
    from prefect.flows import Flow

R = TypeVar("R")

ReturnType = Literal["result", "state"]
_UNSET = object()


class FlowRunTimeoutError(TimeoutError):
    """A flow run took longer than its `timeout_seconds`."""


class FlowRunEngine(Generic[R]):
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
        setup_logging(self.settings.logging)
        self.parent_context = FlowRunContext.get()
        self.backend = self.parent_context.backend if self.parent_context else get_backend()
        self.flow_run = flow_run
        self.parent_task_run: TaskRun | None = None
        self.value: Any = _UNSET
        self.error: BaseException | None = None
        self.task_runner = flow.task_runner.duplicate()
        self._depth = nesting.check_depth(f"Flow {flow.name!r}")

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

    def steps(self) -> Steps[None]:
        """Live the whole life of the run. Afterwards `state`, `value` and `error` say how it went."""
        yield from self.create_flow_run()
        try:
            if (yield from self.begin_run()):
                yield from self.attempts()
        except UpstreamTaskError as error:
            yield from self._refuse(error)
        except (Abort, Pause) as error:
            self.error = error
            log(self.scope, logging.WARNING, "Flow run stops: %s", error)
            raise
        except TimeLimitExceeded:
            raise  # of a run around this one; this one has recorded it
        except Exception as error:
            yield from self._fail(Failed(message=f"Flow run encountered an exception: {_told(error)}"), error)
        except BaseException as error:
            yield from self.handle_crash(error)
            raise

    def create_flow_run(self) -> Steps[FlowRun]:
        """Store the run in the state Pending, and the task run that stands for it in the calling flow run."""
        if self.flow_run is not None:
            return self.flow_run
        flow = yield from settle(self.backend.register_flow(self.flow.name))
        if self.parent_context is not None:
            self.parent_task_run = task_run_for_subflow(
                self.flow, self.parent_context, self.parameters, self.wait_for
            )
            assert self.parent_task_run.state is not None  # created in one
            self.backend.record_task_run(self.parent_task_run, self.parent_task_run.state)
        new = new_flow_run(self.flow, flow.id, self.parameters, self.parent_task_run)
        self.flow_run = yield from settle(self.backend.create_flow_run(new))
        log(self.scope, logging.INFO, "Flow run of %r begins", self.flow.name)
        return self.flow_run

    def begin_run(self) -> Steps[bool]:
        """Take the results of upstream runs, check the parameters, and enter Running. Return whether to go on."""
        for future in upstream_futures([*self.parameters.values(), self.wait_for]):
            if not future.state.is_final():
                wrapped = getattr(future, "wrapped_future", None)
                yield Settle(wrapped) if wrapped is not None else Call(future.wait, (), {})
        self.parameters = {name: resolve(value) for name, value in self.parameters.items()}
        check_upstream(self.wait_for)
        if self.flow.should_validate_parameters:
            try:
                self.parameters = self.flow.validate_parameters(self.parameters)
            except Exception as error:
                message = f"Validation of flow parameters failed with error: {format_exception(error)}"
                yield from self._fail(Failed(message=message), error)
                return False
        yield from self.enter(Running())
        return self.state.is_running()

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
            changes = advance_flow_run(self.run, self.state, state)
            self.run.__dict__.update(changes, state=state, updated=state.timestamp)
        if answer.status == SetStateStatus.REJECT and self.state.is_paused():
            raise Pause(f"Flow run {self.run.name!r} is paused.", state=self.state)

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
        try:
            with FlowScope(self):
                yield from self._hooks()
                try:
                    value = yield from self._call()
                    value = yield from self._settled(value)
                except Exception:
                    self.task_runner.cancel_waiting()
                    raise
                except BaseException as error:
                    self.task_runner.abandon(signals.cause_of(error))
                    raise
                finally:
                    yield from self._drain()
        except TimeLimitExceeded as error:
            if error.owner is not self:
                # The limit of a run around this one: that run has to end, whatever becomes of this one.
                yield from self.enter(Failed(name="TimedOut", message=f"Flow run was interrupted: {error}"), force=True)
                raise
            limit = float(self.flow.timeout_seconds or 0)
            state = Failed(name="TimedOut", message=f"Flow run exceeded timeout of {limit} second(s)")
            yield from self._fail(state, FlowRunTimeoutError(*error.args))
        except TimeoutError as error:
            yield from self._fail(
                Failed(name="TimedOut", message=f"Flow run failed due to timeout: {error!r}"), error
            )
        except Exception as error:
            yield from self._fail(Failed(message=f"Flow run encountered an exception: {_told(error)}"), error)
        else:
            yield from self._succeed(value)

    def _call(self) -> Steps[Any]:
        flow = self.flow
        args, kwargs = parameters_to_args_kwargs(flow.fn, self.parameters)
        if not flow.isgenerator:
            return (yield Call(flow.fn, args, kwargs, flow.timeout_seconds, owner=self))
        return (
            yield from emit_all(flow.fn(*args, **kwargs), is_async=flow.isasync, timeout=flow.timeout_seconds, owner=self)
        )

    def _settled(self, value: Any) -> Steps[Any]:
        """Wait for the futures inside what was returned, and return it with their states in their place."""
        for future in upstream_futures([value]):
            wrapped = getattr(future, "wrapped_future", None)
            yield Settle(wrapped) if wrapped is not None else Call(future.wait, (), {})
        return resolve_futures_to_states(value)

    def _drain(self) -> Steps[None]:
        """Wait for the task runs that were submitted and never waited for; nothing is left behind."""
        try:
            for future in self.task_runner.unfinished():
                yield Settle(future)
        except BaseException as error:
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
        yield from self.enter(state)

    def _fail(self, state: State[Any], error: BaseException) -> Steps[None]:
        self.error = error
        yield from self.enter(state.model_copy(update={"data": ResultRecord(error)}))
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
        yield from self._hooks()
        if self.parent_context is not None and self.value is not _UNSET:
            self.parent_context.results_seen.add(self.value, self.state, RunType.FLOW_RUN)
        level = logging.INFO if self.state.is_completed() else logging.ERROR
        log(self.scope, level, "Finished in state %s", self.state)
        if self.parent_context is None:
            yield from settle(self.backend.flush())

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
        state = crashed_state(error)
        # Past the driver: an event loop that is being stopped cannot be waited with any more.
        answer = self.backend.propose_flow_run_state(self.run.id, state, force=True).result()
        state = answer.state or state
        self.run.__dict__.update(advance_flow_run(self.run, self.state, state), state=state)
        log(self.scope, logging.ERROR, "Flow run crashed: %s", state.message)
        if not isinstance(error, GeneratorExit):
            yield from self._hooks()
        self.backend.flush().result()

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


class FlowScope:
    """The context of a running flow run: who it is, its task runner, where its log lines go, its name."""

    def __init__(self, engine: FlowRunEngine[Any]) -> None:
        self._engine = engine
        self._stack = ExitStack()

    def __enter__(self) -> None:
        engine, enter = self._engine, self._stack.enter_context
        try:
            if engine.wants_prints:
                enter(patch_print())
            task_context = TaskRunContext._var.set(None)  # pyright: ignore[reportPrivateUsage] - a flow is nobody's task
            self._stack.callback(TaskRunContext._var.reset, task_context)  # pyright: ignore[reportPrivateUsage]
            enter(
                FlowRunContext(
                    backend=engine.backend,
                    settings=engine.settings,
                    parameters=engine.parameters,
                    log_prints=engine.wants_prints,
                    flow=engine.flow,
                    flow_run=engine.run,
                    task_runner=engine.task_runner,
                    results_seen=ResultsSeen(),
                )
            )
            self._stack.callback(run_is_async.reset, run_is_async.set(engine.flow.isasync))
            self._stack.callback(nesting.depth.reset, nesting.depth.set(engine._depth))  # pyright: ignore[reportPrivateUsage]
            self._name()
            self._stack.callback(current_scope.reset, current_scope.set(engine.scope))
            enter(engine.task_runner)
        except BaseException:
            self._stack.close()
            raise

    def _name(self) -> None:
        engine = self._engine
        if engine.flow.flow_run_name is None or engine.run.run_count > 1:
            return
        name = run_name(engine.flow.flow_run_name, engine.parameters, f"flow {engine.flow.name!r}")
        if name != engine.run.name:
            engine.run.name = name
            engine.backend.rename_flow_run(engine.run.id, name)

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def run_flow_sync(
    flow: Flow[..., Any],
    flow_run: FlowRun | None = None,
    parameters: dict[str, Any] | None = None,
    wait_for: Any = None,
    return_type: ReturnType = "result",
    context: dict[str, Any] | None = None,
) -> Any:
    """Run a sync flow here and return its result or its final state; see `run_flow`."""
    del context
    engine: FlowRunEngine[Any] = FlowRunEngine(flow, parameters, flow_run=flow_run, wait_for=wait_for)
    with capture_sigterm():
        run(engine.steps())
    return engine.outcome(return_type)


async def run_flow_async(
    flow: Flow[..., Any],
    flow_run: FlowRun | None = None,
    parameters: dict[str, Any] | None = None,
    wait_for: Any = None,
    return_type: ReturnType = "result",
    context: dict[str, Any] | None = None,
) -> Any:
    """Run an async flow here and return its result or its final state; see `run_flow`."""
    del context
    engine: FlowRunEngine[Any] = FlowRunEngine(flow, parameters, flow_run=flow_run, wait_for=wait_for)
    with capture_sigterm():
        await arun(engine.steps())
    return engine.outcome(return_type)


def run_generator_flow_sync(flow: Flow[..., Any], **options: Any) -> Generator[Any, Any, Any]:
    """Run a generator flow, yielding its values; the run begins with the first one. Options as of `run_flow`."""
    return_type = options.pop("return_type", "result")
    options.pop("context", None)
    engine: FlowRunEngine[Any] = FlowRunEngine(flow, options.pop("parameters", None), **options)
    with capture_sigterm():
        yield from iterate(engine.steps())
    return engine.outcome(return_type)


async def run_generator_flow_async(flow: Flow[..., Any], **options: Any) -> AsyncGenerator[Any, Any]:
    """Run an async generator flow, yielding its values; the run begins with the first one."""
    options.pop("return_type", None)
    options.pop("context", None)
    engine: FlowRunEngine[Any] = FlowRunEngine(flow, options.pop("parameters", None), **options)
    values = aiterate(engine.steps())
    try:
        with capture_sigterm():
            async for value in values:
                yield value
    finally:
        await values.aclose()
    engine.outcome("result")


def run_flow(
    flow: Flow[..., Any],
    flow_run: FlowRun | None = None,
    parameters: dict[str, Any] | None = None,
    wait_for: Any = None,
    return_type: ReturnType = "result",
    error_logger: logging.Logger | None = None,
    context: dict[str, Any] | None = None,
) -> Any:
    """Run a flow where it is called.

    Args:
        flow: The flow; it decides what is returned: a value, a coroutine, a generator or an async generator.
        flow_run: The run, if it was created before.
        parameters: What the flow is called with, by parameter name.
        wait_for: Futures and states that must have completed first.
        return_type: "result" for what the function returns, "state" for the final state.
        error_logger: Accepted for compatibility; errors go to the run's own log.
        context: Accepted for compatibility; context variables already carry it.
    """
    del error_logger
    options: dict[str, Any] = {
        "flow_run": flow_run,
        "parameters": parameters,
        "wait_for": wait_for,
        "return_type": return_type,
        "context": context,
    }
    return runner_for(flow)(flow, **options)


def runner_for(flow: Flow[..., Any]) -> Callable[..., Any]:
    """Return the function that runs this kind of flow."""
    if flow.isgenerator:
        return run_generator_flow_async if flow.isasync else run_generator_flow_sync
    return run_flow_async if flow.isasync else run_flow_sync


AsyncFlowRunEngine = FlowRunEngine
BaseFlowRunEngine = FlowRunEngine

__all__ = [
    "AsyncFlowRunEngine",
    "BaseFlowRunEngine",
    "FlowRunEngine",
    "FlowRunTimeoutError",
    "run_flow",
    "run_flow_async",
    "run_flow_sync",
    "run_generator_flow_async",
    "run_generator_flow_sync",
]
