"""The tree of settings as a value: frozen, comparable, copied with changes, written in other forms."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pydantic
import pytest

from prefect.exceptions import ConfigurationError
from prefect.settings import PREFECT_API_URL, Settings, canonical_environment_prefix, get_current_settings
from prefect.settings.models.logging import LoggingSettings
from prefect.settings.secret import SecretStr


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """`Settings(…)` reads the environment, and what is said in the call wins over it."""
    monkeypatch.setenv("PREFECT_API_URL", "http://environment/api")
    monkeypatch.setenv("PREFECT_CLIENT_MAX_RETRIES", "7")
    settings = Settings(api={"url": "http://call/api"}, client={"metrics": {"port": "99"}})
    assert settings.api.url == "http://call/api"
    assert (settings.client.max_retries, settings.client.metrics.port) == (7, 99)


@pytest.mark.parametrize("name", ["api", "home", "made_up"])
def test_settings_cannot_be_changed(name: str) -> None:
    """An attempt to change a setting in place fails and says what to do instead."""
    with pytest.raises(FrozenInstanceError, match="temporary_settings"):
        setattr(get_current_settings(), name, 1)
    with pytest.raises(FrozenInstanceError):
        get_current_settings().api.url = "x"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del get_current_settings().api.url


def test_a_default_that_is_changed_stays_the_default() -> None:
    """Whoever changes a list that a setting holds does not change it for others."""
    LoggingSettings().extra_loggers.append("mine")
    assert LoggingSettings().extra_loggers == []


def test_an_unknown_setting_is_named() -> None:
    """The error about an unknown name says which names there are."""
    with pytest.raises(AttributeError, match=r"FlowsSettings has no setting 'retries'.*default_retries"):
        _ = get_current_settings().flows.retries  # type: ignore[attr-defined]
    with pytest.raises(TypeError, match=r"LoggingSettings has no setting 'volume'"):
        LoggingSettings(volume=11)  # type: ignore[call-arg]
    with pytest.raises(ConfigurationError, match=r"Did you mean client\.max_retries\?"):
        get_current_settings().copy_with_update({"client.max_retrys": 1})


def test_copies_with_changes() -> None:
    """A copy has the updates, gives up what is restored, and takes defaults only for what is not set."""
    first = get_current_settings().copy_with_update(
        {PREFECT_API_URL: "http://a/api", "client.max_retries": "7"}
    )
    second = first.copy_with_update(
        {"PREFECT_LOGGING_LEVEL": "debug"},
        set_defaults={PREFECT_API_URL: "http://default/api", "api.request_timeout": 3},
        restore_defaults={"PREFECT_CLIENT_MAX_RETRIES"},
    )
    assert (first.api.url, first.client.max_retries, first.logging.level) == ("http://a/api", 7, "INFO")
    assert (second.api.url, second.client.max_retries, second.logging.level) == ("http://a/api", 5, "DEBUG")
    assert second.api.request_timeout == 3.0


def test_equal_settings_are_equal() -> None:
    """Settings are equal, and have equal keys and hashes, when all their values are, wherever they are from."""
    settings = get_current_settings()
    same = settings.copy_with_update({"client.max_retries": 5})
    other = settings.copy_with_update({"client.max_retries": 6})
    assert (settings, hash(settings), settings.hash_key()) == (same, hash(same), same.hash_key())
    assert settings != other
    assert settings.hash_key() != other.hash_key()
    assert LoggingSettings(level="DEBUG") == LoggingSettings(level="debug") != LoggingSettings()  # type: ignore[arg-type]


def test_pickled_settings_are_the_same() -> None:
    """Settings reach another process as they are."""
    settings = get_current_settings().copy_with_update({"api.key": "hunter2", "client.max_retries": 7})
    again = pickle.loads(pickle.dumps(settings))
    assert again == settings
    assert again.api.key.get_secret_value() == "hunter2"
    assert pickle.loads(pickle.dumps(settings.client)) == settings.client


def test_environment_variables(home: Path) -> None:
    """Settings can be written as variables: all or those that something sets; with older names; without secrets."""
    settings = get_current_settings().copy_with_update({"api.key": "hunter2", "server.metrics_enabled": True})
    assert settings.to_environment_variables(exclude_unset=True) == {
        "PREFECT_HOME": str(home),
        "PREFECT_API_KEY": "hunter2",
        "PREFECT_SERVER_METRICS_ENABLED": "True",
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "True",
    }
    hidden = settings.to_environment_variables(
        exclude_unset=True, include_secrets=False, include_aliases=True
    )
    assert hidden["PREFECT_API_KEY"] == "**********"
    assert hidden["PREFECT_API_ENABLE_METRICS"] == "True"
    assert "PREFECT_API_URL" not in settings.to_environment_variables()


def test_dumps(home: Path) -> None:
    """Settings can be dumped as nested dictionaries, for Python or JSON; secrets stay hidden unless asked for."""
    settings = get_current_settings().copy_with_update({"api.key": "hunter2"})
    assert settings.model_dump()["flows"] == {
        "heartbeat_frequency": 180,
        "lease_seconds": 15.0,
        "default_retries": 0,
        "default_retry_delay_seconds": 0,
    }
    assert settings.model_dump(mode="json", exclude_unset=True) == {
        "home": str(home),
        "api": {"key": "**********"},
        "server": {"ephemeral": {"enabled": True}},
    }
    revealed = settings.model_dump(mode="json", context={"include_secrets": True})
    assert revealed["api"]["key"] == "hunter2"
    assert revealed["server"]["services"]["db_vacuum"]["retention_period"] == "P90D"
    assert settings.model_fields_set == {"home", "api", "server"}


def test_secrets_are_not_shown() -> None:
    """A secret is shown nowhere unless it is asked for by name; those of pydantic are taken too."""
    settings = get_current_settings().copy_with_update({"api.key": pydantic.SecretStr("hunter2")})
    assert "hunter2" not in repr(settings) + str(settings.api.key) + f"{settings.api.key}"
    assert settings.api.key == SecretStr("hunter2")
    assert len(SecretStr("hunter2")) == 7
    assert str(SecretStr("")) == ""


@pytest.mark.parametrize(
    ("changes", "path", "value"),
    [
        ({}, "ui_url", None),
        ({"api.url": "http://x:4200/api"}, "ui_url", "http://x:4200"),
        (
            {"api.url": "https://api.prefect.cloud/api/accounts/0/workspaces/1"},
            "ui_url",
            "https://app.prefect.cloud/account/0/workspace/1",
        ),
        ({"cloud.api_url": "https://api.stg.example/api"}, "cloud.ui_url", "https://app.stg.example"),
        (
            {"server.api.host": "10.0.0.1", "server.api.port": 99},
            "server.ui.api_url",
            "http://10.0.0.1:99/api",
        ),
        ({"api.url": "http://x:4200/api"}, "server.ui.api_url", "http://x:4200/api"),
        ({"debug_mode": True}, "logging.level", "DEBUG"),
        ({"debug_mode": True}, "internal.logging_level", "DEBUG"),
        ({"debug_mode": True, "logging.level": "ERROR"}, "logging.level", "ERROR"),
        ({"home": "/elsewhere"}, "profiles_path", Path("/elsewhere/profiles.toml")),
        ({"home": "/elsewhere"}, "logging.config_path", Path("/elsewhere/logging.yml")),
    ],
)
def test_what_follows_from_other_settings(changes: dict[str, Any], path: str, value: Any) -> None:
    """Settings that follow from others follow, until they are set themselves."""
    settings = get_current_settings().copy_with_update(changes)
    assert settings.at(path) == value
    assert settings.copy_with_update({path: str(value)}).at(path) in (value, str(value))


@pytest.mark.parametrize(
    ("parts", "url"),
    [
        (
            {"driver": "postgresql+asyncpg", "host": "h", "user": "u", "name": "n", "password": "p@w"},
            "postgresql+asyncpg://u:p%40w@h:5432/n",
        ),
        (
            {"driver": "postgresql+asyncpg", "host": "h", "user": "u", "name": "n", "port": 1},
            "postgresql+asyncpg://u@h:1/n",
        ),
        ({"driver": "sqlite+aiosqlite", "name": "/x/y.db"}, "sqlite+aiosqlite:////x/y.db"),
        ({"connection_url": "sqlite:///$PREFECT_HOME/z.db"}, "sqlite:///{home}/z.db"),
        ({"host": "h"}, "sqlite+aiosqlite:///{home}/prefect.db"),
    ],
)
def test_the_database_from_its_parts(parts: dict[str, Any], url: str, home: Path) -> None:
    """A database may be named by its parts instead of a URL."""
    settings = get_current_settings().copy_with_update({f"server.database.{k}": v for k, v in parts.items()})
    secret = settings.server.database.connection_url
    assert secret
    assert secret.get_secret_value() == url.format(home=home.as_posix())


def test_a_missing_part_of_the_database_is_named() -> None:
    """A PostgreSQL database without a user or name is refused with the variables to set."""
    settings = get_current_settings().copy_with_update(
        {"server.database.driver": "postgresql+asyncpg", "server.database.host": "h"}
    )
    with pytest.raises(ConfigurationError, match=r"DATABASE_USER and PREFECT_SERVER_DATABASE_NAME"):
        _ = settings.server.database.connection_url


def test_sections_know_their_variables() -> None:
    """What the variables of a section begin with can be asked for."""
    settings = get_current_settings()
    assert canonical_environment_prefix(settings) == "PREFECT_"
    assert canonical_environment_prefix(settings.server.api) == "PREFECT_SERVER_API_"
    assert settings.flows.to_environment_variables()["PREFECT_FLOWS_DEFAULT_RETRIES"] == "0"


def test_a_section_can_be_made_alone() -> None:
    """A section can be made without the tree, with settings below it in short."""
    section = LoggingSettings(level="DEBUG", to_api_enabled=False)  # type: ignore[call-arg]
    assert (section.level, section.to_api.enabled, section.to_api_enabled) == ("DEBUG", False, False)
    assert section.config_path.name == "logging.yml"
    assert Settings(logging=section).logging.to_api.enabled is False
