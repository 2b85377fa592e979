"""The state types by short names, and the sets of them in which the tables speak.

Rules compare types ten times for each task run, and to look a member up on its enum costs more than the comparison.
"""

from __future__ import annotations

from prefect.schemas.states import TERMINAL_STATES, StateType

SCHEDULED = StateType.SCHEDULED
PENDING = StateType.PENDING
RUNNING = StateType.RUNNING
COMPLETED = StateType.COMPLETED
FAILED = StateType.FAILED
CANCELLED = StateType.CANCELLED
CRASHED = StateType.CRASHED
PAUSED = StateType.PAUSED
CANCELLING = StateType.CANCELLING

Types = frozenset[StateType]
TypesOrNone = frozenset[StateType | None]

EVERY: Types = frozenset(StateType)
"""Any type."""

FROM_ANYTHING: TypesOrNone = EVERY | {None}
"""Any type, and the beginning of a run that has no state yet."""

FINAL: Types = frozenset(TERMINAL_STATES)
"""The types in which a run has ended."""

IN_PROGRESS: Types = frozenset({PENDING, RUNNING, CANCELLING})
"""The types in which a flow run holds the slot of its deployment."""


def one_of(*types: StateType) -> Types:
    """Return the set of these types."""
    return frozenset(types)


def from_one_of(*types: StateType | None) -> TypesOrNone:
    """Return the set of these initial types; `None` stands for a run without a state."""
    return frozenset(types)


def from_anything_but(*types: StateType) -> TypesOrNone:
    """Return every initial type but these, the absence of a state included."""
    return FROM_ANYTHING - set(types)


def anything_but(*types: StateType) -> Types:
    """Return every type but these."""
    return EVERY - set(types)
