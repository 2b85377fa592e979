"""Events, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from prefect._transport.questions import Question
from prefect.client.orchestration._methods import Asking, given, method
from prefect.schemas.events import EventPage
from prefect.store import events

if TYPE_CHECKING:
    from prefect._dual.effects import Steps
    from prefect.schemas.events import EventFilter

LARGEST_PAGE = 50
"""How many events a server tells at once."""


class Events(Asking):
    """The methods of events."""

    @method()
    def read_events(self, filter: EventFilter | None = None, limit: int = 100) -> Steps[EventPage]:
        """Return the first events that a filter means, and how many it means in all.

        Args:
            filter: Which ones, and in which order; by default all, the newest first.
            limit: How many at most. A page has 50 at most; those after it are read with `read_events_page`.
        """
        asked = given(filter=filter, limit=min(limit, LARGEST_PAGE))
        return (yield from self.ask(events.read_events, **asked))

    @method()
    def read_events_page(self, next_page_url: str) -> Steps[EventPage]:
        """Return the events that come after a page.

        Args:
            next_page_url: The `next_page` of that page. It is asked of this client's server, whatever host it names.
        """
        asked = {name: values[-1] for name, values in parse_qs(urlsplit(next_page_url).query).items()}
        response = yield from self._server.send(Question("GET", "/events/filter/next", asked))
        return EventPage.model_validate_json(response.content)
