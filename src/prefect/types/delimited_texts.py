"""Sets and lists that are written as one text, as in environment variables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from pydantic import TypeAdapter


def validate_set_T_from_delim_string(value: Any, type_: Any, delim: str | None = None) -> set[Any]:
    """Return a set of checked values from a text, a collection or one value.

    Args:
        value: The text "1,2", a collection, one value, or None for none.
        type_: What each has to be.
        delim: What is between two values of the text; by default a comma.

    Raises:
        ValidationError: A value is of another type.

    Example:
        >>> validate_set_T_from_delim_string("1, 2", int)
        {1, 2}
    """
    if value is None or value == "":
        return set()
    if isinstance(value, str):
        items: Iterable[Any] = [item.strip() for item in value.split(delim or ",") if item.strip()]
    elif isinstance(value, (list, tuple, set, frozenset)):
        items = cast("Iterable[Any]", value)
    else:
        items = [value]
    adapter: TypeAdapter[Any] = TypeAdapter(type_)
    return {adapter.validate_python(item) for item in items}
