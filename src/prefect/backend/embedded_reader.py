"""Reading what this machine's runs have recorded, from the SQLite file. Never creates or changes anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import UUID

from prefect.backend.operations_reader import OperationsReader
from prefect.store.orphaned_runs import orphaned_flow_runs
from prefect.store.readers import Readers
from prefect.store.statements import Transaction

P = ParamSpec("P")
R = TypeVar("R")


class EmbeddedReader(OperationsReader):
    """Implements `prefect.backend.protocol.Reader` on the SQLite file at `path`."""

    most_at_once = 1_000_000_000

    def __init__(self, path: Path) -> None:
        self.path = path
        self._readers = Readers(path)

    def ask(self, operation: Callable[P, Transaction[R]], *args: P.args, **kwargs: P.kwargs) -> R:
        """See `OperationsReader.ask`."""
        return self._readers.run(operation(*args, **kwargs))

    def orphaned_flow_runs(self) -> list[UUID]:
        """Return the flow runs whose processes have ended without a word."""
        return self._readers.run(orphaned_flow_runs())

    def close(self) -> None:
        """See `Reader.close`."""
        self._readers.close()
