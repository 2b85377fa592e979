"""The server itself, as a client asks for it: whether it is there, its version, its own settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx2
import orjson
from pydantic import TypeAdapter

import prefect
from prefect._http_errors import PrefectHTTPStatusError
from prefect._transport.questions import Question
from prefect._transport.versions import check_versions
from prefect.client.orchestration._methods import Asking, method
from prefect.client.orchestration._servers import EmbeddedServer
from prefect.schemas.result_storage import ServerDefaultResultStorage

if TYPE_CHECKING:
    from uuid import UUID

    from prefect._dual.effects import Steps

_STORAGE = "/admin/storage"

_checked: set[str] = set()
"""The URLs of the servers whose version was found to be good in this process."""


class Administration(Asking):
    """The methods that are about the server itself."""

    @method()
    def api_healthcheck(self) -> Steps[Exception | None]:
        """Return why the server cannot be used; None if it can."""
        if isinstance(self._server, EmbeddedServer):
            return None
        try:
            yield from self._server.send(Question("GET", "/health"))
        except (PrefectHTTPStatusError, httpx2.HTTPError) as error:
            return error
        return None

    @method()
    def hello(self) -> Steps[httpx2.Response]:
        """Greet the server, and return its answer."""
        return (yield from self._server.send(Question("GET", "/hello")))

    @method()
    def api_version(self) -> Steps[str]:
        """Return the version of the server."""
        if isinstance(self._server, EmbeddedServer):
            return prefect.__version__
        return (yield from self._server.send(Question("GET", "/admin/version"))).json()

    @method()
    def raise_for_api_version_mismatch(self) -> Steps[None]:
        """Check that this client and the server fit together. An older server is pointed out in the log.

        Raises:
            RuntimeError: The server is of another major version, or cannot be reached.
            ValueError: What it says is not a version.
        """
        yield from self._check_version()

    @method()
    def raise_for_api_version_mismatch_once(self) -> Steps[None]:
        """Check as `raise_for_api_version_mismatch` does, unless this server was checked in this process before.

        Raises:
            RuntimeError: The server is of another major version, or cannot be reached.
            ValueError: What it says is not a version.
        """
        url = str(self._server.url)
        if url not in _checked:
            yield from self._check_version()
            _checked.add(url)

    def _check_version(self) -> Steps[None]:
        if isinstance(self._server, EmbeddedServer):
            return
        try:
            theirs = (yield from self._server.send(Question("GET", "/admin/version"))).json()
        except (PrefectHTTPStatusError, httpx2.HTTPError) as error:
            raise RuntimeError(f"Failed to reach the API at {self._server.url}: {error}") from error
        check_versions(theirs, prefect.__version__)

    @method()
    def read_server_default_result_storage(self) -> Steps[ServerDefaultResultStorage]:
        """Return which block the server names for the results of runs that name none."""
        response = yield from self._server.send(Question("GET", _STORAGE))
        return ServerDefaultResultStorage.model_validate_json(response.content)

    @method()
    def update_server_default_result_storage(
        self, default_result_storage_block_id: UUID
    ) -> Steps[ServerDefaultResultStorage]:
        """Let the server name a block for the results of runs that name none."""
        body = orjson.dumps({"default_result_storage_block_id": default_result_storage_block_id})
        response = yield from self._server.send(Question("PUT", _STORAGE, content=body))
        return ServerDefaultResultStorage.model_validate_json(response.content)

    @method()
    def clear_server_default_result_storage(self) -> Steps[None]:
        """Let the server name no block for results any more."""
        yield from self._server.send(Question("DELETE", _STORAGE))

    @method()
    def read_worker_metadata(self) -> Steps[dict[str, Any]]:
        """Return the types of workers that the server knows, by package."""
        response = yield from self._server.send(
            Question("GET", "/collections/views/aggregate-worker-metadata")
        )
        return TypeAdapter(dict[str, Any]).validate_json(response.content)

    def client_version(self) -> str:
        """Return the version of this client."""
        return prefect.__version__
