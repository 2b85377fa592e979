"""`prefect plugins`: what is installed that would extend Prefect."""

from __future__ import annotations

from cyclopts import App

from prefect.cli.inert import inert
from prefect.cli.options import ARGUMENTS, OPTIONS
from prefect.cli.records import show_table
from prefect.settings import get_current_settings

GROUP = "prefect.plugins"
"""The entry points by which packages offer plugins."""

app = App(
    name="plugins",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="Example:\n  prefect plugins diagnose",
)
experimental = App(
    name="experimental", help_flags=["--help", "-h"], version_flags=[], group_parameters=OPTIONS
)
experimental.command(app)


@app.command(help_epilogue="Example:\n  prefect plugins diagnose")
def diagnose() -> None:
    """Show which plugins are installed and whether settings admit them. This release runs none of them."""
    from importlib.metadata import entry_points  # slow to load

    settings = get_current_settings().plugins
    print(
        f"PREFECT_PLUGINS_ENABLED is {str(settings.enabled).lower()}. This release runs no plugins in any case."
    )
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    if not found:
        print(f"No package that is installed offers one (entry points {GROUP!r}).")
        return
    show_table(
        ("NAME", "PACKAGE", "MODULE", "ADMITTED"),
        [
            (
                inert(point.name),
                f"{point.dist.name} {point.dist.version}" if point.dist is not None else "",
                point.value,
                point.name not in settings.deny and (not settings.allow or point.name in settings.allow),
            )
            for point in found
        ],
    )
