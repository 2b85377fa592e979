"""What is said of the end of a process."""

from __future__ import annotations

import pytest

from prefect.runner.exit_codes import told_end


@pytest.mark.parametrize(
    ("exit_code", "said"),
    [
        (0, "ended with exit code 0 before the run had ended."),
        (1, "ended with exit code 1."),
        (127, "ended with exit code 127. The command was not found."),
        (-9, "was ended by the signal SIGKILL (exit code -9). Often that is the system's answer to a lack of memory."),
        (134, "was ended by the signal SIGABRT (exit code 134). Native code has given up."),
        (-11, "was ended by the signal SIGSEGV (exit code -11). Native code has read or written where it must not."),
        (-15, "was ended by the signal SIGTERM (exit code -15)."),
        (200, "ended with exit code 200."),
        (None, "has ended; how is not known, since who launched it is gone."),
    ],
)  # fmt: skip
def test_ends_are_told_in_words(exit_code: int | None, said: str) -> None:
    """Signals have their names, also those that a shell has turned into exit codes; common codes a hint."""
    assert told_end(exit_code) == f"The process of the flow run {said}"


def test_the_last_lines_are_told() -> None:
    """The lines that the process printed last follow; empty ones and those long before do not."""
    told = told_end(1, [f"line {number}" for number in range(30)] + ["", "  "])
    assert told.splitlines() == [
        "The process of the flow run ended with exit code 1. Its last lines:",
        *(f"line {number}" for number in range(20, 30)),
    ]
