"""How a runner is, told over HTTP: for those who watch whether it still does its work."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from prefect._clock import now
from prefect.logging.loggers import get_logger
from prefect.settings import get_current_settings

if TYPE_CHECKING:
    from prefect.runner.runner import Runner

Answer = tuple[int, Any]
"""A status, and what is answered as JSON."""


def perform_health_check(runner: Runner, delay_threshold: int | None = None) -> Callable[..., Answer]:
    """Return a function that says whether a runner looks for runs.

    Args:
        runner: The runner.
        delay_threshold: How many seconds may have passed since it looked last; by default as the settings say.
    """
    tolerance = get_current_settings().runner.server.missed_polls_tolerance
    longest = delay_threshold if delay_threshold is not None else runner.query_seconds * tolerance

    def health_check() -> Answer:
        polled = runner.last_polled
        if polled is not None and (now() - polled).total_seconds() > longest:
            return 503, {"message": "Runner is unresponsive at this time"}
        return 200, {"message": "OK"}

    return health_check


def run_count(runner: Runner) -> Callable[..., int]:
    """Return a function that says how many runs go on in a runner."""
    return lambda: runner.run_count


def shutdown(runner: Runner) -> Callable[..., Answer]:
    """Return a function that stops a runner; the runs there are go on to their end."""

    def stop() -> Answer:
        runner.stop(_sync=True)  # pyright: ignore[reportCallIssue] - a dual name takes it
        return 200, {"message": "Shutting down runner"}

    return stop


@contextmanager
def serving(runner: Runner) -> Generator[tuple[str, int]]:
    """Answer `GET /health`, `GET /run_count` and `POST /shutdown` as the settings say, inside the block.

    Yields:
        The host and the port.

    Raises:
        OSError: The port is taken.
    """
    health, count, stop = perform_health_check(runner), run_count(runner), shutdown(runner)
    routes: dict[tuple[str, str], Callable[[], Answer]] = {
        ("GET", "/health"): health,
        ("GET", "/run_count"): lambda: (200, count()),
        ("POST", "/shutdown"): stop,
    }

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET")

        def do_POST(self) -> None:
            self._answer("POST")

        def _answer(self, method: str) -> None:
            route = routes.get((method, self.path.partition("?")[0]))
            status, body = route() if route is not None else (404, {"detail": "Not Found"})
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: somebody asks every few seconds."""

    settings = get_current_settings().runner.server
    with ThreadingHTTPServer((settings.host, settings.port), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, name="prefect-runner-health", daemon=True)
        thread.start()
        host, port = str(server.server_address[0]), int(server.server_address[1])
        get_logger("runner").info("How the runner is: http://%s:%s/health", host, port)
        try:
            yield host, port
        finally:
            server.shutdown()
            thread.join()
