"""The tables of a database, managed by hand: looked at, upgraded, downgraded, emptied, stamped.

Opening a database does what is needed by itself; this is for those who want to do it at a time of their own.
"""

from __future__ import annotations

from typing import Protocol


class ManagedSchema(Protocol):
    """The tables of one database. `place` is where it is, in words and without a password."""

    place: str

    def version(self) -> int:
        """Return the version of the tables; 0 where there are none yet."""
        ...

    def pending(self, version: int) -> list[str]:
        """Return the SQL that `upgrade` would run now."""
        ...

    def upgrade(self, version: int) -> None:
        """Bring the tables to a version, and to what is declared."""
        ...

    def downgrade(self, version: int) -> None:
        """Undo what can be undone of the revisions after a version. Tables and columns that were added stay."""
        ...

    def reset(self) -> None:
        """Drop the tables with all that is in them, and make them anew."""
        ...

    def stamp(self, version: int) -> None:
        """Write the version, and do nothing else."""
        ...
