"""The assets of the task run that runs here, and the events that tell what became of them."""

from __future__ import annotations

import json
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from prefect.context import ContextModel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prefect._assets.asset import Asset
    from prefect.schemas.states import State


@dataclass(kw_only=True, eq=False)
class AssetContext(ContextModel):
    """Which assets a task run makes, and which it uses.

    Args:
        direct_asset_dependencies: What the task says that it uses (`asset_deps`).
        downstream_assets: What it makes.
        upstream_assets: What the runs made or used whose results it takes.
        materialized_by: What makes its assets, for example a tool; None is the task itself.
        task_run_id: The run.
        materialization_metadata: Facts to tell of each asset that is made, by key.
    """

    _var: ClassVar[ContextVar[AssetContext | None]] = ContextVar("asset_context", default=None)

    direct_asset_dependencies: set[Asset] = field(default_factory=set["Asset"])
    downstream_assets: set[Asset] = field(default_factory=set["Asset"])
    upstream_assets: set[Asset] = field(default_factory=set["Asset"])
    materialized_by: str | None = None
    task_run_id: UUID | None = None
    materialization_metadata: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    _tokens: list[Token[Any]] = field(default_factory=list[Token[Any]], repr=False)

    @classmethod
    def instead(cls, context: AssetContext | None) -> AssetContext | None:
        """Let another context hold here, or none, and return the one before."""
        before = cls._var.get()
        if before is not context:
            cls._var.set(context)
        return before

    @property
    def used(self) -> set[Asset]:
        """What the run uses, by what it says and by what it takes."""
        return self.direct_asset_dependencies | self.upstream_assets

    def add_asset_metadata(self, asset_key: str, metadata: dict[str, Any]) -> None:
        """Add facts to tell of an asset that the run makes.

        Raises:
            ValueError: The run does not make it.
        """
        made = sorted(asset.key for asset in self.downstream_assets)
        if asset_key not in made:
            known = f"it makes {', '.join(made)}" if made else "it makes none"
            raise ValueError(
                f"Can only add metadata to assets that are arguments to @materialize. The task that runs here does not "
                f"make {asset_key!r}; {known}."
            )
        self.materialization_metadata.setdefault(asset_key, {}).update(metadata)

    @staticmethod
    def asset_as_resource(asset: Asset) -> dict[str, str]:
        """Return the labels of an asset that an event is about."""
        labels = {"prefect.resource.id": asset.key}
        if properties := asset.properties:
            labels |= {
                label: value
                for label, value in {
                    "prefect.resource.name": properties.name,
                    "prefect.asset.description": properties.description,
                    "prefect.asset.url": properties.url,
                    "prefect.asset.owners": json.dumps(properties.owners) if properties.owners else None,
                }.items()
                if value
            }
        return labels

    @staticmethod
    def asset_as_related(asset: Asset) -> dict[str, str]:
        """Return the labels of an asset that had a part in an event."""
        return {"prefect.resource.id": asset.key, "prefect.resource.role": "asset"}

    @staticmethod
    def related_materialized_by(by: str) -> dict[str, str]:
        """Return the labels of what made an asset."""
        return {"prefect.resource.id": by, "prefect.resource.role": "asset-materialized-by"}

    def emit_events(self, state: State[Any]) -> None:
        """Tell what the run used and what it made, or failed to make.

        A run that makes nothing tells nothing. Neither does one that took its result from a cache, or that was
        stopped: it did not touch its assets, or nobody knows whether it did.
        """
        if state.name == "Cached" or not (state.is_completed() or state.is_failed()):
            return
        from prefect.events import emit_event  # most task runs have no assets

        if self.downstream_assets:
            for asset in _ordered(self.used):
                emit_event("prefect.asset.referenced", self.asset_as_resource(asset))
        outcome = "succeeded" if state.is_completed() else "failed"
        related = [self.asset_as_related(asset) for asset in _ordered(self.used)]
        if self.materialized_by:
            related.append(self.related_materialized_by(self.materialized_by))
        for asset in _ordered(self.downstream_assets):
            emit_event(
                f"prefect.asset.materialization.{outcome}",
                self.asset_as_resource(asset),
                related=related,
                payload=self.materialization_metadata.get(asset.key),
            )


def _ordered(assets: Iterable[Asset]) -> list[Asset]:
    return sorted(assets, key=lambda asset: asset.key)
