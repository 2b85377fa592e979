"""What others are told when the state of a flow run was written."""

from __future__ import annotations

from typing import Any

from prefect.orchestration.decisions import EmitStateEvent, UpdateParentTaskRun
from prefect.orchestration.facts import FlowRunFacts
from prefect.schemas.states import State

_EMIT = EmitStateEvent()
_UPDATE_PARENT = UpdateParentTaskRun()


def emit_state_event(_: State[Any] | None, _written: State[Any], _facts: FlowRunFacts) -> EmitStateEvent:
    """Each state of a flow run is an event."""
    return _EMIT


def tell_parent(
    _: State[Any] | None, _written: State[Any], facts: FlowRunFacts
) -> UpdateParentTaskRun | None:
    """The task run that stands for a subflow in its parent has the state of the subflow."""
    return _UPDATE_PARENT if facts.is_subflow else None
