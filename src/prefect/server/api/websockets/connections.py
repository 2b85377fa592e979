"""What the websockets of one application share: the database, the ingest of events, and the tails that they follow."""

from __future__ import annotations

import functools

from prefect.schemas.logs import Log
from prefect.server.api.surroundings import Surroundings
from prefect.server.events.ingest import Ingest
from prefect.server.events.told_events import ToldEvent
from prefect.server.messaging.bells import Bell
from prefect.server.messaging.tails import Tail
from prefect.settings import Settings
from prefect.store.events import as_events
from prefect.store.statements import Row
from prefect.store.tables import LOG
from prefect.store.tables.events import EVENT

MOST_WAITING = 2000
"""How many events wait to be stored at most, whatever the settings allow: they would be lost with the process, and
their clients believe that they have arrived. Whoever brings more waits himself."""


class Connections:
    """What the websockets of one application share.

    Args:
        here: What all routes of the application may use.
    """

    def __init__(self, here: Surroundings) -> None:
        self.here = here

    @property
    def bell(self) -> Bell:
        """What tells that something was written."""
        return self.here.bell

    @property
    def settings(self) -> Settings:
        """The settings that hold for the server."""
        return self.here.settings

    @functools.cached_property
    def auth_string(self) -> str | None:
        """The user and the password that are asked for."""
        secret = self.settings.server.api.auth_string
        return secret.get_secret_value() if secret else None

    @functools.cached_property
    def ingest(self) -> Ingest:
        """What stores events that come in."""
        wanted = self.settings.server.services.event_persister.queue_max_size
        ingest = Ingest(self.here, min(wanted, MOST_WAITING))
        if self.settings.server.metrics_enabled:
            from prefect.server.measuring import watch_ingest  # loads the library of Prometheus

            watch_ingest(lambda: ingest.waiting, lambda: ingest.lag)
        return ingest

    @functools.cached_property
    def events(self) -> Tail[ToldEvent]:
        """The events as they are written."""
        return Tail(EVENT, "received", self.here, self.bell, _told)

    @functools.cached_property
    def logs(self) -> Tail[Log]:
        """The log lines as they are written."""
        return Tail(LOG, "timestamp", self.here, self.bell, _log)

    async def close(self) -> None:
        """Store what has come in, and follow no more."""
        if "ingest" in self.__dict__:
            await self.ingest.flush()
        for name in ("events", "logs"):
            if name in self.__dict__:
                await getattr(self, name).close()


def _told(row: Row) -> ToldEvent:
    return ToldEvent(as_events([row])[0])


def _log(row: Row) -> Log:
    values = LOG.decode(row)
    return Log.model_validate({**values, "created": values["timestamp"], "updated": values["timestamp"]})
