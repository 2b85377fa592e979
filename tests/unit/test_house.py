"""The rules of the house itself: what it promises about start-up, floors, doors and sizes."""

from __future__ import annotations

import ast
import configparser
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "prefect"
NAMES = json.loads((ROOT / "tests" / "data" / "public-names.json").read_text(encoding="utf-8"))["prefect"]
NO_ROOM = {"__pycache__", "__init__.py", "py.typed"}


def rooms() -> list[str]:
    """Return the names of the modules and packages directly below `prefect`."""
    folders = [path.name for path in SOURCE.iterdir() if path.is_dir() and any(path.glob("*.py"))]
    files = [path.stem for path in SOURCE.glob("*.py") if path.name not in NO_ROOM]
    return sorted({*folders, *files} - NO_ROOM)


def python(code: str) -> str:
    """Run code in a fresh interpreter and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# --- the front door ----------------------------------------------------------------------------------------------


def test_importing_flow_and_task_loads_nothing_heavy() -> None:
    """A script that imports `flow` and `task` does not pay for validation, databases, the web or an event loop."""
    heavy = [
        "pydantic",
        "sqlalchemy",
        "httpx",
        "httpx2",
        "fastapi",
        "asyncio",
        "rich",
        "cyclopts",
        "cloudpickle",
    ]
    loaded = python(
        f"""
        import sys
        from prefect import flow, task
        print(*[name for name in {heavy!r} if name in sys.modules])
        """
    )
    assert loaded.split() == []


def test_decorating_loads_nothing_heavy() -> None:
    """A module full of flows and tasks can be imported as cheaply as `prefect` itself."""
    loaded = python(
        """
        import sys
        from prefect import flow, task

        @task(retries=3, retry_delay_seconds=[1, 2])
        def double(x: int) -> int:
            return 2 * x

        @flow(name="Doubles", log_prints=True)
        def doubles(n: int = 3) -> int:
            return double(n)

        print(*[name for name in ("pydantic", "sqlalchemy", "httpx", "asyncio") if name in sys.modules])
        """
    )
    assert loaded.split() == []


def test_the_front_door_is_the_documented_one() -> None:
    """`prefect.__all__` has the names of the API level that `__version__` states."""
    import prefect

    assert sorted(prefect.__all__) == NAMES
    assert prefect.__version__ == "3.8.8"


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_the_front_door_opens(name: str) -> None:
    """Each public name of `prefect` can be had, and `dir()` shows it to a person who explores."""
    import prefect

    assert getattr(prefect, name) is not None
    assert name in dir(prefect)


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    """A misspelt name fails as in any other module, naming the module and the name."""
    import prefect

    with pytest.raises(AttributeError, match=r"prefect.*flwo"):
        prefect.flwo  # noqa: B018 - reading it is the test


# --- floors, rooms, sizes ----------------------------------------------------------------------------------------


def floors() -> configparser.ConfigParser:
    """Return the contract of the floors."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return parser


def test_every_room_has_its_floor() -> None:
    """Whoever adds a room says on which floor it is, once."""
    placed = re.findall(r"\w+", floors()["importlinter:contract:floors"]["layers"])
    assert [name for name in rooms() if name not in placed] == []
    assert len(placed) == len(set(placed))


def test_every_room_is_on_the_map() -> None:
    """Whoever looks for a room finds it in ARCHITECTURE.md."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    missing = [name for name in rooms() if not re.search(rf"`{name}(\.py|/)?`", text)]
    assert missing == []


def sources() -> list[Path]:
    """Return every Python file of the package."""
    return sorted(SOURCE.rglob("*.py"))


def test_no_file_outgrows_one_idea() -> None:
    """No file of the package is longer than 500 lines."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500
    }
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    """Each file of the package that has code opens with a docstring."""
    silent = []
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if tree.body and ast.get_docstring(tree) is None:
            silent.append(str(path.relative_to(ROOT)))
    assert silent == []


def test_every_test_says_what_is_true() -> None:
    """Each test opens with a sentence for the person who reads that it failed."""
    silent = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and ast.get_docstring(node) is None
    ]
    assert silent == []


# --- dev.py ------------------------------------------------------------------------------------------------------


def test_dev_needs_the_standard_library_only() -> None:
    """`dev.py` starts on a bare Python."""
    tree = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"))
    imported: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])
    assert imported <= set(sys.stdlib_module_names)


def test_dev_can_be_read_by_an_old_python() -> None:
    """Python 3.8 can parse `dev.py`, so that it answers with a sentence instead of a SyntaxError."""
    ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_dev_without_a_verb_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    """`python3 dev.py` alone names every verb."""
    assert dev.main([]) == 0
    printed = capsys.readouterr().out
    assert [
        verb for verb in ("demo", "test", "check", "bench", "compat", "help") if f"\n  {verb} " not in printed
    ] == []


def test_dev_refuses_an_unknown_verb(capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt verb is named and answered with the ones there are."""
    assert dev.main(["tset"]) == 2
    assert "does not know 'tset'" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["demo", "test", "check", "bench", "compat", "help"])
def test_dev_explains_each_verb(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`python3 dev.py VERB --help` tells what the verb does without doing it."""
    assert dev.main([verb, "--help"]) == 0
    assert f"python3 dev.py {verb}" in capsys.readouterr().out


def test_dev_installs_the_groups_that_groups_include() -> None:
    """What `check` installs includes what the tests need."""
    assert set(dev.requirements("test")) < set(dev.requirements("check"))
    assert dev.requirements(None) == []


def test_dev_leads_no_setting_of_the_caller_into_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server or a home that the caller has configured is not touched by the demo or the tests."""
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    assert {"PREFECT_API_URL", "PREFECT_HOME", "PYTHONPATH"} & dev.clean_environment().keys() == set()


# --- the tests themselves ----------------------------------------------------------------------------------------


def pytest_on(folder: Path, tests: str) -> subprocess.CompletedProcess[str]:
    """Run pytest on one file of tests beside a copy of our conftest, with one need that is never met."""
    conftest = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    (folder / "conftest.py").write_text(
        conftest + '\nPROBES["moon"] = lambda: "no moon in sight; wait a night"\n'
    )
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n    needs(what): as ours\n")
    (folder / "test_it.py").write_text(textwrap.dedent(tests))
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n0", str(folder)]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}  # the conftest imports its neighbours
    return subprocess.run(
        command, cwd=folder, env=env, check=False, capture_output=True, text=True, timeout=100
    )


def test_an_unmet_need_is_named_loudly_and_fails_nothing(tmp_path: Path) -> None:
    """A test whose need is not met is skipped, and the summary says how many and what to do."""
    done = pytest_on(
        tmp_path,
        """
        import pytest

        @pytest.mark.needs("moon")
        def test_tide(): raise SystemError

        def test_earth(): pass
        """,
    )
    assert done.returncode == 0, done.stdout
    assert "NOT RUN" in done.stdout
    assert "1 x needs moon: no moon in sight; wait a night" in done.stdout
    assert "1 passed, 1 skipped" in done.stdout.splitlines()[-1]


def test_a_need_without_a_probe_is_refused(tmp_path: Path) -> None:
    """A misspelt need does not silently skip a test."""
    done = pytest_on(
        tmp_path,
        """
        import pytest

        @pytest.mark.needs("mooon")
        def test_tide(): pass
        """,
    )
    assert done.returncode == 4
    assert "'mooon'" in done.stdout + done.stderr


def test_a_test_sees_no_setting_from_outside(home: Path) -> None:
    """Each test has a home of its own that is not there yet, and no other setting."""
    import os

    assert {name: value for name, value in os.environ.items() if name.startswith("PREFECT_")} == {
        "PREFECT_HOME": str(home)
    }
    assert not home.exists()


def test_a_unit_test_cannot_reach_the_network() -> None:
    """Connecting from a unit test fails at once and says so."""
    import socket

    with pytest.raises(BaseException, match="unit test"), socket.socket() as endpoint:
        endpoint.connect(("127.0.0.1", 9))


# --- words -------------------------------------------------------------------------------------------------------


def test_the_readme_says_whose_work_this_is() -> None:
    """Nobody takes this for the work of Prefect Technologies."""
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert "not affiliated with" in text
    assert "Prefect Technologies" in text


def test_the_licence_is_whole() -> None:
    """LICENSE holds the full Apache License 2.0."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_commands_of_the_readme_exist() -> None:
    """Every `python3 dev.py VERB` that the README and CONTRIBUTING name is a verb of `dev.py`."""
    for document in ("README.md", "CONTRIBUTING.md"):
        named = re.findall(r"python3 dev\.py (\w+)", (ROOT / document).read_text(encoding="utf-8"))
        assert named, document
        assert set(named) <= set(dev.VERBS), document


def test_bash_can_read_what_ci_runs() -> None:
    """`.ci/run` is an executable script that calls the commands of the README."""
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o100
    text = script.read_text(encoding="utf-8")
    assert text.index("dev.py check") < text.index("dev.py test")
    if bash := shutil.which("bash"):
        assert subprocess.run([bash, "-n", str(script)], check=False).returncode == 0
