"""What commands ask of the store. Looking never creates a database."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from prefect.backend import get_backend, open_reader

if TYPE_CHECKING:
    from prefect.store.statements import Transaction

P = ParamSpec("P")
R = TypeVar("R")


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


def plain(record: Any) -> dict[str, Any]:
    """Return a record as a dictionary for JSON."""
    return record.model_dump(mode="json")
