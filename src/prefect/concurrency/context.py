"""Leases that are given back when a context is left."""

from __future__ import annotations

from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from prefect.backend import get_backend
from prefect.context import ContextModel
from prefect.store.concurrency_leases import bulk_decrement_active_slots_with_lease


@dataclass(kw_only=True, eq=False)
class ConcurrencyContext(ContextModel):
    """Gives back the slots of `cleanup_lease_ids` when it is left. A lease that was given back before has none."""

    _var: ClassVar[ContextVar[ConcurrencyContext | None]] = ContextVar("concurrency_context", default=None)

    cleanup_lease_ids: list[UUID] = field(default_factory=list[UUID])
    _tokens: list[Token[Any]] = field(default_factory=list[Token[Any]], repr=False)

    def __exit__(self, *exc_info: object) -> None:
        for lease_id in self.cleanup_lease_ids:
            get_backend().perform(bulk_decrement_active_slots_with_lease, lease_id)
        super().__exit__(*exc_info)
