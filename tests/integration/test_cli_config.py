"""`prefect config` and `prefect profile`, as people and scripts call them: real processes, real files."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from prefect.cli.screen import Screen
from prefect.settings import Settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of the test's own, without settings in it."""
    path = tmp_path / "project"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a command with its output in a pipe, as programs do."""
    return subprocess.run(
        [sys.executable, "-m", "prefect", *arguments],
        env={**os.environ, "PYTHONUTF8": "1", **changes},
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
    )


def shown(*arguments: str, **changes: str) -> str:
    """Return what a command prints; it must succeed and be silent on stderr."""
    done = run(*arguments, **changes)
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout


def answer(*arguments: str, **changes: str) -> Any:
    """Return the JSON document that a command prints."""
    return json.loads(shown(*arguments, "--output", "json", **changes))


def refused(*arguments: str, exit_code: int = 1, **changes: str) -> str:
    """Return what a command says that must fail."""
    done = run(*arguments, **changes)
    assert (done.returncode, done.stdout) == (exit_code, ""), done
    assert done.stderr.startswith("Error: ")
    assert "Traceback" not in done.stderr
    return done.stderr


def stored(home: Path) -> Any:
    """Return what is in the file of profiles."""
    return tomllib.loads((home / "profiles.toml").read_text(encoding="utf-8"))


MARK = " (no effect yet)"

# --- config ------------------------------------------------------------------------------------------------------


def test_view_shows_what_is_set_and_where(home: Path) -> None:
    """Each setting that something sets is shown with its value and source; secrets are masked unless asked for."""
    Path("prefect.toml").write_text("[client]\nmax_retries = 4\n")
    Path(".env").write_text("PREFECT_CLIENT_RETRY_JITTER_FACTOR=0.5\n")
    assert shown("config", "view", PREFECT_API_KEY="hunter2").replace(MARK, "").splitlines() == [
        "PREFECT_PROFILE='ephemeral'",
        "PREFECT_API_KEY='********' (from env)",
        "PREFECT_CLIENT_MAX_RETRIES='4' (from prefect.toml)",
        "PREFECT_CLIENT_RETRY_JITTER_FACTOR='0.5' (from .env file)",
        f"PREFECT_HOME='{home}' (from env)",
        "PREFECT_SERVER_EPHEMERAL_ENABLED='True' (from profile)",
    ]
    bare = shown("config", "view", "--hide-sources", "--show-secrets", PREFECT_API_KEY="hunter2")
    lines = bare.replace(MARK, "").splitlines()
    assert lines[1:3] == ["PREFECT_API_KEY='hunter2'", "PREFECT_CLIENT_MAX_RETRIES='4'"]
    assert not home.exists()


def test_view_marks_what_has_no_effect_yet() -> None:
    """Who sets a setting of a part that is not there yet sees that it changes nothing."""
    planned = {declared.variable for declared in Settings.all_declared() if declared.planned}
    lines = shown("config", "view", "--show-defaults", "--hide-sources").splitlines()[1:]
    assert {line.partition("=")[0] for line in lines if line.endswith(MARK)} == planned
    listed = answer("config", "view", "--show-defaults")["settings"]
    assert {row["name"] for row in listed if row["planned"]} == planned


def test_view_as_json(home: Path) -> None:
    """Programs get one document with the profile, the settings and where the pages are; all settings if they want."""
    document = answer("config", "view", PREFECT_API_URL="http://x/api", PREFECT_API_KEY="hunter2")
    assert document["profile"] == "ephemeral"
    assert document["ui_url"] == "http://x"
    told = [(row["name"], row["value"], row["source"]) for row in document["settings"]]
    assert told[0] == ("PREFECT_API_KEY", "********", "env")
    everything = answer("config", "view", "--show-defaults")["settings"]
    assert len(everything) == 228
    told = [(row["name"], row["value"], row["source"]) for row in everything]
    assert ("PREFECT_CLIENT_MAX_RETRIES", "5", "defaults") in told
    assert ("PREFECT_API_KEY", None, "defaults") in told


def test_set_and_unset(home: Path) -> None:
    """Settings are set in the active profile by their variable or path, hold from then on, and can be taken out."""
    said = shown(
        "config", "set", "PREFECT_API_KEY=hunter2", "client.max_retries=2", "PREFECT_API_URL=http://x?a=b"
    )
    assert "hunter2" not in said
    assert "Updated profile 'ephemeral'." in said
    assert stored(home)["profiles"]["ephemeral"] == {
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "true",
        "PREFECT_API_KEY": "hunter2",
        "PREFECT_CLIENT_MAX_RETRIES": "2",
        "PREFECT_API_URL": "http://x?a=b",
    }
    assert "PREFECT_CLIENT_MAX_RETRIES='2' (from profile)" in shown("config", "view")
    assert "Unset PREFECT_API_URL." in shown(
        "config", "unset", "PREFECT_API_URL", "client.max_retries", "--yes"
    )
    assert set(stored(home)["profiles"]["ephemeral"]) == {
        "PREFECT_SERVER_EPHEMERAL_ENABLED",
        "PREFECT_API_KEY",
    }


def test_set_tells_what_wins_over_it() -> None:
    """Who sets in the profile what the environment sets too is told that the environment wins."""
    said = shown("config", "set", "PREFECT_CLIENT_MAX_RETRIES=2", PREFECT_CLIENT_MAX_RETRIES="3")
    assert "set in env too, as PREFECT_CLIENT_MAX_RETRIES, which wins" in said


@pytest.mark.parametrize(
    ("arguments", "exit_code", "told"),
    [
        (("config", "set", "PREFECT_API_ULR=1"), 1, "Did you mean PREFECT_API_URL?"),
        (("config", "set", "api.ulr=1"), 1, "Did you mean api.url?"),
        (("config", "unset", "PREFECT_API_ULR", "-y"), 1, "Did you mean PREFECT_API_URL?"),
        (("config", "set", "PREFECT_CLIENT_MAX_RETRIES=x"), 1, "PREFECT_CLIENT_MAX_RETRIES is set to 'x'"),
        (("config", "set", "PREFECT_CLIENT_MAX_RETRIES=-1"), 1, "give at least 0"),
        (("config", "set", "PREFECT_API_URL"), 2, "NAME=VALUE"),
        (("config", "set"), 2, "needs SETTINGS"),
        (("config", "set", "PREFECT_HOME=/x"), 1, "Set it in the environment"),
        (("config", "unset", "PREFECT_API_URL", "-y"), 1, "not set in profile 'ephemeral'"),
    ],
)
def test_wrong_use_is_told_and_changes_nothing(
    arguments: tuple[str, ...], exit_code: int, told: str, home: Path
) -> None:
    """What cannot be done is refused with the reason and what to do, and no file is written."""
    assert told in refused(*arguments, exit_code=exit_code)
    assert not home.exists()


def test_validate() -> None:
    """All values that cannot be used are named at once, and the exit code says whether there are any."""
    assert shown("config", "validate") == "All settings are valid.\n"
    said = refused("config", "validate", PREFECT_SERVER_API_PORT="x", PREFECT_API_REQUEST_TIMEOUT="soon")
    assert "PREFECT_SERVER_API_PORT is set to 'x'" in said
    assert "PREFECT_API_REQUEST_TIMEOUT is set to 'soon'" in said


def test_a_misspelled_variable_is_told_in_one_line() -> None:
    """A variable that is no setting is told on stderr, with the nearest name, and the command does its work."""
    done = run("config", "view", PREFECT_LOGGING_LEVLE="DEBUG")
    assert done.returncode == 0
    assert done.stderr == (
        "Warning: There is no setting PREFECT_LOGGING_LEVLE. Did you mean PREFECT_LOGGING_LEVEL? "
        "It is set in the environment.\n"
    )


def test_a_broken_profile_can_be_mended(home: Path) -> None:
    """Where a profile holds a value that cannot be used, commands say so, and the value can be taken out."""
    home.mkdir()
    (home / "profiles.toml").write_text('[profiles.ephemeral]\nPREFECT_API_REQUEST_TIMEOUT = "soon"\n')
    assert "PREFECT_API_REQUEST_TIMEOUT (profile) is set to 'soon'" in refused("config", "view")
    assert "Unset PREFECT_API_REQUEST_TIMEOUT." in shown(
        "config", "unset", "PREFECT_API_REQUEST_TIMEOUT", "-y"
    )
    shown("config", "view")


# --- profile -----------------------------------------------------------------------------------------------------


def test_the_life_of_a_profile(home: Path) -> None:
    """A profile is made, used, looked at, renamed and deleted, and each step is seen by the next command."""
    shown("profile", "create", "staging", "--from", "local")
    assert "Profile 'staging' is active now." in shown("profile", "use", "staging")
    shown("config", "set", "PREFECT_API_KEY=hunter2")
    assert answer("profile", "inspect") == {
        "PREFECT_API_URL": "http://127.0.0.1:4200/api",
        "PREFECT_API_KEY": "********",
    }
    assert "PREFECT_API_KEY='hunter2'" in shown("profile", "inspect", "staging", "--show-secrets")
    shown("profile", "rename", "staging", "stage")
    assert {"name": "stage", "active": True} in answer("profile", "ls")
    assert "* stage" in shown("profiles", "ls").splitlines()
    assert "is the active one" in refused("profile", "delete", "stage")
    shown("profile", "use", "ephemeral")
    assert "Deleted profile 'stage'." in shown("profile", "delete", "stage")
    assert stored(home) == {"active": "ephemeral"}


def test_profiles_for_one_command(home: Path) -> None:
    """`--profile`, `-p` and PREFECT_PROFILE use a profile for one command, to read and to change it."""
    for arguments in (["--profile", "local"], ["-p", "local"]):
        assert "PREFECT_PROFILE='local'" in shown(*arguments, "config", "view")
    assert "Updated profile 'local'." in shown("-p", "local", "config", "set", "PREFECT_CLIENT_MAX_RETRIES=1")
    assert stored(home)["active"] == "ephemeral"
    assert "PREFECT_CLIENT_MAX_RETRIES='1'" in shown("config", "view", PREFECT_PROFILE="local")
    assert "PREFECT_CLIENT_MAX_RETRIES" not in shown("config", "view")
    assert "which wins" in shown("profile", "use", "cloud", PREFECT_PROFILE="local")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("profile", "use", "nope"), "There are cloud, ephemeral, local, test."),
        (("profile", "inspect", "nope"), "no profile 'nope'"),
        (("profile", "delete", "nope"), "no profile 'nope'"),
        (("profile", "rename", "nope", "other"), "no profile 'nope'"),
        (("profile", "create", "local"), "already"),
        (("profile", "create", "mine", "--from", "nope"), "no profile 'nope'"),
        (("profile", "create", " "), "needs a name"),
        (("profile", "delete", "local"), "built in"),
        (("profile", "rename", "local", "mine"), "built in"),
        (("-p", "nope", "config", "view"), "no profile 'nope'"),
    ],
)
def test_wrong_use_of_profiles(arguments: tuple[str, ...], told: str, home: Path) -> None:
    """What cannot be done with a profile is refused with the reason, and no file is written."""
    assert told in refused(*arguments)
    assert not home.exists()


def test_populate_defaults(home: Path) -> None:
    """The profiles that exist from the start are written to be changed; those that are there already stay."""
    shown("-p", "local", "config", "set", "PREFECT_API_URL=http://mine/api")
    shown("profile", "populate-defaults")
    assert set(stored(home)["profiles"]) == {"ephemeral", "local", "test", "cloud"}
    assert stored(home)["profiles"]["local"] == {"PREFECT_API_URL": "http://mine/api"}
    assert "already" in shown("profile", "populate-defaults")


def test_json_of_empty_profiles() -> None:
    """A profile without settings is an empty document, and a sentence for people."""
    assert answer("profile", "inspect", "cloud") == {}
    assert shown("profile", "inspect", "cloud") == "Profile 'cloud' is empty.\n"


# --- settings of the command line itself -------------------------------------------------------------------------


def test_the_prompt_setting_makes_commands_ask(home: Path) -> None:
    """With PREFECT_CLI_PROMPT a command asks although no person is there, and without a yes it changes nothing."""
    shown("config", "set", "PREFECT_API_URL=http://x/api")
    done = run("config", "unset", "PREFECT_API_URL", PREFECT_CLI_PROMPT="true")
    assert (done.returncode, done.stderr) == (1, "Error: Nothing was changed.\n")
    assert done.stdout.endswith("? [y/N] ")
    assert "Unset PREFECT_API_URL." in shown(
        "--no-prompt", "config", "unset", "PREFECT_API_URL", PREFECT_CLI_PROMPT="1"
    )


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_the_colour_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """With PREFECT_CLI_COLORS off, a terminal gets plain text."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    assert Screen.of(Terminal()).colours
    monkeypatch.setenv("PREFECT_CLI_COLORS", "0")
    assert not Screen.of(Terminal()).colours
