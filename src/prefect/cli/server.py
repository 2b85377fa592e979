"""`prefect server`: start a server, look whether it is there, stop it."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter
from cyclopts.validators import Number

from prefect.cli.failures import CommandFailed
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.screen import show_json
from prefect.settings import Settings, get_current_settings

if TYPE_CHECKING:
    import subprocess

    from prefect.server.contact import Contact

app = App(
    name="server",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect server start
  prefect server start --background
  prefect server status --wait""",
)
app.command(
    "prefect.cli.server_database:app", name="database", help="Bring the database up to date, or empty it."
)
app.command("prefect.cli.server_services:app", name="services", help="Run what a server does by itself.")
app.command("prefect.cli.server_retention:app", name="retention", help="Say how long records are kept.")

Level = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]


@app.command(
    help_epilogue="""Examples:
  prefect server start
  prefect server start --host 0.0.0.0 --port 4300
  prefect server start --background"""
)
def start(
    *,
    host: Annotated[str | None, Parameter(help="The address to listen at.")] = None,
    port: Annotated[
        int | None, Parameter(validator=Number(gte=0, lte=65535), help="The port to listen at.")
    ] = None,
    keep_alive_timeout: Annotated[
        int | None,
        Parameter(validator=Number(gte=0), help="For how many seconds idle connections stay open."),
    ] = None,
    log_level: Annotated[Level | None, Parameter(help="The lowest level that is logged.")] = None,
    scheduler: Annotated[bool | None, Parameter(help="Make runs of schedules.")] = None,
    analytics: Annotated[
        bool | None,
        Parameter(
            name="--analytics-on", negative="--analytics-off", help="Accepted; nothing is ever reported."
        ),
    ] = None,
    late_runs: Annotated[bool | None, Parameter(help="Mark runs that should have begun as late.")] = None,
    ui: Annotated[bool | None, Parameter(help="Serve the pages beside the API.")] = None,
    no_services: Annotated[
        bool,
        Parameter(negative=(), help="Serve the API only; `prefect server services start` does the rest."),
    ] = False,
    background: Annotated[bool, Parameter(alias="-b", help="Go on in the background.")] = False,
    workers: Annotated[int, Parameter(validator=Number(gte=1), help="In how many processes.")] = 1,
) -> None:
    """Start a server. It runs until Ctrl-C, or with --background until `prefect server stop`."""
    _set(
        {
            "PREFECT_SERVER_API_HOST": host,
            "PREFECT_SERVER_API_PORT": port,
            "PREFECT_SERVER_API_KEEPALIVE_TIMEOUT": keep_alive_timeout,
            "PREFECT_SERVER_LOGGING_LEVEL": log_level,
            "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": scheduler,
            "PREFECT_SERVER_ANALYTICS_ENABLED": analytics,
            "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": late_runs,
            "PREFECT_SERVER_UI_ENABLED": ui,
        }
    )
    settings = get_current_settings()
    if background:
        _start_in_background(settings, no_services=no_services, workers=workers)
    else:
        _start_here(settings, runs_services=not no_services, workers=workers)


@app.command(help_epilogue="Example:\n  prefect server stop")
def stop() -> None:
    """Stop the server that runs in the background."""
    from prefect.server import background

    home = get_current_settings().home
    server = background.running_in_background(home)
    if server is None:
        print("No server is running in the background.")
        return
    background.stop(server, home)
    print("The server has stopped.")


@app.command(help_epilogue="Example:\n  prefect server status --wait --timeout 30")
def status(
    *,
    wait: Annotated[bool, Parameter(help="Wait until the server answers.")] = False,
    timeout: Annotated[
        int,
        Parameter(alias="-t", validator=Number(gte=0), help="How many seconds to wait at most; 0: for ever."),
    ] = 0,
    output: Output = None,
) -> None:
    """Say whether the server answers."""
    from prefect.server.contact import Contact

    settings = get_current_settings()
    url = settings.api.url or _served_at(settings, settings.server.api.port)
    contact = Contact(url, settings)
    deadline = time.monotonic() + timeout if timeout else None
    health = contact.health()
    while wait and not health.is_well and (deadline is None or time.monotonic() < deadline):
        time.sleep(0.2)
        health = contact.health()
    version = contact.version() if health.is_well else None
    if output:
        told = {"status": "available" if health.is_well else "unavailable", "api_url": url}
        show_json(told | ({"server_version": version} if health.is_well else {"error": health.problem}))
    if not health.is_well:
        raise CommandFailed(
            f"No server answers at {url}: {health.problem}. `prefect server start` starts one."
        )
    if not output:
        print(f"The server at {url} is available. Its version is {version or 'not told'}.")


def _set(given: dict[str, object]) -> None:
    """Let options hold as settings, for this process and those that it starts."""
    for variable, value in given.items():
        if value is not None:
            os.environ[variable] = str(value).lower() if isinstance(value, bool) else str(value)


def _served_at(settings: Settings, port: int) -> str:
    api = settings.server.api
    host = f"[{api.host}]" if ":" in api.host else api.host
    return f"http://{host}:{port}/{(api.base_path or '/api').strip('/')}"


def _start_here(settings: Settings, *, runs_services: bool, workers: int) -> None:
    from prefect.server.listening import listen
    from prefect.server.running import serve

    with listen(settings.server.api.host, settings.server.api.port) as listener:
        url = _served_at(settings, listener.getsockname()[1])
        print(
            f"Prefect server: {url}\n"
            f"Documents:      {url.rpartition('/')[0]}/docs\n"
            f"Database:       {_database(settings)}\n\n"
            "Record runs here with:\n"
            f"  prefect config set PREFECT_API_URL={url}\n",
            flush=True,
        )
        serve(settings, listener, workers=workers, runs_services=runs_services)


def _database(settings: Settings) -> str:
    """Return where the database is, without a password."""
    from prefect._secrets import redacted

    url = settings.server.database.connection_url
    return redacted(url.get_secret_value()) if url else ""


def _start_in_background(settings: Settings, *, no_services: bool, workers: int) -> None:
    from prefect.server import background
    from prefect.server.contact import Contact
    from prefect.server.listening import listen

    home = settings.home
    running = background.running_in_background(home)
    if running is not None:
        raise CommandFailed(
            f"A server is running in the background already, at {running.url} (process {running.pid}). "
            "`prefect server stop` stops it."
        )
    listen(settings.server.api.host, settings.server.api.port).close()  # say now if that is not possible
    url = _served_at(settings, settings.server.api.port)
    arguments = ["--workers", str(workers), *(["--no-services"] if no_services else [])]
    server, process = background.start_in_background(arguments, home, url)
    _await_health(Contact(url, settings), process, home / background.LOG)
    print(
        f"The server runs in the background (process {server.pid}): {url}\n"
        f"It logs to {home / background.LOG}. `prefect server stop` stops it."
    )


def _await_health(contact: Contact, process: subprocess.Popen[bytes], log: os.PathLike[str]) -> None:
    deadline = time.monotonic() + 60
    while not contact.health().is_well:
        if process.poll() is not None or time.monotonic() > deadline:
            raise CommandFailed(f"The server did not start. Its log says why: {os.fspath(log)}")
        time.sleep(0.05)
