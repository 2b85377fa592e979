"""Serializers: how a result becomes bytes, and bytes a result.

A serializer is chosen by its type: `Serializer(type="json")`, or the text "json" wherever one is asked for. A class of
your own with a default for `type` is found the same way once it is defined.
"""

from __future__ import annotations

import base64
from typing import Any, ClassVar, Generic, Self, cast

from pydantic import BaseModel, ConfigDict, Field, field_validator
from typing_extensions import TypeVar

from prefect._imports import load
from prefect._json_objects import object_from_json, object_to_json

__all__ = [
    "CompressedJSONSerializer",
    "CompressedPickleSerializer",
    "CompressedSerializer",
    "JSONSerializer",
    "PickleSerializer",
    "Serializer",
    "UnknownSerializer",
    "prefect_json_object_decoder",
    "prefect_json_object_encoder",
]

D = TypeVar("D", default=Any)


def prefect_json_object_encoder(obj: Any) -> Any:
    """Return what stands in JSON for an object that JSON does not know; the default of `JSONSerializer`."""
    return object_to_json(obj)


def prefect_json_object_decoder(result: dict[str, Any]) -> Any:
    """Return the object that a dictionary from JSON stands for; the default of `JSONSerializer`."""
    return object_from_json(result)


class Serializer(BaseModel, Generic[D]):
    """Turns results into bytes and back. Subclass it, with a default for `type`, to make one of your own.

    Example:
        >>> Serializer(type="compressed/json").dumps([1, 2, 3])
    """

    model_config = ConfigDict(extra="forbid")

    _types: ClassVar[dict[str, type[Serializer[Any]]]] = {}

    type: str

    def __new__(cls, **kwargs: Any) -> Self:
        """Make a serializer of the class that `type` names."""
        chosen = kwargs.get("type") if cls is Serializer else None
        kind: Any = Serializer._types.get(chosen, cls) if chosen else cls
        return super().__new__(kind)

    def __init__(self, **data: Any) -> None:
        if type(self) is Serializer and "type" in data:
            known = ", ".join(map(repr, Serializer.types()))
            raise ValueError(f"There is no serializer of type {data['type']!r}. Types are: {known}.")
        super().__init__(**data)

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Let the class be found by its type."""
        kind = cls.model_fields["type"].default
        if isinstance(kind, str):
            Serializer._types[kind] = cls

    @staticmethod
    def types() -> list[str]:
        """Return the types that serializers are found by."""
        return sorted(Serializer._types)

    def dumps(self, obj: D) -> bytes:
        """Return the object as bytes."""
        raise NotImplementedError(f"{type(self).__name__} has to define `dumps`.")

    def loads(self, blob: bytes) -> D:
        """Return the object that the bytes stand for."""
        raise NotImplementedError(f"{type(self).__name__} has to define `loads`.")

    def spec(self) -> dict[str, Any]:
        """Return all that is needed to make the same serializer elsewhere, as JSON."""
        return self.model_dump(mode="json", serialize_as_any=True)


class PickleSerializer(Serializer[D]):
    """Pickles results, by default with cloudpickle, which takes functions and classes of scripts too.

    Whoever can write the file can run code in the process that reads it: read only what you trust.
    """

    type: str = Field(default="pickle", frozen=True)
    picklelib: str = "cloudpickle"
    picklelib_version: str | None = None

    @field_validator("picklelib")
    @classmethod
    def _has_its_functions(cls, picklelib: str) -> str:
        for needed in ("dumps", "loads"):
            _function(picklelib, needed, "pickle library")
        return picklelib

    def dumps(self, obj: D) -> bytes:
        """Return the object pickled, as Base64 text."""
        return base64.encodebytes(_function(self.picklelib, "dumps", "pickle library")(obj))

    def loads(self, blob: bytes) -> D:
        """Return the object that was pickled."""
        return _function(self.picklelib, "loads", "pickle library")(base64.decodebytes(blob))


class JSONSerializer(Serializer[D]):
    """Writes results as JSON. What JSON does not know is written by `object_encoder`, read by `object_decoder`.

    Both are import paths of functions; None stands for none. Tuples are read back as lists, and keys as texts.
    """

    type: str = Field(default="json", frozen=True)
    jsonlib: str = "json"
    object_encoder: str | None = "prefect.serializers.prefect_json_object_encoder"
    object_decoder: str | None = "prefect.serializers.prefect_json_object_decoder"
    dumps_kwargs: dict[str, Any] = Field(default_factory=dict[str, Any])
    loads_kwargs: dict[str, Any] = Field(default_factory=dict[str, Any])

    @field_validator("dumps_kwargs")
    @classmethod
    def _no_default(cls, given: dict[str, Any]) -> dict[str, Any]:
        if "default" in given:
            raise ValueError("`default` cannot be provided. Use `object_encoder` instead.")
        return given

    @field_validator("loads_kwargs")
    @classmethod
    def _no_hook(cls, given: dict[str, Any]) -> dict[str, Any]:
        if "object_hook" in given:
            raise ValueError("`object_hook` cannot be provided. Use `object_decoder` instead.")
        return given

    def dumps(self, obj: D) -> bytes:
        """Return the object as JSON."""
        options = dict(self.dumps_kwargs)
        if self.object_encoder:
            options["default"] = _imported(self.object_encoder)
        text = _function(self.jsonlib, "dumps", "JSON library")(obj, **options)
        return text.encode() if isinstance(text, str) else text

    def loads(self, blob: bytes) -> D:
        """Return the object that was written as JSON."""
        options = dict(self.loads_kwargs)
        decoder = _imported(self.object_decoder) if self.object_decoder else None
        if decoder is not None and self.jsonlib != "orjson":
            options["object_hook"] = decoder
            decoder = None
        found = _function(self.jsonlib, "loads", "JSON library")(blob.decode(), **options)
        return found if decoder is None else _decoded(found, decoder)


class CompressedSerializer(Serializer[D]):
    """Compresses what another serializer writes. `compressionlib` is a module with `compress` and `decompress`."""

    type: str = Field(default="compressed", frozen=True)
    serializer: Serializer
    compressionlib: str = "lzma"

    @field_validator("serializer", mode="before")
    @classmethod
    def _of_type(cls, given: Any) -> Any:
        if isinstance(given, str):
            return Serializer(type=given)
        return Serializer(**cast("dict[str, Any]", given)) if isinstance(given, dict) else given

    @field_validator("compressionlib")
    @classmethod
    def _has_its_functions(cls, compressionlib: str) -> str:
        for needed in ("compress", "decompress"):
            _function(compressionlib, needed, "compression library")
        return compressionlib

    def dumps(self, obj: D) -> bytes:
        """Return what the other serializer writes, compressed, as Base64 text."""
        compress = _function(self.compressionlib, "compress", "compression library")
        return base64.encodebytes(compress(self.serializer.dumps(obj)))

    def loads(self, blob: bytes) -> D:
        """Return the object that was compressed."""
        decompress = _function(self.compressionlib, "decompress", "compression library")
        return self.serializer.loads(decompress(base64.decodebytes(blob)))


class CompressedPickleSerializer(CompressedSerializer[D]):
    """Pickles results and compresses them."""

    type: str = Field(default="compressed/pickle", frozen=True)
    serializer: Serializer = Field(default_factory=PickleSerializer)


class CompressedJSONSerializer(CompressedSerializer[D]):
    """Writes results as JSON and compresses them."""

    type: str = Field(default="compressed/json", frozen=True)
    serializer: Serializer = Field(default_factory=JSONSerializer)


class UnknownSerializer(Serializer[Any]):
    """Stands for a serializer whose class is not known here. It can neither write nor read."""

    model_config = ConfigDict(extra="allow")

    type: str

    def dumps(self, obj: Any) -> bytes:
        """Refuse: the class is not known."""
        raise NotImplementedError(self._explained())

    def loads(self, blob: bytes) -> Any:
        """Refuse: the class is not known."""
        raise NotImplementedError(self._explained())

    def _explained(self) -> str:
        return f"The serializer of type {self.type!r} is not known in this process. Import the module that defines it."


def _function(module: str, name: str, what: str) -> Any:
    try:
        return load(module, name)
    except ImportError as error:
        raise ValueError(f"Failed to import requested {what}: {module!r}. Is it installed?") from error
    except AttributeError as error:
        raise ValueError(f"{what.capitalize()} at {module!r} does not have a {name!r} method.") from error


def _imported(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return load(module, name)


def _decoded(found: Any, decoder: Any) -> Any:
    """Apply a decoder to every dictionary, the innermost first, as `object_hook` does."""
    if isinstance(found, dict):
        pairs = cast("dict[str, Any]", found)
        return decoder({key: _decoded(value, decoder) for key, value in pairs.items()})
    if isinstance(found, list):
        return [_decoded(value, decoder) for value in cast("list[Any]", found)]
    return found
