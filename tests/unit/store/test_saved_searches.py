"""Saved searches in the store."""

from __future__ import annotations

from uuid import uuid4

import pytest

from prefect.exceptions import ObjectNotFound
from prefect.schemas.saved_searches import SavedSearchCreate
from prefect.store.saved_searches import (
    create_saved_search,
    delete_saved_search,
    read_saved_search,
    read_saved_searches,
)
from tests.unit.store.runs import perform

CONDITION = {
    "object": "flow_run",
    "property": "state",
    "type": "string",
    "operation": "equals",
    "value": ["Late"],
}


def test_a_search_is_saved_once_for_each_name() -> None:
    """Saving another search under the name replaces what is searched for, not the search."""
    first = perform(
        create_saved_search, SavedSearchCreate.model_validate({"name": "late", "filters": [CONDITION]})
    )
    assert first.filters[0].value == ["Late"]
    second = perform(create_saved_search, SavedSearchCreate(name="late"))
    assert (second.id, second.created, second.filters) == (first.id, first.created, [])
    assert perform(read_saved_search, first.id) == second
    perform(create_saved_search, SavedSearchCreate(name="early"))
    assert [search.name for search in perform(read_saved_searches)] == ["early", "late"]
    assert [search.name for search in perform(read_saved_searches, limit=1, offset=1)] == ["late"]


def test_a_search_that_is_deleted_is_gone() -> None:
    """Whoever asks for it is told so."""
    search = perform(create_saved_search, SavedSearchCreate(name="late"))
    perform(delete_saved_search, search.id)
    for operation in (read_saved_search, delete_saved_search):
        with pytest.raises(ObjectNotFound, match="no saved search"):
            perform(operation, search.id)
    with pytest.raises(ObjectNotFound):
        perform(read_saved_search, uuid4())
