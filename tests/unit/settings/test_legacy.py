"""Settings as objects with the names of their variables."""

from __future__ import annotations

import pickle

import pytest

import prefect.settings
from prefect.settings import (
    PREFECT_API_DATABASE_CONNECTION_URL,
    PREFECT_API_KEY,
    PREFECT_API_URL,
    PREFECT_HOME,
    PREFECT_SERVER_DATABASE_CONNECTION_URL,
    Setting,
    get_current_settings,
    temporary_settings,
)


def test_a_setting_tells_about_itself() -> None:
    """A setting has a name, a path, a default and a value, and is true as its value is."""
    assert (PREFECT_API_URL.name, PREFECT_API_URL.accessor) == ("PREFECT_API_URL", "api.url")
    assert (PREFECT_API_URL.default(), PREFECT_API_URL.value(), bool(PREFECT_API_URL)) == (None, None, False)
    assert repr(PREFECT_API_URL) == "<PREFECT_API_URL: str | None>"
    with temporary_settings({PREFECT_API_URL: "http://t"}) as settings:
        assert (PREFECT_API_URL.value_from(settings), str(PREFECT_API_URL)) == ("http://t", "http://t")
        assert PREFECT_API_URL
    assert str(PREFECT_HOME.default()) == "~/.prefect"
    assert PREFECT_HOME.value() == get_current_settings().home


def test_the_value_of_a_secret_is_its_text() -> None:
    """Who asks a setting for its value gets the secret itself."""
    assert PREFECT_API_KEY.is_secret
    assert not PREFECT_API_URL.is_secret
    with temporary_settings({PREFECT_API_KEY: "hunter2"}):
        assert PREFECT_API_KEY.value() == "hunter2"


def test_an_older_name_is_the_same_setting() -> None:
    """Two names of one setting are equal and one key."""
    assert PREFECT_API_DATABASE_CONNECTION_URL == PREFECT_SERVER_DATABASE_CONNECTION_URL
    assert (
        len({PREFECT_API_DATABASE_CONNECTION_URL, PREFECT_SERVER_DATABASE_CONNECTION_URL, PREFECT_API_KEY})
        == 2
    )
    assert PREFECT_API_URL != "PREFECT_API_URL"
    assert (
        pickle.loads(pickle.dumps(PREFECT_API_URL))
        == PREFECT_API_URL
        == Setting("PREFECT_API_URL", None, str)
    )


def test_what_is_no_setting_cannot_be_imported() -> None:
    """A misspelled setting is an error when it is imported."""
    with pytest.raises(AttributeError, match="PREFECT_NOPE"):
        _ = prefect.settings.PREFECT_NOPE
    with pytest.raises(AttributeError, match="nope"):
        _ = prefect.settings.nope  # type: ignore[attr-defined]


def test_the_front_door_has_all_that_it_lists() -> None:
    """Everything that `prefect.settings` lists can be had."""
    assert [name for name in prefect.settings.__all__ if not hasattr(prefect.settings, name)] == []
