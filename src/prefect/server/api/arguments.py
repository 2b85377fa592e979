"""The arguments of an operation, read from a request: each from where the operation's placement says it travels."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NotRequired, Required, cast, get_args, get_origin
from urllib.parse import parse_qsl

import orjson
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from prefect.server.api.messages import Asked
from prefect.server.api.refusals import InvalidRequest, Refused
from prefect.store.operations import Placement

_SUSPICIOUS = re.compile(rb"NaN|Infinity|\\u0000")
"""What JSON of Python may hold and a database may not."""

NO_SUCH_PATH = "Not Found"


def is_page_size(name: str, annotation: Any) -> bool:
    """Whether a parameter is the length of a list that the server bounds: a `limit` without bounds of its own."""
    return name == "limit" and annotation in {int, int | None}


class Arguments:
    """Reads the arguments of one function.

    Args:
        function: The function; its defaults are those of the request.
        placement: Where its parameters travel.
    """

    def __init__(self, function: Callable[..., Any], placement: Placement) -> None:
        defaults = {
            name: parameter.default for name, parameter in inspect.signature(function).parameters.items()
        }
        self._path = tuple(
            (name, None if placement.types[name] is str else TypeAdapter[Any](placement.types[name]))
            for name in placement.path
        )
        self._headers = tuple(
            (name, header.lower(), TypeAdapter[Any](placement.types[name]))
            for name, header in placement.headers.items()
        )
        self._whole = placement.body
        self._is_optional = False
        self._body: TypeAdapter[Any] | None = None
        self._query: TypeAdapter[Any] | None = None
        self._lists: frozenset[str] = frozenset()
        self._aliases: dict[str, str] = {}
        self._bounded = any(
            is_page_size(name, placement.types[name]) and defaults[name] != 1 for name in placement.fields
        )
        if placement.body is not None:
            default = defaults[placement.body]
            self._is_optional = default is not inspect.Parameter.empty
            type_ = placement.types[placement.body]
            self._body = TypeAdapter[Any](type_ | None if self._is_optional else type_)
        elif placement.fields:
            fields = {name: _field(placement.types[name], defaults[name]) for name in placement.fields}
            self._is_optional = all(get_origin(field) is NotRequired for field in fields.values())
            self._body = TypeAdapter[Any](_dictionary(fields))
        if placement.query:
            fields = {
                name.replace("_", "-") if name == "page_token" else name: _field(
                    placement.types[name], defaults[name]
                )
                for name in placement.query
            }
            self._aliases = {key: key.replace("-", "_") for key in fields if "-" in key}
            self._lists = frozenset(name for name in placement.query if _is_list(placement.types[name]))
            self._query = TypeAdapter[Any](_dictionary(fields))

    def read(self, asked: Asked, values: Mapping[str, str], most: int) -> dict[str, Any]:
        """Return the arguments, by name; what the request does not give is left out.

        Args:
            asked: The request.
            values: What stands in its path, by the name of the parameter.
            most: How long a list may be at most.

        Raises:
            InvalidRequest: The request does not fit the operation.
            Refused: There is no such path, or a list would be too long.
        """
        arguments: dict[str, Any] = {}
        errors: list[Any] = []
        for name, adapter in self._path:
            arguments[name] = (
                values[name] if adapter is None else self._in_path(name, adapter, values, errors)
            )
        for name, header, adapter in self._headers:
            value = asked.header(header)
            if value is None:
                continue
            try:
                arguments[name] = adapter.validate_python(value)
            except ValidationError as error:
                errors.extend(_placed("header", error, header))
        if self._query is not None:
            arguments.update(self._in_query(asked.query, errors))
        body: Any = None
        if self._body is not None:
            body = self._in_body(asked, self._body, arguments, errors)
        if errors:
            raise InvalidRequest(errors, body)
        if self._bounded:
            _check_length(arguments, most)
        return arguments

    def _in_path(
        self, name: str, adapter: TypeAdapter[Any], values: Mapping[str, str], errors: list[Any]
    ) -> Any:
        try:
            return adapter.validate_strings(values[name])
        except ValidationError as error:
            if name == "id":
                # Elsewhere an id that is none leads to another route or to none.
                raise Refused(404, NO_SUCH_PATH) from error
            errors.extend(_placed("path", error, name))
            return None

    def _in_query(self, query: bytes, errors: list[Any]) -> dict[str, Any]:
        assert self._query is not None  # asked by `read`
        given: dict[str, Any] = {}
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True) if query else []
        for name, value in pairs:
            if name in self._lists:
                given.setdefault(name, []).append(value)
            else:
                given[name] = value
        try:
            read = self._query.validate_python(given)
        except ValidationError as error:
            errors.extend(_placed("query", error))
            return {}
        return {self._aliases.get(name, name): value for name, value in cast("dict[str, Any]", read).items()}

    def _in_body(
        self, asked: Asked, adapter: TypeAdapter[Any], arguments: dict[str, Any], errors: list[Any]
    ) -> Any:
        """Add what the body holds to the arguments; on errors return the body as it was understood."""
        content = asked.body
        if not content or content == b"null":
            if not self._is_optional:
                errors.append({"type": "missing", "loc": ["body"], "msg": "Field required", "input": None})
            return None
        try:
            if not _is_json(asked.headers.get(b"content-type")):
                read = adapter.validate_python(content.decode("utf-8", "replace"))
            else:
                if _SUSPICIOUS.search(content):
                    _refuse_what_cannot_be_stored(content)
                read = adapter.validate_json(content)
        except ValidationError as error:
            return self._explained(asked, adapter, error, errors)
        if self._whole is not None:
            arguments[self._whole] = read
        else:
            arguments.update((name, value) for name, value in read.items() if value is not None)
        return None

    @staticmethod
    def _explained(asked: Asked, adapter: TypeAdapter[Any], error: ValidationError, errors: list[Any]) -> Any:
        """Say what is wrong with a body as one that is read by Python's `json` module would be described."""
        if not _is_json(asked.headers.get(b"content-type")):
            errors.extend(_placed("body", error))
            return asked.body.decode("utf-8", "replace")
        try:
            body = json.loads(asked.body)
        except UnicodeDecodeError:
            raise Refused(400, "There was an error parsing the body") from error
        except RecursionError:
            raise Refused(400, "The body is nested too deeply.") from error
        except ValueError as wrong:
            position = wrong.pos if isinstance(wrong, json.JSONDecodeError) else 0
            message = wrong.msg if isinstance(wrong, json.JSONDecodeError) else str(wrong)
            errors.append(
                {
                    "type": "json_invalid",
                    "loc": ["body", position],
                    "msg": "JSON decode error",
                    "input": {},
                    "ctx": {"error": message},
                }
            )
            return asked.body.decode("utf-8", "replace")
        try:
            adapter.validate_python(body)
        except ValidationError as plain:
            error = plain
        errors.extend(_placed("body", error))
        return body


def _check_length(arguments: dict[str, Any], most: int) -> None:
    limit = arguments.setdefault("limit", most)
    if limit > most:
        raise Refused(422, f"Invalid limit: must be less than or equal to {most}.")
    if limit < 0:
        raise Refused(422, "Invalid limit: must be greater than or equal to 0.")


def _field(type_: Any, default: Any) -> Any:
    """What is null where there is a default is as good as missing."""
    if default is inspect.Parameter.empty:
        return Required[type_]
    return NotRequired[type_ | None]


def _dictionary(fields: dict[str, Any]) -> Any:
    return TypedDict("Fields", fields)  # pyright: ignore[reportArgumentType] - the fields are known at run time only


def _is_list(type_: Any) -> bool:
    return get_origin(type_) is list or any(get_origin(part) is list for part in get_args(type_))


def _is_json(content_type: bytes | None) -> bool:
    if content_type is None:
        return True
    kind = content_type.split(b";", 1)[0].strip().lower()
    return kind == b"application/json" or (kind.startswith(b"application/") and kind.endswith(b"+json"))


def _refuse_what_cannot_be_stored(content: bytes) -> None:
    """Refuse numbers that JSON does not have, and texts that hold the character NUL.

    Raises:
        InvalidRequest: There is such a value.
    """
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        wrong = {
            "type": "json_invalid",
            "loc": ["body", error.pos],
            "msg": "JSON decode error",
            "input": {},
            "ctx": {"error": error.msg},
        }
        raise InvalidRequest([wrong], content.decode("utf-8", "replace")) from error
    if _holds_nul(value):
        wrong = {
            "type": "value_error",
            "loc": ["body"],
            "msg": "Value error, a text holds the character NUL, which cannot be stored.",
            "input": None,
        }
        raise InvalidRequest([wrong], value)


def _holds_nul(value: Any) -> bool:
    waiting: list[Any] = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if "\0" in one:
                return True
        elif isinstance(one, dict):
            inside = cast("dict[str, Any]", one)
            waiting.extend(inside.keys())
            waiting.extend(inside.values())
        elif isinstance(one, list):
            waiting.extend(cast("list[Any]", one))
    return False


def _placed(where: str, error: ValidationError, name: str | None = None) -> list[Any]:
    """Return what is wrong, with the place in the request before the place in the value."""
    start = (where,) if name is None else (where, name)
    return [{**one, "loc": [*start, *one["loc"]]} for one in error.errors(include_url=False)]
