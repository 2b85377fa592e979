"""Flows from entrypoints: loaded, read where they cannot run, chosen among several."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prefect import Flow, flow
from prefect.exceptions import MissingFlowError, ScriptError, UnspecifiedFlowError
from prefect.flows import (
    is_entrypoint_async,
    load_flow_arguments_from_entrypoint,
    load_flow_from_entrypoint,
    load_function_and_convert_to_flow,
    load_placeholder_flow,
    safe_load_flow_from_entrypoint,
    select_flow,
)

GOOD = """
    from prefect import flow

    NAME = "Named"

    @flow(name=NAME, retries=1 + 1, log_prints=True, flow_run_name="run", on_failure=[])
    def mine(x: int = 1) -> int:
        return x

    @flow
    async def my_other_flow(z): return z

    def plain(a: int): return a

    class Group:
        @flow
        @staticmethod
        def inside(x): return x
"""
NEEDY = """
    import nonexistent_module_of_a_test
    from prefect import flow

    SIZE = 2
    print("this line is not run when the file is only read")

    @flow(name="Needy", description="what it does", retries=SIZE, version="v9")
    def mine(x: int = 1, *, y: str = "a") -> int:
        return x + SIZE

    @flow(name=nonexistent_module_of_a_test.name)
    async def other(): ...
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the present folder, with two files of flows in it that are modules too."""
    (tmp_path / "good_flows_of_a_test.py").write_text(textwrap.dedent(GOOD), encoding="utf-8")
    (tmp_path / "needy_flows_of_a_test.py").write_text(textwrap.dedent(NEEDY), encoding="utf-8")
    for name in ("good_flows_of_a_test", "needy_flows_of_a_test"):
        sys.modules.pop(name, None)  # another test's
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


FORMS = ["good_flows_of_a_test.py:mine", "good_flows_of_a_test:mine", "good_flows_of_a_test.mine"]
LOADERS = [load_flow_from_entrypoint, load_function_and_convert_to_flow, safe_load_flow_from_entrypoint]


@pytest.mark.parametrize("load", LOADERS)
@pytest.mark.parametrize("entrypoint", FORMS)
def test_a_flow_is_loaded_by_file_or_module(folder: Path, entrypoint: str, load: Callable[..., Any]) -> None:
    """An entrypoint names a file or a module, with a colon or a dot before the function."""
    loaded = load(entrypoint)
    assert isinstance(loaded, Flow)
    assert (loaded.name, loaded.retries, loaded.fn(3)) == ("Named", 2, 3)


@pytest.mark.parametrize("load", LOADERS)
def test_a_flow_inside_a_class_is_loaded(folder: Path, load: Callable[..., Any]) -> None:
    """A name may lead into a class."""
    assert load("good_flows_of_a_test.py:Group.inside").fn(4) == 4


@pytest.mark.parametrize(
    ("entrypoint", "message"),
    [
        ("good_flows_of_a_test.py:nope", "'nope' not found in 'good_flows_of_a_test.py'"),
        ("good_flows_of_a_test.nope", "'nope' not found in 'good_flows_of_a_test'"),
        ("good_flows_of_a_test.py:plain", "'plain' is not a flow"),
    ],
)
def test_a_flow_that_is_not_there_is_named(folder: Path, entrypoint: str, message: str) -> None:
    """Loading what is no flow fails and says what was looked for, and where."""
    with pytest.raises(MissingFlowError, match=message):
        load_flow_from_entrypoint(entrypoint)


def test_a_missing_file_or_module_is_told(folder: Path) -> None:
    """A file or module that does not exist is an error of Python's own kinds."""
    with pytest.raises(FileNotFoundError):
        load_flow_from_entrypoint("nofile.py:mine")
    with pytest.raises(ScriptError):
        load_flow_from_entrypoint("nofile.py:mine", use_placeholder_flow=False)
    with pytest.raises(ModuleNotFoundError):
        load_flow_from_entrypoint("no_module_of_a_test.mine")
    with pytest.raises(ValueError, match="Could not find module"):
        is_entrypoint_async("no_module_of_a_test.mine")
    with pytest.raises(ValueError, match="Could not find object 'nope'"):
        safe_load_flow_from_entrypoint("good_flows_of_a_test.py:nope")


def test_a_function_becomes_a_flow(folder: Path) -> None:
    """A plain function can be run as a flow."""
    assert load_function_and_convert_to_flow("good_flows_of_a_test.py:plain")(5) == 5
    with pytest.raises(RuntimeError, match="Function with name 'nope' not found"):
        load_function_and_convert_to_flow("good_flows_of_a_test.py:nope")


def test_a_file_that_cannot_run_gives_what_does_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A flow is made of the statements of its file that run; nothing else of the file is run."""
    loaded = load_flow_from_entrypoint("needy_flows_of_a_test.py:mine")
    assert (loaded.name, loaded.version, loaded.retries, loaded.fn()) == ("Needy", "v9", 2, 3)
    assert list(loaded.parameters.properties) == ["x", "y"]
    assert "not run" not in capsys.readouterr().out


def test_a_flow_that_cannot_be_made_raises_when_it_is_called(folder: Path) -> None:
    """If not even the function can be had, the flow keeps its name and raises what was in the way."""
    other = load_flow_from_entrypoint("needy_flows_of_a_test.py:other")
    assert (other.name, other.isasync) == ("other", True)
    with pytest.raises(ScriptError) as raised:
        load_flow_from_entrypoint("needy_flows_of_a_test.py:mine", use_placeholder_flow=False)
    assert isinstance(raised.value.__cause__, ModuleNotFoundError)
    stand_in = load_placeholder_flow("needy_flows_of_a_test.py:mine", ValueError("boom"))
    assert (stand_in.name, stand_in.description) == ("Needy", "what it does")
    with pytest.raises(ValueError, match="boom"):
        stand_in.fn(1, y="b")


def test_what_a_decorator_says_is_read_without_running(folder: Path) -> None:
    """The options of a flow are read as text, those that are asked for or else those that are plain values."""
    mine, needy = "good_flows_of_a_test.py:mine", "needy_flows_of_a_test.py:mine"
    assert load_flow_arguments_from_entrypoint(mine) == {
        "name": "Named",
        "retries": "2",
        "log_prints": "True",
    }
    assert load_flow_arguments_from_entrypoint(mine, ["flow_run_name", "on_failure"]) == {
        "flow_run_name": "run",
        "on_failure": "[]",
    }
    assert load_flow_arguments_from_entrypoint(needy, {"name", "retries"}) == {
        "name": "Needy",
        "retries": "2",
    }
    assert load_flow_arguments_from_entrypoint("needy_flows_of_a_test.py:other") == {"name": "other"}
    assert load_flow_arguments_from_entrypoint("good_flows_of_a_test.my_other_flow") == {
        "name": "my-other-flow"
    }


def test_async_flows_are_known_without_running(folder: Path) -> None:
    """Whether a flow is async is read from its file."""
    assert is_entrypoint_async("needy_flows_of_a_test.py:other")
    assert not is_entrypoint_async("needy_flows_of_a_test.py:mine")
    assert is_entrypoint_async("good_flows_of_a_test:my_other_flow")


def test_one_flow_is_selected() -> None:
    """The only flow is taken; of several, the one that is named."""
    one, two = flow(lambda: 1, name="one"), flow(lambda: 2, name="two")
    assert select_flow([one]) is one
    assert select_flow([one, two], "two") is two
    with pytest.raises(UnspecifiedFlowError, match="Found 2 flows in etl: 'one' 'two'"):
        select_flow([one, two], from_message="in etl")
    with pytest.raises(MissingFlowError, match="Flow 'three' not found in etl"):
        select_flow([one, two], "three", from_message="in etl")
    with pytest.raises(MissingFlowError, match="No flows found in etl"):
        select_flow([], from_message="in etl")
