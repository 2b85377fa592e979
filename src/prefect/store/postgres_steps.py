"""The statements of a transaction, one after the other, on a connection to PostgreSQL."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Mapping, Sequence
from types import CodeType, GeneratorType
from typing import Any, Generic, TypeAlias, TypeVar, cast

from prefect.store.dialects import postgres_text
from prefect.store.postgres_connection import Connection
from prefect.store.postgres_errors import DRIVER_ERRORS
from prefect.store.statements import Batch, Row, Statement, Transaction

R = TypeVar("R")

Kind: TypeAlias = tuple[CodeType, ...]
"""What transactions are like: of which functions their first statement comes, the outermost first."""


class DriverError(Exception):
    """What the driver raised. Transactions raise exceptions of their own, some of the same classes."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        super().__init__(str(error))


async def said(answer: Awaitable[R]) -> R:
    """Wait for an answer of the driver; what it raises is told apart from what transactions raise."""
    try:
        return await answer
    except DRIVER_ERRORS as error:
        raise DriverError(error) from error


class Begun(Generic[R]):
    """A transaction that has been run as far as its first statement."""

    def __init__(self, transaction: Transaction[R]) -> None:
        self._transaction = transaction
        self._step: Statement | Batch | None = None
        self._result: R | None = None
        self._advance(None)
        self.kind = _kind_of(transaction)

    @property
    def is_done(self) -> bool:
        """Whether the transaction has come to its end."""
        return self._step is None

    @property
    def result(self) -> R:
        """What the transaction has returned."""
        return cast("R", self._result)

    async def one_statement(self, connection: Connection) -> None:
        """Run the next statement, if there is one."""
        if self._step is not None:
            self._advance(await _perform(connection, self._step))

    async def go_on(self, connection: Connection) -> R:
        """Run the statements that are left and return the result. Does not begin or commit."""
        while self._step is not None:
            self._advance(await _perform(connection, self._step))
        return self.result

    def _advance(self, rows: list[Row] | None) -> None:
        try:
            self._step = next(self._transaction) if rows is None else self._transaction.send(rows)
        except StopIteration as stop:
            self._step, self._result = None, stop.value


def outermost_code(transaction: Transaction[Any]) -> CodeType:
    """Return the code of the function that made a transaction."""
    return cast("GeneratorType[Any, Any, Any]", transaction).gi_code


def _kind_of(transaction: Transaction[Any]) -> Kind:
    codes: list[CodeType] = []
    inner: Any = transaction
    while isinstance(inner, GeneratorType):
        generator = cast("GeneratorType[Any, Any, Any]", inner)
        codes.append(generator.gi_code)
        inner = generator.gi_yieldfrom
    return tuple(codes)


async def _perform(connection: Connection, step: Statement | Batch) -> list[Row]:
    sql, names = postgres_text(step.sql)
    if isinstance(step, Batch):
        await said(connection.executemany(sql, [storable(row) for row in step.rows]))
        return []
    given = step.parameters
    values = [given[name] for name in names] if isinstance(given, Mapping) else given
    return await said(connection.fetch(sql, *storable(values)))


_ESCAPED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def storable(values: Sequence[Any]) -> Sequence[Any]:
    """Return parameters in which U+FFFD stands where there was a NUL, which PostgreSQL's texts cannot hold."""
    for value in values:
        if isinstance(value, str) and ("\x00" in value or "\\u0000" in value):
            return [_without_nul(each) if isinstance(each, str) else each for each in values]
    return values


def _without_nul(text: str) -> str:
    text = text.replace("\x00", "\ufffd")
    return _ESCAPED_NUL.sub(r"\1\\ufffd", text) if text.startswith(("{", "[", '"')) else text
