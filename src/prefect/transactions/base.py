"""The life of a transaction, for blocking and for awaiting code.

A transaction with a key keeps its value under that key in a result store; one that finds a value there is committed
from the start. A transaction inside another one is committed or rolled back with it, unless its commit mode says
otherwise. How that goes is written once, in generators of effects that the two kinds of transactions run.
"""

from __future__ import annotations

import copy
import dataclasses
import logging
from collections.abc import Callable
from contextvars import ContextVar, Token
from dataclasses import KW_ONLY, dataclass, field
from enum import Enum
from typing import Any, ClassVar, Self, TypeAlias, cast

from prefect._dual.effects import Steps
from prefect._ids import uuid4
from prefect.exceptions import ConfigurationError, MissingContextError
from prefect.locking.isolation import IsolationLevel
from prefect.logging.loggers import PrefectLogAdapter, get_logger, get_run_logger
from prefect.results.reaching import Reach
from prefect.results.store import ResultStore, get_result_store
from prefect.schemas.results import ResultRecord
from prefect.utilities.annotations import NotSet

Logger: TypeAlias = "logging.Logger | PrefectLogAdapter"
Hook: TypeAlias = Callable[..., Any]


class CommitMode(str, Enum):
    """When a transaction is committed.

    EAGER: at its own end. LAZY: at the end of the outermost transaction. OFF: never; it is rolled back.
    """

    EAGER = "EAGER"
    LAZY = "LAZY"
    OFF = "OFF"


class TransactionState(str, Enum):
    """How far a transaction is."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    STAGED = "STAGED"
    COMMITTED = "COMMITTED"
    ROLLED_BACK = "ROLLED_BACK"


_ENDED = frozenset({TransactionState.COMMITTED, TransactionState.ROLLED_BACK})


@dataclass(eq=False)
class BaseTransaction:
    """What both kinds of transactions share.

    Args:
        key: Where the value is kept; without one nothing is written.
        timeout: Seconds to wait for the lock of the key; None means no limit.
        store: The store of results; by default that of the task or flow that runs here.
        children: The transactions inside this one that have ended.
        commit_mode: When it is committed; by default as the one around it is, or else LAZY.
        isolation_level: Whether it may run beside another one with this key.
        overwrite: Do not look for a value under the key.
        logger: Where is told what goes wrong; by default the logger of the run that ends it.
        write_on_commit: Write the value under the key.
    """

    _active: ClassVar[ContextVar[BaseTransaction | None]] = ContextVar("transaction", default=None)
    _reach: ClassVar[Reach]

    key: str | None = None
    timeout: float | None = None
    _: KW_ONLY
    store: ResultStore | None = None
    children: list[BaseTransaction] = field(default_factory=list["BaseTransaction"], repr=False)
    commit_mode: CommitMode | None = None
    isolation_level: IsolationLevel | None = IsolationLevel.READ_COMMITTED
    state: TransactionState = TransactionState.PENDING
    on_commit_hooks: list[Hook] = field(default_factory=list[Hook], repr=False)
    on_rollback_hooks: list[Hook] = field(default_factory=list[Hook], repr=False)
    overwrite: bool = False
    logger: Logger | None = field(default=None, repr=False)
    write_on_commit: bool = True

    failure: BaseException | None = field(default=None, init=False, repr=False)
    """Why it could not be committed."""
    when_rolled_back: Callable[[BaseTransaction], None] | None = field(default=None, init=False, repr=False)
    """Called when all that was done is undone, after the hooks."""
    write_failure: Exception | None = field(default=None, init=False, repr=False)
    """Why its value could not be written, if that was the reason."""
    _values: dict[str, Any] = field(default_factory=dict[str, Any], init=False, repr=False)
    _staged_value: Any = field(default=None, init=False, repr=False)
    _found: ResultRecord[Any] | None = field(default=None, init=False, repr=False)
    _holder: str = field(default="", init=False, repr=False)
    _around: BaseTransaction | None = field(default=None, init=False, repr=False)
    _token: Token[BaseTransaction | None] | None = field(default=None, init=False, repr=False)

    # Values that hooks and inner transactions can use

    def set(self, name: str, value: Any) -> None:
        """Keep a copy of a value under a name, for hooks and for the transactions inside this one."""
        self._values[name] = copy.deepcopy(value)

    def get(self, name: str, default: Any = NotSet) -> Any:
        """Return a copy of the value of a name, set here or in a transaction around this one.

        Raises:
            ValueError: The name is not set and there is no default.
        """
        if name in self._values:
            return copy.deepcopy(self._values[name])
        if self._around is not None:
            return self._around.get(name, default)
        if default is NotSet:
            raise ValueError(f"Could not retrieve value for unknown key: {name}")
        return default

    # Where it is

    @classmethod
    def get_active(cls) -> BaseTransaction | None:
        """Return the innermost transaction that this code is in, or None."""
        return cls._active.get()

    def get_parent(self) -> BaseTransaction | None:
        """Return the transaction around this one while this code is in it, or None."""
        return self._around if self._token is not None else None

    def model_copy(self, *, update: dict[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy that this code is not in, with new values of some fields.

        Args:
            update: New values, by the names of the fields.
            deep: Copy the values that are kept in it too; children and stores stay the same ones.
        """
        copied = dataclasses.replace(self, **(update or {}))
        copied._values = copy.deepcopy(self._values) if deep else dict(self._values)  # noqa: SLF001 - a copy of this one
        copied._staged_value = self._staged_value  # noqa: SLF001 - the same
        return copied

    def serialize(self, include_secrets: bool = True) -> dict[str, Any]:
        """Return the fields that were given, by their names.

        Args:
            include_secrets: Accepted for compatibility.
        """
        del include_secrets
        return {each.name: getattr(self, each.name) for each in dataclasses.fields(self) if each.init}

    def add_child(self, transaction: BaseTransaction) -> None:
        """Commit or roll back a transaction together with this one."""
        self.children.append(transaction)

    @property
    def staged_record(self) -> ResultRecord[Any] | None:
        """The record of the value, if one was staged."""
        value = self._staged_value
        return cast("ResultRecord[Any]", value) if isinstance(value, ResultRecord) else None

    def is_committed(self) -> bool:
        """Whether it was committed, now or by an earlier run."""
        return self.state is TransactionState.COMMITTED

    def is_rolled_back(self) -> bool:
        """Whether it was undone."""
        return self.state is TransactionState.ROLLED_BACK

    def is_staged(self) -> bool:
        """Whether it has a value and waits to be committed."""
        return self.state is TransactionState.STAGED

    def is_pending(self) -> bool:
        """Whether it has not begun."""
        return self.state is TransactionState.PENDING

    def is_active(self) -> bool:
        """Whether it goes on."""
        return self.state is TransactionState.ACTIVE

    @property
    def _log(self) -> Logger:
        if self.logger is not None:
            return self.logger
        try:
            return get_run_logger()
        except MissingContextError:
            return get_logger("transactions")

    # Its life

    def prepare_transaction(self) -> None:
        """Take from the transaction around this one what is not set.

        Raises:
            ConfigurationError: The isolation level needs a lock manager and the store has none.
        """
        parent = self.get_active()
        if self.key:
            # Of a flow's own result nothing is kept by which it could be found again; of this value something must be.
            self.store = (self.store or get_result_store()).with_findable_keys()
        if self.commit_mode is None:
            inherited = None if parent is None else parent.commit_mode
            self.commit_mode = inherited or CommitMode.LAZY
        if self.isolation_level is None:
            inherited_level = None if parent is None else parent.isolation_level
            self.isolation_level = inherited_level or IsolationLevel.READ_COMMITTED
        if self.store and self.key and not self.store.supports_isolation_level(self.isolation_level):
            raise ConfigurationError(
                f"Isolation level {self.isolation_level.name} is not supported by provided configuration. Please "
                "ensure you've provided a lock file directory or lock manager when using the "
                f"{self.isolation_level.name} isolation level."
            )

    def stage(
        self,
        value: Any,
        on_rollback_hooks: list[Hook] | None = None,
        on_commit_hooks: list[Hook] | None = None,
    ) -> None:
        """Give the value that is to be committed. A transaction that is committed already does not change.

        Args:
            value: The value, or the `ResultRecord` of it.
            on_rollback_hooks: Functions of (transaction) that undo what was done.
            on_commit_hooks: Functions of (transaction) to call when it is committed.
        """
        if self.is_committed():
            return
        self.on_rollback_hooks += on_rollback_hooks or []
        self.on_commit_hooks += on_commit_hooks or []
        self._staged_value = value
        self.state = TransactionState.STAGED

    def begin_steps(self) -> Steps[None]:
        """Take the lock if there is to be one, and look whether the value is there already.

        Raises:
            TimeoutError: The lock was not free in time.
        """
        store, key = self.store, self.key
        if store is None or not key:
            return
        if self.isolation_level is IsolationLevel.SERIALIZABLE:
            locks = store.lock_manager
            self._holder = str(uuid4())
            if not (yield from self._reach.method(locks, "acquire_lock", key, self._holder, self.timeout)):
                raise TimeoutError(
                    f"The lock of the key {key!r} was not free within {self.timeout} second(s): another transaction "
                    "holds it. Give more time, or look who holds it."
                )
        if not self.overwrite:
            try:
                self._found = yield from store.find_steps(key, self._reach)
            except BaseException:
                self._release()
                raise
        if self._found is not None:
            self.state = TransactionState.COMMITTED
            self._release()  # what is committed stays as it is: others need not wait

    def read_steps(self) -> Steps[ResultRecord[Any] | None]:
        """Return the record under the key, or None."""
        if self._found is not None or self.store is None or not self.key:
            return self._found
        return (yield from self.store.find_steps(self.key, self._reach))

    def enter_steps(self) -> Steps[None]:
        """Begin, and become the transaction that this code is in."""
        if self._token is not None:
            raise RuntimeError(
                "Context already entered. Context enter calls cannot be nested: use one `with` for a transaction."
            )
        self.prepare_transaction()
        self.state = TransactionState.ACTIVE
        yield from self.begin_steps()
        self._around = self.get_active()
        self._token = self._active.set(self)

    def exit_steps(self, error: BaseException | None) -> Steps[None]:
        """End: commit, roll back, or leave both to the transaction around."""
        outermost = self._around is None
        if error is not None:
            yield from self.rollback_steps()
            self._leave()
            return
        self._leave()
        if self.commit_mode is CommitMode.EAGER or (self.commit_mode is CommitMode.LAZY and outermost):
            yield from self.commit_steps()
        elif self.commit_mode is CommitMode.OFF and outermost:
            yield from self.rollback_steps()

    def commit_steps(self) -> Steps[bool]:
        """Commit the transactions inside, call the hooks, write the value; return whether all that was done."""
        if self.state in _ENDED:
            self._release()
            return False
        try:
            for child in self.children:
                yield from child.commit_steps()
            for hook in self.on_commit_hooks:
                yield from self.hook_steps(hook, "commit")
        except Exception as error:  # noqa: BLE001 - a hook may raise anything
            self.failure = error
            self._log.exception("An error was encountered while committing transaction %r", self.key)
        else:
            try:
                yield from self._write()
            except Exception as error:  # noqa: BLE001 - whatever a storage may raise
                self.failure = self.write_failure = error
                self._log.error("The value of transaction %r was not committed: %s", self.key, error)
        if self.failure is not None:
            yield from self.rollback_steps()
            return False
        self.state = TransactionState.COMMITTED
        self._release()
        return True

    def rollback_steps(self) -> Steps[bool]:
        """Undo, the latest first: this one, the transactions inside, then the one around; return whether it worked.

        A hook that fails does not keep the others from undoing their part.
        """
        if self.state in _ENDED:
            self._release()
            return False
        worked = True
        for hook in reversed(self.on_rollback_hooks):
            try:
                yield from self.hook_steps(hook, "rollback")
            except Exception:  # noqa: BLE001 - a hook may raise anything
                self._log.exception("An error was encountered while rolling back transaction %r", self.key)
                worked = False
        if worked:
            self.state = TransactionState.ROLLED_BACK
            if self.when_rolled_back is not None:
                self.when_rolled_back(self)
        for child in reversed(self.children):
            yield from child.rollback_steps()
        self._release()
        parent = self.get_parent()
        if parent is not None:
            yield from parent.rollback_steps()
        return worked

    def hook_steps(self, hook: Hook, hook_type: str) -> Steps[None]:
        """Call a hook with this transaction; tell which one failed."""
        try:
            yield from self._reach.function(hook, self)
        except Exception:
            name = getattr(hook, "__name__", repr(hook))
            self._log.error("An error was encountered while running %s hook %r", hook_type, name)
            raise

    def _write(self) -> Steps[None]:
        if self.store is None or not self.key or not self.write_on_commit:
            return
        record = self.staged_record or self.store.create_result_record(self._staged_value, self.key)
        yield from self.store.persist_steps(record, self._reach, self._holder or None)

    def _release(self) -> None:
        """Give the lock back, if this transaction has it."""
        if self.isolation_level is IsolationLevel.SERIALIZABLE and self.store and self.key:
            locks = self.store.lock_manager
            if locks is not None and locks.is_lock_holder(self.key, self._holder):
                locks.release_lock(self.key, self._holder)

    def _leave(self) -> None:
        token, parent = self._token, self.get_parent()
        if token is None:
            raise RuntimeError("Asymmetric use of context. Context exit called without an enter.")
        if parent is not None:
            parent.add_child(self)
        self._active.reset(token)
        self._token = None


def error_of(exc_info: tuple[Any, ...]) -> BaseException | None:
    """Return the exception that `__exit__` is given, if there is one."""
    return exc_info[1] if len(exc_info) > 1 else None
