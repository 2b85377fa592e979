"""Flows: functions whose runs are recorded as a whole, with all tasks they call. `@flow` makes one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    Generic,
    Literal,
    ParamSpec,
    Protocol,
    TypeAlias,
    TypeVar,
    cast,
    overload,
)

from prefect._engine.code_version import code_version
from prefect._engine.definitions import (
    RESERVED_ARGUMENTS,
    check_hooks,
    check_number,
    check_options,
    define,
    display_name,
)
from prefect._engine.flow_deploying import DeployableFlow
from prefect._engine.flow_drawing import DrawableFlow
from prefect._engine.flow_sources import SourcedFlow
from prefect._engine.methods import Wraps, bound
from prefect._engine.parameters import get_call_parameters, raise_for_reserved_arguments
from prefect._imports import forwarding
from prefect.exceptions import InvalidNameError
from prefect.settings import get_current_settings
from prefect.utilities.annotations import NotSet
from prefect.utilities.visualization import get_task_viz_tracker, track_viz_task

if TYPE_CHECKING:
    from prefect._deployed_flow import load_flow_from_flow_run
    from prefect._engine.parameter_schema import ParameterSchema
    from prefect._flow_loading import (
        is_entrypoint_async,
        load_flow_arguments_from_entrypoint,
        load_flow_from_entrypoint,
        load_function_and_convert_to_flow,
        load_placeholder_flow,
        safe_load_flow_from_entrypoint,
        select_flow,
    )
    from prefect.deployments.serving import aserve, serve
    from prefect.infrastructure.bound_flow import InfrastructureBoundFlow, bind_flow_to_infrastructure
    from prefect.results import ResultSerializer, ResultStorage
    from prefect.schemas.automation_triggers import TriggerTypes
    from prefect.schemas.deployment_triggers import DeploymentTriggerTypes
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.states import State
    from prefect.task_runners import TaskRunner

__all__ = [
    "BANNED_CHARACTERS",
    "WITHOUT_BANNED_CHARACTERS",
    "DeploymentTriggerTypes",
    "Flow",
    "FlowDecorator",
    "FlowStateHook",
    "InfrastructureBoundFlow",
    "ResultSerializer",
    "ResultStorage",
    "TriggerTypes",
    "aserve",
    "bind_flow_to_infrastructure",
    "flow",
    "is_entrypoint_async",
    "load_flow_arguments_from_entrypoint",
    "load_flow_from_entrypoint",
    "load_flow_from_flow_run",
    "load_function_and_convert_to_flow",
    "load_placeholder_flow",
    "safe_load_flow_from_entrypoint",
    "select_flow",
    "serve",
]

P = ParamSpec("P")
Q = ParamSpec("Q")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
R_contra = TypeVar("R_contra", contravariant=True)
T = TypeVar("T")
Owner = TypeVar("Owner")

AsyncFlow: TypeAlias = "Flow[..., Coroutine[Any, Any, T]]"

BANNED_CHARACTERS = ["/", "%", "&", ">", "<"]
WITHOUT_BANNED_CHARACTERS = "^[^/%&><]+$"


class FlowStateHook(Protocol[P, R_contra]):
    """A function that is called when a flow run enters a state; it may be async."""

    def __call__(self, flow: Flow[P, R_contra], flow_run: FlowRun, state: State[Any], /) -> Any:
        """Look at the run and the state that it entered."""
        ...


class Flow(DrawableFlow, SourcedFlow, DeployableFlow, Generic[P, R_co]):
    """A function whose calls are flow runs. Use the decorator `flow` to make one.

    Args:
        fn: The function.
        name: The flow's name; by default the function's, with dashes for underscores.
        version: A version of the code, for people; by default a digest of the file that defines the flow.
        flow_run_name: A template over the parameters such as "load-{day}", or a function that returns the name.
        retries: How often a failed run is tried again.
        retry_delay_seconds: Seconds before a retry.
        task_runner: Where submitted tasks run; by default in threads.
        description: What it does; by default the function's docstring.
        timeout_seconds: A run that takes longer fails, in the state TimedOut.
        validate_parameters: Check and convert parameters by the function's annotations.
        log_prints: Record what the function prints in the run's log.
        on_completion: Functions of (flow, run, state) that are called when a run completed.
        on_failure: The same, when a run failed for good.
        on_cancellation: The same, when a run is cancelled.
        on_crashed: The same, when a run was ended from outside its code.
        on_running: The same, when a run begins or tries again.

    Raises:
        TypeError: An option has a value of the wrong type.
        InvalidNameError: The name holds one of the characters / % & > <.
        ReservedArgumentError: The function takes an argument that the library uses.
    """

    def __init__(
        self,
        fn: Callable[P, R_co] | classmethod[Any, P, R_co] | staticmethod[P, R_co],
        name: str | None = None,
        version: str | None = None,
        flow_run_name: str | Callable[..., str] | None = None,
        retries: int | None = None,
        retry_delay_seconds: float | list[float] | None = None,
        task_runner: TaskRunner[Any] | type[TaskRunner[Any]] | None = None,
        description: str | None = None,
        timeout_seconds: float | None = None,
        validate_parameters: bool = True,
        persist_result: bool | None = None,
        result_storage: Any = None,
        result_serializer: Any = None,
        cache_result_in_memory: bool = True,
        log_prints: bool | None = None,
        on_completion: list[FlowStateHook[..., Any]] | None = None,
        on_failure: list[FlowStateHook[..., Any]] | None = None,
        on_cancellation: list[FlowStateHook[..., Any]] | None = None,
        on_crashed: list[FlowStateHook[..., Any]] | None = None,
        on_running: list[FlowStateHook[..., Any]] | None = None,
    ) -> None:
        definition = define(fn, "flow")
        self.fn: Callable[P, R_co] = definition.fn
        self.isasync, self.isgenerator = definition.isasync, definition.isgenerator
        self.isclassmethod, self.isstaticmethod = definition.isclassmethod, definition.isstaticmethod
        functools.update_wrapper(self, self.fn)
        raise_for_reserved_arguments(self.fn, RESERVED_ARGUMENTS)
        self.name = _checked_name(name, display_name(self.fn))
        owner = f"flow {self.name!r}"
        self.description = description or inspect.getdoc(self.fn)
        self._version = version
        self.flow_run_name = _checked_run_name(flow_run_name, owner)
        check_number(retries, "retries", owner, whole=True)
        check_number(timeout_seconds, "timeout_seconds", owner)
        if not isinstance(retry_delay_seconds, list):
            check_number(retry_delay_seconds, "retry_delay_seconds", owner)
        if retries is None or retry_delay_seconds is None:
            defaults = get_current_settings().flows
            retries = defaults.default_retries if retries is None else retries
            if retry_delay_seconds is None:
                retry_delay_seconds = defaults.default_retry_delay_seconds or 0
        self.retries = retries
        self.retry_delay_seconds = retry_delay_seconds
        self._task_runner = _checked_runner(task_runner, owner)
        self.timeout_seconds = float(timeout_seconds) if timeout_seconds else None
        self.should_validate_parameters = validate_parameters
        self.persist_result, self.result_storage = persist_result, result_storage
        self.result_serializer, self.cache_result_in_memory = result_serializer, cache_result_in_memory
        self.log_prints = log_prints
        self.on_completion_hooks = check_hooks(on_completion, "on_completion", owner)
        self.on_failure_hooks = check_hooks(on_failure, "on_failure", owner)
        self.on_cancellation_hooks = check_hooks(on_cancellation, "on_cancellation", owner)
        self.on_crashed_hooks = check_hooks(on_crashed, "on_crashed", owner)
        self.on_running_hooks = check_hooks(on_running, "on_running", owner)

    @property
    def version(self) -> str | None:
        """The version of the code: as given, or a digest of the file that defines the flow."""
        return self._version if self._version is not None else code_version(self.fn)

    @property
    def parameters(self) -> ParameterSchema:
        """The JSON schema of the parameters."""
        from prefect._engine.parameter_schema import parameter_schema  # loads pydantic when it is asked for

        return parameter_schema(self.fn)

    @property
    def task_runner(self) -> TaskRunner[Any]:
        """Where submitted tasks run; each flow run uses a duplicate of it."""
        runner = self._task_runner
        if runner is None or isinstance(runner, type):
            from prefect.task_runners import ThreadPoolTaskRunner  # loads the engine when the first flow runs

            runner = self._task_runner = (runner or ThreadPoolTaskRunner)()
        return runner

    def runner_in_this_process(self) -> TaskRunner[Any]:
        """Return a new pool of threads, for tasks that a task submits in another process than the flow's."""
        from prefect.task_runners import ThreadPoolTaskRunner  # loads the engine when a run needs it

        return ThreadPoolTaskRunner()

    @task_runner.setter
    def task_runner(self, runner: TaskRunner[Any] | type[TaskRunner[Any]] | None) -> None:
        self._task_runner = _checked_runner(runner, f"flow {self.name!r}")

    @property
    def ismethod(self) -> bool:
        """Whether the function is bound to an object or a class."""
        return hasattr(self.fn, "__self__")

    @overload
    def __get__(
        self: Wraps[Callable[Concatenate[type[Owner], Q], T]], instance: None, owner: type[Owner]
    ) -> Flow[Q, T]: ...
    @overload
    def __get__(
        self: Wraps[Callable[Concatenate[type[Owner], Q], T]], instance: Owner, owner: Any = ...
    ) -> Flow[Q, T]: ...
    @overload
    def __get__(
        self: Wraps[Callable[Concatenate[Owner, Q], T]], instance: Owner, owner: Any = ...
    ) -> Flow[Q, T]: ...
    @overload
    def __get__(self, instance: Any, owner: Any = ...) -> Flow[P, R_co]: ...
    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """Return the flow of a method, bound to the object or class that it is reached through."""
        return bound(self, instance, owner)

    def __repr__(self) -> str:
        return f"<Flow {self.name!r}>"

    def with_options(
        self,
        *,
        name: str | None = None,
        version: str | None = None,
        retries: int | None = None,
        retry_delay_seconds: float | list[float] | None = None,
        description: str | None = None,
        flow_run_name: str | Callable[..., str] | None = None,
        task_runner: TaskRunner[Any] | type[TaskRunner[Any]] | None = None,
        timeout_seconds: float | None = None,
        validate_parameters: bool | None = None,
        persist_result: bool | type[NotSet] | None = NotSet,
        result_storage: Any = NotSet,
        result_serializer: Any = NotSet,
        cache_result_in_memory: bool | None = None,
        log_prints: bool | type[NotSet] | None = NotSet,
        on_completion: list[FlowStateHook[..., Any]] | None = None,
        on_failure: list[FlowStateHook[..., Any]] | None = None,
        on_cancellation: list[FlowStateHook[..., Any]] | None = None,
        on_crashed: list[FlowStateHook[..., Any]] | None = None,
        on_running: list[FlowStateHook[..., Any]] | None = None,
    ) -> Flow[P, R_co]:
        """Return a flow of the same function with some options changed. See the class for what they mean.

        Example:
            >>> nightly = report.with_options(name="Nightly report", retries=2)
        """
        given = {key: value for key, value in locals().items() if key != "self"}
        unset: dict[str, Any] = dict.fromkeys(given) | dict.fromkeys(_NOT_SET_OPTIONS, NotSet)
        changes = {key: value for key, value in given.items() if value is not unset[key]}
        changed = type(self)(**(self._options() | changes))
        vars(changed).update(_storage=self._storage, _entrypoint=self._entrypoint)
        return changed

    def _options(self) -> dict[str, Any]:
        """Return the options by which this flow was made."""
        options = {key: getattr(self, _ATTRIBUTES.get(key, key)) for key in _PLAIN_OPTIONS}
        options |= {f"on_{event}": getattr(self, f"on_{event}_hooks") for event in _HOOKED}
        wrap: Any = classmethod if self.isclassmethod else staticmethod if self.isstaticmethod else None
        return {**options, "fn": wrap(self.fn) if wrap else self.fn}

    def on_completion(self, fn: FlowStateHook[..., Any]) -> FlowStateHook[..., Any]:
        """Call the decorated function of (flow, run, state) when a run completed."""
        self.on_completion_hooks.append(fn)
        return fn

    def on_failure(self, fn: FlowStateHook[..., Any]) -> FlowStateHook[..., Any]:
        """Call the decorated function of (flow, run, state) when a run failed for good."""
        self.on_failure_hooks.append(fn)
        return fn

    def on_cancellation(self, fn: FlowStateHook[..., Any]) -> FlowStateHook[..., Any]:
        """Call the decorated function of (flow, run, state) when a run is cancelled."""
        self.on_cancellation_hooks.append(fn)
        return fn

    def on_crashed(self, fn: FlowStateHook[..., Any]) -> FlowStateHook[..., Any]:
        """Call the decorated function of (flow, run, state) when a run was ended from outside its code."""
        self.on_crashed_hooks.append(fn)
        return fn

    def on_running(self, fn: FlowStateHook[..., Any]) -> FlowStateHook[..., Any]:
        """Call the decorated function of (flow, run, state) when a run begins or tries again."""
        self.on_running_hooks.append(fn)
        return fn

    def validate_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return parameters checked and converted by the function's annotations.

        Raises:
            SignatureMismatchError: Parameters are missing, or there are some that the flow does not take.
            ParameterTypeError: Values do not fit their annotations.
        """
        from prefect._engine.validation import validate_parameters  # loads pydantic when the first flow runs

        return validate_parameters(self.fn, self.name, parameters)

    def serialize_parameters(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return parameters in the form in which they are recorded; what JSON has no form for becomes text."""
        from prefect._engine.parameter_values import serialize_parameters

        return serialize_parameters(parameters)

    @overload
    def __call__(  # pyright: ignore[reportOverlappingOverload] - what is no coroutine falls through to the next
        self: AsyncFlow[T], *args: Any, return_state: Literal[True], wait_for: Any = ..., **kwargs: Any
    ) -> Coroutine[Any, Any, State[T]]: ...
    @overload
    def __call__(
        self, *args: Any, return_state: Literal[True], wait_for: Any = ..., **kwargs: Any
    ) -> State[R_co]: ...
    @overload
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co: ...
    @overload
    def __call__(
        self, *args: Any, return_state: Literal[False], wait_for: Any = ..., **kwargs: Any
    ) -> R_co: ...
    @overload
    def __call__(self, *args: Any, wait_for: Any, **kwargs: Any) -> R_co: ...
    def __call__(self, *args: Any, return_state: bool = False, wait_for: Any = None, **kwargs: Any) -> Any:
        """Run the flow here and return what the function returns.

        Args:
            *args: Arguments of the function.
            return_state: Return the final state of the run instead; a failure is not raised then.
            wait_for: Futures and states that must have completed first.
            **kwargs: Arguments of the function.

        Raises:
            ParameterBindError: The function does not take these arguments.
            ParameterTypeError: Values do not fit their annotations.
        """
        from prefect.flow_engine import run_flow  # loads the engine when the first flow runs

        parameters = get_call_parameters(self.fn, args, kwargs)
        if get_task_viz_tracker() is not None:
            return track_viz_task(self.isasync, self.name, parameters)
        return run_flow(
            self, parameters=parameters, wait_for=wait_for, return_type="state" if return_state else "result"
        )


def _checked_name(name: Any, function_name: str) -> str:
    if name is None:
        name = "unknown-lambda" if function_name == "<lambda>" else function_name.replace("_", "-")
    if not isinstance(name, str):
        raise TypeError(f"Expected string for flow parameter 'name'; got {type(name).__name__} instead.")
    bad = [character for character in BANNED_CHARACTERS if character in name]
    if bad or not name:
        raise InvalidNameError(
            f"Flow name {name!r} contains an invalid character. Must not contain any of: {BANNED_CHARACTERS}."
            if bad
            else "A flow needs a name; the given one is empty."
        )
    return name


def _checked_run_name(name: str | Callable[..., str] | None, owner: str) -> str | Callable[..., str] | None:
    if name is not None and not isinstance(name, str) and not callable(name):
        raise TypeError(
            f"Expected string or callable for 'flow_run_name' of {owner}; got {type(name).__name__} instead."
        )
    return name


def _checked_runner(runner: Any, owner: str) -> Any:
    if runner is None or hasattr(runner, "duplicate"):
        return runner
    raise TypeError(
        f"`task_runner` of {owner} is a {type(runner).__name__}; give a task runner such as ThreadPoolTaskRunner()."
    )


_HOOKED = ("completion", "failure", "cancellation", "crashed", "running")
_ATTRIBUTES = {
    "version": "_version",
    "task_runner": "_task_runner",
    "validate_parameters": "should_validate_parameters",
}
_DECLARED = cast("type[Flow[..., Any]]", Flow)
_PLAIN_OPTIONS = tuple(
    name
    for name in inspect.signature(_DECLARED.__init__).parameters
    if name not in {"self", "fn", *(f"on_{event}" for event in _HOOKED)}
)
_NOT_SET_OPTIONS = tuple(
    name
    for name, declared in inspect.signature(_DECLARED.with_options).parameters.items()
    if declared.default is NotSet
)


class FlowDecorator:
    """The type of `flow`."""

    @overload
    def __call__(self, __fn: Callable[P, R], /) -> Flow[P, R]: ...
    @overload
    def __call__(
        self,
        __fn: None = None,
        /,
        *,
        name: str | None = None,
        version: str | None = None,
        flow_run_name: str | Callable[..., str] | None = None,
        retries: int | None = None,
        retry_delay_seconds: float | list[float] | None = None,
        task_runner: TaskRunner[Any] | type[TaskRunner[Any]] | None = None,
        description: str | None = None,
        timeout_seconds: float | None = None,
        validate_parameters: bool = True,
        persist_result: bool | None = None,
        result_storage: Any = None,
        result_serializer: Any = None,
        cache_result_in_memory: bool = True,
        log_prints: bool | None = None,
        on_completion: list[FlowStateHook[..., Any]] | None = None,
        on_failure: list[FlowStateHook[..., Any]] | None = None,
        on_cancellation: list[FlowStateHook[..., Any]] | None = None,
        on_crashed: list[FlowStateHook[..., Any]] | None = None,
        on_running: list[FlowStateHook[..., Any]] | None = None,
    ) -> Callable[[Callable[P, R]], Flow[P, R]]: ...
    def __call__(self, __fn: Any = None, /, **options: Any) -> Any:
        """Make a flow of a function. The options are those of `Flow`.

        Example:
            >>> @flow(name="Daily report", retries=2)
            ... def report(day: date) -> None: ...
        """
        check_options(options, (*_PLAIN_OPTIONS, *(f"on_{event}" for event in _HOOKED)), "flow")
        if __fn is None:
            return functools.partial(self, **options)
        return Flow(fn=__fn, **options)

    from_source = staticmethod(Flow.from_source)
    afrom_source = staticmethod(Flow.afrom_source)


flow = FlowDecorator()

_HOMES = {
    "DeploymentTriggerTypes": "prefect.schemas.deployment_triggers",
    "InfrastructureBoundFlow": "prefect.infrastructure.bound_flow",
    "bind_flow_to_infrastructure": "prefect.infrastructure.bound_flow",
    "ResultSerializer": "prefect.results",
    "ResultStorage": "prefect.results",
    "is_entrypoint_async": "prefect._flow_loading",
    "load_flow_arguments_from_entrypoint": "prefect._flow_loading",
    "load_flow_from_entrypoint": "prefect._flow_loading",
    "load_flow_from_flow_run": "prefect._deployed_flow",
    "load_function_and_convert_to_flow": "prefect._flow_loading",
    "load_placeholder_flow": "prefect._flow_loading",
    "safe_load_flow_from_entrypoint": "prefect._flow_loading",
    "select_flow": "prefect._flow_loading",
    "TriggerTypes": "prefect.schemas.automation_triggers",
    "aserve": "prefect.deployments.serving",
    "serve": "prefect.deployments.serving",
}
__getattr__ = forwarding(__name__, _HOMES)
