"""The JSON schema of a class of blocks: beside its fields, which of them are secret and which are other blocks."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any, TypeAlias, cast

from pydantic import BaseModel, Secret, SecretBytes, SecretStr
from pydantic.fields import FieldInfo

from prefect.types.secret_dict import SecretDict

SECRETS = (SecretStr, SecretBytes, Secret)
"""The classes of values that are shown nowhere."""

Reference: TypeAlias = dict[str, str]


def secret_fields(model: type[BaseModel], within: tuple[type[BaseModel], ...] = ()) -> list[str]:
    """Return the paths of the secret fields of a model, those of models inside it included."""
    if model in within:  # it holds itself
        return []
    found: list[str] = []
    for name, field in model.model_fields.items():
        for kind in _classes_in(field.annotation):
            if issubclass(kind, SecretDict):
                found.append(f"{_key(name, field)}.*")
            elif issubclass(kind, SECRETS):
                found.append(_key(name, field))
            elif issubclass(kind, BaseModel):
                inner = secret_fields(kind, (*within, model))
                found.extend(f"{_key(name, field)}.{path}" for path in inner)
    return found


def references(model: type[BaseModel], block: type[BaseModel]) -> dict[str, Reference | list[Reference]]:
    """Return which fields of a class of blocks hold other blocks, and the schemas of those.

    Args:
        model: The class.
        block: The base of all blocks.
    """
    found: dict[str, Reference | list[Reference]] = {}
    for name, field in model.model_fields.items():
        some: list[Reference] = [
            {
                "block_type_slug": cast("Any", kind).get_block_type_slug(),
                "block_schema_checksum": cast("Any", kind)._calculate_schema_checksum(),  # noqa: SLF001 - a name of the API
            }
            for kind in _classes_in(field.annotation)
            if issubclass(kind, block) and kind is not model
        ]
        if some:
            found[_key(name, field)] = some[0] if len(some) == 1 else some
    return found


def nested_classes(model: type[BaseModel], base: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the subclasses of `base` that the fields of a model are declared to hold, each once."""
    kinds = [kind for field in model.model_fields.values() for kind in _classes_in(field.annotation)]
    return [kind for kind in dict.fromkeys(kinds) if issubclass(kind, base)]


def holds_class(annotation: object, base: type[Any]) -> bool:
    """Return whether an annotation names a subclass of `base`, on its own or inside a union or a collection."""
    return any(issubclass(kind, base) for kind in _classes_in(annotation))


def holds_secret(annotation: object) -> bool:
    """Return whether an annotation names a class of secrets, on its own or inside a union or a collection."""
    return any(issubclass(kind, SECRETS) for kind in _classes_in(annotation))


def finished(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of pydantic in the form in which schemas of blocks are compared and stored.

    Fields are numbered in their order, and what else a dictionary may hold is left out.
    """
    schema = cast("dict[str, Any]", _without_additional_properties(schema))
    definitions = cast("dict[str, dict[str, Any]]", schema.get("definitions") or {})
    for part in [schema, *(d for d in definitions.values() if "block_type_slug" in d)]:
        for position, field in enumerate(part.get("properties", {}).values()):
            field["position"] = position
    return schema


def _classes_in(annotation: object) -> Iterator[type[Any]]:
    """Yield the classes that an annotation is made of, in their order."""
    annotation = getattr(annotation, "__value__", annotation)  # a type alias of Python 3.12
    arguments = typing.get_args(annotation)
    if isinstance(annotation, type) and not arguments:
        yield annotation
        return
    origin = typing.get_origin(annotation)
    if isinstance(origin, type) and issubclass(origin, SECRETS):
        yield origin
        return
    for argument in arguments[:1] if origin is typing.Annotated else arguments:
        yield from _classes_in(argument)


def _key(name: str, field: FieldInfo) -> str:
    return field.serialization_alias or field.alias or name


def _without_additional_properties(value: object) -> object:
    # Not inside lists: that is how checksums have always been computed.
    if not isinstance(value, dict):
        return value
    return {
        key: _without_additional_properties(item)
        for key, item in cast("dict[str, Any]", value).items()
        if key != "additionalProperties"
    }
