"""Bundles: a flow travels with its code and its files, and its run is executed elsewhere."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from prefect import flow
from prefect.bundles import create_bundle_for_flow_run, extract_flow_from_bundle, upload_bundle_to_storage
from prefect.bundles._zip_extractor import ZipExtractor
from prefect.bundles.files import chosen_files, pack_files
from prefect.client.orchestration import get_client
from prefect.exceptions import InfrastructureError, SerializationError
from prefect.flows import bind_flow_to_infrastructure
from prefect.schemas.flow_runs import FlowRun
from prefect.states import Pending
from prefect.workers.process import ProcessWorker
from tests.unit.workers.deployed import seen

CODE = """
from prefect import flow
from beside_the_bundle import doubled

@flow
def answer(x: int) -> int:
    return doubled(x)
"""


def in_folder(folder: Path, *names: str) -> None:
    """Make files in a folder."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)


def names(files: list[Path], folder: Path) -> list[str]:
    """Return the names of files below a folder."""
    return [file.relative_to(folder).as_posix() for file in files]


def run_of(flow_: object, **parameters: object) -> FlowRun:
    """Return a stored run of a flow that is Pending."""
    with get_client(sync_client=True) as client:
        return client.create_flow_run(flow_, parameters=parameters, state=Pending())  # pyright: ignore[reportArgumentType] - any flow


def test_a_flow_travels_with_the_modules_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has none of the files executes the run all the same."""
    (tmp_path / "beside_the_bundle.py").write_text("def doubled(x):\n    return 2 * x\n")
    (tmp_path / "flows_of_bundle.py").write_text(CODE)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    answer: Any = importlib.import_module("flows_of_bundle").answer
    run = run_of(answer, x=21)
    bundle = create_bundle_for_flow_run(answer, run)["bundle"]
    assert "pydantic==" in bundle["dependencies"]
    file = tmp_path / "elsewhere" / "key"
    file.parent.mkdir()
    file.write_text(json.dumps(bundle))
    for each in tmp_path.glob("*.py"):
        each.unlink()
    done = subprocess.run(
        [sys.executable, "-m", "prefect.bundles.execute", "--key", str(file)],
        cwd=file.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert seen(run).state_name == "Completed"


def test_a_bundle_that_cannot_be_made_or_read_says_why() -> None:
    """What cannot be packed is named; a bundle that holds something else is refused."""
    import threading

    lock = threading.Lock()

    @flow
    def locked() -> bool:
        return lock.locked()

    run = run_of(locked)
    with pytest.raises(SerializationError, match="'locked' cannot be packed"):
        create_bundle_for_flow_run(locked, run)

    @flow
    def fine() -> None: ...

    bundle = create_bundle_for_flow_run(fine, run)["bundle"]
    assert extract_flow_from_bundle(bundle).name == "fine"
    bundle["function"] = bundle["context"]
    with pytest.raises(SerializationError, match="holds no flow"):
        extract_flow_from_bundle(bundle)


def test_files_are_chosen_by_patterns(tmp_path: Path) -> None:
    """Patterns are those of ignore files: folders, wildcards, exceptions; caches never come along."""
    in_folder(
        tmp_path,
        "a.csv",
        "data/b.csv",
        "data/c.txt",
        "data/__pycache__/x.pyc",
        "private/key.txt",
        "deep/er/d.csv",
    )
    assert names(chosen_files(["*.csv"], tmp_path), tmp_path) == ["a.csv"]
    assert names(chosen_files(["data/"], tmp_path), tmp_path) == ["data/b.csv", "data/c.txt"]
    assert names(chosen_files(["**/*.csv", "!data/"], tmp_path), tmp_path) == ["a.csv", "deep/er/d.csv"]
    (tmp_path / ".prefectignore").write_text("# ours\nprivate/\n")
    with pytest.raises(InfrastructureError, match="means no file"):
        chosen_files(["private/*.txt"], tmp_path)
    assert names(chosen_files(["private/key.txt"], tmp_path), tmp_path) == ["private/key.txt"]
    for outside in ("../x", "/etc/passwd", "~/x"):
        with pytest.raises(InfrastructureError, match="leads out"):
            chosen_files([outside], tmp_path)


def test_the_same_files_have_the_same_key(tmp_path: Path) -> None:
    """An archive is named after its content, so that it is kept once; it is unpacked where the run is executed."""
    in_folder(tmp_path, "data/b.csv")
    first, second = pack_files(["data"], tmp_path), pack_files(["data"], tmp_path)
    assert first is not None
    assert second is not None
    assert first.key == second.key
    target = tmp_path / "target"
    target.mkdir()
    assert names(ZipExtractor(first.path).extract(target), target) == ["data/b.csv"]
    assert pack_files(None, tmp_path) is None


def test_nothing_is_unpacked_outside_of_the_folder(tmp_path: Path) -> None:
    """An archive with a name that leads out is refused whole."""
    archive = tmp_path / "evil.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("fine", "x")
        made.writestr("../evil", "x")
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(ValueError, match="outside"):
        ZipExtractor(archive).extract(target)
    assert list(target.iterdir()) == []


def test_a_bundle_is_uploaded_with_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command gets the bundle as a file, and another one its files; one that fails is an error with its output."""
    in_folder(tmp_path, "data/b.csv")

    @flow
    def fine() -> None: ...

    bound = bind_flow_to_infrastructure(
        fine, "pool", ProcessWorker, include_files=["data/"], include_files_base_dir=tmp_path
    )
    made = create_bundle_for_flow_run(bound, run_of(fine))
    store = tmp_path / "store"
    copy = tmp_path / "copy.py"
    copy.write_text(
        "import shutil, sys, pathlib\n"
        f"target = pathlib.Path({str(store)!r}) / sys.argv[-1]\n"
        "target.parent.mkdir(parents=True, exist_ok=True)\n"
        "shutil.copy(sys.argv[-1], target)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    upload = [sys.executable, str(copy)]
    with pytest.raises(ValueError, match="upload_step is required"):
        upload_bundle_to_storage(made["bundle"], "key", upload, zip_path=made["zip_path"])
    step = {"copy_step": {"launcher": [sys.executable]}}
    (tmp_path / "copy_step.py").write_text(copy.read_text())
    upload_bundle_to_storage(made["bundle"], "key", upload, zip_path=made["zip_path"], upload_step=step)
    assert json.loads((store / "key").read_text())["flow_run"]["id"] == made["bundle"]["flow_run"]["id"]
    assert zipfile.ZipFile(store / str(made["bundle"].get("files_key"))).namelist() == ["data/b.csv"]
    with pytest.raises(RuntimeError, match="exit code 3"):
        upload_bundle_to_storage(made["bundle"], "key", [sys.executable, "-c", "import sys; sys.exit(3)"])
