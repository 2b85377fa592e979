"""`prefect server database`: what is printed, what is asked, and what is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from prefect.store.migrations import history
from prefect.store.migrations.history import SCHEMA_VERSION
from prefect.store.sqlite_file import connect
from prefect.testing.cli import invoke_and_assert


@pytest.fixture
def database(home: Path) -> Path:
    """A database in the home."""
    path = home / "prefect.db"
    connect(path).close()
    return path


def flows(path: Path) -> list[str]:
    """Return the names of the flows in a database."""
    connection = connect(path)
    names = [row["name"] for row in connection.execute("SELECT name FROM flow")]
    connection.close()
    return names


def add_flow(path: Path) -> None:
    """Store a flow."""
    connection = connect(path)
    connection.execute("INSERT INTO flow (id, name) VALUES ('1', 'kept')")
    connection.close()


def test_upgrading_makes_a_database(home: Path) -> None:
    """Where there is none yet, one is made, with all tables."""
    invoke_and_assert(
        ["server", "database", "upgrade", "-y"], expected_output_contains=f"revision {SCHEMA_VERSION}"
    )
    assert flows(home / "prefect.db") == []


def test_where_there_is_no_database_yet(home: Path) -> None:
    """What would be made is shown; a command that needs a database says how to make one, and makes none itself."""
    invoke_and_assert(
        ["server", "database", "upgrade", "--dry-run"], expected_output_contains="CREATE TABLE flow_run ("
    )
    invoke_and_assert(
        ["server", "database", "stamp", "1"], expected_code=1, expected_output_contains="does not exist yet"
    )
    assert not (home / "prefect.db").exists()


def test_going_back_and_forth(database: Path) -> None:
    """A downgrade and an upgrade name the revisions, and lose nothing."""
    add_flow(database)
    back = str(SCHEMA_VERSION - 1)
    invoke_and_assert(["server", "database", "downgrade", "-y"], expected_output_contains=f"revision {back}")
    invoke_and_assert(
        ["server", "database", "upgrade", "-r", back, "--dry-run"],
        expected_output_contains="-- Nothing to do.",
    )
    invoke_and_assert(["server", "database", "upgrade", "-y"], expected_output_contains=f"{SCHEMA_VERSION}")
    assert flows(database) == ["kept"]


def test_a_dry_run_shows_the_sql(database: Path) -> None:
    """What would be run is printed, and nothing is changed."""
    connection = connect(database)
    connection.execute("DROP INDEX log_by_time")
    connection.execute("PRAGMA user_version = 1")
    for _ in range(2):
        invoke_and_assert(
            ["server", "database", "upgrade", "--dry-run"],
            expected_output_contains="CREATE INDEX log_by_time ON log (timestamp);",
        )
    connection.close()
    invoke_and_assert(["server", "database", "downgrade", "-r", "base", "--dry-run"], expected_code=0)


def test_directions_are_told_apart(database: Path) -> None:
    """Upgrading to an earlier revision, or downgrading to a later one, says which command is meant."""
    invoke_and_assert(
        ["server", "database", "upgrade", "-r", "1"],
        expected_code=1,
        expected_output_contains="database downgrade",
    )
    invoke_and_assert(["server", "database", "stamp", "1"], expected_output_contains="revision 1")
    invoke_and_assert(
        ["server", "database", "downgrade", "-r", "2"],
        expected_code=1,
        expected_output_contains="database upgrade",
    )
    invoke_and_assert(
        ["server", "database", "upgrade", "-r", "77"],
        expected_code=1,
        expected_output_contains="no revision '77'",
    )


def test_resetting_asks_first(database: Path) -> None:
    """Nothing is lost unless the question is answered with yes."""
    add_flow(database)
    invoke_and_assert(
        ["--prompt", "server", "database", "reset"],
        user_input="n\n",
        expected_code=1,
        expected_output_contains="Nothing was changed",
    )
    assert flows(database) == ["kept"]
    invoke_and_assert(["server", "database", "reset", "-y"], expected_output_contains="is empty now")
    assert flows(database) == []


def test_adding_a_revision(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer gets a revision in the history, and sees what the database lacks."""
    copied = tmp_path / "history.py"
    copied.write_text(Path(history.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(history.add_revision, "__defaults__", (copied,))
    invoke_and_assert(
        ["server", "database", "revision", "-m", "more", "--autogenerate"],
        expected_output_contains=["-- Nothing to do.", f"Revision {SCHEMA_VERSION + 1}"],
    )
    assert f"Revision({SCHEMA_VERSION + 1}, 'more')," in copied.read_text(encoding="utf-8")
