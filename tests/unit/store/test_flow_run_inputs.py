"""Inputs of flow runs in the store, and what resuming decides in one transaction."""

from __future__ import annotations

import sqlite3
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
from prefect.store.flow_run_inputs import (
    create_flow_run_input,
    delete_flow_run_input,
    filter_flow_run_input,
    read_flow_run_input,
)
from prefect.store.flow_run_resumptions import resume_flow_run
from prefect.store.flow_runs import create_flow_run, delete_flow_run, read_flow_run
from prefect.store.sqlite_file import connect
from prefect.store.statements import Transaction
from prefect.store.writer import run_transaction

RUN, OTHER = UUID(int=1), UUID(int=2)
KEYSET = {"description": "d", "response": "paused-1-response", "schema": "paused-1-schema"}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A new database with two flow runs."""
    opened = connect(tmp_path / "prefect.db")
    for identity in (RUN, OTHER):
        run = FlowRun(id=identity, flow_id=UUID(int=9), state=State(type=StateType.RUNNING))
        run_transaction(opened, create_flow_run(run))
    yield opened
    opened.close()


def done(connection: sqlite3.Connection, transaction: Transaction[Any]) -> Any:
    """Run a transaction and return its result."""
    return run_transaction(connection, transaction)


def paused(connection: sqlite3.Connection, **details: Any) -> None:
    """Put a run into a paused state."""
    state = State[Any](type=StateType.PAUSED, state_details=StateDetails(**details))
    done(connection, delete_flow_run(RUN))
    run = FlowRun(id=RUN, flow_id=UUID(int=9), deployment_id=UUID(int=8), state=state)
    done(connection, create_flow_run(run))


def test_an_input_is_read_back_under_its_key(connection: sqlite3.Connection) -> None:
    """What was sent to a run is found under its run and key, and nowhere else."""
    done(connection, create_flow_run_input(RUN, "a-1", '{"x":1}', sender="me"))
    assert done(connection, read_flow_run_input(RUN, "a-1")) == '{"x":1}'
    (found,) = done(connection, filter_flow_run_input(RUN, "a"))
    assert (found.sender, found.decoded_value, found.flow_run_id) == ("me", {"x": 1}, RUN)
    with pytest.raises(ObjectNotFound, match="no input 'a-1'"):
        done(connection, read_flow_run_input(OTHER, "a-1"))


def test_a_key_is_used_once(connection: sqlite3.Connection) -> None:
    """A second input under the same key of a run is refused; another run may use the key."""
    done(connection, create_flow_run_input(RUN, "k", "1"))
    with pytest.raises(ObjectAlreadyExists, match="'k' already"):
        done(connection, create_flow_run_input(RUN, "k", "2"))
    done(connection, create_flow_run_input(OTHER, "k", "2"))


def test_inputs_are_found_by_the_beginning_of_their_keys_in_their_order(
    connection: sqlite3.Connection,
) -> None:
    """The filter gives the oldest first, so many as asked for, without those that are excluded."""
    for key in ("b-2", "b-1", "c", "b-3"):
        done(connection, create_flow_run_input(RUN, key, "0"))
    found = done(connection, filter_flow_run_input(RUN, "b-", limit=2, exclude_keys=["b-1"]))
    assert [one.key for one in found] == ["b-2", "b-3"]
    assert done(connection, filter_flow_run_input(RUN, "%", limit=9)) == []


@pytest.mark.parametrize("key", ["A", "a b", "a_b", "a/b", "a\n"])
def test_keys_are_small_letters_digits_and_dashes(connection: sqlite3.Connection, key: str) -> None:
    """Any other key is refused, as the original refuses it."""
    with pytest.raises(ValidationError, match="lowercase letters, numbers, and dashes"):
        done(connection, create_flow_run_input(RUN, key, "0"))


def test_nothing_is_sent_to_a_run_that_is_not_there(connection: sqlite3.Connection) -> None:
    """Sending to an unknown run, and deleting what is not there, are errors."""
    with pytest.raises(ObjectNotFound, match="no flow run"):
        done(connection, create_flow_run_input(UUID(int=7), "k", "1"))
    with pytest.raises(ObjectNotFound, match="no input"):
        done(connection, delete_flow_run_input(RUN, "k"))


def test_inputs_go_with_their_run(connection: sqlite3.Connection) -> None:
    """Deleting a run leaves none of its inputs behind."""
    done(connection, create_flow_run_input(RUN, "k", "1"))
    done(connection, delete_flow_run(RUN))
    assert connection.execute("SELECT count(*) FROM flow_run_input").fetchone()[0] == 0


def test_resuming_a_paused_run_makes_it_running(connection: sqlite3.Connection) -> None:
    """A paused run goes on in its process; a second attempt to resume it is an abort without a state."""
    paused(connection)
    answer = done(connection, resume_flow_run(RUN))
    assert (answer.status, answer.state.type) == (SetStateStatus.ACCEPT, StateType.RUNNING)
    answer = done(connection, resume_flow_run(RUN))
    assert (answer.status, answer.state) == (SetStateStatus.ABORT, None)


def test_resuming_a_suspended_run_schedules_it(connection: sqlite3.Connection) -> None:
    """A suspended run is scheduled now, under the name Resuming."""
    paused(connection, pause_reschedule=True)
    answer = done(connection, resume_flow_run(RUN))
    assert (answer.state.type, answer.state.name) == (StateType.SCHEDULED, "Resuming")


def test_resuming_too_late_fails_the_run(connection: sqlite3.Connection) -> None:
    """A run whose time is over has failed when somebody tries to resume it."""
    paused(connection, pause_timeout=now() - timedelta(seconds=1))
    answer = done(connection, resume_flow_run(RUN))
    assert (answer.status, answer.state.type) == (SetStateStatus.REJECT, StateType.FAILED)
    assert done(connection, read_flow_run(RUN)).state.is_failed()


def test_input_is_checked_before_it_is_kept(connection: sqlite3.Connection) -> None:
    """A run that waits for input stays paused until it gets one that fits; that one is kept for it."""
    paused(connection, run_input_keyset=KEYSET)
    assert "Try again" in done(connection, resume_flow_run(RUN, {"x": 1})).details.reason
    schema = '{"type":"object","required":["x"],"properties":{"x":{"type":"integer"}}}'
    done(connection, create_flow_run_input(RUN, KEYSET["schema"], schema))
    for wrong in (None, {}, {"x": "1"}):
        answer = done(connection, resume_flow_run(RUN, wrong))
        assert (answer.status, answer.state.type) == (SetStateStatus.REJECT, StateType.PAUSED)
        assert "Failure reason" in answer.details.reason
    assert done(connection, filter_flow_run_input(RUN, "paused-1-response")) == []
    assert done(connection, resume_flow_run(RUN, {"x": 1})).status == SetStateStatus.ACCEPT
    assert done(connection, read_flow_run_input(RUN, KEYSET["response"])) == '{"x":1}'


def test_a_second_input_takes_the_place_of_the_first(connection: sqlite3.Connection) -> None:
    """A run that is retried waits for the same input again, and gets the new one."""
    paused(connection, run_input_keyset=KEYSET)
    done(connection, create_flow_run_input(RUN, KEYSET["schema"], "{}"))
    done(connection, create_flow_run_input(RUN, KEYSET["response"], '{"x":1}'))
    done(connection, resume_flow_run(RUN, {"x": 2}))
    assert done(connection, read_flow_run_input(RUN, KEYSET["response"])) == '{"x":2}'


def test_a_run_that_is_not_there_cannot_be_resumed(connection: sqlite3.Connection) -> None:
    """An unknown run is an error that says so."""
    with pytest.raises(ObjectNotFound, match="no flow run"):
        done(connection, resume_flow_run(UUID(int=7)))
