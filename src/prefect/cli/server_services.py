"""`prefect server services`: run what a server does by itself without the API, and see what that is."""

from __future__ import annotations

import sys
import time
from typing import Annotated

from cyclopts import App, Parameter

from prefect.cli.failures import CommandFailed
from prefect.cli.options import ARGUMENTS, OPTIONS, Output
from prefect.cli.screen import Screen, show_json
from prefect.settings import get_current_settings

app = App(
    name="services",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""A server runs its services itself, unless it was started with --no-services.

Examples:
  prefect server services ls
  prefect server services start --background""",
)


@app.command(alias="list", help_epilogue="Example:\n  prefect server services ls")
def ls(*, output: Output = None) -> None:
    """List the services, whether they are on, and the setting that says so."""
    from prefect.server.services.all_services import ALL_SERVICES  # loads the store: not for the help pages

    settings = get_current_settings()
    services = [
        {
            "name": service.name,
            "enabled": service.is_enabled(settings),
            "every_seconds": service.every(settings),
            "setting": service.variable,
            "does": service.does,
        }
        for service in ALL_SERVICES
    ]
    if output:
        show_json(services)
        return
    from rich.table import Table

    table = Table("Name", "On", "Looks every", "Does", "Setting", title="Services")
    for service in services:
        on = "yes" if service["enabled"] else "no"
        seconds = f"{service['every_seconds']:g}s"
        table.add_row(str(service["name"]), on, seconds, str(service["does"]), str(service["setting"]))
    print(Screen.of(sys.stdout).render(table), end="")


@app.command(alias="enable", help_epilogue="Example:\n  prefect server services start --background")
def start(
    *, background: Annotated[bool, Parameter(alias="-b", help="Go on in the background.")] = False
) -> None:
    """Run the services that are on, without the API, until Ctrl-C or `prefect server services stop`."""
    settings = get_current_settings()
    if background:
        _start_in_background()
        return
    from prefect.server.running import set_up_logging
    from prefect.server.services.alone import run_services

    set_up_logging(settings)
    run_services(settings)


@app.command(alias="disable", help_epilogue="Example:\n  prefect server services stop")
def stop() -> None:
    """Stop the services that run in the background."""
    from prefect.server import background
    from prefect.server.services.alone import FILE

    home = get_current_settings().home
    running = background.running_in_background(home, FILE)
    if running is None:
        print("No services are running in the background.")
        return
    background.stop(running, home, name=FILE)
    print("The services have stopped.")


@app.command(show=False)
def manager() -> None:
    """Run the services here; for those who start them as the original does."""
    start()


def _start_in_background() -> None:
    from prefect.server import background
    from prefect.server.services.alone import FILE, LOG, RUNNING

    home = get_current_settings().home
    running = background.running_in_background(home, FILE)
    if running is not None:
        raise CommandFailed(
            f"The services are running in the background already (process {running.pid}). "
            "`prefect server services stop` stops them."
        )
    log = home / LOG
    begin = log.stat().st_size if log.exists() else 0
    started, process = background.start_in_background(
        [], home, "", command=("server", "services", "start"), name=FILE, log_name=LOG
    )
    deadline = time.monotonic() + 60
    while RUNNING.encode() not in log.read_bytes()[begin:]:
        if process.poll() is not None or time.monotonic() > deadline:
            raise CommandFailed(f"The services did not start. Their log says why: {log}")
        time.sleep(0.05)
    print(
        f"The services run in the background (process {started.pid}).\n"
        f"They log to {log}. `prefect server services stop` stops them."
    )
