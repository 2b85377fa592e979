"""Being told by a server that a run waits, or is to be cancelled; who looks from time to time only misses seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import aclosing
from typing import Any

from prefect._transport.connection import connection_by_settings
from prefect._transport.event_feed import hear_events

SCHEDULED = (
    "prefect.flow-run.Scheduled",
    "prefect.flow-run.AwaitingRetry",
    "prefect.flow-run.AwaitingInfrastructureRetry",
    "prefect.flow-run.Resuming",
)
"""The events after which a run may be due."""

CANCELLING = "prefect.flow-run.Cancelling"
"""The event after which a run has to end."""


class Waking:
    """Listens to the events of runs.

    Args:
        resources: What the runs belong to, such as `prefect.deployment.ID`; asked for each time that it connects.
        runs_wait: Called when a run may be due.
        run_is_cancelled: Called when a run is to be cancelled.
    """

    def __init__(
        self,
        resources: Callable[[], Iterable[str]],
        runs_wait: Callable[[], None],
        run_is_cancelled: Callable[[], None],
    ) -> None:
        self._resources = resources
        self._runs_wait = runs_wait
        self._run_is_cancelled = run_is_cancelled

    async def listen(self) -> None:
        """Listen until this is cancelled; a connection that is lost is made again."""
        connection = connection_by_settings()
        if connection is None:
            return
        async with aclosing(hear_events(connection, self._wanted)) as events:
            async for event in events:
                if event != CANCELLING:
                    self._runs_wait()
                if event is None or event == CANCELLING:
                    self._run_is_cancelled()

    def _wanted(self) -> dict[str, Any]:
        return {"event": {"name": [*SCHEDULED, CANCELLING]}, "related": {"id": list(self._resources())}}
