"""Options that have no effect yet are not passed over in silence."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from prefect import flow, task
from prefect.cache_policies import INPUTS, NO_CACHE


@pytest.mark.parametrize(
    ("options", "named"),
    [({"persist_result": True}, "persist_result"), ({"cache_policy": INPUTS}, "cache_policy")],
    ids=["persisting", "caching"],
)
def test_an_option_without_effect_is_told_once(recorded: Any, options: dict[str, Any], named: str) -> None:
    """A task that asks for stored results gets one warning in the log of its first run, and runs."""

    @task(**options)
    def double(x: int) -> int:
        return 2 * x

    @flow
    def parent() -> list[int]:
        return [double(1), double(2)]

    assert parent() == [2, 4]
    (warning,) = recorded.logs(minimum_level=logging.WARNING)
    assert "'double'" in warning.message
    assert named in warning.message


def test_what_asks_for_nothing_is_not_warned(recorded: Any) -> None:
    """Options that say not to store a result are what this release does."""

    @task(persist_result=False, cache_policy=NO_CACHE)
    def plain() -> int:
        return 1

    flow(lambda: plain(), name="parent")()
    assert recorded.logs(minimum_level=logging.WARNING) == []
