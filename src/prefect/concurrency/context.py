"""Leases that are given back when a context is left."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from prefect.backend import get_backend
from prefect.context import ContextModel
from prefect.store.concurrency_leases import bulk_decrement_active_slots_with_lease


class ConcurrencyContext(ContextModel):
    """Gives back the slots of `cleanup_lease_ids` when it is left. A lease that was given back before has none."""

    __var__: ClassVar[ContextVar[Any]] = ContextVar("concurrency_context")

    cleanup_lease_ids: list[UUID] = Field(default_factory=list[UUID])

    def __exit__(self, *exc_info: object) -> None:
        for lease_id in self.cleanup_lease_ids:
            get_backend().perform(bulk_decrement_active_slots_with_lease, lease_id)
        super().__exit__(*exc_info)
