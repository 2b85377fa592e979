"""Which objects to read: the filters of the vocabulary."""

from __future__ import annotations

from prefect.schemas.artifacts import (
    ArtifactCollectionFilter,
    ArtifactCollectionFilterFlowRunId,
    ArtifactCollectionFilterKey,
    ArtifactCollectionFilterLatestId,
    ArtifactCollectionFilterTaskRunId,
    ArtifactCollectionFilterType,
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    ArtifactFilterId,
    ArtifactFilterKey,
    ArtifactFilterTaskRunId,
    ArtifactFilterType,
)
from prefect.schemas.block_filters import (
    BlockDocumentFilter,
    BlockDocumentFilterBlockTypeId,
    BlockDocumentFilterId,
    BlockDocumentFilterIsAnonymous,
    BlockDocumentFilterName,
    BlockSchemaFilter,
    BlockSchemaFilterBlockTypeId,
    BlockSchemaFilterCapabilities,
    BlockSchemaFilterId,
    BlockSchemaFilterVersion,
    BlockTypeFilter,
    BlockTypeFilterName,
    BlockTypeFilterSlug,
)
from prefect.schemas.operators import Operator, OperatorMixin
from prefect.schemas.variables import (
    VariableFilter,
    VariableFilterId,
    VariableFilterName,
    VariableFilterTags,
)

__all__ = [
    "ArtifactCollectionFilter",
    "ArtifactCollectionFilterFlowRunId",
    "ArtifactCollectionFilterKey",
    "ArtifactCollectionFilterLatestId",
    "ArtifactCollectionFilterTaskRunId",
    "ArtifactCollectionFilterType",
    "ArtifactFilter",
    "ArtifactFilterFlowRunId",
    "ArtifactFilterId",
    "ArtifactFilterKey",
    "ArtifactFilterTaskRunId",
    "ArtifactFilterType",
    "BlockDocumentFilter",
    "BlockDocumentFilterBlockTypeId",
    "BlockDocumentFilterId",
    "BlockDocumentFilterIsAnonymous",
    "BlockDocumentFilterName",
    "BlockSchemaFilter",
    "BlockSchemaFilterBlockTypeId",
    "BlockSchemaFilterCapabilities",
    "BlockSchemaFilterId",
    "BlockSchemaFilterVersion",
    "BlockTypeFilter",
    "BlockTypeFilterName",
    "BlockTypeFilterSlug",
    "Operator",
    "OperatorMixin",
    "VariableFilter",
    "VariableFilterId",
    "VariableFilterName",
    "VariableFilterTags",
]
