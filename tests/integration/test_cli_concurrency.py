"""The commands about concurrency limits, run as people and programs run them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from prefect import flow, task
from prefect.concurrency.sync import concurrency


def prefect(*arguments: str, fails: bool = False) -> str:
    """Run a command and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "prefect", *arguments], check=False, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode != 0) == fails, done.stderr
    return done.stderr if fails else done.stdout


def test_the_life_of_a_named_limit(tmp_path: Path) -> None:
    """A limit is created, listed, looked at, changed, switched off and on, and deleted."""
    assert "No concurrency limits yet" in prefect("gcl", "ls")
    assert json.loads(prefect("gcl", "ls", "-o", "json")) == []
    assert "Created global concurrency limit with name 'db'" in prefect(
        "global-concurrency-limit", "create", "db", "--limit", "2", "--slot-decay-per-second", "0.5"
    )
    (limit,) = json.loads(prefect("gcl", "ls", "--output", "json"))
    assert (limit["name"], limit["limit"], limit["active"], limit["slot_decay_per_second"]) == (
        "db",
        2,
        True,
        0.5,
    )
    prefect("gcl", "update", "db", "-l", "3", "--active-slots", "1", "--slot-decay-per-second", "0")
    prefect("gcl", "disable", "db")
    file = tmp_path / "limit.json"
    prefect("gcl", "inspect", "db", "--file", str(file))
    shown = json.loads(file.read_text())
    assert (shown["limit"], shown["active_slots"], shown["active"], shown["holders"]) == (3, 1, False, [])
    prefect("gcl", "enable", "db")
    assert "1 taken" in prefect("gcl", "inspect", "db")
    prefect("gcl", "delete", "db")
    assert json.loads(prefect("gcl", "ls", "-o", "json")) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["inspect", "no"], "'no' not found"),
        (["delete", "no"], "'no' not found"),
        (["update", "no", "--limit", "1"], "'no' not found"),
        (["update", "no"], "No update arguments"),
        (["update", "no", "--enable", "--disable"], "at the same time"),
        (["create", "a/b", "--limit", "1"], "'a/b'"),
        (["create", "x", "--limit", "-1"], "-1"),
        (["create", "x"], "--limit"),
    ],
)
def test_what_cannot_be_done_with_a_named_limit_is_said(arguments: list[str], said: str) -> None:
    """Errors name the limit and the reason, and create nothing."""
    assert said in prefect("gcl", *arguments, fails=True)


def test_doing_it_twice_is_said() -> None:
    """A second limit of a name, and switching to what is so already, are errors."""
    prefect("gcl", "create", "db", "-l", "1")
    assert "'db' already exists" in prefect("gcl", "create", "db", "-l", "1", fails=True)
    assert "already enabled" in prefect("gcl", "enable", "db", fails=True)


def test_the_life_of_the_limit_of_a_tag() -> None:
    """The limit of a tag is created, changed, listed, looked at, reset and deleted."""
    assert "No tag has a limit" in prefect("concurrency-limit", "ls")
    prefect("concurrency-limit", "create", "db", "1")
    prefect("concurrency-limit", "create", "db", "2")
    (limit,) = json.loads(prefect("concurrency-limits", "ls", "-o", "json"))
    assert (limit["tag"], limit["concurrency_limit"], limit["active_slots"]) == ("db", 2, [])
    prefect("concurrency-limit", "reset", "db")
    prefect("concurrency-limit", "delete", "db")
    for verb in ("inspect", "reset", "delete"):
        assert "No concurrency limit found for the tag: db" in prefect(
            "concurrency-limit", verb, "db", fails=True
        )


def test_who_holds_a_slot_is_shown() -> None:
    """Lists and single limits tell which run of which process holds slots, and since when."""
    prefect("gcl", "create", "db", "-l", "3")
    prefect("concurrency-limit", "create", "heavy", "1")
    seen: dict[str, str] = {}

    @task(task_run_name="loader", tags=["heavy"])
    def load() -> None:
        with concurrency("db", occupy=2):
            seen["list"] = prefect("gcl", "ls")
            seen["one"] = prefect("gcl", "inspect", "db")
            seen["json"] = prefect("gcl", "inspect", "db", "-o", "json")
            seen["tag"] = prefect("concurrency-limit", "inspect", "heavy")
            seen["tags"] = prefect("concurrency-limit", "ls")

    @flow
    def main() -> None:
        load()

    main()
    for name in ("list", "one", "tag", "tags"):
        assert "task run 'loader'" in seen[name]
    assert re.search(r"since \d{4}-.* \((now|.* ago)\)", seen["one"])
    (holder,) = json.loads(seen["json"])["holders"]
    assert (holder["slots"], holder["holder"]["type"]) == (2, "task_run")
    assert holder["since"] < holder["expires_at"]
