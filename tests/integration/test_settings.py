"""Where settings come from: real files in a real working folder."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from prefect.exceptions import ConfigurationError
from prefect.settings import get_current_settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of the test's own."""
    path = tmp_path / "project"
    path.mkdir()
    monkeypatch.chdir(path)
    return path


Setter = Callable[[Path, pytest.MonkeyPatch, int], None]


def write_profile(home: Path, content: str) -> None:
    """Write the file of profiles."""
    home.mkdir(exist_ok=True)
    (home / "profiles.toml").write_text(content, encoding="utf-8")


SOURCES: dict[str, Setter] = {
    "profile": lambda home, _, n: write_profile(
        home, f'active = "a"\n[profiles.a]\nPREFECT_CLIENT_MAX_RETRIES = "{n}"\n'
    ),
    "pyproject.toml": lambda _, __, n: Path("pyproject.toml").write_text(
        f"[tool.prefect.client]\nmax_retries = {n}\n"
    ),  # type: ignore[func-returns-value]
    "prefect.toml": lambda _, __, n: Path("prefect.toml").write_text(f"[client]\nmax_retries = {n}\n"),  # type: ignore[func-returns-value]
    ".env file": lambda _, __, n: Path(".env").write_text(f"PREFECT_CLIENT_MAX_RETRIES={n}\n"),  # type: ignore[func-returns-value]
    "env": lambda _, monkeypatch, n: monkeypatch.setenv("PREFECT_CLIENT_MAX_RETRIES", str(n)),
}


@pytest.mark.parametrize(("weaker", "stronger"), [*itertools.combinations(SOURCES, 2)])
def test_which_source_wins(weaker: str, stronger: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each two sources that set the same, the documented one wins, whichever was written last."""
    SOURCES[stronger](home, monkeypatch, 12)
    assert get_current_settings().client.max_retries == 12
    SOURCES[weaker](home, monkeypatch, 11)
    settings = get_current_settings()
    assert settings.client.max_retries == 12
    origin = settings.origin("client.max_retries")
    assert origin
    assert origin.source == stronger


@pytest.mark.parametrize("source", SOURCES)
def test_each_source_alone(source: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each source sets a setting by itself, and a change of it counts at once."""
    assert get_current_settings().client.max_retries == 5
    for number in (21, 7, 122):
        SOURCES[source](home, monkeypatch, number)
        assert get_current_settings().client.max_retries == number


def test_an_older_name_in_a_stronger_source_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which source it is counts first, which name second."""
    Path(".env").write_text("PREFECT_API_DATABASE_TIMEOUT=2\n")
    Path("prefect.toml").write_text("[server.database]\ntimeout = 3\n")
    assert get_current_settings().server.database.timeout == 2.0
    monkeypatch.setenv("PREFECT_SERVER_DATABASE_TIMEOUT", "1")
    assert get_current_settings().server.database.timeout == 1.0


def test_profiles_are_chosen_by_the_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PREFECT_PROFILE chooses another profile than the active one; an unknown one is told once and changes nothing."""
    write_profile(
        home,
        'active = "a"\n[profiles.a]\nPREFECT_API_URL = "http://a"\n[profiles.b]\nPREFECT_API_URL = "http://b"\n',
    )
    assert get_current_settings().api.url == "http://a"
    monkeypatch.setenv("PREFECT_PROFILE", "b")
    assert get_current_settings().api.url == "http://b"
    monkeypatch.setenv("PREFECT_PROFILE", "nope-of-the-settings-test")
    with pytest.warns(UserWarning, match=r"no profile 'nope-of-the-settings-test'.*a, b"):
        assert get_current_settings().api.url is None
    monkeypatch.setenv("PREFECT_CLIENT_MAX_RETRIES", "1")
    assert get_current_settings().client.max_retries == 1


@pytest.mark.parametrize("where", ["environment", ".env", "prefect.toml", "pyproject.toml"])
def test_where_profiles_are(where: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any source but the profile itself may say where the profiles are."""
    path = folder / "p.toml"
    path.write_text('[profiles.ephemeral]\nPREFECT_API_URL = "http://there"\n')
    if where == "environment":
        monkeypatch.setenv("PREFECT_PROFILES_PATH", str(path))
    elif where == ".env":
        Path(where).write_text(f"PREFECT_PROFILES_PATH='{path}'\n")
    else:
        table = "[tool.prefect]\n" if where == "pyproject.toml" else ""
        Path(where).write_text(f"{table}profiles_path = '{path}'\n")
    assert get_current_settings().profiles_path == path
    assert get_current_settings().api.url == "http://there"


@pytest.mark.parametrize("where", [".env", "prefect.toml"])
def test_where_the_home_is(where: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file in the working folder may say where the home is, and the profiles of that home hold."""
    monkeypatch.delenv("PREFECT_HOME")
    write_profile(folder / "h", '[profiles.ephemeral]\nPREFECT_API_URL = "http://there"\n')
    line = f"PREFECT_HOME='{folder / 'h'}'\n" if where == ".env" else f"home = '{folder / 'h'}'\n"
    Path(where).write_text(line)
    settings = get_current_settings()
    assert (settings.home, settings.api.url) == (folder / "h", "http://there")


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        (
            ".env",
            "PREFECT_CLIENT_MAX_RETRYS=1\n",
            r"PREFECT_CLIENT_MAX_RETRYS\. Did you mean PREFECT_CLIENT_MAX_RETRIES\? .*\.env",
        ),
        (
            "prefect.toml",
            "[client]\nmax_retrys = 1\n",
            r"client\.max_retrys\. Did you mean client\.max_retries\? .*prefect\.toml",
        ),
        (
            "pyproject.toml",
            "[tool.prefect.clinet]\nmax_retries = 1\n",
            r"clinet\.max_retries\. Did you mean client\.max_retries\?",
        ),
    ],
)
def test_unknown_names_are_told_once(
    file: str, content: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is no setting is told once, with the nearest one and the place, and everything else holds."""
    Path(file).write_text(content)
    with pytest.warns(UserWarning, match=told):
        assert get_current_settings().client.max_retries == 5
    monkeypatch.setenv("PREFECT_API_URL", "http://x")
    assert get_current_settings().api.url == "http://x"


def test_unknown_variables_are_told_and_those_of_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelled variable is told; what runners, integrations and logging files use is left alone."""
    for name in ("PREFECT__FLOW_RUN_ID", "PREFECT_INTEGRATIONS_AWS_X", "PREFECT_LOGGING_LOGGERS_ROOT_LEVEL"):
        monkeypatch.setenv(name, "1")
    assert get_current_settings().client.max_retries == 5
    monkeypatch.setenv("PREFECT_LOGGING_LEVLE", "DEBUG")
    with pytest.warns(UserWarning, match=r"Did you mean PREFECT_LOGGING_LEVEL\? .*environment"):
        assert get_current_settings().logging.level == "INFO"


def test_a_file_that_is_no_toml_is_named() -> None:
    """A broken file is an error that names it and the line."""
    Path("prefect.toml").write_text("[client\n")
    with pytest.raises(ConfigurationError, match=r"prefect\.toml cannot be read: .*line 1"):
        get_current_settings()


def test_a_bad_value_is_named_with_its_file() -> None:
    """A bad value is an error that names the setting and the file; one that nobody uses is none."""
    Path("prefect.toml").write_text('[client]\nmax_retries = "x"\n')
    with pytest.raises(ConfigurationError, match=r"client\.max_retries \(prefect\.toml\) is set to 'x'"):
        get_current_settings()
    Path(".env").write_text("PREFECT_CLIENT_MAX_RETRIES=3\n")
    assert get_current_settings().client.max_retries == 3


def test_other_projects_are_left_alone() -> None:
    """A pyproject.toml without a table of ours, even one that is broken, changes nothing."""
    Path("pyproject.toml").write_text('[project]\ndependencies = ["prefect==3.8.8"]\n[tool.ruff\n')
    assert get_current_settings().client.max_retries == 5
    Path("pyproject.toml").write_text("[tool]\nprefect = {client = {max_retries = 4}}\n")
    assert get_current_settings().client.max_retries == 4


def test_tables_of_values() -> None:
    """Settings that are lists, tables or durations are written in TOML as such."""
    Path("prefect.toml").write_text(
        'debug_mode = true\n[client]\nretry_extra_codes = [404, 409]\n[client.custom_headers]\nx = "y"\n'
        "[tasks]\ndefault_retry_delay_seconds = [1, 2.5]\n[server.services.late_runs]\nafter_seconds = 60\n"
    )
    settings = get_current_settings()
    assert settings.client.retry_extra_codes == {404, 409}
    assert settings.client.custom_headers == {"x": "y"}
    assert settings.tasks.default_retry_delay_seconds == [1.0, 2.5]
    assert settings.server.services.late_runs.after_seconds.total_seconds() == 60
    assert settings.logging.level == "DEBUG"


# --- what reading costs ------------------------------------------------------------------------------------------


def test_nothing_is_read_again_when_nothing_changed(home: Path) -> None:
    """Settings that are asked for again are the same object, and no file is opened for them."""
    write_profile(home, '[profiles.ephemeral]\nPREFECT_API_URL = "http://a"\n')
    Path("prefect.toml").write_text("[client]\nmax_retries = 4\n")
    code = """
        import os, sys
        from prefect.settings import get_current_settings
        first = get_current_settings()
        assert (first.api.url, first.client.max_retries) == ("http://a", 4)
        opened = []
        sys.addaudithook(lambda event, args: opened.append(args) if event == "open" else None)
        assert get_current_settings() is first
        os.environ["UNRELATED"] = "1"
        assert get_current_settings() is first
        print(opened)
        os.environ["PREFECT_CLIENT_MAX_RETRIES"] = "9"
        assert get_current_settings().client.max_retries == 9
    """
    assert python(code).strip() == "[]"


def test_importing_opens_no_file_of_settings() -> None:
    """Nothing is read before it is asked for, and without files no parser for them is loaded."""
    Path("prefect.toml").write_text("[client]\nmax_retries = 4\n")
    code = """
        import sys
        opened = []
        sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
        from prefect import flow, task
        import prefect.settings
        print([path for path in opened if path.endswith((".toml", ".env"))])
    """
    assert python(code).strip() == "[]"
    Path("prefect.toml").unlink()
    Path("pyproject.toml").write_text('[project.scripts]\nx = "prefect.cli:main"\n')
    code = """
        import sys
        from prefect import flow, task

        @task
        def a(): ...

        @flow
        def b(): ...

        print([name for name in ("pydantic", "asyncio", "tomllib") if name in sys.modules])
    """
    assert python(code).strip() == "[]"


def python(code: str) -> str:
    """Run code in a fresh interpreter and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        check=False,
        capture_output=True,
        text=True,
        env=dict(os.environ),
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
