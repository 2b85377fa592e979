"""Marks on arguments, under the path that scripts import."""

from __future__ import annotations

from prefect._annotations import (
    BaseAnnotation,
    NotSet,
    Quote,
    allow_failure,
    freeze,
    opaque,
    quote,
    unmapped,
    unwrap_annotation,
)

__all__ = [
    "BaseAnnotation",
    "NotSet",
    "Quote",
    "allow_failure",
    "freeze",
    "opaque",
    "quote",
    "unmapped",
    "unwrap_annotation",
]
