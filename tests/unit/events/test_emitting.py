from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from prefect import flow, tags, task
from prefect.backend import get_backend
from prefect.events import Event, RelatedResource, Resource, emit_event
from prefect.events.related import object_as_related_resource
from prefect.events.utilities import emit_event as under_its_other_path
from prefect.exceptions import DatabaseError, EventTooLarge
from prefect.runtime import flow_run, task_run
from prefect.schemas.events import EventFilter, EventOrder
from prefect.store.events import read_events

TABLE = {"prefect.resource.id": "warehouse.orders"}


def recorded() -> list[Event]:
    """Return all events, the oldest first."""
    wanted = EventFilter(order=EventOrder.ASC)
    get_backend().flush().result()
    return list(get_backend().perform(read_events, wanted).result().events)


def roles(event: Event) -> list[tuple[str, str, str | None]]:
    """Return role, id and name of the related resources."""
    return [(related.role, related.id, related.name) for related in event.related]


def test_an_event_is_recorded() -> None:
    """What is said of an event can be read afterwards."""
    event = emit_event(
        "table.loaded",
        resource={**TABLE, "prefect.resource.name": "orders"},
        related=[{"prefect.resource.id": "lake.raw", "prefect.resource.role": "source"}],
        payload={"rows": 12},
        id=UUID(int=3),
    )
    assert event is not None
    (stored,) = recorded()
    assert stored.model_dump(exclude={"received"}) == event.model_dump()
    assert (stored.id, stored.payload, stored.resource.name) == (UUID(int=3), {"rows": 12}, "orders")
    assert under_its_other_path is emit_event


def test_the_run_is_among_the_related_resources() -> None:
    """Inside a run, an event names the flow run, the task run, the flow and the tags, the tags sorted."""

    @task
    def loads() -> Any:
        emit_event("in.task", TABLE, related=[{"prefect.resource.id": "a", "prefect.resource.role": "b"}])
        return task_run.id, task_run.name

    @flow(name="etl")
    def etl() -> Any:
        emit_event("in.flow", TABLE)
        with tags("c", "a"):
            return flow_run.id, flow_run.name, loads()

    with tags("b"):
        run_id, run_name, (task_id, task_name) = etl()
    in_flow, in_task = recorded()
    flow_id = in_flow.resource_in_role["flow"].id
    assert roles(in_flow) == [
        ("flow-run", f"prefect.flow-run.{run_id}", run_name),
        ("flow", flow_id, "etl"),
        ("tag", "prefect.tag.b", None),
    ]
    assert roles(in_task) == [
        ("b", "a", None),
        ("flow-run", f"prefect.flow-run.{run_id}", run_name),
        ("task-run", f"prefect.task-run.{task_id}", task_name),
        ("flow", flow_id, "etl"),
        ("tag", "prefect.tag.a", None),
        ("tag", "prefect.tag.b", None),
        ("tag", "prefect.tag.c", None),
    ]


def test_what_an_event_is_about_is_not_also_related() -> None:
    """An event about the run that emits it does not name that run twice."""

    @flow
    def about_itself() -> None:
        emit_event("run.noted", {"prefect.resource.id": f"prefect.flow-run.{flow_run.id}"})

    about_itself()
    assert [role for role, _, _ in roles(recorded()[0])] == ["flow"]


def test_events_of_a_run_are_recorded_when_it_has_ended() -> None:
    """Nobody waits for an event, and none is missing, nor out of order, when the run has ended."""

    @flow
    def chatty() -> None:
        for number in range(200):
            emit_event("counted", TABLE, payload={"number": number})

    chatty()
    page = get_backend().perform(read_events, EventFilter(order=EventOrder.ASC), 500).result()
    assert [event.payload["number"] for event in page.events] == list(range(200))


@pytest.mark.parametrize(
    ("apart", "kept"),
    [
        (timedelta(0), True),
        (timedelta(minutes=4, seconds=59), True),
        (timedelta(minutes=-1), True),
        (timedelta(minutes=6), False),
        (timedelta(minutes=-6), False),
    ],
)
def test_an_event_follows_one_that_is_near(apart: timedelta, kept: bool) -> None:
    """An event that comes long after the other does not follow it."""
    noon = datetime(2024, 5, 6, 12, tzinfo=UTC)
    first = Event(event="first", resource=Resource(TABLE), occurred=noon)
    second = emit_event("second", TABLE, occurred=noon + apart, follows=first)
    assert second is not None
    assert second.follows == (first.id if kept else None)


def test_a_time_without_a_zone_is_utc() -> None:
    """A naive time means the same everywhere."""
    event = emit_event("e", TABLE, occurred=datetime(2024, 1, 1))  # noqa: DTZ001 - as users write it
    assert event is not None
    assert event.occurred == datetime(2024, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"resource": {"a": "b"}}, "prefect.resource.id"),
        ({"resource": {"prefect.resource.id": ""}}, "non-empty"),
        ({"resource": {**TABLE, "n": 5}}, "valid string"),
        ({"resource": TABLE, "related": [{"prefect.resource.id": "b"}]}, "prefect.resource.role"),
        ({"resource": TABLE, "payload": {"x": object()}}, "serialize"),
    ],
)
def test_a_badly_formed_event_stops_no_run(
    arguments: dict[str, Any], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not recorded, and the log says why; the code goes on."""
    with caplog.at_level(logging.ERROR, "prefect.events"):
        assert emit_event("table.loaded", **arguments) is None
    assert "'table.loaded' was not recorded" in caplog.text
    assert why in caplog.text
    assert recorded() == []


def test_the_number_of_related_resources_is_limited_by_a_setting(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """More related resources than the setting allows are refused."""
    monkeypatch.setenv("PREFECT_SERVER_EVENTS_MAXIMUM_RELATED_RESOURCES", "1")
    part = {"prefect.resource.id": "a", "prefect.resource.role": "b"}
    assert emit_event("e", TABLE, related=[part]) is not None
    assert emit_event("e", TABLE, related=[part, part]) is None
    assert "maximum number of related resources is 1" in caplog.text


def test_an_event_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting says how many bytes an event may have; the error says how many it has."""
    monkeypatch.setenv("PREFECT_SERVER_EVENTS_MAXIMUM_SIZE_BYTES", "1000")
    with pytest.raises(EventTooLarge, match="at most 1000"):
        emit_event("e", TABLE, payload={"x": "y" * 1000})
    assert recorded() == []


def test_objects_are_taken_as_well_as_labels() -> None:
    """Resources may be given as objects, and unknown arguments are passed over."""
    related = RelatedResource({"prefect.resource.id": "b", "prefect.resource.role": "r"})
    event = emit_event("e", Resource(TABLE), related=[related], invented=1)
    assert event is not None
    assert event.related == [related]
    assert event.involved_resources == [event.resource, related]
    assert event.resources_in_role == {"r": [related]}
    assert event.find_resource_label("prefect.resource.id") == "warehouse.orders"


def test_a_record_as_a_related_resource() -> None:
    """A record takes a part in an event under its id and its name."""
    related = object_as_related_resource("flow-run", "child", type("Run", (), {"id": 5, "name": "n"}))
    assert related.model_dump() == {
        "prefect.resource.id": "prefect.flow-run.5",
        "prefect.resource.role": "child",
        "prefect.resource.name": "n",
    }


def test_an_event_that_cannot_be_written_is_told(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody waits for the answer, so the log says when the database refused an event."""
    from prefect.events import emitting

    def broken(events: Any) -> Any:
        raise DatabaseError("no room")
        yield

    from prefect.store import operations

    # Known for as long as this test takes: a server made by another one must not offer it.
    monkeypatch.setitem(operations._routes, broken, operations.Route("POST", "/broken"))
    monkeypatch.setattr(emitting, "create_events", broken)
    emit_event("e", TABLE)
    get_backend().flush().result()
    assert "could not be recorded: no room" in caplog.text


def test_events_stay_readable_when_a_limit_is_lowered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was recorded under a higher limit can be read under a lower one."""
    part = {"prefect.resource.id": "a", "prefect.resource.role": "b"}
    emit_event("e", {**TABLE, "x": "1", "y": "2"}, related=[part, part])
    monkeypatch.setenv("PREFECT_SERVER_EVENTS_MAXIMUM_RELATED_RESOURCES", "1")
    monkeypatch.setenv("PREFECT_SERVER_EVENTS_MAXIMUM_LABELS_PER_RESOURCE", "2")
    (event,) = recorded()
    assert (len(event.related), len(list(event.resource.keys()))) == (2, 3)


def test_the_run_is_added_as_far_as_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the caller names comes first; the run does not push an event over the limit."""
    monkeypatch.setenv("PREFECT_SERVER_EVENTS_MAXIMUM_RELATED_RESOURCES", "2")

    @flow
    def runs() -> None:
        emit_event("e", TABLE, related=[{"prefect.resource.id": "a", "prefect.resource.role": "b"}])

    with tags("x", "y"):
        runs()
    assert [role for role, _, _ in roles(recorded()[0])] == ["b", "flow-run"]
