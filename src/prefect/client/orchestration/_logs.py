"""Log lines, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect.client.orchestration._methods import Asking, given, method
from prefect.schemas.logs import LogCreate
from prefect.store import logs as log_lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prefect._dual.effects import Steps
    from prefect.schemas.log_filters import LogFilter, LogSort
    from prefect.schemas.logs import Log


class Logs(Asking):
    """The methods of log lines."""

    @method()
    def create_logs(self, logs: Iterable[LogCreate | dict[str, Any]]) -> Steps[None]:
        """Store log lines."""
        lines = [LogCreate.model_validate(line) for line in logs]
        yield from self.ask(log_lines.create_logs, lines)

    @method()
    def read_logs(
        self,
        log_filter: LogFilter | None = None,
        limit: int | None = None,
        offset: int | None = None,
        sort: LogSort | None = None,
    ) -> Steps[list[Log]]:
        """Return log lines.

        Args:
            log_filter: Which ones; by default all.
            limit: How many at most; by default as many as the server allows.
            offset: How many to pass over.
            sort: In which order; by default the oldest first.
        """
        wanted = given(logs=log_filter, limit=limit, offset=offset, sort=sort)
        return (yield from self.ask(log_lines.read_logs, **wanted))
