"""Options that are accepted but have no effect yet: whoever uses one is told, once for each flow or task."""

from __future__ import annotations

import logging
from typing import Any
from weakref import WeakSet

from prefect._engine.logs import log
from prefect.cache_policies import NO_CACHE
from prefect.logging.run_scope import RunScope
from prefect.utilities.annotations import NotSet

_told: WeakSet[Any] = WeakSet()

_OPTIONS = ("persist_result", "cache_key_fn", "result_storage", "result_serializer", "result_storage_key")


def tell_unavailable(owner: Any, scope: RunScope) -> None:
    """Warn that results of a flow or task are not kept although its options ask for it.

    Args:
        owner: The flow or task.
        scope: Its run, to whose log the warning goes.
    """
    asked = [option for option in _OPTIONS if getattr(owner, option, None)]
    policy = getattr(owner, "cache_policy", NotSet)
    if policy is not NotSet and policy is not None and policy is not NO_CACHE:
        asked.append("cache_policy")
    if not asked or owner in _told:
        return
    _told.add(owner)
    log(
        scope,
        logging.WARNING,
        "%r sets %s, which has no effect in this release: results are not stored or used again.",
        owner.name,
        ", ".join(asked),
    )
