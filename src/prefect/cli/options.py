"""Options that several commands take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from cyclopts import Group, Parameter
from cyclopts.validators import Number

from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.state_marks import STATE_MARKS

ARGUMENTS = Group("Arguments")
OPTIONS = Group("Options")

Output = Annotated[
    Literal["json"] | None,
    Parameter(name=["--output", "-o"], help="Print one JSON document instead of text for people."),
]
Limit = Annotated[int, Parameter(validator=Number(gte=1), help="How many runs to list at most.")]
StateNames = Annotated[list[str] | None, Parameter(help="Only runs in states of this name; may be repeated.")]
StateTypes = Annotated[list[str] | None, Parameter(help="Only runs in states of this type; may be repeated.")]
Head = Annotated[bool, Parameter(alias="-h", help="Show the first lines only.")]
Tail = Annotated[bool, Parameter(alias="-t", help="Show the last lines only.")]
Reverse = Annotated[bool, Parameter(alias="-r", help="Show the newest line first.")]
NumLogs = Annotated[
    int | None,
    Parameter(
        alias="-n",
        validator=Number(gte=1),
        help="How many lines to show. By default 20 with --head or --tail, otherwise all.",
    ),
]


def types_of_state(given: Sequence[str] | None) -> list[str]:
    """Return the types of states that `--state-type` names.

    Raises:
        CommandFailed: There is no such type.
    """
    types = [text.upper() for text in given or ()]
    for text, type_ in zip(given or (), types, strict=True):
        if type_ not in STATE_MARKS:
            raise CommandFailed(
                f"There is no type of state {text!r}. Choose from {', '.join(STATE_MARKS)}; "
                "names of states, such as Late, are given with --state.",
                exit_code=WRONG_USAGE,
            )
    return types


def names_of_state(given: Sequence[str] | None) -> list[str]:
    """Return the names of states that `--state` names; `completed` also means Completed."""
    return list(dict.fromkeys(name for text in given or () for name in (text, text[:1].upper() + text[1:])))
