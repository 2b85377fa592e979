"""What commands ask of the store. Looking never creates a database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from prefect.backend import get_backend, open_reader
from prefect.cli.failures import CommandFailed
from prefect.exceptions import ObjectNotFound

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

    from prefect.store.statements import Transaction

    Model = TypeVar("Model", bound=BaseModel)

P = ParamSpec("P")
R = TypeVar("R")

_PAGE = 200
_NAME = r"^[^/%&><]+$"
"""How the schemas say that a name can stand in a path."""


def anything_recorded() -> bool:
    """Whether there is a database to look into."""
    records = open_reader()
    if records is None:
        return False
    records.close()
    return True


def perform(operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> R:
    """Perform an operation of the store and return what it answers."""
    return get_backend().perform(operation, *args, **kwargs).result()


def found(missing: str, operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> R:
    """Perform an operation on something that a person named.

    Raises:
        CommandFailed: It is not there; `missing` says so.
    """
    if not anything_recorded():
        raise CommandFailed(missing)
    try:
        return perform(operation, *args, **kwargs)
    except ObjectNotFound as error:
        raise CommandFailed(missing) from error


def all_pages(read: Callable[[int, int], list[R]]) -> Iterator[R]:
    """Yield all that a list holds, however long it is.

    Args:
        read: Returns so many, from there on.
    """
    offset = 0
    while True:
        page = read(_PAGE, offset)
        yield from page
        if len(page) < _PAGE:
            return
        offset += len(page)


def checked(model: type[Model], values: Mapping[str, Any]) -> Model:
    """Return values that a person gave as what the API takes.

    Raises:
        CommandFailed: They do not fit.
    """
    from pydantic import ValidationError  # not for the help pages

    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise CommandFailed(_in_words(error)) from error


def plain(record: Any) -> dict[str, Any]:
    """Return a record as a dictionary for JSON."""
    return record.model_dump(mode="json")


def _in_words(error: ValidationError) -> str:
    lines = [
        f"{'.'.join(map(str, problem['loc'])) or 'It'}: {_reason(problem)}"
        for problem in error.errors(include_url=False)
    ]
    first, *more = dict.fromkeys(lines)
    return "\n".join([first, *more[:9]])


def _reason(problem: ErrorDetails) -> str:
    if problem["type"] == "string_pattern_mismatch" and problem.get("ctx", {}).get("pattern") == _NAME:
        return f"{problem['input']!r} is no name: it must hold something, and none of / % & > <"
    return problem["msg"].removeprefix("Value error, ")
