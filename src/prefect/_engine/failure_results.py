"""The exception of a failed run as its result: written where the results of the run are, to be raised elsewhere."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from prefect._dual.effects import Steps
from prefect._engine.logs import log
from prefect.exceptions import SerializationError
from prefect.schemas.results import ResultRecord
from prefect.schemas.states import State

if TYPE_CHECKING:
    from prefect._engine.flow_run import FlowRunEngine
    from prefect._engine.task_run import TaskRunEngine


def failure_written(engine: TaskRunEngine[Any] | FlowRunEngine[Any], state: State[Any]) -> Steps[None]:
    """Write the exception of a failed run, so that it can be raised elsewhere, as far as it can be written."""
    data = state.data
    if not engine.persist_result or not isinstance(data, ResultRecord) or data.metadata is not None:
        return
    store = engine.result_store
    record = store.create_result_record(data.result)  # pyright: ignore[reportUnknownMemberType] - exceptions are the user's
    try:
        yield from store.persist_steps(record, engine.reach)
    except (SerializationError, OSError) as error:
        log(engine.scope, logging.DEBUG, "The exception of this run is only kept in its process: %s", error)
    else:
        vars(state)["data"] = record
