"""Which work pools are meant."""

from __future__ import annotations

from uuid import UUID

from prefect.schemas._base import Body
from prefect.schemas.operators import OperatorMixin


class WorkPoolFilterId(Body):
    """Which ids."""

    any_: list[UUID] | None = None


class WorkPoolFilterName(Body):
    """Which names."""

    any_: list[str] | None = None


class WorkPoolFilterType(Body):
    """Which types."""

    any_: list[str] | None = None


class WorkPoolFilter(OperatorMixin, Body):
    """Which work pools."""

    id: WorkPoolFilterId | None = None
    name: WorkPoolFilterName | None = None
    type: WorkPoolFilterType | None = None
