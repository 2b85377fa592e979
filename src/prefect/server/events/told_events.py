"""Events as those who follow them are told of them."""

from __future__ import annotations

import functools

from prefect.schemas.events import ReceivedEvent


class ToldEvent:
    """An event with the message that tells of it, which is written once for all who follow.

    Args:
        event: The event.
    """

    def __init__(self, event: ReceivedEvent) -> None:
        self.event = event

    @functools.cached_property
    def message(self) -> str:
        """The message."""
        return f'{{"type":"event","event":{self.event.model_dump_json()}}}'
