"""Old records are deleted, and what is kept stays whole."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from prefect.schemas.artifacts import ArtifactCreate
from prefect.schemas.events import Event, EventAnyResourceFilter, EventFilter, EventOccurredFilter
from prefect.schemas.resources import RelatedResource, Resource
from prefect.schemas.states import StateType
from prefect.server.services.retention import RETENTION
from prefect.server.services.retention_limits import KINDS, retention_limits
from prefect.settings import get_current_settings
from prefect.store.artifacts import create_artifact, read_artifacts
from prefect.store.events import create_events, read_events
from prefect.store.logs import record_logs
from prefect.store.retention import read_retention, set_retention, unset_retention
from prefect.store.statements import Statement, Transaction
from tests.unit.server.services.conftest import START, World

DAY = 86400


def tell(world: World, name: str) -> None:
    """Record an event of now about a thing, in which a tag had a part."""
    event = Event(
        event=name,
        resource=Resource({"prefect.resource.id": "a.thing"}),
        related=[RelatedResource({"prefect.resource.id": "a.tag", "prefect.resource.role": "tag"})],
    )
    world.write(lambda: create_events([event]))


def count(table: str) -> Transaction[int]:
    """Return how many rows a table has."""
    rows = yield Statement(f"SELECT count(*) AS n FROM {table}")
    return rows[0]["n"]


def log(world: World, flow_run_id: UUID | None = None) -> None:
    """Record a log line of now."""
    line = {
        "id": uuid4(), "name": "a", "level": 20, "message": "b", "timestamp": world.now, "flow_run_id": flow_run_id
    }  # fmt: skip
    world.write(lambda: record_logs([line]))


async def test_events_are_kept_for_a_week(world: World) -> None:
    """Older events are deleted with what is known of their resources; the newest one always stays."""
    tell(world, "old")
    world.clock.advance(7 * DAY)
    tell(world, "young")
    await world.look(RETENTION)
    assert (world.events("old"), world.events("young")) == (1, 1)
    world.clock.advance(1)
    await world.look(RETENTION)
    assert (world.events("old"), world.events("young")) == (0, 1)
    assert world.read(lambda: count("event_involved")) == 1
    wanted = EventFilter(
        occurred=EventOccurredFilter(since=START, until=world.now),
        any_resource=EventAnyResourceFilter(id=["a.tag"]),
    )
    assert world.read(lambda: read_events(wanted)).total == 1
    world.clock.advance(99 * DAY)
    await world.look(RETENTION)
    assert world.events("young") == 1


async def test_events_of_some_names_have_a_limit_of_their_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The setting for single names holds for these, be it longer or shorter."""
    monkeypatch.setenv(
        "PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES", f'{{"brief": 60, "long": {30 * DAY}}}'
    )
    for name in ("brief", "long", "usual"):
        tell(world, name)
    world.clock.advance(61)
    tell(world, "last")
    await world.look(RETENTION)
    assert [world.events(name) for name in ("brief", "long", "usual")] == [0, 1, 1]
    world.clock.advance(8 * DAY)
    await world.look(RETENTION)
    assert [world.events(name) for name in ("brief", "long", "usual")] == [0, 1, 0]


async def test_more_than_a_batch_is_deleted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backlog is worked off in batches."""
    monkeypatch.setenv("PREFECT_SERVER_SERVICES_DB_VACUUM_BATCH_SIZE", "3")
    for _ in range(10):
        tell(world, "old")
        log(world)
    world.clock.advance(365 * DAY)
    await world.look(RETENTION)
    assert world.events("old") == 1
    assert world.read(lambda: count("log")) == 1


async def test_runs_are_kept_for_a_year_and_go_with_all_they_have(world: World) -> None:
    """A run that ended long ago goes with its states and logs; one that goes on stays, however old it is."""
    ended, going_on = world.flow_run(StateType.RUNNING), world.flow_run(StateType.RUNNING)
    world.enter(ended, StateType.COMPLETED)
    world.clock.advance(300 * DAY)
    log(world, ended)
    log(world, going_on)
    world.clock.advance(65 * DAY + 1)
    await world.look(RETENTION)
    assert world.read(lambda: count("flow_run")) == 1
    assert world.state(going_on) == "Running"
    assert world.read(lambda: count("log")) == 1
    assert world.read(lambda: count("flow_run_state")) == 1


async def test_the_latest_artifact_of_a_key_stays(world: World) -> None:
    """Old versions of an artifact are deleted; the latest one is kept however old it is."""
    for _ in range(3):
        world.write(lambda: create_artifact(ArtifactCreate(key="report", data="x")))
        world.clock.advance(1)
    world.clock.advance(400 * DAY)
    await world.look(RETENTION)
    assert len(world.read(read_artifacts)) == 1


async def test_what_was_said_holds(world: World) -> None:
    """A limit that was set holds instead of that of the settings, until it is taken back; None is for ever."""
    world.write(lambda: set_retention("logs", timedelta(days=1)))
    world.write(lambda: set_retention("events", None))
    limits = retention_limits(get_current_settings(), world.read(read_retention))
    assert (limits["logs"].period, limits["events"].period) == (timedelta(days=1), None)
    log(world)
    tell(world, "kept")
    world.clock.advance(30 * DAY)
    log(world)
    tell(world, "last")
    await world.look(RETENTION)
    assert world.read(lambda: count("log")) == 1
    assert world.events("kept") == 1
    world.write(lambda: unset_retention("events"))
    await world.look(RETENTION)
    assert world.events("kept") == 0


def test_the_limits_are_generous(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without anything set, nothing but events goes before half a year; the settings of the original hold too."""
    usual = retention_limits(get_current_settings(), {})
    assert [usual[kind].period.days for kind in KINDS if usual[kind].period] == [7, 180, 365, 365]
    monkeypatch.setenv("PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED", "events,flow_runs")
    assert retention_limits(get_current_settings(), {})["flow-runs"].period == timedelta(days=90)
    monkeypatch.setenv("PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED", "flow_runs")
    assert retention_limits(get_current_settings(), {})["events"].period is None
