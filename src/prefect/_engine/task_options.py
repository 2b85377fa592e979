"""Options of a task that need a look before they are taken: its tags, the name of its runs, delays between retries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

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
