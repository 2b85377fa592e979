"""Parameters that name a saved block, `{"$ref": "SLUG/NAME"}`: the block takes their place.

That is how a run that was asked for in JSON gets a block. A `$ref` that names no block is left alone: it may belong to
a JSON schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from prefect._dual.drivers import run
from prefect.exceptions import ParameterTypeError

_SLUG_AND_NAME = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")
_KEYS = frozenset({"block_document_id", "block_document_slug"})


def with_blocks(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return parameters with saved blocks in the place of references to them.

    Raises:
        ParameterTypeError: There is no such block, or it cannot be loaded.
    """
    if not any(_refers(value) for value in parameters.values()):
        return parameters
    return {name: _resolved(value, name) for name, value in parameters.items()}


def _reference(value: object) -> str | dict[str, Any] | None:
    """Return what a value refers to; None when it is no reference to a block."""
    if not isinstance(value, dict) or len(cast("dict[Any, Any]", value)) != 1:
        return None
    target = cast("dict[Any, Any]", value).get("$ref")
    if isinstance(target, dict):
        keys = cast("dict[str, Any]", target)
        return keys if _KEYS & keys.keys() else None
    if not isinstance(target, (str, UUID)):
        return None
    text = str(target)
    return text if _is_uuid(text) or _SLUG_AND_NAME.fullmatch(text) else None


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _parts(value: object) -> list[Any]:
    if type(value) is dict:
        return list(cast("dict[Any, Any]", value).values())
    return cast("list[Any]", value) if type(value) is list else []


def _refers(value: object) -> bool:
    return _reference(value) is not None or any(_refers(part) for part in _parts(value))


def _resolved(value: Any, parameter: str) -> Any:
    reference = _reference(value)
    if reference is not None:
        return _block(reference, parameter)
    if type(value) is dict:
        return {key: _resolved(item, parameter) for key, item in cast("dict[Any, Any]", value).items()}
    if type(value) is list:
        return [_resolved(item, parameter) for item in cast("list[Any]", value)]
    return value


def _block(reference: str | dict[str, Any], parameter: str) -> Any:
    from prefect.blocks.block import Block, load_block  # only for runs that are given a block

    try:
        return run(load_block(Block, reference))
    except Exception as error:
        raise ParameterTypeError(
            f"Failed to resolve block references in parameters: {parameter!r} refers to {reference!r}. {error}"
        ) from error
