"""Profiles and their file."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from prefect.exceptions import MissingProfileError, ProfileSettingsValidationError
from prefect.settings import (
    DEFAULT_PROFILES_PATH,
    PREFECT_API_URL,
    PREFECT_LOGGING_LEVEL,
    Profile,
    ProfilesCollection,
    get_current_settings,
    load_current_profile,
    load_profile,
    load_profiles,
    save_profiles,
    update_current_profile,
)
from prefect.settings.files import read_dotenv, read_toml
from prefect.settings.profiles_file import write_profiles


def stored(home: Path) -> dict:
    """Return what is in the file of profiles."""
    return tomllib.loads((home / "profiles.toml").read_text(encoding="utf-8"))


def test_profiles_that_exist_from_the_start() -> None:
    """Without a file there are four profiles, and `ephemeral` is the active one."""
    profiles = load_profiles()
    assert profiles.names == {"ephemeral", "local", "test", "cloud"}
    assert profiles.active_name == load_current_profile().name == "ephemeral"
    assert profiles["local"].to_environment_variables() == {"PREFECT_API_URL": "http://127.0.0.1:4200/api"}
    assert profiles["local"].source == DEFAULT_PROFILES_PATH
    assert load_profiles(include_defaults=False) == ProfilesCollection([])


def test_updating_the_active_profile(home: Path) -> None:
    """Changes go into the file and hold from then on; None takes a setting out; the other profiles are not written."""
    update_current_profile({"PREFECT_API_URL": "http://p/api", PREFECT_LOGGING_LEVEL: "DEBUG"})
    assert stored(home) == {
        "active": "ephemeral",
        "profiles": {
            "ephemeral": {
                "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
                "PREFECT_API_URL": "http://p/api",
                "PREFECT_LOGGING_LEVEL": "DEBUG",
            }
        },
    }
    assert get_current_settings().api.url == "http://p/api"
    profile = update_current_profile({PREFECT_API_URL: None})
    assert PREFECT_API_URL not in profile.settings
    assert get_current_settings().api.url is None
    assert load_current_profile().source == home / "profiles.toml"


def test_a_bad_value_is_not_stored(home: Path) -> None:
    """A value that cannot be used is refused with the setting, and the file stays as it was."""
    with pytest.raises(ProfileSettingsValidationError, match="PREFECT_CLIENT_MAX_RETRIES") as caught:
        update_current_profile({"PREFECT_CLIENT_MAX_RETRIES": "x"})
    assert caught.value.errors[0][0].name == "PREFECT_CLIENT_MAX_RETRIES"
    assert not home.exists()
    with pytest.raises(ProfileSettingsValidationError):
        Profile(name="a", settings={"PREFECT_CLIENT_MAX_RETRIES": "-1"}).validate_settings()


def test_a_profile_can_be_mended_while_its_settings_cannot_be_read(home: Path) -> None:
    """A profile with a value that cannot be used can still be loaded and corrected."""
    home.mkdir()
    (home / "profiles.toml").write_text('[profiles.ephemeral]\nPREFECT_API_REQUEST_TIMEOUT = "soon"\n')
    update_current_profile({"PREFECT_API_REQUEST_TIMEOUT": "3"})
    assert get_current_settings().api.request_timeout == 3.0


def test_the_chosen_profile_is_the_one_that_is_updated(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PREFECT_PROFILE chooses which profile holds and which is changed; the active one in the file stays."""
    monkeypatch.setenv("PREFECT_PROFILE", "local")
    update_current_profile({PREFECT_LOGGING_LEVEL: "ERROR"})
    assert (get_current_settings().logging.level, get_current_settings().api.url) == (
        "ERROR",
        "http://127.0.0.1:4200/api",
    )
    assert stored(home)["active"] == "ephemeral"
    assert set(stored(home)["profiles"]) == {"local"}


def test_collections() -> None:
    """Profiles can be added, made active and removed; what does not exist or exists already is refused."""
    profiles = load_profiles()
    with pytest.raises(ValueError, match="local"):
        profiles.add_profile(profiles["local"])
    with pytest.raises(MissingProfileError, match="nope"):
        profiles.set_active("nope")
    with pytest.raises(KeyError):
        profiles.remove_profile("nope")
    with pytest.raises(MissingProfileError, match="nope"):
        load_profile("nope")
    profiles.add_profile(Profile(name="mine", settings={PREFECT_API_URL: "http://m"}))
    profiles.set_active("mine")
    save_profiles(profiles)
    assert load_profiles().active_profile == Profile(
        name="mine", settings={"PREFECT_API_URL": "http://m"}, source=get_current_settings().profiles_path
    )
    assert set(load_profiles()) == {name for name, _ in load_profiles().items()}
    assert load_profiles().without_profile_source(DEFAULT_PROFILES_PATH).names == {"mine"}


def test_unknown_settings_of_a_profile_are_left_out() -> None:
    """A name that is no setting is left out, with a warning that has the nearest one."""
    with pytest.warns(UserWarning, match=r"PREFECT_API_ULR\. Did you mean PREFECT_API_URL\?"):
        profile = Profile(name="a", settings={"PREFECT_API_ULR": 1, "api.key": "k"})
    assert profile.to_environment_variables() == {"PREFECT_API_KEY": "k"}


@pytest.mark.needs("posix")
def test_only_the_owner_may_read_the_file(home: Path) -> None:
    """The file holds keys: others cannot read it, and nothing else is left beside it."""
    update_current_profile({"PREFECT_API_KEY": "hunter2"})
    assert stat.S_IMODE((home / "profiles.toml").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["profiles.toml"]


@given(
    profiles=some.dictionaries(
        some.text(some.characters(codec="utf-8"), min_size=1),
        some.dictionaries(some.just("PREFECT_API_URL"), some.text(some.characters(codec="utf-8"))),
    ),
    active=some.none() | some.text(some.characters(codec="utf-8")),
)
def test_any_text_survives_the_file(
    profiles: dict[str, dict[str, str]], active: str | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Profiles of any name with any values are read as they were written."""
    path = tmp_path_factory.getbasetemp() / "any" / "profiles.toml"
    write_profiles(path, profiles, active)
    again = read_toml(str(path))
    assert again.get("profiles", {}) == profiles
    assert again.get("active") == active


def test_dotenv_files(tmp_path: Path) -> None:
    """A `.env` file may have comments, quotes, `export` and references to other variables."""
    path = tmp_path / ".env"
    path.write_text(
        "# a comment\n\nA=1\nexport B = two words  # not part of it\nC='$A # is part'\n"
        'D="line\\nend \\"quoted\\""\nE=${A}-${HOST}-${NONE:-other}\nF=\nnot a variable\nG=a#b\r\nH="x"# comment\n'
        'I="two\nlines"',
        encoding="utf-8",
    )
    assert read_dotenv(str(path), {"HOST": "h"}) == {
        "A": "1",
        "B": "two words",
        "C": "$A # is part",
        "D": 'line\nend "quoted"',
        "E": "1-h-other",
        "F": "",
        "G": "a#b",
        "H": "x",
        "I": "two\nlines",
    }
    assert read_dotenv(str(tmp_path / "none"), {}) == {}
