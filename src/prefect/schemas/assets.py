"""Assets as events tell of them: what was made, when and by whom, and what was made of what."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeAlias
from uuid import UUID

from pydantic import Field

from prefect.schemas._base import Record
from prefect.schemas.explanations import RelatedObject

Outcome: TypeAlias = Literal["succeeded", "failed"]


class AssetMaterialization(Record):
    """One time that a run made an asset, or failed to.

    Attributes:
        event_id: The event that tells of it.
        occurred: When, in UTC.
        outcome: Whether the asset was made.
        by: What made it, if not the task itself.
        runs: The flow run, the task run, the flow and the deployment that had a part in it.
        upstream: The keys of the assets that were used for it.
        metadata: The facts that the task told of it.
    """

    event_id: UUID
    occurred: datetime
    outcome: Outcome
    by: str | None = None
    runs: list[RelatedObject] = Field(default_factory=list[RelatedObject])
    upstream: list[str] = Field(default_factory=list[str])
    metadata: dict[str, Any] = Field(default_factory=dict[str, Any])


class AssetSummary(Record):
    """An asset, and the last time that it was made.

    Attributes:
        key: Its key.
        name: What people call it.
        last: The last time that it was made, or failed to be; None if it was only used.
        last_referenced: When it was last used by what made another asset, in UTC.
        succeeded: How many times it was made, among the events that were looked at.
        failed: How many times that failed.
    """

    key: str
    name: str | None = None
    last: AssetMaterialization | None = None
    last_referenced: datetime | None = None
    succeeded: int = 0
    failed: int = 0


class AssetPage(Record):
    """Some of the assets that a search finds, what was made or used last before the others.

    Attributes:
        count: How many it finds.
        assets: Those on this page.
        whole: Whether all events were looked at; older ones may tell of more assets.
    """

    count: int
    assets: list[AssetSummary]
    whole: bool


class AssetNode(Record):
    """An asset in a lineage.

    Attributes:
        key: Its key.
        name: What people call it.
        outcome: How the last attempt to make it ended; None if nobody is known to make it.
        occurred: When that was, in UTC.
        upstream: The keys of what it is made of, those in this lineage.
    """

    key: str
    name: str | None = None
    outcome: Outcome | None = None
    occurred: datetime | None = None
    upstream: list[str] = Field(default_factory=list[str])


class AssetView(Record):
    """All that there is to say of one asset.

    Attributes:
        key: Its key.
        name: What people call it.
        url: Where it can be looked at.
        description: What it is, in Markdown.
        owners: Who answers for it.
        last_referenced: When it was last used by what made another asset, in UTC.
        materializations: The last times that it was made, the newest first.
        lineage: The asset, what it is made of and what is made of it, some steps each way.
        whole: Whether the lineage is whole; it ends after some steps and some assets.
    """

    key: str
    name: str | None = None
    url: str | None = None
    description: str | None = None
    owners: list[str] = Field(default_factory=list[str])
    last_referenced: datetime | None = None
    materializations: list[AssetMaterialization] = Field(default_factory=list[AssetMaterialization])
    lineage: list[AssetNode] = Field(default_factory=list[AssetNode])
    whole: bool = True
