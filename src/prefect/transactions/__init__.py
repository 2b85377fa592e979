"""Transactions: several steps whose results are committed together, or undone together."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn, Self

from prefect._dual.drivers import arun, run
from prefect.locking.isolation import IsolationLevel
from prefect.results.reaching import AWAITING, BLOCKING, Reach
from prefect.results.store import ResultStore
from prefect.schemas.results import ResultRecord
from prefect.transactions.base import (
    BaseTransaction,
    CommitMode,
    Hook,
    Logger,
    TransactionState,
    error_of,
)

__all__ = [
    "AsyncTransaction",
    "BaseTransaction",
    "CommitMode",
    "IsolationLevel",
    "Transaction",
    "TransactionState",
    "atransaction",
    "get_transaction",
    "transaction",
]


@dataclass(eq=False)
class Transaction(BaseTransaction):
    """A transaction of blocking code; `transaction` makes one."""

    _reach: ClassVar[Reach] = BLOCKING

    def __enter__(self) -> Self:
        run(self.enter_steps())
        return self

    def __exit__(self, *exc_info: object) -> None:
        run(self.exit_steps(error_of(exc_info)))

    def begin(self) -> None:
        """Take the lock if there is to be one, and look whether the value is there already."""
        run(self.begin_steps())

    def read(self) -> ResultRecord[Any] | None:
        """Return the record that is committed under the key, or None."""
        return run(self.read_steps())

    def reset(self) -> None:
        """Leave the transaction without committing it: that is up to the one around it."""
        self._leave()

    def commit(self) -> bool:
        """Commit it, with the transactions inside; return whether that was done now."""
        return run(self.commit_steps())

    def run_hook(self, hook: Hook, hook_type: str) -> None:
        """Call a hook with this transaction."""
        run(self.hook_steps(hook, hook_type))

    def rollback(self) -> bool:
        """Undo it, with the transactions inside and around; return whether that was done now."""
        return run(self.rollback_steps())


@dataclass(eq=False)
class AsyncTransaction(BaseTransaction):
    """A transaction of awaiting code; `atransaction` makes one."""

    _reach: ClassVar[Reach] = AWAITING

    async def __aenter__(self) -> Self:
        await arun(self.enter_steps())
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await arun(self.exit_steps(error_of(exc_info)))

    def __enter__(self) -> NoReturn:
        raise NotImplementedError(
            "AsyncTransaction does not support the `with` statement. Use the `async with` statement instead."
        )

    def __exit__(self, *exc_info: object) -> NoReturn:
        raise NotImplementedError("Use the `async with` statement.")

    async def begin(self) -> None:
        """Take the lock if there is to be one, and look whether the value is there already."""
        await arun(self.begin_steps())

    async def read(self) -> ResultRecord[Any] | None:
        """Return the record that is committed under the key, or None."""
        return await arun(self.read_steps())

    async def reset(self) -> None:
        """Leave the transaction without committing it: that is up to the one around it."""
        self._leave()

    async def commit(self) -> bool:
        """Commit it, with the transactions inside; return whether that was done now."""
        return await arun(self.commit_steps())

    async def run_hook(self, hook: Hook, hook_type: str) -> None:
        """Call a hook with this transaction."""
        await arun(self.hook_steps(hook, hook_type))

    async def rollback(self) -> bool:
        """Undo it, with the transactions inside and around; return whether that was done now."""
        return await arun(self.rollback_steps())


def get_transaction() -> BaseTransaction | None:
    """Return the innermost transaction that this code is in, or None."""
    return BaseTransaction.get_active()


@contextmanager
def transaction(
    key: str | None = None,
    store: ResultStore | None = None,
    commit_mode: CommitMode | None = None,
    isolation_level: IsolationLevel | None = None,
    overwrite: bool = False,
    write_on_commit: bool = True,
    logger: Logger | None = None,
) -> Generator[Transaction]:
    """Commit what is done inside the block as a whole, or undo it as a whole. See `BaseTransaction` for the arguments.

    Example:
        >>> with transaction():
        ...     write_rows()  # a task with an `on_rollback` hook
        ...     check_rows()  # if it fails, the hook is called
    """
    given: dict[str, Any] = {
        "store": store,
        "commit_mode": commit_mode,
        "isolation_level": isolation_level,
        "overwrite": overwrite,
        "write_on_commit": write_on_commit,
        "logger": logger,
    }
    with Transaction(key, **given) as made:
        yield made


@asynccontextmanager
async def atransaction(
    key: str | None = None,
    store: ResultStore | None = None,
    commit_mode: CommitMode | None = None,
    isolation_level: IsolationLevel | None = None,
    overwrite: bool = False,
    write_on_commit: bool = True,
    logger: Logger | None = None,
) -> AsyncGenerator[AsyncTransaction]:
    """Commit what is done inside the block as a whole, or undo it as a whole; see `transaction`."""
    given: dict[str, Any] = {
        "store": store,
        "commit_mode": commit_mode,
        "isolation_level": isolation_level,
        "overwrite": overwrite,
        "write_on_commit": write_on_commit,
        "logger": logger,
    }
    async with AsyncTransaction(key, **given) as made:
        yield made
