"""Settings that integration packages declare themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import AliasChoices, Field, SecretStr, ValidationError

from prefect.settings import get_current_settings
from prefect.settings.base import PrefectBaseSettings, PrefectSettingsConfigDict, build_settings_config
from prefect.settings.sources import (
    DEFAULT_PREFECT_TOML_PATH,
    EnvFilterSettingsSource,
    FilteredDotEnvSettingsSource,
    PrefectTomlConfigSettingsSource,
    ProfileSettingsTomlLoader,
    PyprojectTomlConfigSettingsSource,
)


class Inner(PrefectBaseSettings):
    """Settings below others."""

    model_config = build_settings_config(("integrations", "mail", "inner"))

    level: int = 2


class Mail(PrefectBaseSettings):
    """Settings of an integration."""

    model_config = build_settings_config(("integrations", "mail"))

    name: str = "n"
    size: int | None = None
    inner: Inner = Field(default_factory=Inner)
    data: dict[str, int] = Field(default_factory=dict[str, int])
    flag: bool = False
    labels: list[str] = Field(default_factory=list[str])
    password: SecretStr | None = None
    old: str = Field("", validation_alias=AliasChoices("old", "prefect_mail_old"))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder without files of settings."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_all(folder: Path) -> None:
    """Set `size` in every file, each to another value."""
    (folder / ".env").write_text("PREFECT_INTEGRATIONS_MAIL_SIZE=2\n")
    (folder / "prefect.toml").write_text("[integrations.mail]\nsize = 3\n")
    (folder / "pyproject.toml").write_text("[tool.prefect.integrations.mail]\nsize = 4\n")
    profiles = Path(get_current_settings().profiles_path)
    profiles.parent.mkdir(parents=True, exist_ok=True)
    profiles.write_text('active = "p"\n[profiles.p]\nPREFECT_INTEGRATIONS_MAIL_SIZE = "5"\n')


def test_the_strongest_source_wins(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arguments win over the environment, then come .env, prefect.toml, pyproject.toml and the active profile."""
    write_all(here)
    monkeypatch.setenv("PREFECT_INTEGRATIONS_MAIL_SIZE", "1")
    assert Mail(size=0).size == 0
    assert Mail().size == 1
    monkeypatch.delenv("PREFECT_INTEGRATIONS_MAIL_SIZE")
    for file, left in ((".env", 2), ("prefect.toml", 3), ("pyproject.toml", 4)):
        assert Mail().size == left
        (here / file).unlink()
    assert Mail().size == 5
    get_current_settings().profiles_path.unlink()
    assert Mail().size is None


def test_values_of_each_kind_are_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nested settings, dictionaries, lists and flags are read from variables and from TOML."""
    monkeypatch.setenv("PREFECT_INTEGRATIONS_MAIL_NAME", "x")
    monkeypatch.setenv("PREFECT_INTEGRATIONS_MAIL_LABELS", '["q"]')
    monkeypatch.setenv("PREFECT_INTEGRATIONS_MAIL_FLAG", "")
    (here / "prefect.toml").write_text(
        "[integrations.mail]\nflag = true\ndata = { a = 1 }\n[integrations.mail.inner]\nlevel = 9\n"
    )
    mail = Mail()
    assert (mail.name, mail.data, mail.flag, mail.labels, mail.inner.level) == ("x", {"a": 1}, True, ["q"], 9)
    monkeypatch.setenv("PREFECT_INTEGRATIONS_MAIL_INNER_LEVEL", "7")
    assert Mail().inner.level == 7


def test_a_value_that_cannot_be_used_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value of the wrong kind is an error; a name that is not known is ignored."""
    monkeypatch.setenv("PREFECT_INTEGRATIONS_MAIL_SIZE", "abc")
    with pytest.raises(ValidationError, match="size"):
        Mail()
    assert Mail(size=1, zzz=1).model_extra is None  # pyright: ignore[reportCallIssue] - that is what is ignored


def test_settings_become_variables() -> None:
    """Settings become the variables that would set them, with or without defaults and secrets."""
    mail = Mail(name="x", data={"a": 1}, labels=["p", "q"], password=SecretStr("sss"), inner=Inner(level=3))
    assert mail.to_environment_variables(exclude_unset=True) == {
        "PREFECT_INTEGRATIONS_MAIL_NAME": "x",
        "PREFECT_INTEGRATIONS_MAIL_DATA": '{"a": 1}',
        "PREFECT_INTEGRATIONS_MAIL_LABELS": "p,q",
        "PREFECT_INTEGRATIONS_MAIL_PASSWORD": "sss",
        "PREFECT_INTEGRATIONS_MAIL_INNER_LEVEL": "3",
    }
    variables = mail.to_environment_variables(include_secrets=False, include_aliases=True)
    assert variables["PREFECT_INTEGRATIONS_MAIL_PASSWORD"] == str(mail.password)
    assert variables["PREFECT_INTEGRATIONS_MAIL_FLAG"] == "False"
    assert variables["PREFECT_MAIL_OLD"] == ""
    assert "PREFECT_INTEGRATIONS_MAIL_SIZE" not in variables


def test_where_settings_are_read_follows_from_their_path() -> None:
    """The path of settings says what their variables and tables are called."""
    config = build_settings_config(("a", "b"), frozen=True)
    assert config["env_prefix"] == "PREFECT_A_B_"
    assert config["prefect_toml_table_header"] == ("a", "b")
    assert config["pyproject_toml_table_header"] == ("tool", "prefect", "a", "b")
    assert config["frozen"] is True
    assert config["toml_file"] == str(DEFAULT_PREFECT_TOML_PATH)
    assert build_settings_config()["env_prefix"] == "PREFECT_"
    assert PrefectSettingsConfigDict(frozen=True)["frozen"] is True


def test_our_own_settings_count_too() -> None:
    """Each part of our own settings counts as settings of this kind."""
    assert isinstance(get_current_settings(), PrefectBaseSettings)
    assert isinstance(get_current_settings().api, PrefectBaseSettings)
    assert isinstance(Mail(), PrefectBaseSettings)
    assert not isinstance({}, PrefectBaseSettings)
    assert not isinstance(get_current_settings(), Mail)


def test_each_source_can_be_asked_alone(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each source tells what it has of a class of settings; variables can be left out."""
    write_all(here)
    monkeypatch.setenv("PREFECT_INTEGRATIONS_MAIL_SIZE", "1")
    variable = "PREFECT_INTEGRATIONS_MAIL_SIZE"
    assert EnvFilterSettingsSource(Mail)()["size"] == "1"
    assert "size" not in EnvFilterSettingsSource(Mail, env_filter=[variable])()
    assert FilteredDotEnvSettingsSource(Mail)()["size"] == "2"
    assert "size" not in FilteredDotEnvSettingsSource(Mail, env_blacklist=[variable])()
    assert FilteredDotEnvSettingsSource(Mail, env_file=None)() == {}
    assert PrefectTomlConfigSettingsSource(Mail)() == {"size": 3}
    assert PyprojectTomlConfigSettingsSource(Mail)() == {"size": 4}
    found: dict[str, Any] = ProfileSettingsTomlLoader(Mail)()
    assert found == {"size": "5"}
