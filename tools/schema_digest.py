"""Print the version of the database's schema with a digest of its tables, to be kept in `tests/data/schema-digest.txt`.

    python tools/schema_digest.py > tests/data/schema-digest.txt

A test compares both, so that nobody changes the tables of a released version by accident: databases of that version
would not be brought up to date when they are opened. The digest is of the SQL that makes all tables and indexes, on
SQLite and on PostgreSQL; the order in which they are declared does not count.
"""

from __future__ import annotations

import hashlib

from prefect.store.migrations.history import SCHEMA_VERSION
from prefect.store.tables import TABLES


def present() -> str:
    """Return the version and the digest of the tables as they are declared now."""
    statements = sorted(
        f"{dialect}: {statement}"
        for table in TABLES
        for dialect in ("sqlite", "postgres")
        for statement in table.create_statements(dialect)
    )
    digest = hashlib.sha256("\n".join(statements).encode()).hexdigest()
    return f"{SCHEMA_VERSION} {digest}"


if __name__ == "__main__":
    print(present())
