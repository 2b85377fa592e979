"""What sends log lines on, for code that gives it lines itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from prefect.logging.recording import emit_api_log, lines_being_written
from prefect.settings import get_current_settings

if TYPE_CHECKING:
    from concurrent.futures import Future


class APILogWorker:
    """Records lines that are given as mappings, as `APILogHandler.prepare` makes them.

    Lines are handed to the recorder of the process, which writes them in batches: there is nothing to start or stop.

    Example:
        >>> APILogWorker.instance().send(handler.prepare(record))
    """

    _only: APILogWorker | None = None

    @classmethod
    def instance(cls, *args: Any) -> Self:
        """Return the one of this process."""
        del args
        if not isinstance(cls._only, cls):
            cls._only = cls()
        return cls._only

    @property
    def max_batch_size(self) -> int:
        """How many bytes of lines may gather before the next longest line could be too much."""
        settings = get_current_settings().logging.to_api
        return settings.batch_size - settings.max_log_size

    @property
    def min_interval(self) -> float:
        """How long lines may wait to be sent together, in seconds."""
        return get_current_settings().logging.to_api.batch_interval

    def send(self, item: dict[str, Any]) -> None:
        """Record a line."""
        emit_api_log(item)

    def drain(self, at_exit: bool = False) -> bool:
        """Wait until the lines that were given so far are written; return whether they are.

        Args:
            at_exit: Accepted for compatibility.
        """
        del at_exit
        for written in lines_being_written():
            written.result()
        return True

    def wait_until_empty(self) -> None:
        """Wait until the lines that were given so far are written."""
        self.drain()

    @classmethod
    def drain_all(
        cls, timeout: float | None = None, at_exit: bool = True
    ) -> tuple[set[Future[None]], set[Future[None]]]:
        """Wait until the lines that were given so far are written, at most `timeout` seconds.

        Returns:
            What is written, and what is not yet.
        """
        del at_exit
        from concurrent.futures import wait  # the front door must not load it

        done, not_done = wait(lines_being_written(), timeout)
        return done, not_done
