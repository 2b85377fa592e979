"""Futures: what `submit` and `map` return at once, and how to wait for several of them."""

from __future__ import annotations

from prefect.futures.future import (
    F,
    PrefectConcurrentFuture,
    PrefectFuture,
    PrefectTaskRunFuture,
    PrefectWrappedFuture,
    R,
)
from prefect.futures.recorded import PrefectDistributedFuture, PrefectFlowRunFuture
from prefect.futures.several import (
    DoneAndNotDoneFutures,
    PrefectFutureList,
    as_completed,
    resolve_futures_to_results,
    resolve_futures_to_states,
    wait,
)

__all__ = [
    "DoneAndNotDoneFutures",
    "F",
    "PrefectConcurrentFuture",
    "PrefectDistributedFuture",
    "PrefectFlowRunFuture",
    "PrefectFuture",
    "PrefectFutureList",
    "PrefectTaskRunFuture",
    "PrefectWrappedFuture",
    "R",
    "as_completed",
    "resolve_futures_to_results",
    "resolve_futures_to_states",
    "wait",
]
