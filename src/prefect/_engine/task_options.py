"""Options of a task that need a look before they are taken: its tags, the name of its runs, delays between retries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, cast

from prefect.cache_policies import DEFAULT, NO_CACHE, CacheKeyFn, CachePolicy
from prefect.logging.loggers import get_logger
from prefect.settings import get_current_settings
from prefect.utilities.annotations import NotSet

MOST_RETRY_DELAYS = 50
"""How many delays a task may have; later retries wait as long as the last of them."""

RetryDelay: TypeAlias = "float | int | list[float] | Callable[[int], list[float]] | None"
TaskRunName: TypeAlias = "str | Callable[..., str] | None"


def exponential_backoff(backoff_factor: float) -> Callable[[int], list[float]]:
    """Return delays for `retry_delay_seconds` that double with each retry.

    Args:
        backoff_factor: The first delay, in seconds.

    Example:
        >>> exponential_backoff(10)(3)
        [10, 20, 40]
    """

    def delays(retries: int) -> list[float]:
        return [backoff_factor * 2**attempt for attempt in range(min(retries, MOST_RETRY_DELAYS))]

    return delays


def checked_tags(tags: Iterable[str] | None, owner: str) -> set[str]:
    """Return tags as a set.

    Raises:
        TypeError: They are one text, whose letters would be the tags.
    """
    if isinstance(tags, str):
        raise TypeError(f"`tags` of {owner} is the text {tags!r}; give a list of texts: tags=[{tags!r}].")
    return set(tags or ())


def checked_run_name(name: TaskRunName, owner: str) -> TaskRunName:
    """Return what names the task's runs.

    Raises:
        TypeError: It is neither a text nor a function.
    """
    if name is not None and not isinstance(name, str) and not callable(name):
        raise TypeError(
            f"Expected string or callable for 'task_run_name' of {owner}; got {type(name).__name__} instead."
        )
    return name


def delays_of(delay: Any, retries: int, owner: str) -> float | int | list[float]:
    """Return the delay before every retry, or a list with the delay before each.

    Raises:
        TypeError: It is neither a number, nor a list, nor a function.
        ValueError: There are too many of them.
    """
    if callable(delay):
        delay = delay(retries)
    if isinstance(delay, list):
        if len(delay) > MOST_RETRY_DELAYS:  # pyright: ignore[reportUnknownArgumentType] - the user's list
            raise ValueError(
                f"Can not configure more than {MOST_RETRY_DELAYS} retry delays per task, for {owner}."
            )
        return delay  # pyright: ignore[reportUnknownVariableType] - the user's list
    if isinstance(delay, (int, float)):
        return delay
    raise TypeError(
        f"Invalid `retry_delay_seconds` provided for {owner}; must be an int, float, list or callable. "
        f"Received type {type(delay)}"
    )


def caching_options(
    owner: str, cache_policy: Any, cache_key_fn: CacheKeyFn | None, persist_result: bool | None, keeps: bool
) -> tuple[CachePolicy | None, bool | None]:
    """Return the cache policy of a task, and whether it persists its results, from what was asked for.

    Args:
        owner: The task, for warnings.
        cache_policy: A policy, None, or NotSet.
        cache_key_fn: A function that makes the key; it goes before a policy.
        persist_result: What was asked for; None leaves it to the other options, and then to what runs around.
        keeps: Whether other options only make sense for results that are persisted.
    """
    asked = cache_policy not in (NotSet, None) and not isinstance(cache_policy, type(NO_CACHE))
    if persist_result is False:
        if asked or cache_key_fn is not None:
            _warn("Ignoring `cache_policy` of %s because `persist_result` is False", owner)
        return NO_CACHE, False
    if cache_key_fn is not None:
        if asked:
            _warn("Both `cache_policy` and `cache_key_fn` are set for %s; `cache_key_fn` is used", owner)
        return CachePolicy.from_cache_key_fn(cache_key_fn), True
    persists = True if asked or keeps else persist_result
    defaults = get_current_settings().tasks
    if defaults.disable_caching or (cache_policy is NotSet and defaults.default_no_cache):
        return NO_CACHE, persists
    policy = DEFAULT if cache_policy is NotSet else cast("CachePolicy | None", cache_policy)
    return policy, persists


def _warn(message: str, owner: str) -> None:
    get_logger("tasks").warning(message, owner)
