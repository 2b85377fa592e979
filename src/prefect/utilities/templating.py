"""Texts with placeholders such as `{{ name }}`, alone or inside dictionaries and lists, as in job templates."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, NamedTuple, TypeVar, cast

from prefect._annotations import NotSet
from prefect._imports import forwarding
from prefect.utilities.collections import get_from_dict

T = TypeVar("T")

_PLACEHOLDER = re.compile(r"{{\s*([\w\.\-\[\]$]+)\s*}}")


_LEFT_ALONE = object()
"""Stands for the value of a placeholder that is not to be filled in now."""


class PlaceholderType(Enum):
    """What a placeholder stands for."""

    STANDARD = "standard"
    BLOCK_DOCUMENT = "block_document"
    VARIABLE = "variable"
    ENV_VAR = "env_var"


_PREFIXES = {
    "prefect.blocks.": PlaceholderType.BLOCK_DOCUMENT,
    "prefect.variables.": PlaceholderType.VARIABLE,
    "$": PlaceholderType.ENV_VAR,
}


class Placeholder(NamedTuple):
    """A placeholder in a text: as it is written, its name, and what it stands for."""

    full_match: str
    name: str
    type: PlaceholderType


def determine_placeholder_type(name: str) -> PlaceholderType:
    """Return what the name of a placeholder stands for."""
    return next(
        (kind for prefix, kind in _PREFIXES.items() if name.startswith(prefix)), PlaceholderType.STANDARD
    )


def find_placeholders(template: Any) -> set[Placeholder]:
    """Return the placeholders of a text, or of the texts in dictionaries, lists and tuples.

    Example:
        >>> {found.name for found in find_placeholders("{{ image }}:{{ tag }}")}
        {'image', 'tag'}
    """
    if isinstance(template, str):
        return {
            Placeholder(match[0], match[1], determine_placeholder_type(match[1]))
            for match in _PLACEHOLDER.finditer(template)
        }
    if isinstance(template, dict):
        return find_placeholders(list(cast("dict[Any, Any]", template).values()))
    if isinstance(template, (list, tuple)):
        parts = cast("Iterable[Any]", template)
        return {found for part in parts for found in find_placeholders(part)}
    return set()


def apply_values(
    template: Any,
    values: Mapping[str, Any],
    remove_notset: bool = True,
    warn_on_notset: bool = False,
    skip_prefixes: list[str] | None = None,
) -> Any:
    """Return a template with values in the place of its placeholders.

    A text that is one placeholder becomes the value itself; in a longer text the value is written as text. Environment
    variables are filled in too. Placeholders of blocks and variables are left for `resolve_block_document_references`
    and `resolve_variables`.

    Args:
        template: Texts, alone or inside dictionaries and lists.
        values: What stands for each name; "a.b" and "a[0]" lead into nested values.
        remove_notset: Leave out what has no value: entries that are such a placeholder, and placeholders in longer
            texts. Otherwise they stay as they are, for another time.
        warn_on_notset: Warn of placeholders without a value.
        skip_prefixes: Leave placeholders alone whose names begin with one of these.

    Returns:
        The template with its values; `NotSet` for a text that is a placeholder without a value.
    """
    if isinstance(template, str):
        return _filled(template, values, remove_notset, warn_on_notset, tuple(skip_prefixes or ()))
    options: Any = (remove_notset, warn_on_notset, skip_prefixes)
    if isinstance(template, dict):
        filled: dict[Any, Any] = {}
        for key, value in cast("dict[Any, Any]", template).items():
            new = apply_values(value, values, *options)
            if new is not NotSet:
                filled[_key(key, values)] = new
            elif not remove_notset:
                filled[_key(key, values)] = value
        return filled
    if isinstance(template, list):
        parts = [apply_values(part, values, *options) for part in cast("list[Any]", template)]
        return [part for part in parts if part is not NotSet]
    return template


def _key(key: Any, values: Mapping[str, Any]) -> Any:
    """Return the key of an entry with its placeholders filled in, as far as there are values for them."""
    filled = apply_values(key, values)
    return key if filled is NotSet else filled


def _filled(
    template: str, values: Mapping[str, Any], remove: bool, warn: bool, skipped: tuple[str, ...]
) -> Any:
    known = {
        found: value
        for found in find_placeholders(template)
        if (value := _value(found, values, skipped, warn=warn)) is not _LEFT_ALONE
    }
    return _written(template, known, "" if remove else None)


def _value(found: Placeholder, values: Mapping[str, Any], skipped: tuple[str, ...], *, warn: bool) -> Any:
    if found.type in {PlaceholderType.BLOCK_DOCUMENT, PlaceholderType.VARIABLE}:
        return _LEFT_ALONE
    if skipped and found.name.startswith(skipped):
        return _LEFT_ALONE
    if found.type is PlaceholderType.ENV_VAR:
        return os.environ.get(found.name.removeprefix("$"), "")
    value = get_from_dict(cast("Any", values), found.name, NotSet)
    if value is NotSet and warn:
        logging.getLogger(__name__).warning(
            "There is no value for the placeholder %r. Is it spelled as the values are?", found.name
        )
    return value


def _written(template: str, values: Mapping[Placeholder, Any], unset: str | None) -> Any:
    """Return a text with values in it, or the value itself if the text is one placeholder.

    It is read once: what stands in a value is not filled in. `unset` stands for what is `NotSet`; None leaves it.
    """
    by_text = {found.full_match: value for found, value in values.items()}
    if template in by_text:
        return by_text[template]

    def text_of(match: re.Match[str]) -> str:
        value = by_text.get(match[0], match[0])
        if value is NotSet:
            return match[0] if unset is None else unset
        return str(value)

    return _PLACEHOLDER.sub(text_of, template)


async def replaced(
    template: Any, kind: PlaceholderType, value_of: Callable[[Placeholder], Any], *, also: Any = None
) -> Any:
    """Return a template with the placeholders of one kind replaced by what a coroutine function says of each.

    Args:
        template: Texts, alone or inside dictionaries and lists.
        kind: Which placeholders.
        value_of: A coroutine function that returns the value of a placeholder.
        also: A coroutine function that is asked for each dictionary first, and returns what stands in its place, or
            `NotSet`.
    """
    if isinstance(template, dict):
        given = cast("dict[Any, Any]", template)
        whole = NotSet if also is None else await also(given)
        if whole is not NotSet:
            return whole
        return {key: await replaced(value, kind, value_of, also=also) for key, value in given.items()}
    if isinstance(template, list):
        return [await replaced(part, kind, value_of, also=also) for part in cast("list[Any]", template)]
    if not isinstance(template, str):
        return template
    known = {found: await value_of(found) for found in find_placeholders(template) if found.type is kind}
    return _written(template, known, None)


# They read the record, which lies above this room.
__getattr__ = forwarding(
    __name__,
    dict.fromkeys(
        ("resolve_block_document_references", "resolve_variables"), "prefect.blocks.template_values"
    ),
)
