"""Types of fields of blocks, under the path that scripts import."""

from __future__ import annotations

from prefect.types.secret_dict import SecretDict

__all__ = ["SecretDict"]
