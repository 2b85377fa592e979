"""The history of the tables: what was done to databases from one version to the next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from prefect.exceptions import DatabaseError


@dataclass(frozen=True)
class Revision:
    """One step of the history. Its statements are of the SQL that both databases share.

    Attributes:
        number: The version that a database has afterwards.
        says: What changed, in words.
        before: Statements that run before missing tables and columns are added: other names.
        after: Statements that run after that: values that have to be computed. One that has `LIMIT` is run again and
            again, each time in a transaction of its own, until it changes nothing; so it can go through a large table
            without holding up others, and go on after an interruption.
        undo: What a downgrade runs. Tables and columns that were added stay: older releases pass over them, and
            what is in them is not lost.
    """

    number: int
    says: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()


HISTORY: tuple[Revision, ...] = (
    Revision(1, "flows, flow runs, task runs, states and logs"),
    Revision(2, "variables, artifacts, inputs, blocks, concurrency limits, events, background tasks"),
    Revision(3, "deployments, work pools, automations, saved searches; PostgreSQL"),
    Revision(4, "claims on flow runs, infrastructure retries, catch-up policies of schedules"),
    Revision(
        5,
        "indexes that hold what lists and charts of flow runs look at, instead of those without",
        before=(
            "DROP INDEX IF EXISTS flow_run_by_expected_start",
            "DROP INDEX IF EXISTS flow_run_by_state",
        ),
    ),
)

SCHEMA_VERSION = HISTORY[-1].number
"""The version of the database that this release makes. A newer one is refused, an older one is brought to it."""


def revisions_between(present: int, wanted: int) -> list[Revision]:
    """Return what a database of one version has before it until it is of another; a new one (0) has nothing."""
    return [revision for revision in HISTORY if present and present < revision.number <= wanted]


def revisions_to_undo(wanted: int) -> list[Revision]:
    """Return what is to be undone to come back to a version, the newest first."""
    return [revision for revision in reversed(HISTORY) if revision.number > wanted]


def version_meant(revision: str, present: int) -> int:
    """Return the version that a word means: a number, `head`, `base` (the first), or so many steps, as in `-1`, `+1`.

    Raises:
        DatabaseError: There is no such version.
    """
    first = HISTORY[0].number
    if revision == "head":
        return SCHEMA_VERSION
    if revision == "base":
        return first
    try:
        wanted = present + int(revision) if revision[:1] in {"+", "-"} else int(revision)
    except ValueError:
        wanted = -1
    if not first <= wanted <= SCHEMA_VERSION:
        raise DatabaseError(
            f"There is no revision {revision!r} to go to from {present}. "
            f"Known are {first} to {SCHEMA_VERSION}, 'head', 'base', and steps like '-1'."
        )
    return wanted


def must_not_be_newer(version: int, place: str) -> None:
    """Refuse a database that a newer release made.

    Raises:
        DatabaseError: It is of a version that this release does not know.
    """
    if version > SCHEMA_VERSION:
        raise DatabaseError(
            f"{place} was made by a newer release (schema {version}; this one knows {SCHEMA_VERSION}). "
            "Upgrade this installation, or use another database (PREFECT_HOME, PREFECT_SERVER_DATABASE_CONNECTION_URL)."
        )


def add_revision(says: str, path: Path = Path(__file__)) -> tuple[int, Path]:
    """Write a further revision at the end of the history, for those who change the tables.

    Args:
        says: What changes, in words.
        path: The file that holds the history.

    Raises:
        DatabaseError: The file cannot be written.
    """
    number = SCHEMA_VERSION + 1
    head, end, rest = path.read_text(encoding="utf-8").partition("\n)\n\nSCHEMA_VERSION")
    try:
        path.write_text(f"{head}\n    Revision({number}, {says!r}),{end}{rest}", encoding="utf-8")
    except OSError as error:
        raise DatabaseError(
            f"The history of the tables in {path} cannot be written: {error}. A revision is added in a checkout."
        ) from error
    return number, path
