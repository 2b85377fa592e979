from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from prefect.exceptions import ConfigurationError
from prefect.settings import get_current_settings

TRUE = ["1", "true", "True", "TRUE", "yes", "on", "t", "y", " true "]
FALSE = ["0", "false", "False", "no", "off", "f", "n"]


@pytest.mark.parametrize(
    ("variable", "section", "name", "default"),
    [
        ("PREFECT_FLOWS_DEFAULT_RETRIES", "flows", "default_retries", 0),
        ("PREFECT_FLOW_DEFAULT_RETRIES", "flows", "default_retries", 0),
        ("PREFECT_TASKS_DEFAULT_RETRIES", "tasks", "default_retries", 0),
        ("PREFECT_TASK_DEFAULT_RETRIES", "tasks", "default_retries", 0),
        ("PREFECT_TASKS_RUNNER_THREAD_POOL_MAX_WORKERS", "tasks.runner", "thread_pool_max_workers", None),
        ("PREFECT_TASK_RUNNER_THREAD_POOL_MAX_WORKERS", "tasks.runner", "thread_pool_max_workers", None),
    ],
)
def test_whole_numbers(
    variable: str, section: str, name: str, default: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number is read under its present and its older name; without one the default holds."""
    assert get_current_settings().at(f"{section}.{name}") == default
    monkeypatch.setenv(variable, " 7 ")
    assert get_current_settings().at(f"{section}.{name}") == 7


@pytest.mark.parametrize(("text", "value"), [(t, True) for t in TRUE] + [(f, False) for f in FALSE])
def test_truths(text: str, value: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """True and false are read in all their usual spellings."""
    monkeypatch.setenv("PREFECT_LOGGING_LOG_PRINTS", text)
    assert get_current_settings().logging.log_prints is value


@pytest.mark.parametrize(
    ("text", "value"), [("2", 2.0), ("0.5", 0.5), ("[1, 2.5]", [1.0, 2.5]), ("1, 2", [1.0, 2.0]), ("[]", [])]
)
def test_delays(text: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Delays are one number or a list of them."""
    monkeypatch.setenv("PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS", text)
    assert get_current_settings().tasks.default_retry_delay_seconds == value


@pytest.mark.parametrize(("text", "value"), [("a", ["a"]), ("a, b.c ,", ["a", "b.c"]), ("", []), (" , ", [])])
def test_lists_of_names(text: str, value: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Names stand between commas."""
    monkeypatch.setenv("PREFECT_LOGGING_EXTRA_LOGGERS", text)
    assert get_current_settings().logging.extra_loggers == value


@pytest.mark.parametrize("text", ["debug", "INFO", "Warning", "error", "CRITICAL"])
def test_log_levels(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Levels are read in capitals or not."""
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", text)
    assert get_current_settings().logging.level == text.upper()


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("PREFECT_LOGGING_LEVEL", "LOUD"),
        ("PREFECT_LOGGING_COLORS", "blue"),
        ("PREFECT_FLOW_DEFAULT_RETRIES", "1.5"),
        ("PREFECT_TASKS_DEFAULT_RETRIES", "   "),
        ("PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS", "soon"),
        ("PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS", "[1, 2"),
        ("PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS", "[null]"),
        ("PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS", "[[1]]"),
        ("PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS", '["a"]'),
    ],
)
def test_what_cannot_be_read_is_named(variable: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error has the name of the variable that was set, and what it was set to."""
    monkeypatch.setenv(variable, text)
    with pytest.raises(ConfigurationError, match=variable) as caught:
        get_current_settings()
    assert text.strip() in str(caught.value)


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that a shell script left empty changes nothing."""
    for name in ("PREFECT_LOGGING_LEVEL", "PREFECT_API_URL", "PREFECT_FLOWS_DEFAULT_RETRIES", "PREFECT_HOME"):
        monkeypatch.setenv(name, "")
    settings = get_current_settings()
    assert (settings.logging.level, settings.api_url, settings.flows.default_retries) == ("INFO", None, 0)
    assert settings.home == Path("~/.prefect").expanduser()


def test_the_present_name_wins_over_the_older_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who sets both gets what the present name says."""
    monkeypatch.setenv("PREFECT_FLOW_DEFAULT_RETRIES", "1")
    monkeypatch.setenv("PREFECT_FLOWS_DEFAULT_RETRIES", "2")
    assert get_current_settings().flows.default_retries == 2


def test_settings_are_read_when_they_are_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A change of the environment counts from then on; what was read stays as it was and cannot be changed."""
    before = get_current_settings()
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "other"))
    assert get_current_settings().home == tmp_path / "other"
    assert before.home != tmp_path / "other"
    with pytest.raises(dataclasses.FrozenInstanceError):
        before.home = tmp_path  # type: ignore[misc]


@pytest.mark.parametrize(
    ("url", "path"),
    [
        (None, "{home}/prefect.db"),
        ("sqlite:////data/runs.db", "/data/runs.db"),
        ("sqlite+aiosqlite:////data/runs.db?timeout=5", "/data/runs.db"),
        ("sqlite+aiosqlite:///:memory:", ":memory:"),
    ],
)
def test_where_the_database_is(url: str | None, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is in the home, or where a connection URL says."""
    if url:
        monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", url)
    settings = get_current_settings()
    assert str(settings.database_path) == path.format(home=settings.home)


@pytest.mark.parametrize("url", ["postgresql+asyncpg://user:secret@host/prefect", "runs.db"])
def test_a_database_that_is_no_file_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another kind of database is refused with the variable's name, and without the password that is in it."""
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", url)
    with pytest.raises(ConfigurationError, match="PREFECT_SERVER_DATABASE_CONNECTION_URL") as caught:
        _ = get_current_settings().database_path
    assert "secret" not in str(caught.value)


def test_a_home_may_begin_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    """`~` is the person's own folder, also in a file that no shell reads."""
    monkeypatch.setenv("PREFECT_HOME", "~/runs")
    assert get_current_settings().home == Path.home() / "runs"
