"""Slots of tags for code that holds them by itself."""

from __future__ import annotations

from uuid import UUID

import pytest

from prefect._ids import uuid7
from prefect.backend import get_backend
from prefect.concurrency.v1.context import ConcurrencyContext
from prefect.concurrency.v1.services import ConcurrencySlotAcquisitionService
from prefect.context import ContextModel
from prefect.exceptions import AcquireConcurrencySlotTimeoutError
from prefect.schemas.concurrency_limits import ConcurrencyLimitCreate
from prefect.store.tag_limits import create_concurrency_limit, read_concurrency_limit_by_tag


def holders(tag: str) -> list[UUID]:
    """Return the task runs that hold slots of a tag."""
    return get_backend().perform(read_concurrency_limit_by_tag, tag).result().active_slots


async def test_slots_are_given_back_when_the_context_is_left() -> None:
    """Slots that were taken by hand are given back at the end of the context that names them."""
    get_backend().perform(
        create_concurrency_limit, ConcurrencyLimitCreate(tag="db", concurrency_limit=1)
    ).result()
    service = ConcurrencySlotAcquisitionService(frozenset({"db", "nowhere"}))
    one, other = uuid7(), uuid7()
    assert service.concurrency_limit_names == ["db", "nowhere"]
    with ConcurrencyContext(cleanup_slots=[(["db"], 0.5, one)]) as context:
        assert isinstance(context, ContextModel)
        assert ConcurrencyContext.get() is context
        await service.acquire(one)
        assert holders("db") == [one]
        with pytest.raises(AcquireConcurrencySlotTimeoutError):
            await service.acquire(other, timeout_seconds=0.02)
    await service.acquire(other, timeout_seconds=60)
    assert holders("db") == [other]
