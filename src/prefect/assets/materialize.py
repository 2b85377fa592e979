"""`@materialize`: a task that makes assets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from prefect._assets.asset import Asset
from prefect.tasks import MaterializingTask

P = ParamSpec("P")
R = TypeVar("R")


def materialize(
    *assets: str | Asset, by: str | None = None, **task_kwargs: Any
) -> Callable[[Callable[P, R]], MaterializingTask[P, R]]:
    """Make a task of a function that makes assets. Events tell of them when its runs end.

    Args:
        *assets: The assets, or their keys.
        by: What makes them, for example "dbt"; by default the task itself.
        **task_kwargs: The options of a task; see `prefect.task`.

    Raises:
        TypeError: No asset is given.

    Example:
        >>> @materialize("postgres://warehouse/orders", retries=2)
        ... def load_orders(): ...
    """
    if not assets or not all(isinstance(asset, (str, Asset)) for asset in assets):  # pyright: ignore[reportUnnecessaryIsInstance] - not all callers are type checked
        raise TypeError("materialize requires at least one asset argument, e.g. `@materialize(asset)`")

    def decorate(fn: Callable[P, R]) -> MaterializingTask[P, R]:
        return MaterializingTask(fn, assets=assets, materialized_by=by, **task_kwargs)

    return decorate
