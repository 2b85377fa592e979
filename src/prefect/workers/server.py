"""Whether a worker still looks for runs, told over HTTP: for those who start a stuck one again."""

from __future__ import annotations

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from prefect.exceptions import PrefectException
from prefect.logging.loggers import get_logger
from prefect.settings import get_current_settings

if TYPE_CHECKING:
    from prefect.workers.base import BaseWorker


class HealthcheckUnavailable(PrefectException):
    """The address at which a worker should answer cannot be used."""


class HealthcheckServer(ThreadingHTTPServer):
    """Answers `GET /health` for a worker: 200 if it looked for runs lately, else 503."""

    daemon_threads = True

    def run(self) -> None:
        """Answer until `stop` is called in another thread."""
        self.serve_forever()

    def stop(self) -> None:
        """Stop answering."""
        self.shutdown()
        self.server_close()


def build_healthcheck_server(
    worker: BaseWorker[Any, Any, Any], query_interval_seconds: float, log_level: str = "error"
) -> HealthcheckServer:
    """Return a server that answers for a worker, at the address that the settings name.

    Args:
        worker: The worker.
        query_interval_seconds: How often it should look for runs, in seconds.
        log_level: Not used: requests are logged at DEBUG.

    Raises:
        HealthcheckUnavailable: The address cannot be used.
    """
    del log_level
    address = get_current_settings().worker.webserver

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.partition("?")[0].rstrip("/") not in {"/health", ""}:
                self._send(404, {"message": "There is only /health."})
            elif worker.is_worker_still_polling(query_interval_seconds):
                self._send(200, {"message": "OK"})
            else:
                self._send(503, {"message": "The worker has not looked for runs lately: it may be stuck."})

        def _send(self, status: int, body: dict[str, str]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            get_logger("workers.health").debug(format, *args)

    try:
        return HealthcheckServer((address.host, address.port), Answer)
    except OSError as error:
        raise HealthcheckUnavailable(
            f"Requests for the worker's health cannot be answered at {address.host}:{address.port}: {error.strerror}. "
            "Set PREFECT_WORKER_WEBSERVER_PORT to another port."
        ) from error


def start_healthcheck_server(
    worker: BaseWorker[Any, Any, Any], query_interval_seconds: float, log_level: str = "error"
) -> None:
    """Answer for a worker in this thread until the process ends; see `build_healthcheck_server`."""
    build_healthcheck_server(worker, query_interval_seconds, log_level).run()


@contextmanager
def healthcheck(
    worker: BaseWorker[Any, Any, Any], query_interval_seconds: float
) -> Generator[HealthcheckServer]:
    """Answer for a worker as long as the block."""
    server = build_healthcheck_server(worker, query_interval_seconds)
    thread = threading.Thread(target=server.run, name="prefect-healthcheck", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()
