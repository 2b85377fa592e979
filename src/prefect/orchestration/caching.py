"""Rules about cached results of tasks."""

from __future__ import annotations

from typing import Any

from prefect.orchestration.decisions import Reject, StoreCachedResult
from prefect.orchestration.facts import TaskRunFacts
from prefect.schemas.states import State, details_with


def use_cached_result(_: State[Any] | None, proposed: State[Any], facts: TaskRunFacts) -> Reject | None:
    """A task run whose cache key has a result does not run: it completes with that, unless the cache is refreshed."""
    cached = facts.cached_state
    details = proposed.state_details
    if cached is None or not details.cache_key or details.refresh_cache:
        return None
    expiration = cached.state_details.cache_expiration
    if expiration is not None and expiration <= facts.now:
        return None
    copy = cached.fresh_copy(name="Cached", timestamp=facts.now)
    return Reject(copy, "There is a cached result for the cache key.")


def check_cache_key(_: State[Any] | None, proposed: State[Any], facts: TaskRunFacts) -> Reject | None:
    """A completed task run with too long a cache key is completed without one: its result is not cached."""
    length = len(proposed.state_details.cache_key or "")
    if length <= facts.max_cache_key_length:
        return None
    reason = f"The cache key has {length} characters, more than {facts.max_cache_key_length}: the result is not cached."
    return Reject(details_with(proposed, {"cache_key": None}), reason)


def store_result(_: State[Any] | None, written: State[Any], _facts: TaskRunFacts) -> StoreCachedResult | None:
    """A completed task run with a cache key is kept for the next one with that key."""
    details = written.state_details
    return StoreCachedResult(details.cache_key, details.cache_expiration) if details.cache_key else None
