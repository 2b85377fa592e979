"""`prefect events`: watch what happens as it is recorded, or tell that something happened."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TextIO, cast
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from cyclopts import App, Parameter

from prefect._clock import now
from prefect.cli.durations import local_time
from prefect.cli.failures import WRONG_USAGE, CommandFailed
from prefect.cli.inert import inert
from prefect.cli.operations import anything_recorded, checked, perform
from prefect.cli.options import ARGUMENTS, OPTIONS

if TYPE_CHECKING:
    from prefect.schemas.events import ReceivedEvent

app = App(
    name="events",
    help_flags=["--help", "-h"],
    version_flags=[],
    group_arguments=ARGUMENTS,
    group_parameters=OPTIONS,
    help_epilogue="""Examples:
  prefect events stream --format text
  prefect events emit table.loaded --resource-id warehouse.orders --payload '{"rows": 1200}'""",
)

_EVERY = 0.5
"""How many seconds there are between two looks."""

_LATE = timedelta(seconds=30)
"""How much later than it occurred an event may be recorded and still be shown."""


@app.command(
    help_epilogue="""Examples:
  prefect events stream --format text
  prefect events stream --run-once | jq .event
  prefect events stream --output-file events.jsonl"""
)
def stream(
    *,
    format: Annotated[
        Literal["json", "text"], Parameter(help="How each event is shown, on a line of its own.")
    ] = "json",
    output_file: Annotated[Path | None, Parameter(help="Write them to the end of this file.")] = None,
    account: Annotated[bool, Parameter(negative=(), help="Only for the hosted service.")] = False,
    run_once: Annotated[bool, Parameter(negative=(), help="End with the first event.")] = False,
) -> None:
    """Show events as they happen, until Ctrl-C."""
    if account:
        raise CommandFailed("--account is for the hosted service.", exit_code=WRONG_USAGE)
    with ExitStack() as open_files:
        place: TextIO = sys.stdout
        if output_file is not None:
            try:
                place = open_files.enter_context(output_file.open("a", encoding="utf-8"))
            except OSError as error:
                raise CommandFailed(f"{output_file} cannot be written: {error.strerror}.") from error
        for event in _as_they_happen(now()):
            place.write((event.model_dump_json() if format == "json" else _line(event)) + "\n")
            place.flush()
            if run_once:
                return


@app.command(
    help_epilogue="""Examples:
  prefect events emit table.loaded --resource-id warehouse.orders --payload '{"rows": 1200}'
  prefect events emit order.paid --resource '{"prefect.resource.id": "order.7", "customer": "Ada"}'"""
)
def emit(
    event: Annotated[str, Parameter(help="What happened, for example `table.loaded`.")],
    *,
    resource: Annotated[
        str | None,
        Parameter(alias="-r", help="What it happened to: labels as a JSON object, or one as NAME=VALUE."),
    ] = None,
    resource_id: Annotated[str | None, Parameter(help="The id of what it happened to.")] = None,
    related: Annotated[
        str | None,
        Parameter(
            help="What else had a part in it: a JSON list of objects of labels, each with an id and a role."
        ),
    ] = None,
    payload: Annotated[
        str | None, Parameter(alias="-p", help="What else there is to say, as a JSON object.")
    ] = None,
) -> None:
    """Tell that something happened."""
    labels = _labels(resource)
    if resource_id is not None:
        labels["prefect.resource.id"] = resource_id
    if "prefect.resource.id" not in labels:
        raise CommandFailed(
            "Say what it happened to: give --resource-id, or the label `prefect.resource.id` in --resource.",
            exit_code=WRONG_USAGE,
        )
    others: Any = _parsed("--related", related) if related is not None else []
    values: dict[str, Any] = {
        "event": event,
        "resource": labels,
        "related": [others] if isinstance(others, dict) else others,
        "payload": _parsed("--payload", payload) if payload is not None else {},
    }
    from prefect.client.orchestration import get_client
    from prefect.schemas.events import Event  # loads pydantic: not for the help pages

    made = checked(Event, values)
    with get_client(sync_client=True) as client:  # not behind the work: whether it was recorded is the answer
        client.request("POST", "/events", json=[made.model_dump(mode="json")])
    print(f"Emitted event {inert(event)!r} ({made.id}).")


def _as_they_happen(since: datetime) -> Iterator[ReceivedEvent]:
    """Yield events that are recorded from now on, each once."""
    shown: dict[UUID, datetime] = {}
    began = since
    while True:
        for event in _read(since) if anything_recorded() else ():
            if event.id not in shown and event.received >= began:
                shown[event.id] = event.occurred
                yield event
        since = max(since, now() - _LATE)
        shown = {id: occurred for id, occurred in shown.items() if occurred >= since}
        time.sleep(_EVERY)


def _read(since: datetime) -> Iterator[ReceivedEvent]:
    """Yield what occurred from then on, the oldest first."""
    from prefect.schemas.events import EventFilter, EventOccurredFilter, EventOrder
    from prefect.store.events import read_account_events_page, read_events

    wanted = EventFilter(occurred=EventOccurredFilter(since=since), order=EventOrder.ASC)
    page = perform(read_events, wanted)
    yield from page.events
    while page.next_page:
        token = parse_qs(urlsplit(page.next_page).query)["page-token"][0]
        page = perform(read_account_events_page, token)
        yield from page.events


def _line(event: ReceivedEvent) -> str:
    return f"{local_time(event.occurred, milliseconds=True)} {inert(event.event)} {inert(event.resource.id)}"


def _labels(text: str | None) -> dict[str, Any]:
    """Return the labels that a JSON object holds, or that one NAME=VALUE tells."""
    if text is None:
        return {}
    name, equals, value = text.partition("=")
    if equals and not text.lstrip().startswith(("{", "[")):
        return {name.strip(): value.strip()}
    labels = _parsed("--resource", text)
    if not isinstance(labels, dict):
        raise CommandFailed(
            "--resource must be a JSON object of labels, or NAME=VALUE.", exit_code=WRONG_USAGE
        )
    return cast("dict[str, Any]", labels)


def _parsed(option: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise CommandFailed(f"{option} is no JSON: {error}.", exit_code=WRONG_USAGE) from error
