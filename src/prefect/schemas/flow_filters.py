"""Which flows are meant, and in which order they are listed."""

from __future__ import annotations

from enum import Enum
from uuid import UUID

from prefect.schemas._base import Body
from prefect.schemas.operators import OperatorMixin


class FlowFilterDeployment(OperatorMixin, Body):
    """Whether they have deployments."""

    is_null_: bool | None = None


class FlowFilterId(Body):
    """Which ids."""

    any_: list[UUID] | None = None
    not_any_: list[UUID] | None = None


class FlowFilterName(Body):
    """Which names. `like_` finds names that hold the text, whatever its case; % and _ are wildcards."""

    any_: list[str] | None = None
    like_: str | None = None


class FlowFilterTags(OperatorMixin, Body):
    """Which tags: all of `all_`, or none at all with `is_null_`."""

    all_: list[str] | None = None
    is_null_: bool | None = None


class FlowFilter(OperatorMixin, Body):
    """Which flows."""

    id: FlowFilterId | None = None
    deployment: FlowFilterDeployment | None = None
    name: FlowFilterName | None = None
    tags: FlowFilterTags | None = None


class FlowSort(str, Enum):
    """In which order flows are listed."""

    CREATED_DESC = "CREATED_DESC"
    UPDATED_DESC = "UPDATED_DESC"
    NAME_ASC = "NAME_ASC"
    NAME_DESC = "NAME_DESC"
