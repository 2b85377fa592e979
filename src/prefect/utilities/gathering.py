"""Task groups that keep what their tasks return."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from types import TracebackType
from typing import Any, TypeVar
from uuid import UUID

import anyio
import anyio.abc

from prefect._ids import uuid4

T = TypeVar("T")


class GatherIncomplete(RuntimeError):
    """The result of a task was asked for before its group had ended."""


class GatherTaskGroup(anyio.abc.TaskGroup):
    """A task group whose `start_soon` returns a key, under which the result is found when the group has ended.

    Example:
        >>> async with create_gather_task_group() as group:
        ...     key = group.start_soon(fetch, "https://example.com")
        >>> group.get_result(key)
    """

    def __init__(self, task_group: anyio.abc.TaskGroup) -> None:
        self._results: dict[UUID, Any] = {}
        self._task_group = task_group
        self.cancel_scope = task_group.cancel_scope

    async def _keep(self, key: UUID, func: Callable[..., Awaitable[Any]], args: tuple[Any, ...]) -> None:
        self._results[key] = await func(*args)

    def start_soon(self, func: Callable[..., Awaitable[Any]], *args: Any, name: object = None) -> UUID:  # pyright: ignore[reportIncompatibleMethodOverride] - the key is what this group is for
        """Start a coroutine function and return the key of its result."""
        key = uuid4()
        self._task_group.start_soon(self._keep, key, func, args, name=name)
        return key

    def create_task(self, *args: Any, **kwargs: Any) -> Any:
        """Start a coroutine and return its task; the task keeps the result itself."""
        return self._task_group.create_task(*args, **kwargs)

    async def start(
        self, func: object, *args: object, name: object = None, return_handle: bool = False
    ) -> Any:
        """Refuse: what a task reports when it has begun is not what it returns.

        Raises:
            RuntimeError: Always; use `start_soon`.
        """
        raise RuntimeError("`GatherTaskGroup` does not support `start`; use `start_soon`.")

    def get_result(self, key: UUID) -> Any:
        """Return what the task of a key returned.

        Raises:
            GatherIncomplete: It has not ended.
        """
        if key not in self._results:
            raise GatherIncomplete(
                "Task is not complete. Results should not be retrieved until the task group exits."
            )
        return self._results[key]

    async def __aenter__(self) -> GatherTaskGroup:
        await self._task_group.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> bool:
        return bool(await self._task_group.__aexit__(exc_type, exc_val, exc_tb))


def create_gather_task_group() -> GatherTaskGroup:
    """Return a task group that keeps what its tasks return."""
    return GatherTaskGroup(anyio.create_task_group())


async def gather(*calls: Callable[[], Coroutine[Any, Any, T]]) -> list[T]:
    """Run coroutine functions side by side and return their results in the order of the calls."""
    group = create_gather_task_group()
    keys: list[UUID] = []
    async with group:
        keys.extend(group.start_soon(call) for call in calls)
    return [group.get_result(key) for key in keys]
