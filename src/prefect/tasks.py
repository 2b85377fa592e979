"""Tasks: functions whose runs are recorded, retried, timed out and run concurrently. `@task` makes one."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import timedelta
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    Literal,
    ParamSpec,
    TypeAlias,
    TypeVar,
    cast,
    overload,
)

from prefect._engine.background_calls import BackgroundTask
from prefect._engine.definitions import (
    NUM_CHARS_DYNAMIC_KEY,
    RESERVED_ARGUMENTS,
    check_hooks,
    check_number,
    check_options,
    define,
    display_name,
    key_of_function,
)
from prefect._engine.methods import Wraps, bound
from prefect._engine.parameters import get_call_parameters, raise_for_reserved_arguments
from prefect._engine.task_options import (
    RetryDelay,
    TaskRunName,
    caching_options,
    checked_run_name,
    checked_tags,
    delays_of,
    exponential_backoff,
)
from prefect._engine.task_submitting import SubmittableTask
from prefect._hashing import hash_objects
from prefect._imports import forwarding
from prefect.settings import get_current_settings
from prefect.utilities.annotations import NotSet
from prefect.utilities.visualization import get_task_viz_tracker, track_viz_task

if TYPE_CHECKING:
    from prefect._assets.asset import Asset
    from prefect._engine.task_option_types import (
        FutureOrResult,
        OneOrManyFutureOrResult,
        TaskOptions,
        TaskRunNameCallbackWithParameters,
        TaskRunNameValueOrCallable,
    )
    from prefect.cache_policies import DEFAULT, NO_CACHE
    from prefect.context import TaskRunContext
    from prefect.results import ResultSerializer, ResultStorage
    from prefect.schemas.states import State
    from prefect.schemas.task_runs import TaskRun

__all__ = [
    "DEFAULT",
    "NO_CACHE",
    "NUM_CHARS_DYNAMIC_KEY",
    "FutureOrResult",
    "MaterializingTask",
    "OneOrManyFutureOrResult",
    "ResultSerializer",
    "ResultStorage",
    "RetryConditionCallable",
    "StateHookCallable",
    "Task",
    "TaskOptions",
    "TaskRunNameCallbackWithParameters",
    "TaskRunNameValueOrCallable",
    "exponential_backoff",
    "task",
    "task_input_hash",
]

_TYPES = "prefect._engine.task_option_types"
_HOMES = {
    "DEFAULT": "prefect.cache_policies",
    "NO_CACHE": "prefect.cache_policies",
    "FutureOrResult": _TYPES,
    "OneOrManyFutureOrResult": _TYPES,
    "ResultSerializer": "prefect.results",
    "ResultStorage": "prefect.results",
    "TaskOptions": _TYPES,
    "TaskRunNameCallbackWithParameters": _TYPES,
    "TaskRunNameValueOrCallable": _TYPES,
}
__getattr__ = forwarding(__name__, _HOMES)

P = ParamSpec("P")
Q = ParamSpec("Q")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)
T = TypeVar("T")
Owner = TypeVar("Owner")

StateHookCallable: TypeAlias = "Callable[[Task[..., Any], TaskRun, State[Any]], Any]"
RetryConditionCallable: TypeAlias = "Callable[[Task[..., Any], TaskRun, State[Any]], Any]"
CacheKeyFunction: TypeAlias = "Callable[[TaskRunContext, dict[str, Any]], str | None]"
AsyncTask: TypeAlias = "Task[..., Coroutine[Any, Any, T]]"


class Task(SubmittableTask[P, R_co], BackgroundTask[P, R_co]):
    """A function whose calls are task runs. Use the decorator `task` to make one.

    Args:
        fn: The function.
        name: The task's name; by default the function's.
        description: What it does; by default the function's docstring.
        tags: Tags that each run receives.
        version: A version of the code, for people.
        task_run_name: A template over the parameters such as "load-{table}", or a function that returns the name.
        retries: How often a failed run is tried again.
        retry_delay_seconds: Seconds before each retry: one number, a list, or a function of the number of retries
            that returns a list, such as `exponential_backoff(10)`.
        retry_jitter_factor: Lengthens or shortens each delay at random by up to this part of it, so that many runs do
            not try again at the same moment.
        retry_condition_fn: Called with task, run and state after a failure; the run is only tried again if it
            returns something true.
        timeout_seconds: A run that takes longer fails, in the state TimedOut.
        log_prints: Record what the function prints in the run's log; None leaves it to the flow.
        on_completion: Functions of (task, run, state) that are called when a run completed.
        on_failure: The same, when a run failed for good.
        on_running: The same, when a run begins or tries again.
        asset_deps: Assets that the task uses, or their keys; see `prefect.assets`.

    Raises:
        TypeError: An option has a value of the wrong type.
        ValueError: An option has a value that cannot be used.
        ReservedArgumentError: The function takes an argument that the library uses.
    """

    assets: Sequence[Asset] = ()
    materialized_by: str | None = None

    def __init__(
        self,
        fn: Callable[P, R_co] | classmethod[Any, P, R_co] | staticmethod[P, R_co],
        name: str | None = None,
        description: str | None = None,
        tags: Iterable[str] | None = None,
        version: str | None = None,
        cache_policy: Any = NotSet,
        cache_key_fn: CacheKeyFunction | None = None,
        cache_expiration: timedelta | None = None,
        task_run_name: TaskRunName = None,
        retries: int | None = None,
        retry_delay_seconds: RetryDelay = None,
        retry_jitter_factor: float | None = None,
        persist_result: bool | None = None,
        result_storage: Any = None,
        result_serializer: Any = None,
        result_storage_key: str | None = None,
        cache_result_in_memory: bool = True,
        timeout_seconds: float | None = None,
        log_prints: bool | None = False,
        refresh_cache: bool | None = None,
        on_completion: list[StateHookCallable] | None = None,
        on_failure: list[StateHookCallable] | None = None,
        on_running: list[StateHookCallable] | None = None,
        on_rollback: list[Callable[..., None]] | None = None,
        on_commit: list[Callable[..., None]] | None = None,
        retry_condition_fn: RetryConditionCallable | None = None,
        viz_return_value: Any = None,
        asset_deps: list[Any] | None = None,
    ) -> None:
        definition = define(fn, "task")
        self.fn: Callable[P, R_co] = definition.fn
        self.isasync, self.isgenerator = definition.isasync, definition.isgenerator
        self.isclassmethod, self.isstaticmethod = definition.isclassmethod, definition.isstaticmethod
        functools.update_wrapper(self, self.fn)
        raise_for_reserved_arguments(self.fn, RESERVED_ARGUMENTS)
        if name is not None and not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance] - not all callers are type checked
            raise TypeError(f"Expected string for task parameter 'name'; got {type(name).__name__} instead.")
        self.name = name or display_name(self.fn)
        owner = f"task {self.name!r}"
        self.description = description or inspect.getdoc(self.fn)
        self.version = version
        self.tags = checked_tags(tags, owner)
        self.task_key = key_of_function(self.fn)
        self.task_run_name = checked_run_name(task_run_name, owner)
        check_number(retries, "retries", owner, whole=True)
        check_number(timeout_seconds, "timeout_seconds", owner)
        if retries is None or retry_delay_seconds is None:
            defaults = get_current_settings().tasks
            retries = defaults.default_retries if retries is None else retries
            if retry_delay_seconds is None:
                retry_delay_seconds = defaults.default_retry_delay_seconds or 0
        self.retries = retries
        self.retry_delay_seconds = delays_of(retry_delay_seconds, retries, owner)
        self.retry_jitter_factor = retry_jitter_factor
        if retry_jitter_factor is not None and retry_jitter_factor < 0:
            raise ValueError(f"`retry_jitter_factor` of {owner} must be >= 0; it is {retry_jitter_factor}.")
        self.retry_condition_fn = retry_condition_fn
        if retry_condition_fn is not None and not callable(retry_condition_fn):
            kind = type(retry_condition_fn).__name__
            raise TypeError(f"Expected `retry_condition_fn` to be callable, got {kind} instead, for {owner}.")
        self.timeout_seconds = float(timeout_seconds) if timeout_seconds else None
        self.log_prints = log_prints
        self._asked_for = {"cache_policy": cache_policy, "persist_result": persist_result}
        keeps = any(option is not None for option in (result_storage, result_serializer, result_storage_key))
        self.cache_policy, self.persist_result = caching_options(
            owner, cache_policy, cache_key_fn, persist_result, keeps
        )
        self.cache_key_fn, self.cache_expiration, self.refresh_cache = (
            cache_key_fn,
            cache_expiration,
            refresh_cache,
        )
        self.result_storage, self.result_storage_key = result_storage, result_storage_key
        self.result_serializer = result_serializer
        self.cache_result_in_memory = cache_result_in_memory
        self.on_completion_hooks = check_hooks(on_completion, "on_completion", owner)
        self.on_failure_hooks = check_hooks(on_failure, "on_failure", owner)
        self.on_running_hooks = check_hooks(on_running, "on_running", owner)
        self.on_rollback_hooks = check_hooks(on_rollback, "on_rollback", owner)
        self.on_commit_hooks = check_hooks(on_commit, "on_commit", owner)
        self.viz_return_value = viz_return_value
        self.asset_deps: list[Asset] = _assets_named(asset_deps)

    @property
    def source_code(self) -> str | None:
        """The text of the function; None where it has none, as in a console."""
        try:
            return inspect.getsource(self.fn)
        except (OSError, TypeError):
            return None

    @property
    def ismethod(self) -> bool:
        """Whether the function is bound to an object or a class."""
        return hasattr(self.fn, "__self__")

    @overload
    def __get__(
        self: Wraps[Callable[Concatenate[type[Owner], Q], T]], instance: None, owner: type[Owner]
    ) -> Task[Q, T]: ...
    @overload
    def __get__(
        self: Wraps[Callable[Concatenate[type[Owner], Q], T]], instance: Owner, owner: Any = ...
    ) -> Task[Q, T]: ...
    @overload
    def __get__(
        self: Wraps[Callable[Concatenate[Owner, Q], T]], instance: Owner, owner: Any = ...
    ) -> Task[Q, T]: ...
    @overload
    def __get__(self, instance: Any, owner: Any = ...) -> Task[P, R_co]: ...
    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """Return the task of a method, bound to the object or class that it is reached through."""
        return bound(self, instance, owner)

    def __repr__(self) -> str:
        return f"<Task {self.name!r}>"

    def with_options(
        self,
        *,
        name: str | None = None,
        description: str | None = None,
        tags: Iterable[str] | None = None,
        cache_policy: Any = NotSet,
        cache_key_fn: CacheKeyFunction | None = None,
        task_run_name: TaskRunName | type[NotSet] = NotSet,
        cache_expiration: timedelta | None = None,
        retries: int | type[NotSet] = NotSet,
        retry_delay_seconds: RetryDelay | type[NotSet] = NotSet,
        retry_jitter_factor: float | type[NotSet] = NotSet,
        persist_result: bool | type[NotSet] = NotSet,
        result_storage: Any = NotSet,
        result_serializer: Any = NotSet,
        result_storage_key: str | type[NotSet] = NotSet,
        cache_result_in_memory: bool | None = None,
        timeout_seconds: float | None = None,
        log_prints: bool | type[NotSet] = NotSet,
        refresh_cache: bool | type[NotSet] = NotSet,
        on_completion: list[StateHookCallable] | None = None,
        on_failure: list[StateHookCallable] | None = None,
        on_running: list[StateHookCallable] | None = None,
        retry_condition_fn: RetryConditionCallable | None = None,
        viz_return_value: Any = None,
        asset_deps: list[Any] | None = None,
    ) -> Task[P, R_co]:
        """Return a task of the same function with some options changed. See the class for what they mean.

        Example:
            >>> patient = fetch.with_options(retries=5, retry_delay_seconds=60)
        """
        given = {key: value for key, value in locals().items() if key != "self"}
        unset: dict[str, Any] = dict.fromkeys(given) | dict.fromkeys(_NOT_SET_OPTIONS, NotSet)
        changes = {key: value for key, value in given.items() if value is not unset[key]}
        return type(self)(**(self._options() | changes))

    def _options(self) -> dict[str, Any]:
        """Return the options by which this task was made."""
        options = {key: getattr(self, key) for key in _PLAIN_OPTIONS} | self._asked_for
        options |= {f"on_{event}": getattr(self, f"on_{event}_hooks") for event in _HOOKED}
        wrap: Any = classmethod if self.isclassmethod else staticmethod if self.isstaticmethod else None
        return {**options, "fn": wrap(self.fn) if wrap else self.fn}

    def on_completion(self, fn: StateHookCallable) -> StateHookCallable:
        """Call the decorated function of (task, run, state) when a run completed."""
        self.on_completion_hooks.append(fn)
        return fn

    def on_failure(self, fn: StateHookCallable) -> StateHookCallable:
        """Call the decorated function of (task, run, state) when a run failed for good."""
        self.on_failure_hooks.append(fn)
        return fn

    def on_running(self, fn: StateHookCallable) -> StateHookCallable:
        """Call the decorated function of (task, run, state) when a run begins or tries again."""
        self.on_running_hooks.append(fn)
        return fn

    def on_commit(self, fn: Callable[..., None]) -> Callable[..., None]:
        """Call the decorated function of (transaction) when the task's transaction is committed."""
        self.on_commit_hooks.append(fn)
        return fn

    def on_rollback(self, fn: Callable[..., None]) -> Callable[..., None]:
        """Call the decorated function of (transaction) when the task's transaction is rolled back."""
        self.on_rollback_hooks.append(fn)
        return fn

    def run_user_function(self, fn: Callable[..., Any], *args: Any) -> Any:
        """Call a function of the user's beside the task; what it returns may be awaited by an async run."""
        result = fn(*args)
        if inspect.isawaitable(result) and not self.isasync:
            from prefect._dual.awaiting import finish  # loads asyncio: only for those who use it

            return finish(result)
        return result

    @overload
    def __call__(  # pyright: ignore[reportOverlappingOverload] - what is no coroutine falls through to the next
        self: AsyncTask[T], *args: Any, return_state: Literal[True], wait_for: Any = ..., **kwargs: Any
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
        """Run the task here and return what the function returns.

        Args:
            *args: Arguments of the function.
            return_state: Return the final state of the run instead; a failure is not raised then.
            wait_for: Futures and states that must have completed first.
            **kwargs: Arguments of the function.
        """
        from prefect.task_engine import run_task  # loads the engine when the first task runs

        parameters = get_call_parameters(self.fn, args, kwargs)
        if get_task_viz_tracker() is not None:
            return track_viz_task(
                self.isasync, self.name, {**parameters, "wait_for": wait_for}, self.viz_return_value
            )
        return run_task(
            self, parameters=parameters, wait_for=wait_for, return_type="state" if return_state else "result"
        )


class MaterializingTask(Task[P, R_co]):
    """A task that makes assets. Use the decorator `prefect.assets.materialize` to make one.

    Args:
        fn: The function.
        assets: The assets, or their keys.
        materialized_by: What makes them, for example "dbt"; None is the task itself.
        **task_kwargs: The options of a task.
    """

    def __init__(
        self,
        fn: Callable[P, R_co] | classmethod[Any, P, R_co] | staticmethod[P, R_co],
        *,
        assets: Iterable[str | Asset],
        materialized_by: str | None = None,
        **task_kwargs: Any,
    ) -> None:
        super().__init__(fn, **task_kwargs)
        self.assets = _assets_named(assets)
        self.materialized_by = materialized_by

    def with_options(  # pyright: ignore[reportIncompatibleMethodOverride] - the options of a task, and the assets
        self, assets: Iterable[str | Asset] | None = None, **task_kwargs: Any
    ) -> MaterializingTask[P, R_co]:
        """Return a task of the same function with some options or the assets changed."""
        changed = cast("MaterializingTask[P, R_co]", super().with_options(**task_kwargs))
        if assets is not None:
            changed.assets = _assets_named(assets)
        return changed

    def _options(self) -> dict[str, Any]:
        return {**super()._options(), "assets": self.assets, "materialized_by": self.materialized_by}


def _assets_named(values: Iterable[str | Asset] | None) -> list[Asset]:
    if not values:
        return []
    from prefect._assets.asset import as_assets  # loads pydantic: only for those who have assets

    return as_assets(values)


_HOOKED = ("completion", "failure", "running", "rollback", "commit")
_DECLARED = cast("type[Task[..., Any]]", Task)
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


@overload
def task(__fn: Callable[P, R], /) -> Task[P, R]: ...
@overload
def task(
    __fn: None = None,
    /,
    *,
    name: str | None = None,
    description: str | None = None,
    tags: Iterable[str] | None = None,
    version: str | None = None,
    cache_policy: Any = NotSet,
    cache_key_fn: CacheKeyFunction | None = None,
    cache_expiration: timedelta | None = None,
    task_run_name: TaskRunName = None,
    retries: int | None = None,
    retry_delay_seconds: RetryDelay = None,
    retry_jitter_factor: float | None = None,
    persist_result: bool | None = None,
    result_storage: Any = None,
    result_storage_key: str | None = None,
    result_serializer: Any = None,
    cache_result_in_memory: bool = True,
    timeout_seconds: float | None = None,
    log_prints: bool | None = None,
    refresh_cache: bool | None = None,
    on_completion: list[StateHookCallable] | None = None,
    on_failure: list[StateHookCallable] | None = None,
    on_running: list[StateHookCallable] | None = None,
    on_rollback: list[Callable[..., None]] | None = None,
    on_commit: list[Callable[..., None]] | None = None,
    retry_condition_fn: RetryConditionCallable | None = None,
    viz_return_value: Any = None,
    asset_deps: list[Any] | None = None,
) -> Callable[[Callable[P, R]], Task[P, R]]: ...
def task(__fn: Any = None, /, **options: Any) -> Any:
    """Make a task of a function. The options are those of `Task`.

    Example:
        >>> @task(retries=3, retry_delay_seconds=exponential_backoff(1))
        ... def fetch(url: str) -> bytes: ...
    """
    check_options(options, (*_PLAIN_OPTIONS, *(f"on_{event}" for event in _HOOKED)), "task")
    if __fn is None:
        return functools.partial(task, **options)
    options.setdefault("log_prints", None)
    return Task(fn=__fn, **options)


def task_input_hash(context: Any, arguments: dict[str, Any]) -> str | None:
    """Return a `cache_key` for a task run: of the task, its code and its arguments; None if one has no stable hash."""
    return hash_objects(context.task.task_key, context.task.fn.__code__.co_code.hex(), arguments)
