"""What a server tells of itself: its settings, without secrets, and tokens against forgery."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid7
from prefect.schemas._base import Record
from prefect.server.api.refusals import Refused
from prefect.server.api.surroundings import Surroundings


class CsrfToken(Record):
    """A token that requests have to carry if they change something."""

    id: UUID
    created: datetime
    updated: datetime
    token: str
    client: str
    expiration: datetime


async def read_settings(here: Surroundings) -> dict[str, Any]:
    """Return the settings of the server, secrets masked."""
    return here.settings.model_dump(mode="json")


async def create_csrf_token(here: Surroundings, client: str) -> CsrfToken:
    """Return a token against forgery for a client.

    Raises:
        Refused: The server wants none.
    """
    if not here.settings.server.api.csrf_protection_enabled:
        raise Refused(422, "CSRF protection is disabled.")  # clients look for this text
    tokens, moment = await here.forgery_tokens(), now()
    token, ends = tokens.make(client, moment)
    return CsrfToken(id=uuid7(), created=moment, updated=moment, token=token, client=client, expiration=ends)
