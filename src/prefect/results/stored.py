"""What the file of a result holds, and how errors of writing and reading are told.

One file holds both: `{"metadata": {...}, "result": "..."}`. Where metadata is kept elsewhere, or not at all, the file
is what the serializer wrote.
"""

from __future__ import annotations

import base64
from typing import Any, cast

import orjson

from prefect.exceptions import SerializationError, UnwritableResult
from prefect.schemas.results import ResultRecord, ResultRecordMetadata
from prefect.serializers import Serializer, UnknownSerializer


def written(value: Any, serializer: Serializer[Any]) -> bytes:
    """Return a result as bytes.

    Raises:
        UnwritableResult: The serializer cannot write it. The message says what to do.
    """
    try:
        return serializer.dumps(value)
    except Exception as error:
        other = "pickle" if serializer.type == "json" else "json"
        raise UnwritableResult(
            f"Failed to serialize object of type {type(value).__name__!r} with serializer {serializer.type!r}: "
            f"{error}. You can try a different serializer (e.g. result_serializer={other!r}), return something that "
            "can be written (the data instead of a lock, connection or file), or disable persistence "
            "(persist_result=False) for this flow or task."
        ) from error


def read_back(blob: bytes, serializer: Serializer[Any], where: str) -> Any:
    """Return the result that bytes stand for.

    Raises:
        SerializationError: The serializer cannot read it. The message says what to do.
    """
    try:
        return serializer.loads(blob)
    except Exception as error:
        raise SerializationError(
            f"The result at {where} cannot be read with serializer {serializer.type!r}: "
            f"{type(error).__name__}: {error}. Either the file is damaged or from elsewhere: delete it and run again; "
            "or what it was made of is not here: make the modules and packages of whoever wrote it importable."
        ) from error


def together(metadata: ResultRecordMetadata, blob: bytes) -> bytes:
    """Return the file that holds a result with its metadata."""
    held: dict[str, Any] = {"metadata": metadata}
    try:
        held["result"] = blob.decode()
    except UnicodeDecodeError:  # a serializer of the user's that writes no text
        held |= {"result": base64.b64encode(blob).decode(), "result_encoding": "base64"}
    return orjson.dumps(held)


def apart(content: bytes, where: str) -> tuple[ResultRecordMetadata, bytes]:
    """Return the metadata and the result of a file that holds both.

    Raises:
        SerializationError: It is no such file.
    """
    try:
        held = cast("dict[str, Any]", orjson.loads(content))
        metadata, text = _with_serializer(held["metadata"]), str(held["result"])
        return metadata, base64.b64decode(text) if "result_encoding" in held else text.encode()
    except (KeyError, TypeError, ValueError) as error:
        raise _foreign(where, error) from error


def metadata_from_bytes(content: bytes, where: str) -> ResultRecordMetadata:
    """Return the metadata that a file of its own holds.

    Raises:
        SerializationError: It is no such file.
    """
    try:
        return _with_serializer(orjson.loads(content))
    except (KeyError, TypeError, ValueError) as error:
        raise _foreign(where, error) from error


def record_of(metadata: ResultRecordMetadata, blob: bytes, where: str) -> ResultRecord[Any]:
    """Return the record of a result that was read.

    Raises:
        SerializationError: It cannot be read.
    """
    serializer = cast("Serializer[Any]", metadata.serializer)
    return ResultRecord(read_back(blob, serializer, where), metadata)


def with_serializer(wire: Any, where: str) -> ResultRecordMetadata:
    """Return metadata that came with a state, ready to read with.

    Raises:
        SerializationError: It is no metadata of a result.
    """
    try:
        return _with_serializer(wire)
    except (KeyError, TypeError, ValueError) as error:
        raise _foreign(where, error) from error


def _with_serializer(wire: Any) -> ResultRecordMetadata:
    metadata = ResultRecordMetadata(wire)
    spec = cast("dict[str, Any]", wire["serializer"])
    if spec["type"] in Serializer.types():
        metadata.serializer = Serializer(**spec)
    else:
        metadata.serializer = UnknownSerializer(**spec)
    _ = metadata.expiration  # a time that cannot be read is found here, not later
    return metadata


def _foreign(where: str, error: Exception) -> SerializationError:
    return SerializationError(
        f"The file at {where} holds no result, or only a part of one ({type(error).__name__}: {error}). "
        "Delete it, and the result is made again."
    )
