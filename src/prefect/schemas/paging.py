"""Which part of a long list is wanted, and what a page of it looks like."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from prefect.schemas._base import Record

Offset = Annotated[int, Field(ge=0)]
"""How many to pass over."""

PageNumber = Annotated[int, Field(ge=1)]
"""Which page; the first is 1."""

FewAtOnce = Annotated[int, Field(ge=1, le=50)]
"""How many at most may be changed by one request."""


class Page(Record):
    """What is said of each page: how many there are in all, how many to a page, how many pages, and which this is."""

    count: int
    limit: int
    pages: int
    page: int


def pages_of(count: int, limit: int) -> int:
    """Return how many pages there are; none, where nothing goes on a page."""
    return -(-count // limit) if limit else 0
