"""In which order objects are read."""

from __future__ import annotations

from prefect.schemas.artifacts import ArtifactCollectionSort, ArtifactSort
from prefect.schemas.block_filters import BlockDocumentSort
from prefect.schemas.variables import VariableSort

__all__ = ["ArtifactCollectionSort", "ArtifactSort", "BlockDocumentSort", "VariableSort"]
