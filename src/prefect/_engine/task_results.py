"""What a task run does with results: the key to find one by, the transaction to commit it in, the record of it.

Whether results are persisted is said by the task, else by what runs around it, else by the settings. The key comes from
the task's cache policy, or from its `result_storage_key`; a result that has neither is written under a key of its own.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from prefect._clock import now
from prefect._engine.logs import log
from prefect.context import TaskRunContext
from prefect.results import ResultStore, StoredRecord, stored
from prefect.schemas.results import ResultRecord, state_exception
from prefect.schemas.states import State
from prefect.transactions import AsyncTransaction, BaseTransaction, Transaction

if TYPE_CHECKING:
    from prefect._engine.task_run import TaskRunEngine

ROLLED_BACK = "RolledBack"
"""The name of the state of a run that completed and was undone."""


def persists(engine: TaskRunEngine[Any]) -> bool:
    """Return whether the result of a task run is persisted."""
    own = engine.task.persist_result
    if own is not None:
        return own
    for_tasks = engine.settings.tasks.default_persist_result
    if for_tasks is not None:
        return for_tasks
    around = engine.around
    return engine.settings.results.persist_by_default if around is None else around.persist_result


def store_of(engine: TaskRunEngine[Any]) -> ResultStore:
    """Return the store for a task run: that of what runs around it, with the options of the task."""
    around = engine.around
    return (ResultStore() if around is None else around.result_store).for_task(engine.task)


def transaction_of(engine: TaskRunEngine[Any]) -> BaseTransaction:
    """Return the transaction for one attempt of a task run, not begun; to be called in the context of the run."""
    kind = AsyncTransaction if engine.task.isasync else Transaction
    if not engine.persist_result:
        return kind()
    key, is_fresh = _key(engine)
    return kind(
        key,
        store=engine.result_store,
        overwrite=is_fresh or _is_refreshed(engine, key),
        isolation_level=None if is_fresh else getattr(engine.task.cache_policy, "isolation_level", None),
    )


def _is_refreshed(engine: TaskRunEngine[Any], key: str) -> bool:
    """Return whether a result under the key is not to be looked for: by the task, the settings, or a retry by hand."""
    refresh, flow_context = engine.task.refresh_cache, engine.flow_context
    again = flow_context.refreshed if flow_context is not None else None
    if again and engine.result_store.place_of(key) in again:
        return True
    return engine.settings.tasks.refresh_cache if refresh is None else refresh


def _key(engine: TaskRunEngine[Any]) -> tuple[str, bool]:
    """Return the key of the result, and whether it is a fresh one, under which nothing can be found."""
    task, store = engine.task, engine.result_store
    if task.result_storage_key is not None:
        return store.storage_key_fn(), False
    context, flow_context = TaskRunContext.get(), engine.flow_context
    assert context is not None  # the run's own
    key: str | None = None
    if task.cache_policy is not None:
        try:
            key = task.cache_policy.compute_key(
                task_ctx=context,
                inputs=engine.parameters,
                flow_parameters=(flow_context.parameters if flow_context else None) or {},
            )
        except Exception as error:  # of a policy of the user's; the task can go on without it
            log(
                engine.scope,
                logging.ERROR,
                "Error encountered when computing cache key - later runs will not find this result: %s",
                error,
                error=error,
            )
    return (store.storage_key_fn(), True) if key is None else (key, False)


def stage(engine: TaskRunEngine[Any], txn: BaseTransaction, value: Any, state: State[Any]) -> None:
    """Give the transaction what it will commit.

    Raises:
        UnwritableResult: The result is to be written, and cannot be.
    """
    task, store, staged = engine.task, txn.store, value
    if store is not None and txn.key is not None and isinstance(state.data, ResultRecord):
        expiration = None if task.cache_expiration is None else now() + task.cache_expiration
        staged = store.create_result_record(state.data.result, txn.key, expiration)  # pyright: ignore[reportUnknownMemberType] - results are the user's
        if txn.get_parent() is not None:
            # It is written when the transaction around it ends, too late for this run to fail.
            stored.written(staged.result, store.serializer)
    txn.when_rolled_back = engine.rolled_back
    txn.stage(staged, list(task.on_rollback_hooks), list(task.on_commit_hooks))


def failure_of(state: State[Any]) -> BaseException | None:
    """Return why a transaction whose task returned a state is to be undone; None when it is to be committed."""
    return None if state.is_completed() else state_exception(state)


def state_with_result(engine: TaskRunEngine[Any], txn: BaseTransaction, state: State[Any]) -> State[Any]:
    """Return the final state with the record of what was written, from which the result can be read anywhere.

    Raises:
        UnwritableResult: The result could not be written by the serializer.
        Exception: The storage could not take it.
    """
    if txn.write_failure is not None:
        raise txn.write_failure
    if txn.is_rolled_back() and state.is_completed():
        vars(state)["name"] = ROLLED_BACK
    record = txn.staged_record
    if record is None:
        return state
    if txn.is_committed() and txn.store is not None:
        if engine.flow_context is not None and record.metadata is not None:
            # Made anew once: a later attempt of the flow run finds it.
            engine.flow_context.refreshed.discard(record.metadata.storage_key or "")
        record = StoredRecord(txn.store, record)
    vars(state)["data"] = record
    return state


def cached_state(txn: BaseTransaction, record: ResultRecord[Any], like: State[Any]) -> State[Any]:
    """Return the final state of a run that takes an earlier result for its own."""
    assert txn.store is not None  # the record was found there
    vars(like).update(name="Cached", data=StoredRecord(txn.store, record))
    return like
