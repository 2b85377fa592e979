"""Questions to the person at the terminal, if there is one."""

from __future__ import annotations

import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from prefect.cli.inert import inert
from prefect.settings import get_current_settings

_asked_for: ContextVar[bool | None] = ContextVar("asked_for", default=None)


@contextmanager
def asking(wanted: bool | None) -> Generator[None]:
    """While this lasts, ask or do not ask as `wanted`; None asks when a person is there."""
    token = _asked_for.set(wanted)
    try:
        yield
    finally:
        _asked_for.reset(token)


def somebody_is_there() -> bool:
    """Whether there is a person who can be asked."""
    wanted = _asked_for.get()
    if wanted is None:
        wanted = get_current_settings().cli.prompt
    if wanted is None:
        wanted = sys.stdin.isatty() and sys.stdout.isatty()
    return wanted


def confirmed(question: str) -> bool:
    """Ask a question that is answered with yes or no; without a person to ask, the answer is yes."""
    if not somebody_is_there():
        return True
    return wants(question)


def wants(question: str, *, otherwise: bool = False) -> bool:
    """Ask a person a question that is answered with yes or no; `otherwise` is the answer of who just presses Enter."""
    print(f"{question} [{'Y/n' if otherwise else 'y/N'}] ", end="", flush=True)
    answer = sys.stdin.readline().strip().lower()
    return answer in ("y", "yes") if answer else otherwise


def answered(question: str, otherwise: str = "") -> str:
    """Ask a person for a text; `otherwise` is the answer of who just presses Enter."""
    print(f"{question}{f' [{otherwise}]' if otherwise else ''}: ", end="", flush=True)
    return sys.stdin.readline().strip() or otherwise


def chosen(question: str, choices: Sequence[str], otherwise: int = 0) -> int:
    """Ask a person for one of several, by its number; return its position."""
    for number, choice in enumerate(choices, start=1):
        print(f"  {number}. {inert(choice)}")
    while True:
        print(f"{question} [{otherwise + 1}]: ", end="", flush=True)
        answer = sys.stdin.readline().strip() or str(otherwise + 1)
        if answer.isdigit() and 1 <= int(answer) <= len(choices):
            return int(answer) - 1
        print(f"Write a number from 1 to {len(choices)}.")
