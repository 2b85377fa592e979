"""The two clients, and which server they ask."""

from __future__ import annotations

import asyncio
import functools
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Self, TypeVar, overload

import orjson
from pydantic_core import to_jsonable_python

from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps
from prefect._transport.connection import API_VERSION, ASGIApp, Connection
from prefect._transport.questions import Question
from prefect.client.base import ServerType, determine_server_type, server_type_of
from prefect.client.orchestration._administration import Administration
from prefect.client.orchestration._artifacts import Artifacts
from prefect.client.orchestration._automations import Automations
from prefect.client.orchestration._block_documents import BlockDocuments
from prefect.client.orchestration._block_schemas import BlockSchemas
from prefect.client.orchestration._block_types import BlockTypes
from prefect.client.orchestration._concurrency_limits import GlobalLimits, TagLimits
from prefect.client.orchestration._deployment_schedules import DeploymentSchedules
from prefect.client.orchestration._deployments import Deployments
from prefect.client.orchestration._events import Events
from prefect.client.orchestration._flow_run_inputs import FlowRunInputs
from prefect.client.orchestration._flow_runs import FlowRuns
from prefect.client.orchestration._flows import Flows
from prefect.client.orchestration._logs import Logs
from prefect.client.orchestration._methods import Awaiting, Blocking
from prefect.client.orchestration._servers import EmbeddedServer, ReachedServer, Server
from prefect.client.orchestration._task_runs import TaskRuns
from prefect.client.orchestration._variables import Variables
from prefect.client.orchestration._work_pools import WorkPools
from prefect.client.orchestration._work_queues import WorkQueues
from prefect.logging.loggers import get_logger
from prefect.settings import get_current_settings

if TYPE_CHECKING:
    import httpx2

R = TypeVar("R")

HTTP_METHODS = Literal["GET", "POST", "PUT", "DELETE", "PATCH"]


class Nouns(
    Administration,
    Artifacts,
    Automations,
    BlockDocuments,
    BlockSchemas,
    BlockTypes,
    DeploymentSchedules,
    Deployments,
    Events,
    FlowRunInputs,
    FlowRuns,
    Flows,
    GlobalLimits,
    Logs,
    TagLimits,
    TaskRuns,
    Variables,
    WorkPools,
    WorkQueues,
):
    """What both clients can ask for.

    Args:
        api: The URL of the root of a server's API, or a server's app in this process; None for orchestration in this
            process itself.
        auth_string: The user and password, as `user:password`.
        api_key: The key that proves who calls; `auth_string` goes before it.
        api_version: The version of the API that is spoken.
        httpx_settings: Arguments for the HTTP client, which go before everything else.
        server_type: What kind of server that is; by default found out from `api`.

    Attributes:
        server_type: What kind of server answers.
        manage_lifespan: Whether a server's app in this process is started and stopped by the client.
        logger: Where the client logs.
    """

    _awaits = False

    def __init__(
        self,
        api: str | ASGIApp | None,
        *,
        auth_string: str | None = None,
        api_key: str | None = None,
        api_version: str | None = None,
        httpx_settings: dict[str, Any] | None = None,
        server_type: ServerType | None = None,
    ) -> None:
        connect = functools.partial(
            Connection,
            auth_string=auth_string,
            api_key=api_key,
            api_version=api_version or API_VERSION,
            httpx_settings=httpx_settings or {},
        )
        if api is None:
            self._server: Server = EmbeddedServer(
                lambda: ReachedServer(connect(_app_of_this_process()), awaiting=self._awaits)
            )
        else:
            self._server = ReachedServer(connect(api), awaiting=self._awaits)
        found = server_type_of(api) if isinstance(api, str) else ServerType.EPHEMERAL
        self.server_type = server_type or found
        self.manage_lifespan = True
        self.logger = get_logger("client")
        self._entered = 0

    @property
    def api_url(self) -> httpx2.URL:
        """The root of the API that is asked."""
        return self._server.url

    def _request(
        self,
        method: str,
        path: str,
        params: dict[str, Any] | None,
        path_params: dict[str, Any] | None,
        body: Any,
    ) -> Steps[httpx2.Response]:
        content = None if body is None else orjson.dumps(to_jsonable_python(body))
        told = {name: to_jsonable_python(value) for name, value in (params or {}).items()}
        question = Question(method, path.format(**(path_params or {})), told, content, method != "POST")
        return (yield from self._server.send(question))


class SyncPrefectClient(Nouns, Blocking):
    """Asks a server, blocking until it answers. Get one from `get_client(sync_client=True)`.

    Example:
        >>> with get_client(sync_client=True) as client:
        ...     client.read_flow_runs(limit=3)
    """

    def request(
        self,
        method: HTTP_METHODS,
        path: str,
        params: dict[str, Any] | None = None,
        path_params: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> httpx2.Response:
        """Send a request to any route, and return the answer.

        Args:
            method: The HTTP method.
            path: The path below the root of the API, with parameters in braces.
            params: The parameters of the query.
            path_params: What stands in place of the parameters of the path.
            **kwargs: `json`: the body.

        Raises:
            PrefectHTTPStatusError: The server refused, or failed.
        """
        return run(self._request(method, path, params, path_params, kwargs.get("json")))

    def __enter__(self) -> Self:
        self._entered += 1
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._entered -= 1
        if self._entered == 0:
            run(self._server.close())


class PrefectClient(Nouns, Awaiting):
    """Asks a server without holding up the event loop. Get one from `get_client()`.

    Example:
        >>> async with get_client() as client:
        ...     await client.read_flow_runs(limit=3)
    """

    _awaits = True
    _closed = False
    _loop: asyncio.AbstractEventLoop | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The event loop in which the client was entered; None if it was not."""
        return self._loop

    async def request(
        self,
        method: HTTP_METHODS,
        path: str,
        params: dict[str, Any] | None = None,
        path_params: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> httpx2.Response:
        """Send a request to any route, and return the answer; see `SyncPrefectClient.request`."""
        return await arun(self._request(method, path, params, path_params, kwargs.get("json")))

    async def __aenter__(self) -> Self:
        if self._closed:
            raise RuntimeError("This client was closed. Get a new one with `get_client()`.")
        self._entered += 1
        self._loop = asyncio.get_running_loop()
        return self

    async def __aexit__(self, *exc_info: object) -> bool | None:
        self._entered -= 1
        if self._entered == 0:
            self._closed = True
            await arun(self._server.close())
        return None

    def __enter__(self) -> NoReturn:
        raise RuntimeError(
            "`PrefectClient` is entered with `async with`. In code that is not async, use "
            "`with get_client(sync_client=True)`."
        )

    def __exit__(self, *_: object) -> NoReturn:
        raise RuntimeError("`PrefectClient` is left by the end of `async with`.")


@overload
def get_client(
    httpx_settings: dict[str, Any] | None = ..., sync_client: Literal[False] = ...
) -> PrefectClient: ...
@overload
def get_client(httpx_settings: dict[str, Any] | None, sync_client: Literal[True]) -> SyncPrefectClient: ...
@overload
def get_client(*, sync_client: Literal[True]) -> SyncPrefectClient: ...
def get_client(
    httpx_settings: dict[str, Any] | None = None, sync_client: bool = False
) -> SyncPrefectClient | PrefectClient:
    """Return a client of the server that the settings name; without one, of orchestration in this process.

    Args:
        httpx_settings: Arguments for the HTTP client, which go before the settings.
        sync_client: Whether its methods block; otherwise they return coroutines.

    Returns:
        A client. Use it in a `with` or `async with` block, which closes its connections.

    Example:
        >>> async with get_client() as client:
        ...     await client.hello()
    """
    settings = get_current_settings()
    auth, key = settings.api.auth_string, settings.api.key
    kind = SyncPrefectClient if sync_client else PrefectClient
    return kind(
        settings.api_url or None,
        auth_string=auth.get_secret_value() if auth else None,
        api_key=key.get_secret_value() if key else None,
        httpx_settings=httpx_settings,
        server_type=determine_server_type(),
    )


def _app_of_this_process() -> ASGIApp:
    from prefect.server.api.server import (
        create_app,  # a seam: loads the web framework, for what is no operation
    )

    return create_app(ephemeral=True)
