"""The sign and the colour of each type of state: the same wherever a state is shown."""

from __future__ import annotations

from typing import NamedTuple


class StateMark(NamedTuple):
    """How a type of state looks: a sign, the sign where only ASCII can be shown, and a colour by its terminal name."""

    sign: str
    ascii_sign: str
    colour: str


STATE_MARKS = {
    "SCHEDULED": StateMark("○", "o", "yellow"),
    "PENDING": StateMark("◌", ".", "bright_black"),
    "RUNNING": StateMark("●", ">", "blue"),
    "COMPLETED": StateMark("✓", "+", "green"),
    "FAILED": StateMark("✗", "x", "red"),
    "CRASHED": StateMark("!", "!", "bright_red"),
    "CANCELLED": StateMark("⊘", "-", "bright_black"),
    "CANCELLING": StateMark("⊖", "~", "bright_black"),
    "PAUSED": StateMark("‖", "=", "cyan"),
}

NO_STATE = StateMark("·", "?", "bright_black")
"""The mark of a run that has no state."""


def mark_of(state_type: str | None) -> StateMark:
    """Return the mark of a type of state."""
    return STATE_MARKS.get(state_type or "", NO_STATE)
