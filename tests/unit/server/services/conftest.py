"""A store whose clock stands still, and services that look at it when they are told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest

from prefect.schemas.events import EventFilter, EventNameFilter, EventOccurredFilter, EventResourceFilter
from prefect.schemas.flow_runs import FlowRun, FlowRunCreate
from prefect.schemas.flows import FlowCreate
from prefect.schemas.states import State, StateCreate, StateDetails, StateType
from prefect.server.services.service import Service, Surveyor
from prefect.settings import get_current_settings
from prefect.store.events import read_events
from prefect.store.flow_run_creation import create_flow_run
from prefect.store.flow_run_states import propose_flow_run_state
from prefect.store.flow_runs import read_flow_run
from prefect.store.flows import create_flow
from prefect.store.opening import open_database
from prefect.store.statements import Transaction
from prefect.testing.clock import Clock, hold_clock
from tests.unit.store.conftest import no_network

__all__ = ["START", "World", "no_network", "world"]

R = TypeVar("R")

START = datetime(2026, 6, 1, 12, tzinfo=UTC)


class World:
    """A database and a clock."""

    def __init__(self, place: Path | str, clock: Clock) -> None:
        self.database = open_database(place)
        self.clock = clock

    @property
    def now(self) -> datetime:
        """The time at which the clock stands."""
        return self.clock.now()

    def write(self, transaction: Callable[[], Transaction[R]]) -> R:
        """Run a transaction."""
        return self.database.write(transaction).result()

    def read(self, transaction: Callable[[], Transaction[R]]) -> R:
        """Run a transaction that reads."""
        return self.database.read(transaction).result()

    async def look(self, service: Service) -> None:
        """Let a service look until there is nothing left to do."""
        surveyor = Surveyor(self.database, get_current_settings())
        while await service.look(surveyor):
            pass

    def flow_run(
        self, kind: StateType = StateType.SCHEDULED, *, due: timedelta = timedelta(0), **values: Any
    ) -> UUID:
        """Create a flow run in a state; a scheduled one is due so long from now."""
        flow = self.write(lambda: create_flow(FlowCreate(name="a flow")))
        details = (
            StateDetails(scheduled_time=self.now + due) if kind is StateType.SCHEDULED else StateDetails()
        )
        state = StateCreate(type=kind, state_details=details)
        wanted = FlowRunCreate(flow_id=flow.id, state=state, **values)
        return self.write(lambda: create_flow_run(wanted)).id

    def enter(self, flow_run_id: UUID, kind: StateType, **values: Any) -> None:
        """Let a flow run enter a state, whatever the rules say."""
        state: State[Any] = State(type=kind, **values)
        self.write(lambda: propose_flow_run_state(flow_run_id, state, force=True))

    def run(self, flow_run_id: UUID) -> FlowRun:
        """Return a flow run."""
        return self.read(lambda: read_flow_run(flow_run_id))

    def state(self, flow_run_id: UUID) -> str | None:
        """Return the name of the state of a flow run."""
        return self.run(flow_run_id).state_name

    def events(self, name: str, resource: str | None = None) -> int:
        """Return how many events of a name there are."""
        wanted = EventFilter(
            occurred=EventOccurredFilter(
                since=START - timedelta(days=999), until=START + timedelta(days=9999)
            ),
            event=EventNameFilter(name=[name]),
            resource=EventResourceFilter(id=[resource]) if resource else None,
        )
        return self.read(lambda: read_events(wanted)).total


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Give the test a database of each kind and a clock that stands at noon."""
    place = tmp_path / "prefect.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with hold_clock(START) as clock:
        world = World(place, clock)
        yield world
        world.database.close()
