"""Inputs of flow runs in the store, and what resuming decides in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from prefect._clock import now
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.orchestration import SetStateStatus
from prefect.schemas.states import State, StateDetails, StateType
from prefect.store.database import Database
from prefect.store.flow_run_creation import add_flow_run
from prefect.store.flow_run_inputs import (
    create_flow_run_input,
    delete_flow_run_input,
    filter_flow_run_input,
    read_flow_run_input,
)
from prefect.store.flow_run_resumptions import resume_flow_run
from prefect.store.flow_runs import delete_flow_run, read_flow_run
from prefect.store.opening import open_database
from prefect.store.statements import Transaction
from tests.unit.store.databases import rows

RUN, OTHER = UUID(int=1), UUID(int=2)
KEYSET = {"description": "d", "response": "paused-1-response", "schema": "paused-1-schema"}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A new database of each kind with two flow runs."""
    is_file = request.param == "sqlite"
    opened = (
        open_database(tmp_path / "prefect.db") if is_file else request.getfixturevalue("cleared_postgres")
    )
    for identity in (RUN, OTHER):
        run = FlowRun(id=identity, flow_id=UUID(int=9), state=State(type=StateType.RUNNING))
        done(opened, add_flow_run(run, run.state))
    yield opened
    if is_file:
        opened.close()


def done(database: Database, transaction: Transaction[Any]) -> Any:
    """Run a transaction and return its result."""
    return database.write(lambda: transaction).result()


def paused(database: Database, **details: Any) -> None:
    """Put a run into a paused state."""
    state = State[Any](type=StateType.PAUSED, state_details=StateDetails(**details))
    done(database, delete_flow_run(RUN))
    run = FlowRun(id=RUN, flow_id=UUID(int=9), deployment_id=UUID(int=8), state=state)
    done(database, add_flow_run(run, run.state))


def test_an_input_is_read_back_under_its_key(database: Database) -> None:
    """What was sent to a run is found under its run and key, and nowhere else."""
    done(database, create_flow_run_input(RUN, "a-1", '{"x":1}', sender="me"))
    assert done(database, read_flow_run_input(RUN, "a-1")) == '{"x":1}'
    (found,) = done(database, filter_flow_run_input(RUN, "a"))
    assert (found.sender, found.decoded_value, found.flow_run_id) == ("me", {"x": 1}, RUN)
    with pytest.raises(ObjectNotFound, match="no input 'a-1'"):
        done(database, read_flow_run_input(OTHER, "a-1"))


def test_a_key_is_used_once(database: Database) -> None:
    """A second input under the same key of a run is refused; another run may use the key."""
    done(database, create_flow_run_input(RUN, "k", "1"))
    with pytest.raises(ObjectAlreadyExists, match="'k' already"):
        done(database, create_flow_run_input(RUN, "k", "2"))
    done(database, create_flow_run_input(OTHER, "k", "2"))


def test_inputs_are_found_by_the_beginning_of_their_keys_in_their_order(
    database: Database,
) -> None:
    """The filter gives the oldest first, so many as asked for, without those that are excluded."""
    for key in ("b-2", "b-1", "c", "b-3"):
        done(database, create_flow_run_input(RUN, key, "0"))
    found = done(database, filter_flow_run_input(RUN, "b-", limit=2, exclude_keys=["b-1"]))
    assert [one.key for one in found] == ["b-2", "b-3"]
    assert done(database, filter_flow_run_input(RUN, "%", limit=9)) == []


@pytest.mark.parametrize("key", ["A", "a b", "a_b", "a/b", "a\n"])
def test_keys_are_small_letters_digits_and_dashes(database: Database, key: str) -> None:
    """Any other key is refused, as the original refuses it."""
    with pytest.raises(ValidationError, match="lowercase letters, numbers, and dashes"):
        done(database, create_flow_run_input(RUN, key, "0"))


def test_nothing_is_sent_to_a_run_that_is_not_there(database: Database) -> None:
    """Sending to an unknown run, and deleting what is not there, are errors."""
    with pytest.raises(ObjectNotFound, match="no flow run"):
        done(database, create_flow_run_input(UUID(int=7), "k", "1"))
    with pytest.raises(ObjectNotFound, match="no input"):
        done(database, delete_flow_run_input(RUN, "k"))


def test_inputs_go_with_their_run(database: Database) -> None:
    """Deleting a run leaves none of its inputs behind."""
    done(database, create_flow_run_input(RUN, "k", "1"))
    done(database, delete_flow_run(RUN))
    assert rows(database, "SELECT count(*) FROM flow_run_input") == [(0,)]


def test_resuming_a_paused_run_makes_it_running(database: Database) -> None:
    """A paused run goes on in its process; a second attempt to resume it is an abort without a state."""
    paused(database)
    answer = done(database, resume_flow_run(RUN))
    assert (answer.status, answer.state.type) == (SetStateStatus.ACCEPT, StateType.RUNNING)
    answer = done(database, resume_flow_run(RUN))
    assert (answer.status, answer.state) == (SetStateStatus.ABORT, None)


def test_resuming_a_suspended_run_schedules_it(database: Database) -> None:
    """A suspended run is scheduled now, under the name Resuming."""
    paused(database, pause_reschedule=True)
    answer = done(database, resume_flow_run(RUN))
    assert (answer.state.type, answer.state.name) == (StateType.SCHEDULED, "Resuming")


def test_resuming_too_late_fails_the_run(database: Database) -> None:
    """A run whose time is over has failed when somebody tries to resume it."""
    paused(database, pause_timeout=now() - timedelta(seconds=1))
    answer = done(database, resume_flow_run(RUN))
    assert (answer.status, answer.state.type) == (SetStateStatus.REJECT, StateType.FAILED)
    assert done(database, read_flow_run(RUN)).state.is_failed()


def test_input_is_checked_before_it_is_kept(database: Database) -> None:
    """A run that waits for input stays paused until it gets one that fits; that one is kept for it."""
    paused(database, run_input_keyset=KEYSET)
    assert "Try again" in done(database, resume_flow_run(RUN, {"x": 1})).details.reason
    schema = '{"type":"object","required":["x"],"properties":{"x":{"type":"integer"}}}'
    done(database, create_flow_run_input(RUN, KEYSET["schema"], schema))
    for wrong in (None, {}, {"x": "1"}):
        answer = done(database, resume_flow_run(RUN, wrong))
        assert (answer.status, answer.state.type) == (SetStateStatus.REJECT, StateType.PAUSED)
        assert "Failure reason" in answer.details.reason
    assert done(database, filter_flow_run_input(RUN, "paused-1-response")) == []
    assert done(database, resume_flow_run(RUN, {"x": 1})).status == SetStateStatus.ACCEPT
    assert done(database, read_flow_run_input(RUN, KEYSET["response"])) == '{"x":1}'


def test_a_second_input_takes_the_place_of_the_first(database: Database) -> None:
    """A run that is retried waits for the same input again, and gets the new one."""
    paused(database, run_input_keyset=KEYSET)
    done(database, create_flow_run_input(RUN, KEYSET["schema"], "{}"))
    done(database, create_flow_run_input(RUN, KEYSET["response"], '{"x":1}'))
    done(database, resume_flow_run(RUN, {"x": 2}))
    assert done(database, read_flow_run_input(RUN, KEYSET["response"])) == '{"x":2}'


def test_a_run_that_is_not_there_cannot_be_resumed(database: Database) -> None:
    """An unknown run is an error that says so."""
    with pytest.raises(ObjectNotFound, match="no flow run"):
        done(database, resume_flow_run(UUID(int=7)))
