"""What holds for every test: an empty home, no settings from outside, and a summary that names what was not run."""

from __future__ import annotations

import json
import logging
import os
import platform
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from tests import postgres as postgres_servers
from tests.postgres import empty_postgres_url, postgres_server, postgres_url

__all__ = ["empty_postgres_url", "postgres_server", "postgres_url"]  # fixtures

# --- what a test may need from the machine -----------------------------------------------------------------------


def posix() -> str | None:
    """Signals, `kill -9` and file modes as POSIX has them."""
    return None if os.name == "posix" else f"this system is {os.name}, not POSIX"


def unprivileged() -> str | None:
    """A user whom file modes stop."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return "the tests run as root, whom no file mode stops; run them as another user"
    return None


def dask() -> str | None:
    """A Dask cluster of this machine."""
    return None if find_spec("distributed") else "Dask is not installed; run: pip install 'prefect[dask]'"


def postgres() -> str | None:
    """A real PostgreSQL."""
    return postgres_servers.available()


def git() -> str | None:
    """The program git."""
    return None if which("git") else "git is not installed"


def browser() -> str | None:
    """The built web interface, and Chromium with what drives it."""
    root = Path(__file__).parent.parent
    built = root / "src" / "prefect" / "server" / "ui" / "static" / "index.html"
    if not built.exists() or not (root / "ui" / "node_modules" / "axe-core").exists():
        return "the web interface is not built; run: python3 dev.py ui"
    if not which("chromium"):
        return "Chromium is not installed; on Debian run: apt install chromium"
    return None if find_spec("playwright") else "Playwright is not installed; run: pip install playwright"


# A probe returns None when the need is met, else the reason with what to do. A test says `@pytest.mark.needs("posix")`.
PROBES: dict[str, Callable[[], str | None]] = {
    "posix": posix,
    "unprivileged": unprivileged,
    "dask": dask,
    "postgres": postgres,
    "git": git,
    "browser": browser,
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests whose needs are not met; a need without a probe is an error of the test."""
    answers: dict[str, str | None] = {}
    for item in items:
        for marker in item.iter_markers("needs"):
            for need in marker.args:
                if need not in PROBES:
                    known = ", ".join(sorted(PROBES))
                    raise pytest.UsageError(
                        f"{item.nodeid} needs {need!r}, for which there is no probe (known: {known})"
                    )
                if need not in answers:
                    answers[need] = PROBES[need]()
                if reason := answers[need]:
                    item.add_marker(pytest.mark.skip(reason=f"needs {need}: {reason}"))


# --- an empty home -----------------------------------------------------------------------------------------------


def forget_settings() -> None:
    """Remove every variable that would configure Prefect from outside."""
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        del os.environ[name]


forget_settings()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the test a home of its own, and close what it opened there."""
    folder = tmp_path / "home"
    for name in [name for name in os.environ if name.startswith("PREFECT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PREFECT_HOME", str(folder))
    yield folder
    backend: Any = sys.modules.get("prefect.backend")
    if backend is not None:
        backend.close_backends()


@pytest.fixture(autouse=True)
def loggers_speak_afterwards() -> Iterator[None]:
    """Let no test silence the loggers of those after it, as one does that sets them up for errors only."""
    before = _heard()
    yield
    changed = {logger: how for logger, how in before.items() if _how(logger) != how}
    for logger, (level, propagates, is_disabled) in changed.items():
        logger.setLevel(level)
        logger.propagate, logger.disabled = propagates, is_disabled
    configuration: Any = sys.modules.get("prefect.logging.configuration")
    if changed and configuration is not None:
        configuration._seen = configuration._applied = None  # they are set up again when it matters


def _heard() -> dict[logging.Logger, tuple[int, bool, bool]]:
    loggers = list(logging.Logger.manager.loggerDict.values())
    return {
        each: _how(each)
        for each in loggers
        if isinstance(each, logging.Logger) and each.name.partition(".")[0] == "prefect"
    }


def _how(logger: logging.Logger) -> tuple[int, bool, bool]:
    return logger.level, logger.propagate, logger.disabled


# --- the summary -------------------------------------------------------------------------------------------------


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name loudly what was not run and why, and leave the counts to `dev.py` where it asked for them."""
    tiers: dict[str, Counter[str]] = {}
    skipped: Counter[str] = Counter()
    for outcome in ("passed", "failed", "error", "skipped", "xfailed"):
        for report in terminalreporter.stats.get(outcome, []):
            tier = "/".join(report.nodeid.split("::")[0].split("/")[:-1]) or "."
            tiers.setdefault("/".join(tier.split("/")[:2]), Counter())[outcome] += 1
            if outcome == "skipped":
                where = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
                skipped[where.removeprefix("Skipped: ")] += 1
    if skipped:
        terminalreporter.section("NOT RUN", sep="!", red=True, bold=True)
        for reason, number in sorted(skipped.items()):
            terminalreporter.line(f"{number} x {reason}", red=True)
    if wanted := os.environ.get("DEV_TEST_REPORT"):
        summary = {
            "python": platform.python_version(),
            "tiers": tiers,
            "skipped": skipped,
            "passed": sum(counts["passed"] for counts in tiers.values()),
            "seed": config.getoption("randomly_seed", default=None),
        }
        Path(wanted).write_text(json.dumps(summary), encoding="utf-8")
