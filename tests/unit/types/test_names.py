from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from prefect.types import ArtifactKey, ValidAssetKey, VariableName

TAKEN = [
    (VariableName, "a-b_c9"),
    (VariableName, ""),
    (ArtifactKey, "a-b9"),
    (ValidAssetKey, "s3://bucket/key"),
    (ValidAssetKey, "file:///tmp/x"),
    (ValidAssetKey, "1s://x"),
    (ValidAssetKey, "s3://é"),
    (ValidAssetKey, "s3://" + "x" * 507),
]
REFUSED = [
    (VariableName, "A", "lowercase letters, numbers, and dashes or underscores"),
    (VariableName, "a\n", "lowercase letters"),
    (VariableName, "x" * 256, "255"),
    (ArtifactKey, "a_b", "lowercase letters, numbers, and dashes"),
    (ValidAssetKey, "key", "valid URI"),
    (ValidAssetKey, "S3://x", "valid URI"),
    (ValidAssetKey, "s_3://x", "valid URI"),
    (ValidAssetKey, "s3:/x", "valid URI"),
    (ValidAssetKey, "s3://a b", "cannot contain ' '"),
    (ValidAssetKey, "s3://a#b", "cannot contain '#'"),
    (ValidAssetKey, "s3://a\0", "cannot contain"),
    (ValidAssetKey, "s3://" + "x" * 508, "cannot exceed 512 characters"),
]


@pytest.mark.parametrize(("kind", "name"), TAKEN)
def test_names_that_can_be_used(kind: object, name: str) -> None:
    """A name that fits is kept as it is."""
    assert TypeAdapter(kind).validate_python(name) == name


@pytest.mark.parametrize(("kind", "name", "why"), REFUSED)
def test_names_that_cannot_be_used(kind: object, name: str, why: str) -> None:
    """A name that does not fit is refused, and the error says what fits."""
    with pytest.raises(ValidationError, match=why):
        TypeAdapter(kind).validate_python(name)
