"""Slots of tags that are given back when a context is left."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from prefect.concurrency.v1._holding import give_back
from prefect.context import ContextModel


class ConcurrencyContext(ContextModel):
    """Gives back slots when it is left, for code that takes them by itself and may be stopped meanwhile.

    Args:
        cleanup_slots: For each run the tags, how long it held them in seconds, and its id. A slot that was given back
            before is passed over.
    """

    __var__: ClassVar[ContextVar[Any]] = ContextVar("concurrency_v1_context")

    cleanup_slots: list[tuple[list[str], float, UUID]] = Field(
        default_factory=list[tuple[list[str], float, UUID]]
    )

    def __exit__(self, *exc_info: object) -> None:
        for names, _, task_run_id in self.cleanup_slots:
            give_back(tuple(names), task_run_id)
        super().__exit__(*exc_info)
