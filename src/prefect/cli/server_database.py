"""`prefect server database`: bring the database up to date, empty it, or look what would be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from prefect.cli.failures import CommandFailed
from prefect.cli.options import ARGUMENTS, OPTIONS
from prefect.cli.questions import confirmed
from prefect.settings import get_current_settings

if TYPE_CHECKING:
    from prefect.store.managed_schema import ManagedSchema

app = App(
    name="database",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""A server does it when it starts, unless PREFECT_SERVER_DATABASE_MIGRATE_ON_START is false.

Examples:
  prefect server database upgrade --dry-run
  prefect server database upgrade -y
  prefect server database reset""",
)

Yes = Annotated[bool, Parameter(name=["--yes", "-y"], help="Do not ask.")]
DryRun = Annotated[bool, Parameter(help="Print the SQL that would be run, and change nothing.")]


@app.command(help_epilogue="Example:\n  prefect server database reset -y")
def reset(*, yes: Yes = False) -> None:
    """Drop all tables with all that is in them, and make them anew."""
    schema = _schema()
    _ask(yes, f"{schema.place}: all runs and all else that is recorded will be lost. Go on?")
    schema.reset()
    print(f"{schema.place} is empty now.")


@app.command(help_epilogue="Example:\n  prefect server database upgrade --dry-run")
def upgrade(
    *,
    yes: Yes = False,
    revision: Annotated[str, Parameter(alias="-r", help="To which revision: a number, or head.")] = "head",
    dry_run: DryRun = False,
) -> None:
    """Bring the tables up to date."""
    from prefect.store.migrations.history import version_meant  # not for the help pages

    schema = _schema()
    present = schema.version()
    wanted = version_meant(revision, present)
    if wanted < present:
        raise CommandFailed(
            f"{schema.place} is at revision {present}, after {wanted}. Use `prefect server database downgrade`."
        )
    if dry_run:
        _print_statements(schema.pending(wanted))
        return
    _ask(yes, f"{schema.place}: bring it from revision {present} to {wanted}?")
    schema.upgrade(wanted)
    print(f"{schema.place} is at revision {wanted}.")


@app.command(help_epilogue="Example:\n  prefect server database downgrade -r -1")
def downgrade(
    *,
    yes: Yes = False,
    revision: Annotated[str, Parameter(alias="-r", help="To which revision: a number, base, or -1.")] = "-1",
    dry_run: DryRun = False,
) -> None:
    """Make the tables fit an older release. What was added since stays there, and is passed over by that release."""
    from prefect.store.migrations.history import revisions_to_undo, version_meant  # not for the help pages

    schema = _schema()
    present = schema.version()
    wanted = version_meant(revision, present)
    if wanted > present:
        raise CommandFailed(
            f"{schema.place} is at revision {present}, which is before {wanted}. Use `prefect server database upgrade`."
        )
    if dry_run:
        _print_statements([sql for one in revisions_to_undo(wanted) for sql in one.undo])
        return
    _ask(yes, f"{schema.place}: take it from revision {present} back to {wanted}?")
    schema.downgrade(wanted)
    print(f"{schema.place} is at revision {wanted}. This release will upgrade it again when it opens it.")


@app.command(help_epilogue="Example:\n  prefect server database revision -m 'flow runs have a colour'")
def revision(
    *,
    message: Annotated[str | None, Parameter(alias="-m", help="What changes, in words.")] = None,
    autogenerate: Annotated[
        bool, Parameter(help="Show what the database lacks of what is declared.")
    ] = False,
) -> None:
    """Add a revision to the history, for those who develop Prefect itself."""
    from prefect.store.migrations.history import add_revision  # not for the help pages

    if autogenerate:
        schema = _schema()
        _print_statements(schema.pending(schema.version()))
    number, path = add_revision(message or "unnamed")
    print(
        f"Revision {number} is in {path}. What was added to the tables needs no statements; other changes do."
    )


@app.command(help_epilogue="Example:\n  prefect server database stamp head")
def stamp(revision: Annotated[str, Parameter(help="The revision: a number, head or base.")]) -> None:
    """Write which revision the tables are at, and do nothing else."""
    from prefect.store.migrations.history import version_meant  # not for the help pages

    schema = _schema()
    wanted = version_meant(revision, schema.version())
    schema.stamp(wanted)
    print(f"{schema.place} is marked as being at revision {wanted}.")


def _schema() -> ManagedSchema:
    """Return the tables of the database that the settings name."""
    from prefect.store.opening import open_schema  # loads pydantic and sqlite3: not for the help pages

    settings = get_current_settings()
    url = settings.server.database.connection_url
    if url is None:
        raise CommandFailed("PREFECT_SERVER_DATABASE_CONNECTION_URL is empty: unset it, or give a URL.")
    return open_schema(url.get_secret_value(), settings)


def _ask(yes: bool, question: str) -> None:
    if not yes and not confirmed(question):
        raise CommandFailed("Nothing was changed.")


def _print_statements(statements: list[str]) -> None:
    for statement in statements:
        print(f"{statement};")
    if not statements:
        print("-- Nothing to do.")
