"""Pages of events: where the next one begins, as a token that a client hands back."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode

from pydantic import BaseModel, ConfigDict, ValidationError

from prefect.exceptions import RequestRefused
from prefect.schemas.events import EventFilter


class PageToken(BaseModel):
    """Where a page of events begins.

    Attributes:
        filter: Which events, with the times that held when the first page was read.
        total: How many the filter meant then.
        size: How many a page has at most.
        after_occurred: When the last event of the page before occurred, as it is stored; empty on the first page.
        after_id: Its id.
    """

    model_config = ConfigDict(extra="forbid")

    filter: EventFilter
    total: int
    size: int
    after_occurred: str
    after_id: str

    def text(self) -> str:
        """Return the token as it travels."""
        return urlsafe_b64encode(self.model_dump_json(exclude_defaults=True).encode()).decode()

    @classmethod
    def read(cls, text: str) -> PageToken:
        """Return the token that travelled.

        Raises:
            RequestRefused: It is none.
        """
        try:
            return cls.model_validate_json(urlsafe_b64decode(text.encode()))
        except (ValidationError, binascii.Error, ValueError):
            raise RequestRefused("Forbidden", 403) from None

    @property
    def address(self) -> str:
        """The address of the page, below the root of the API."""
        return f"/events/filter/next?page-token={self.text()}"
