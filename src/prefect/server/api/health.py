"""Is the server there, is it ready, and which one is it?"""

from __future__ import annotations

import prefect
from prefect.exceptions import DatabaseError
from prefect.server.api.messages import Answer, told
from prefect.server.api.surroundings import Surroundings
from prefect.server.api.versions import API_VERSION
from prefect.store.statements import Statement, Transaction


async def health_check(here: Surroundings) -> bool:
    """Say that the server answers."""
    return True


async def server_version(here: Surroundings) -> str:
    """Return the version of the API."""
    return API_VERSION


async def hello(here: Surroundings) -> str:
    """Say hello."""
    return "👋"


async def perform_readiness_check(here: Surroundings) -> Answer:
    """Say whether the database can be used."""
    try:
        await here.read(_look)
    except DatabaseError as error:
        return told(503, {"message": str(error)})
    return told(200, {"message": "OK"})


async def read_version(here: Surroundings) -> str:
    """Return the version of the server."""
    return prefect.__version__


def _look() -> Transaction[None]:
    yield Statement("SELECT 1 AS one")
