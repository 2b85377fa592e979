"""The assets of the task run that runs here, and the events that tell what became of them."""

from __future__ import annotations

import json
from contextvars import ContextVar, Token
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from prefect.context import Context, FlowRunContext
from prefect.schemas.run_inputs import TaskRunResult

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from prefect._assets.asset import Asset
    from prefect.schemas.run_inputs import RunInput
    from prefect.schemas.states import State
    from prefect.tasks import Task

_NOT_TAKEN = "__parents__"
"""The input that names the run around; it is no result that is taken."""


@dataclass(kw_only=True, eq=False)
class AssetContext(Context):
    """Which assets a task run makes, and which it uses.

    Args:
        direct_asset_dependencies: What the task says that it uses (`asset_deps`).
        downstream_assets: What it makes.
        upstream_assets: What the runs made or used whose results it takes.
        materialized_by: What makes its assets, for example a tool; None is the task itself.
        task_run_id: The run.
        materialization_metadata: Facts to tell of each asset that is made, by key.
        copy_to_child_ctx: Whether the task run that begins inside this context is the one that it is about.
    """

    _var: ClassVar[ContextVar[AssetContext | None]] = ContextVar("asset_context", default=None)

    direct_asset_dependencies: set[Asset] = field(default_factory=set["Asset"])
    downstream_assets: set[Asset] = field(default_factory=set["Asset"])
    upstream_assets: set[Asset] = field(default_factory=set["Asset"])
    materialized_by: str | None = None
    task_run_id: UUID | None = None
    materialization_metadata: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    copy_to_child_ctx: bool = False
    _tokens: list[Token[Any]] = field(default_factory=list[Token[Any]], repr=False)

    @classmethod
    def from_task_and_inputs(
        cls,
        task: Task[..., Any],
        task_run_id: UUID,
        task_inputs: Mapping[str, Collection[RunInput]] | None = None,
        copy_to_child_ctx: bool = False,
    ) -> Self:
        """Return the assets of a run: those that its task names, and those of the runs whose results it takes.

        Args:
            task: The task.
            task_run_id: The run.
            task_inputs: For each parameter the runs that its value comes from.
            copy_to_child_ctx: Whether the run begins inside this context, and takes it for its own.
        """
        flow_context = FlowRunContext.get()
        known = flow_context.task_run_assets if flow_context is not None else {}
        return cls.among(known, task, task_run_id, task_inputs or {}, copy_to_child_ctx)

    @classmethod
    def among(
        cls,
        known: Mapping[UUID, Collection[Asset]],
        task: Task[..., Any],
        task_run_id: UUID,
        task_inputs: Mapping[str, Collection[RunInput]],
        copy_to_child_ctx: bool = False,
    ) -> Self:
        """Return the assets of a run, where it is known what earlier runs hand on; see `from_task_and_inputs`."""
        taken = {
            asset
            for name, sources in task_inputs.items()
            if name != _NOT_TAKEN
            for source in sources
            if isinstance(source, TaskRunResult)
            for asset in known.get(source.id, ())
        }
        return cls(
            direct_asset_dependencies=set(task.asset_deps),
            downstream_assets=set(task.assets),
            upstream_assets=taken,
            materialized_by=task.materialized_by,
            task_run_id=task_run_id,
            copy_to_child_ctx=copy_to_child_ctx,
        )

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

    @property
    def handed_on(self) -> set[Asset]:
        """What the run hands on to those that take its result: what it makes, or else what it uses."""
        return self.downstream_assets or self.used

    def update_tracked_assets(self) -> None:
        """Let the flow run that runs here know what this task run hands on."""
        flow_context = FlowRunContext.get()
        if flow_context is not None and self.task_run_id is not None and self.handed_on:
            flow_context.task_run_assets[self.task_run_id] = self.handed_on

    def serialize(self, include_secrets: bool = True) -> dict[str, Any]:
        """Return the fields by their names, for a context in another process.

        Args:
            include_secrets: Accepted for compatibility; assets hold none.
        """
        del include_secrets
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "_tokens"}

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
