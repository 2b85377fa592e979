"""`prefect why`: say why a flow run waits, is late, is stuck, or ended badly."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from prefect._clock import now
from prefect.cli.durations import local_time_with_zone, relative_time
from prefect.cli.failures import CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import perform, plain
from prefect.cli.options import Output
from prefect.cli.recorded import require_records
from prefect.cli.run_search import find_flow_run
from prefect.cli.screen import show_json, stdout_screen
from prefect.exceptions import ObjectNotFound

if TYPE_CHECKING:
    from prefect.schemas.explanations import Cause

_NARROWEST = 40


def why(
    id: Annotated[str, Parameter(help="The flow run: its id, the beginning of its id, or its name.")],
    *,
    output: Output = None,
) -> None:
    """Say why a flow run waits, is late, is stuck, or ended badly, and what can be done.

    The most decisive cause comes first.
    """
    from prefect.store.explanations import explain_flow_run  # loads pydantic: not for the help pages

    run = find_flow_run(require_records("flow run", id), id)
    try:
        explanation = perform(explain_flow_run, run.id)
    except ObjectNotFound as error:
        raise CommandFailed(
            f"Flow run {run.name!r} ({run.id}) was deleted meanwhile by somebody else."
        ) from error
    if output:
        show_json(plain(explanation))
        return
    name = inert(explanation.name)
    print(f"Flow run {name!r} is {inert(explanation.state_name or 'in no state')}.")
    if not explanation.causes:
        print(inert(explanation.summary))
    width = stdout_screen().width
    for number, cause in enumerate(explanation.causes, start=1):
        print()
        for place, line in enumerate(_lines(cause)):
            print(_wrapped("   " if place else f"{number}. ", line, width))


def _lines(cause: Cause) -> list[str]:
    moment = cause.since
    since = [f"Since {local_time_with_zone(moment)} ({relative_time(moment, now())})."] if moment else []
    return [cause.message, *since, cause.advice]


def _wrapped(mark: str, line: str, width: int | None) -> str:
    text = inert(line)
    if width is None:
        return mark + text
    return textwrap.fill(
        text,
        max(width, _NARROWEST),
        initial_indent=mark,
        subsequent_indent="   ",
        break_long_words=False,
        break_on_hyphens=False,
    )
