"""How values are read and written."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from prefect.exceptions import ConfigurationError
from prefect.settings import get_current_settings, temporary_settings
from prefect.settings.durations import duration, duration_text
from prefect.settings.kinds import as_text, read_value


@pytest.mark.parametrize(
    ("variable", "text", "path", "value"),
    [
        ("PREFECT_CLIENT_RETRY_EXTRA_CODES", "404, 500", "client.retry_extra_codes", {404, 500}),
        ("PREFECT_CLIENT_RETRY_EXTRA_CODES", "404", "client.retry_extra_codes", {404}),
        ("PREFECT_CLIENT_CUSTOM_HEADERS", '{"a": "b"}', "client.custom_headers", {"a": "b"}),
        ("PREFECT_PLUGINS_ALLOW", "a, b", "plugins.allow", {"a", "b"}),
        ("PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED", "true", "server.services.db_vacuum.enabled", True),
        (
            "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED",
            "events,flow_runs",
            "server.services.db_vacuum.enabled",
            {"events", "flow_runs"},
        ),
        (
            "PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES",
            '{"a": 60}',
            "server.services.db_vacuum.event_retention_overrides",
            {"a": timedelta(minutes=1)},
        ),
        (
            "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS",
            "30",
            "server.services.late_runs.after_seconds",
            timedelta(seconds=30),
        ),
        (
            "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS",
            "PT5M",
            "server.services.late_runs.after_seconds",
            timedelta(minutes=5),
        ),
        (
            "PREFECT_SERVER_SERVICES_LATE_RUNS_AFTER_SECONDS",
            "00:05:00",
            "server.services.late_runs.after_seconds",
            timedelta(minutes=5),
        ),
        ("PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "Ignore", "logging.to_api.when_missing_flow", "ignore"),
        ("PREFECT_TESTING_TEST_SETTING", "3", "testing.test_setting", "3"),
        ("PREFECT_CLI_PROMPT", "no", "cli.prompt", False),
        ("PREFECT_RESULTS_LOCAL_STORAGE_PATH", "~/x", "results.local_storage_path", Path.home() / "x"),
    ],
)
def test_texts_of_each_type(
    variable: str, text: str, path: str, value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each type of setting is read from its usual spellings."""
    monkeypatch.setenv(variable, text)
    assert get_current_settings().at(path) == value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("client.retry_extra_codes", "99"),
        ("client.retry_extra_codes", {600}),
        ("client.custom_headers", "[1]"),
        ("client.custom_headers", "{"),
        ("client.custom_headers", {"a": [1]}),
        ("client.max_retries", None),
        ("client.max_retries", 1.5),
        ("api.request_timeout", "soon"),
        ("cli.colors", None),
        ("cli.prompt", "none"),
        ("logging.extra_loggers", 3),
        ("server.api.csrf_token_expiration", "an hour"),
        ("server.database.driver", "oracle"),
        ("server.api.host", ["a"]),
    ],
)
def test_what_cannot_be_read_is_refused(path: str, value: Any) -> None:
    """A value of another type is refused, and the message says what to give."""
    with pytest.raises(ConfigurationError, match=r"cannot be used: "), temporary_settings({path: value}):
        pytest.fail("taken")


def test_a_secret_that_cannot_be_read_is_not_told() -> None:
    """The message about a bad secret does not hold it."""
    with pytest.raises(ConfigurationError) as caught, temporary_settings({"api.key": ["hunter2"]}):
        pytest.fail("taken")
    assert "hunter2" not in str(caught.value)
    assert "PREFECT_API_KEY" in str(caught.value)


@given(some.timedeltas())
def test_durations_survive_being_written(value: timedelta) -> None:
    """A duration that is written as text is the same when it is read."""
    assert duration(duration_text(value)) == value


@pytest.mark.parametrize("text", ["", "P", "PT", "an hour", "1:2:3:4", "PT1X", "nan"])
def test_what_is_no_duration(text: str) -> None:
    """A text that tells no duration is refused."""
    with pytest.raises(ValueError):
        duration(text)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("bool", False),
        ("RetryDelay", [1.0, 2.5]),
        ("RetryDelay", 3),
        ("set[int]", {404, 500}),
        ("list[str]", ["a", "b"]),
        ("dict[str, str]", {"a": "é"}),
        ("dict[str, timedelta]", {"a": timedelta(days=7)}),
        ("timedelta", timedelta(days=1, seconds=1)),
        ("Path", Path("a b")),
    ],
)
def test_values_survive_being_written(kind: str, value: Any) -> None:
    """A value that is handed on as a variable is the same when it is read."""
    assert read_value(kind, as_text(value)) == value
