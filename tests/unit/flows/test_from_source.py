"""Flows that are loaded from a folder or a storage."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from prefect import Flow, flow
from prefect.exceptions import MissingFlowError, ScriptError

CODE = """
from prefect import flow
from beside import VALUE

@flow(name="Loaded")
def pipeline(number: int = 1) -> int:
    return number + VALUE
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a script and what it imports."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "etl.py").write_text(CODE)
    (code / "beside.py").write_text("VALUE = 10\n")
    return code


class Storage:
    """A storage of code, as a runner knows them."""

    def __init__(self) -> None:
        self.base = Path()

    def set_base_path(self, path: Path) -> None:
        """Say below which folder the code shall lie."""
        self.base = path

    @property
    def destination(self) -> Path:
        """The folder of the code."""
        return self.base / "pulled"

    async def pull_code(self) -> None:
        """Fetch the code."""
        self.destination.mkdir()
        (self.destination / "etl.py").write_text(CODE.replace("from beside import VALUE", "VALUE = 20"))


class Bucket:
    """A storage that copies a folder, as blocks do."""

    def get_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """Copy the folder."""
        assert local_path
        (Path(local_path) / "etl.py").write_text(CODE.replace("from beside import VALUE", "VALUE = 30"))


def test_a_flow_is_loaded_from_a_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A path, a text, and a path relative to where the program runs name the same folder."""
    monkeypatch.chdir(folder.parent)
    for source in (folder, str(folder), Path("code")):
        loaded = Flow.from_source(source, "etl.py:pipeline")
        assert (loaded.name, loaded(5)) == ("Loaded", 15)
    assert flow.from_source(source=folder, entrypoint="etl.py:pipeline").name == "Loaded"


async def test_a_flow_is_loaded_in_async_code(folder: Path) -> None:
    """In async code the same name is awaited."""
    for loading in (Flow.from_source, Flow.afrom_source, flow.from_source):
        loaded: Any = loading(folder, "etl.py:pipeline")
        assert (await loaded).name == "Loaded"


def test_a_flow_is_pulled_from_a_storage() -> None:
    """A storage pulls the code, which stays readable; a block with `get_directory` is a storage too."""
    for storage, value in ((Storage(), 20), (Bucket(), 30)):
        loaded = Flow.from_source(storage, "etl.py:pipeline")
        assert loaded(0) == value
        assert f"VALUE = {value}" in (Path(inspect.getfile(loaded.fn))).read_text()


@pytest.mark.parametrize(
    ("source", "entrypoint", "kind", "told"),
    [
        (3, "etl.py:pipeline", TypeError, "Unsupported source type 'int'"),
        ("s3://bucket/code", "etl.py:pipeline", ImportError, "Install s3fs"),
        ("ext::sh -c id", "etl.py:pipeline", FileNotFoundError, "ext"),
        (None, "etl.py", ValueError, "no entrypoint"),
        ("/nowhere", "etl.py:pipeline", FileNotFoundError, "etl.py"),
        (None, "etl.py:nothing", MissingFlowError, "nothing"),
        (None, "broken.py:pipeline", ScriptError, "broken.py"),
    ],
)
def test_what_cannot_be_loaded_is_an_error(
    folder: Path, source: Any, entrypoint: str, kind: type[Exception], told: str
) -> None:
    """Each way in which a flow cannot be loaded is told by an error of its own."""
    (folder / "broken.py").write_text("import not_installed_anywhere\n")
    with pytest.raises(kind, match=told):
        Flow.from_source(folder if source is None else source, entrypoint)
