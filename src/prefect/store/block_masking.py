"""Masking what a block keeps secret, by the list of secret fields in its schema.

`headers.*` means every value below `headers`; `sub.password` the field `password` of what `sub` holds, be that one
object, a list of them or a dictionary of them. Where it is not clear what a path means, more is masked than less.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from prefect._secrets import MASK


def masked(data: dict[str, Any], secret_fields: Iterable[str]) -> dict[str, Any]:
    """Return the values of a block with those of its secret fields masked.

    Example:
        >>> masked({"user": "ann", "password": "hunter2"}, ["password"])
        {'user': 'ann', 'password': '********'}
    """
    for path in secret_fields:
        data = _masked_at(data, path.split("."))
    return data


def _masked_at(value: Any, path: Sequence[str]) -> Any:
    if not path or path[0] == "*":
        return _all_masked(value)
    if isinstance(value, list):
        return [_masked_at(item, path) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {
            key: _masked_at(item, path[1:])
            if key == path[0]
            else (_masked_at(item, path) if isinstance(item, (dict, list)) else item)
            for key, item in cast("dict[str, Any]", value).items()
        }
    return value


def _all_masked(value: Any) -> Any:
    """Return a value with every text and number in it masked; its shape stays, and what is not set stays so."""
    if isinstance(value, dict):
        return {key: _all_masked(item) for key, item in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [_all_masked(item) for item in cast("list[Any]", value)]
    return value if value is None else MASK
