"""What the end of a process says, in words."""

from __future__ import annotations

import signal
from collections.abc import Sequence

_SIGNALS = {
    signal.SIGKILL
    if hasattr(signal, "SIGKILL")
    else 9: "Often that is the system's answer to a lack of memory.",
    signal.SIGSEGV: "Native code has read or written where it must not.",
    signal.SIGABRT: "Native code has given up.",
}
_CODES = {
    125: "The container could not be started.",
    126: "The command cannot be executed.",
    127: "The command was not found.",
    247: "Often that means a lack of memory.",
}
_LINES = 10
"""How many of the last lines are told."""


def told_end(exit_code: int | None, last_lines: Sequence[str] = ()) -> str:
    """Return what is known of the end of a process that was to execute a run.

    Args:
        exit_code: How it ended; negative for a signal; None where that is not known.
        last_lines: What it printed last.
    """
    told = f"The process of the flow run {_how(exit_code)}."
    lines = [line for line in last_lines if line.strip()][-_LINES:]
    return f"{told} Its last lines:\n" + "\n".join(lines) if lines else told


def _how(exit_code: int | None) -> str:
    if exit_code is None:
        return "has ended; how is not known, since who launched it is gone"
    if exit_code == 0:
        return "ended with exit code 0 before the run had ended"
    number = -exit_code if exit_code < 0 else exit_code - 128 if exit_code > 128 else 0
    try:
        name = signal.Signals(number).name
    except ValueError:
        hint = _CODES.get(exit_code)
        return f"ended with exit code {exit_code}" + (f". {hint}".rstrip(".") if hint else "")
    hint = _SIGNALS.get(number)
    return f"was ended by the signal {name} (exit code {exit_code})" + (
        f". {hint}".rstrip(".") if hint else ""
    )
