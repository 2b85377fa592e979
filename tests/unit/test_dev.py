"""`dev.py`: the web interface, with Node and without, and checks side by side."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import dev


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with sources of pages that are older than now, and nothing built."""
    ui = tmp_path / "ui"
    (ui / "src" / "api").mkdir(parents=True)
    for name in ("index.html", "openapi.json", "src/main.tsx"):
        (ui / name).write_text("", encoding="utf-8")
        os.utime(ui / name, (1_000_000, 1_000_000))
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "UI", ui)
    monkeypatch.setattr(dev, "BUILT", tmp_path / "static")
    return tmp_path


def build(checkout: Path) -> None:
    """Leave what a build leaves."""
    (checkout / "static").mkdir(exist_ok=True)
    (checkout / "static" / "index.html").write_text("", encoding="utf-8")


def test_pages_are_built_once_and_again_when_they_have_changed(checkout: Path) -> None:
    """What is built is built again when a source of it is newer, and not for what the build itself writes."""
    assert not dev.is_built()
    build(checkout)
    (checkout / "ui" / "src" / "api" / "schema.gen.ts").write_text("", encoding="utf-8")
    assert dev.is_built()
    os.utime(checkout / "ui" / "src" / "main.tsx", (4_000_000_000, 4_000_000_000))
    assert not dev.is_built()


def test_without_node_the_demo_says_how_to_get_the_pages(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line names what is lacking and what to do then, and nothing fails."""
    monkeypatch.setenv("PATH", str(checkout))
    line = dev.have_pages()
    assert "\n" not in line
    assert "Node 20.19 or newer" in line
    assert "python3 dev.py ui" in line
    build(checkout)
    assert dev.have_pages() == "static; a server serves it"


def test_checks_are_made_side_by_side_and_each_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What each check said stands in one piece, in the order of the checks; one that fails says what to do."""
    monkeypatch.setattr(dev, "set_up", lambda group=None: None)
    slow = "import time; time.sleep(0.3); print('one said'); raise SystemExit(3)"
    results = dev.side_by_side(
        [
            ("one", [sys.executable, "-c", slow], "mend it"),
            ("two", [sys.executable, "-c", "print('two said')"], "mend that"),
        ]
    )
    assert [has_failed for _, has_failed in results] == [True, False]
    assert results[0][0][1].startswith("FAILED")
    assert results[0][0][1].endswith("mend it")
    assert results[1][0][1].startswith("passed")
    said = capsys.readouterr().out
    assert -1 < said.index("\none said") < said.index("\ntwo said")


def test_processes_of_tests_keep_what_they_have_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable of the caller does not make each of hundreds of processes compile everything again."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in dev.clean_environment()
