"""What a flow run does with its result: whether it is persisted, where, and the record of it in its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._dual.effects import Steps
from prefect.results import ResultStore, StoredRecord
from prefect.schemas.results import ResultRecord
from prefect.schemas.states import State

if TYPE_CHECKING:
    from prefect._engine.flow_run import FlowRunEngine


def persists(engine: FlowRunEngine[Any]) -> bool:
    """Return whether the result of a flow run is persisted: as the flow says, what is around it, or the settings."""
    if engine.flow.persist_result is not None:
        return engine.flow.persist_result
    if engine.around is not None:
        return engine.around.persist_result
    return engine.settings.results.persist_by_default


def store_of(engine: FlowRunEngine[Any]) -> ResultStore:
    """Return the store for a flow run: that of what runs around it, with the options of the flow."""
    around = engine.around
    return (ResultStore() if around is None else around.result_store).for_flow(engine.flow)


def state_with_result(engine: FlowRunEngine[Any], state: State[Any]) -> Steps[State[Any]]:
    """Write the result of a final state if it is to be persisted, and return the state with the record of it.

    Raises:
        UnwritableResult: The serializer cannot write it.
        Exception: The storage cannot take it.
    """
    data = state.data
    if not engine.persist_result or not isinstance(data, ResultRecord) or data.metadata is not None:
        return state
    record = engine.result_store.create_result_record(data.result)  # pyright: ignore[reportUnknownMemberType] - results are the user's
    yield from engine.result_store.persist_steps(record, engine.reach)
    return state.model_copy(update={"data": StoredRecord(engine.result_store, record)})
