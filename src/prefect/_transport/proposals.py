"""States as they are proposed to a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect._ids import uuid4
from prefect.schemas.results import ResultRecord, ResultRecordMetadata
from prefect.schemas.states import StateCreate

if TYPE_CHECKING:
    from uuid import UUID

    from prefect.schemas.states import State


def proposal(state: State[Any], **details: UUID | None) -> StateCreate:
    """Return a state as it is proposed. A result that was not persisted stays in this process.

    It has an id of its own, by which a server knows that it has seen the proposal when it is sent again.

    Args:
        state: The state.
        **details: Whose state it is.
    """
    transition_id = state.state_details.transition_id or uuid4()
    return StateCreate(
        type=state.type,
        name=state.name,
        message=state.message,
        data=whereabouts(state.data),
        state_details=state.state_details.model_copy(update={"transition_id": transition_id, **details}),
    )


def whereabouts(data: Any) -> ResultRecordMetadata | None:
    """Return where the result of a state was stored; None for one that is in memory only."""
    if isinstance(data, ResultRecord):
        return data.metadata  # pyright: ignore[reportUnknownMemberType] - a record of anything
    return data if isinstance(data, ResultRecordMetadata) else None
