"""Saved searches: a name has one."""

from __future__ import annotations

from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.exceptions import ObjectNotFound
from prefect.schemas.paging import Offset
from prefect.schemas.saved_searches import SavedSearch, SavedSearchCreate
from prefect.store.operations import operation
from prefect.store.statements import Row, Statement, Transaction
from prefect.store.tables.saved_searches import SAVED_SEARCH

_SAVE = (
    f"{SAVED_SEARCH.insert.removesuffix('DO NOTHING')} (name) DO UPDATE SET "
    "filters = excluded.filters, updated = excluded.updated RETURNING *"
)


@operation("PUT", "/saved_searches/", status=201, dated=lambda search: search.created)
def create_saved_search(saved_search: SavedSearchCreate) -> Transaction[SavedSearch]:
    """Save a search; one that was saved under the same name is replaced."""
    moment = now()
    new = SavedSearch(
        id=uuid7(), created=moment, updated=moment, name=saved_search.name, filters=saved_search.filters
    )
    return _search((yield Statement(_SAVE, SAVED_SEARCH.encode(dict(new))))[0])


@operation("GET", "/saved_searches/{id}", reads=True)
def read_saved_search(id: UUID) -> Transaction[SavedSearch]:
    """Return a saved search by its id.

    Raises:
        ObjectNotFound: There is no such saved search.
    """
    rows = yield Statement("SELECT * FROM saved_search WHERE id = ?", (str(id),))
    if not rows:
        raise _not_found(id)
    return _search(rows[0])


@operation("POST", "/saved_searches/filter", reads=True)
def read_saved_searches(limit: int = 200, offset: Offset = 0) -> Transaction[list[SavedSearch]]:
    """Return saved searches in the order of their names.

    Args:
        limit: How many at most.
        offset: How many to pass over.
    """
    rows = yield Statement("SELECT * FROM saved_search ORDER BY name LIMIT ? OFFSET ?", (limit, offset))
    return [_search(row) for row in rows]


@operation("DELETE", "/saved_searches/{id}", status=204)
def delete_saved_search(id: UUID) -> Transaction[None]:
    """Delete a saved search.

    Raises:
        ObjectNotFound: There is no such saved search.
    """
    if not (yield Statement("DELETE FROM saved_search WHERE id = ? RETURNING id", (str(id),))):
        raise _not_found(id)


def _search(row: Row) -> SavedSearch:
    return SavedSearch.model_validate(SAVED_SEARCH.decode(row))


def _not_found(id: UUID) -> ObjectNotFound:
    return ObjectNotFound(KeyError(id), f"There is no saved search {id}.")
