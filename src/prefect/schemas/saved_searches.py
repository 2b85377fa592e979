"""Searches that somebody saved under a name."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from prefect.schemas._base import Body, Identified, Record


class SavedSearchFilter(Record):
    """One condition of a saved search."""

    object: str
    property: str
    type: str
    operation: str
    value: Any


class SavedSearch(Identified):
    """A saved search."""

    name: str
    filters: list[SavedSearchFilter] = Field(default_factory=list[SavedSearchFilter])


class SavedSearchCreate(Body):
    """Save a search; one that was saved under the same name is replaced."""

    name: str
    filters: list[SavedSearchFilter] = Field(default_factory=list[SavedSearchFilter])
