"""Types of a task's options, for annotations: loaded when they are asked for, with all that they name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Protocol, TypeAlias, TypedDict, TypeVar

from typing_extensions import TypeIs

from prefect.cache_policies import CachePolicy
from prefect.context import TaskRunContext
from prefect.futures import PrefectFuture
from prefect.results import ResultSerializer, ResultStorage
from prefect.schemas.states import State
from prefect.schemas.task_runs import TaskRun
from prefect.utilities.annotations import NotSet

T = TypeVar("T")

FutureOrResult: TypeAlias = PrefectFuture[T] | T
"""A value, or what it will come from."""

OneOrManyFutureOrResult: TypeAlias = PrefectFuture[T] | T | Iterable[PrefectFuture[T] | T]
"""One or several of them: what `wait_for` takes."""

_Hook: TypeAlias = Callable[[Any, TaskRun, State[Any]], Any]


class TaskRunNameCallbackWithParameters(Protocol):
    """A function that names a task run by its parameters."""

    @classmethod
    def is_callback_with_parameters(
        cls, callable: Callable[..., str]
    ) -> TypeIs[TaskRunNameCallbackWithParameters]:
        """Whether a function takes the parameters of the run, as the argument `parameters`."""
        return "parameters" in inspect.signature(callable).parameters

    def __call__(self, parameters: dict[str, Any]) -> str:
        """Return the name of a run."""
        ...


TaskRunNameValueOrCallable: TypeAlias = Callable[[], str] | TaskRunNameCallbackWithParameters | str
"""What `task_run_name` takes."""


class TaskOptions(TypedDict, total=False):
    """The options of `@task`, for functions that pass them on: `def my_task(**options: Unpack[TaskOptions])`."""

    name: str | None
    description: str | None
    tags: Iterable[str] | None
    version: str | None
    cache_policy: CachePolicy | type[NotSet]
    cache_key_fn: Callable[[TaskRunContext, dict[str, Any]], str | None] | None
    cache_expiration: timedelta | None
    task_run_name: TaskRunNameValueOrCallable | None
    retries: int | None
    retry_delay_seconds: float | int | list[float] | Callable[[int], list[float]] | None
    retry_jitter_factor: float | None
    persist_result: bool | None
    result_storage: ResultStorage | None
    result_serializer: ResultSerializer | None
    result_storage_key: str | None
    cache_result_in_memory: bool
    timeout_seconds: float | None
    log_prints: bool | None
    refresh_cache: bool | None
    on_completion: list[_Hook] | None
    on_failure: list[_Hook] | None
    on_running: list[_Hook] | None
    on_rollback: list[Callable[..., None]] | None
    on_commit: list[Callable[..., None]] | None
    retry_condition_fn: Callable[[Any, TaskRun, State[Any]], Any] | None
    viz_return_value: Any
    asset_deps: list[Any] | None
