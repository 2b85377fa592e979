"""Names that users choose for variables, artifacts and assets: which characters they may hold, and how many."""

from __future__ import annotations

import re
from functools import partial
from typing import Annotated, TypeAlias, TypeVar

from pydantic import AfterValidator, Field

MAX_VARIABLE_NAME_LENGTH = 255
MAX_ASSET_KEY_LENGTH = 512

RESTRICTED_ASSET_CHARACTERS = [*"\n\r\t\0 #?&%\"'<>[]{}|\\^`"]
"""What an asset key must not hold: it would have to be escaped in an address."""

_DASHES = re.compile(r"[a-z0-9-]*")
_DASHES_AND_UNDERSCORES = re.compile(r"[a-z0-9_-]*")
_ADDRESS = re.compile(r"[a-z0-9]+://.*", re.DOTALL)

Text = TypeVar("Text", str, None, "str | None")


def raise_on_name_alphanumeric_dashes_only(value: Text, field_name: str = "value") -> Text:
    """Return a name that holds only lowercase letters, digits and dashes, or None.

    Raises:
        ValueError: It holds something else.
    """
    if value is not None and not _DASHES.fullmatch(value):
        raise ValueError(f"{field_name} must only contain lowercase letters, numbers, and dashes.")
    return value


def raise_on_name_alphanumeric_dashes_underscores_only(value: Text, field_name: str = "value") -> Text:
    """Return a name that holds only lowercase letters, digits, dashes and underscores, or None.

    Raises:
        ValueError: It holds something else.
    """
    if value is not None and not _DASHES_AND_UNDERSCORES.fullmatch(value):
        raise ValueError(
            f"{field_name} must only contain lowercase letters, numbers, and dashes or underscores."
        )
    return value


def validate_uri(value: str) -> str:
    """Return a text that begins with a scheme, such as `s3://`.

    Raises:
        ValueError: It does not.
    """
    if not _ADDRESS.fullmatch(value):
        raise ValueError("Key must be a valid URI, e.g. storage://bucket/folder/asset.csv")
    return value


def validate_valid_asset_key(value: str) -> str:
    """Return the key of an asset: an address of at most 512 characters, none of which needs to be escaped.

    Raises:
        ValueError: It is no such key.
    """
    for character in RESTRICTED_ASSET_CHARACTERS:
        if character in value:
            raise ValueError(f"Asset key cannot contain {character!r}")
    if len(value) > MAX_ASSET_KEY_LENGTH:
        raise ValueError(f"Asset key cannot exceed {MAX_ASSET_KEY_LENGTH} characters")
    return validate_uri(value)


VariableName: TypeAlias = Annotated[
    str,
    AfterValidator(partial(raise_on_name_alphanumeric_dashes_underscores_only, field_name="Variable name")),
    Field(max_length=MAX_VARIABLE_NAME_LENGTH),
]
ArtifactKey: TypeAlias = Annotated[
    str, AfterValidator(partial(raise_on_name_alphanumeric_dashes_only, field_name="Artifact key"))
]
URILike: TypeAlias = Annotated[str, AfterValidator(validate_uri)]
ValidAssetKey: TypeAlias = Annotated[
    str, AfterValidator(validate_valid_asset_key), Field(max_length=MAX_ASSET_KEY_LENGTH)
]
