"""Which work queues are meant."""

from __future__ import annotations

from uuid import UUID

from prefect.schemas._base import Body
from prefect.schemas.operators import OperatorMixin


class WorkQueueFilterId(Body):
    """Which ids."""

    any_: list[UUID] | None = None


class WorkQueueFilterName(Body):
    """Which names, or what they begin with."""

    any_: list[str] | None = None
    startswith_: list[str] | None = None


class WorkQueueFilter(OperatorMixin, Body):
    """Which work queues."""

    id: WorkQueueFilterId | None = None
    name: WorkQueueFilterName | None = None
