"""`prefect work-queue`, as people and programs call it."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest

from tests.unit.cli import commands
from tests.unit.cli.commands import Captured

done, answer = partial(commands.done, "work-queue"), partial(commands.answer, "work-queue")
refused = partial(commands.refused, "work-queue")


@pytest.fixture
def pool(capsysbinary: Captured) -> str:
    """A pool with its default queue."""
    commands.done("work-pool", capsysbinary, "create", "mine", "--type", "process")
    return "mine"


def test_the_life_of_a_queue(pool: str, capsysbinary: Captured) -> None:
    """A queue is created at its place, listed, looked at, limited, paused, resumed and deleted."""
    where = ("--pool", pool)
    done(capsysbinary, "create", "urgent", *where, "--priority", "1", "--limit", "2")
    assert [queue["name"] for queue in answer(capsysbinary, "ls", *where)] == ["urgent", "default"]
    assert [queue["name"] for queue in answer(capsysbinary, "ls", "--match", "urg")] == ["urgent"]
    assert "2, of which 0 taken" in done(capsysbinary, "inspect", "urgent", *where)
    assert answer(capsysbinary, "slots", "urgent", *where)["concurrency_limit"] == 2
    done(capsysbinary, "pause", "urgent", *where)
    done(capsysbinary, "set-concurrency-limit", "urgent", "5", *where)
    shown = answer(capsysbinary, "inspect", "urgent", *where)
    assert (shown["is_paused"], shown["concurrency_limit"], shown["priority"]) == (True, 5, 1)
    assert "Paused" in done(capsysbinary, "ls", "-v")
    done(capsysbinary, "resume", shown["id"])
    done(capsysbinary, "clear-concurrency-limit", "urgent", *where)
    shown = answer(capsysbinary, "inspect", "urgent", *where)
    assert (shown["is_paused"], shown["concurrency_limit"]) == (False, None)
    done(capsysbinary, "delete", "urgent", *where)
    assert [queue["name"] for queue in answer(capsysbinary, "ls")] == ["default"]


def test_a_queue_is_found_without_its_pool(capsysbinary: Captured, pool: str) -> None:
    """By its name alone, in whichever pool it is."""
    assert answer(capsysbinary, "inspect", "default")["work_pool_name"] == pool


def test_a_queue_without_a_pool(capsysbinary: Captured) -> None:
    """Without a pool, a queue is one of the default pool."""
    assert "default-agent-pool" in done(capsysbinary, "create", "old")
    assert answer(capsysbinary, "inspect", "old")["work_pool_name"] == "default-agent-pool"
    assert "No run in work queue 'old'" in done(capsysbinary, "read-runs", "old")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["create", "default", "--pool", "mine"], "exists already"),
        (["create", "x", "--pool", "no"], "There is no work pool 'no'"),
        (["ls", "--pool", "no"], "There is no work pool 'no'"),
        (["inspect", "no", "--pool", "mine"], "There is no work queue 'no' in work pool 'mine'"),
        (["inspect", "no"], "--pool"),
        (["inspect", str(UUID(int=1))], "There is no work queue"),
        (["pause", "no", "--pool", "mine"], "There is no work queue"),
        (["delete", "default", "--pool", "mine"], "goes with the pool"),
    ],
)
def test_what_cannot_be_done(arguments: list[str], said: str, pool: str, capsysbinary: Captured) -> None:
    """Errors are one sentence that names the queue, and where it was looked for."""
    code, err = refused(capsysbinary, *arguments)
    assert code == 1
    assert said in err
