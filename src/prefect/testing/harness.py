"""The test harness: a home and a database of the test's own, and nothing left of them afterwards."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from prefect.backend import close_backends
from prefect.settings.context import SettingsContext
from prefect.settings.current import ignore_settings, ignored_settings
from prefect.settings.packaged_profiles import PACKAGED_PROFILES

OUTSIDE = (
    "api.auth_string",
    "api.key",
    "api.url",
    "profiles_path",
    "results.local_storage_path",
    "server.database.connection_url",
    "server.database.driver",
    "server.database.host",
    "server.database.name",
    "server.database.password",
    "server.database.port",
    "server.database.user",
    "server.memo_store_path",
)
"""Settings that lead out of the test: to a server, to a database, to folders outside of the home."""


@contextmanager
def prefect_test_harness(server_startup_timeout: int | None = 30) -> Generator[None]:
    """Let flows of the block run against a fresh home and a fresh database, which are gone afterwards.

    It holds for all threads of this process and for the processes that it starts. Settings that lead to a server or out
    of the home are ignored wherever they are set; all others hold. Blocks can be nested; each has a database of its
    own. Entering and leaving takes a few milliseconds: nothing is started.

    Args:
        server_startup_timeout: Accepted for compatibility; there is no server to wait for.

    Example:
        A fixture for a whole session of pytest:

        >>> @pytest.fixture(autouse=True, scope="session")
        ... def fresh_database():
        ...     with prefect_test_harness():
        ...         yield
    """
    with TemporaryDirectory(prefix="prefect-test-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        ignored = ignored_settings()
        with _environment(home), _settings(home):
            ignore_settings(ignored | set(OUTSIDE))
            try:
                yield
            finally:
                close_backends(below=home)
                ignore_settings(ignored)


@contextmanager
def _environment(home: Path) -> Generator[None]:
    """Let the home hold for threads and for processes that are started."""
    outside = {f"PREFECT_{path.replace('.', '_').upper()}" for path in OUTSIDE}
    profile = os.environ.get("PREFECT_PROFILE")
    if profile not in PACKAGED_PROFILES:
        outside.add("PREFECT_PROFILE")  # it is in the home that is left
    before = {name: os.environ.get(name) for name in (*outside, "PREFECT_HOME")}
    for name in outside:
        os.environ.pop(name, None)
    os.environ["PREFECT_HOME"] = str(home)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _settings(home: Path) -> Generator[None]:
    """Let the home hold in this context too, where it has settings of its own."""
    around = SettingsContext.get()
    if around is None:
        yield
        return
    settings = around.settings.copy_with_update({"home": home}, restore_defaults=OUTSIDE)
    context = SettingsContext(profile=around.profile, settings=settings)
    context.__enter__()
    try:
        yield
    finally:
        with suppress(
            ValueError
        ):  # an asynchronous fixture may be left in another context than it was entered in
            context.__exit__()
