"""`prefect version`: what is installed, and where runs are recorded."""

from __future__ import annotations

import platform
import sqlite3
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

import prefect
from prefect.cli.inert import inert
from prefect.cli.options import Output
from prefect.cli.screen import show_json
from prefect.settings import get_current_settings


def version(
    *,
    omit_integrations: Annotated[bool, Parameter(help="Leave out which integrations are installed.")] = False,
    output: Output = None,
) -> None:
    """Show versions, and where runs are recorded."""
    facts = _facts()
    if not omit_integrations:
        facts["integrations"] = _integrations()
    if output:
        show_json(facts)
        return
    rows = {
        "Version": facts["version"] or f"{prefect.__version__} (run from its source, not installed)",
        "API level": facts["api_version"],
        "Python": f"{facts['python']} ({facts['executable']})",
        "Platform": facts["platform"],
        "Home": facts["home"],
        "Records": _records_text(facts),
        "SQLite": facts["sqlite"],
        **facts.get("integrations", {}),
    }
    width = max(map(len, rows)) + 2
    for name, value in rows.items():
        print(f"{name:<{width}}{inert(value)}")


def _facts() -> dict[str, Any]:
    settings = get_current_settings()
    facts: dict[str, Any] = {
        "version": _installed_version(),
        "api_version": prefect.__version__,
        "python": platform.python_version(),
        "executable": sys.executable,
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
        "home": str(settings.home),
        "api_url": settings.api_url,
        "database": None,
        "database_bytes": None,
        "sqlite": sqlite3.sqlite_version,
    }
    if not settings.api_url:
        path = settings.database_path
        facts |= {"database": str(path), "database_bytes": _size(path)}
    return facts


def _records_text(facts: dict[str, Any]) -> str:
    if facts["api_url"]:
        return f"the server at {facts['api_url']}"
    size = facts["database_bytes"]
    if size is None:
        return f"{facts['database']} (made when a flow first runs)"
    return f"{facts['database']} ({size / 1_000_000:.1f} MB)"


def _size(path: Path) -> int | None:
    """Return the bytes of a database with what was not yet moved into its main file, or None when there is none."""
    if not path.exists():
        return None
    written_ahead = path.with_name(f"{path.name}-wal")
    return path.stat().st_size + (written_ahead.stat().st_size if written_ahead.exists() else 0)


def _installed_version() -> str | None:
    try:
        return metadata.version("prefect")
    except metadata.PackageNotFoundError:
        return None


def _integrations() -> dict[str, str]:
    """Return the installed distributions that extend this package, with their versions."""
    names = {dist.name for dist in metadata.distributions() if str(dist.name).startswith("prefect-")}
    return {name: metadata.version(name) for name in sorted(names)}
