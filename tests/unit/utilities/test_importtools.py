"""`prefect.utilities.importtools`: objects by name, scripts as modules, modules that load late."""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path

import pytest

from prefect.exceptions import ScriptError
from prefect.utilities.importtools import (
    from_qualified_name,
    import_object,
    lazy_import,
    load_module,
    load_script_as_module,
    safe_load_namespace,
    to_qualified_name,
)


def test_names_and_objects() -> None:
    """The name of a function leads back to it; a name of a module leads to the module."""
    assert to_qualified_name(json.loads) == "json.loads"
    assert from_qualified_name("json.loads") is json.loads
    assert from_qualified_name("json") is json
    with pytest.raises(AttributeError, match="nope"):
        from_qualified_name("json.nope")
    with pytest.raises(ModuleNotFoundError, match="nopenope"):
        from_qualified_name("nopenope")


def test_an_object_is_imported_by_its_path(tmp_path: Path) -> None:
    """Objects of modules and of files are imported by one text."""
    script = tmp_path / "pipeline.py"
    script.write_text("class Shelf:\n    size = 3\n")
    assert import_object("json:loads") is json.loads
    assert import_object("json.loads") is json.loads
    assert import_object("json:JSONDecoder.decode") is json.JSONDecoder.decode
    assert import_object(f"{script}:Shelf.size") == 3
    with pytest.raises(AttributeError, match="nope"):
        import_object("json:nope")


def test_a_module_of_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module in the working directory is found, and the search path is as before."""
    (tmp_path / "beside_me_here.py").write_text("X = 1\n")
    monkeypatch.chdir(tmp_path)
    before = list(sys.path)
    assert load_module("beside_me_here").X == 1
    assert sys.path == before


def test_a_script_sees_the_files_beside_it(tmp_path: Path) -> None:
    """A script that is loaded can import what lies beside it; loaded again, it is new."""
    (tmp_path / "shelf_beside_script.py").write_text("SIZE = 3\n")
    script = tmp_path / "script.py"
    script.write_text("from shelf_beside_script import SIZE\n")
    module = load_script_as_module(str(script))
    assert module.SIZE == 3
    assert sys.modules[module.__name__] is module


def test_a_script_that_fails_is_told(tmp_path: Path) -> None:
    """The error of a script names it and what it raised; no half of a module is left behind."""
    script = tmp_path / "broken.py"
    script.write_text("raise ValueError('no')\n")
    before = set(sys.modules)
    with pytest.raises(ScriptError, match=r"broken\.py' raised ValueError while it was loaded: no") as caught:
        load_script_as_module(str(script))
    assert isinstance(caught.value.user_exc, ValueError)
    assert set(sys.modules) == before
    with pytest.raises(ScriptError, match="No such file"):
        load_script_as_module(str(tmp_path / "missing.py"))
    with pytest.raises(ValueError, match="no file of Python"):
        load_script_as_module(str(tmp_path / "notes.txt"))


def test_a_module_loads_late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lazy module runs when something in it is first used."""
    mark = tmp_path / "ran"
    (tmp_path / "late_module_here.py").write_text(f"open({str(mark)!r}, 'w').close()\nX = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    module = lazy_import("late_module_here")
    assert not mark.exists()
    assert module.X == 1
    assert mark.exists()
    assert lazy_import("late_module_here") is module


def test_a_missing_module_is_told_when_it_is_used() -> None:
    """A module that is not installed fails when it is used, or at once if asked, with the advice."""
    module = lazy_import("nope_mod", help_message="Install it.")
    inspect.getmodule(module)
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'nope_mod'\.\nInstall it\."):
        _ = module.something
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'nope_mod\.inner'\.\nInstall it\."):
        lazy_import("nope_mod.inner", error_on_import=True, help_message="Install it.")


def test_names_of_a_source_that_cannot_run(tmp_path: Path) -> None:
    """The statements that can run give their names; the others are left out."""
    (tmp_path / "shelf_for_source.py").write_text("SIZE = 3\n")
    source = (
        "import not_installed_here\n"
        "from shelf_for_source import SIZE\n"
        "X = 1\n"
        "Y = X + missing\n"
        "def f(): return X\n"
        "if __name__ == '__main__':\n    Z = 1\n"
    )
    names = safe_load_namespace(source, str(tmp_path / "source.py"))
    assert {name for name in names if not name.startswith("__")} == {"SIZE", "X", "f"}
    assert names["f"]() == 1
    assert safe_load_namespace("X = 2")["X"] == 2
