from __future__ import annotations

from pathlib import Path

import pytest

from prefect.utilities.filesystem import filter_files

FILES = (
    "a.txt",
    "b.log",
    "sub/a.txt",
    "sub/c.log",
    "sub/deep/d.txt",
    "build/x",
    "build/sub/y",
    "[z]",
    "q1",
    "q2",
)


@pytest.mark.parametrize(
    ("patterns", "gone"),
    [
        ([], ()),
        (["# b.log", "", "   "], ()),
        (["*.log"], ("b.log", "sub/c.log")),
        (["*.log", "!sub/c.log"], ("b.log",)),
        (["!sub/c.log", "*.log"], ("b.log", "sub/c.log")),
        (["/a.txt"], ("a.txt",)),
        (["a.txt"], ("a.txt", "sub/a.txt")),
        (["build/"], ("build/x", "build/sub/y")),
        (["build"], ("build/x", "build/sub/y")),
        (["a.txt/"], ()),
        (["sub/*.txt"], ("sub/a.txt",)),
        (["sub/**/d.txt"], ("sub/deep/d.txt",)),
        (["sub/**/a.txt"], ("sub/a.txt",)),
        (["**/deep"], ("sub/deep/d.txt",)),
        (["build/**"], ("build/x", "build/sub/y")),
        (["q?"], ("q1", "q2")),
        (["q[!1]"], ("q2",)),
        (["q[0-1]"], ("q1",)),
        (["\\[z\\]"], ("[z]",)),
        (["[z"], ()),
    ],
)
def test_patterns_mean_what_they_do_in_gitignore(
    tmp_path: Path, patterns: list[str], gone: tuple[str, ...]
) -> None:
    """A pattern with a slash starts at the folder, one without matches anywhere, a later one can take back."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    found = filter_files(str(tmp_path), patterns, include_dirs=False, as_posix=True)
    assert found == {*FILES} - {*gone}


def test_folders_are_returned_too(tmp_path: Path) -> None:
    """Unless only files are wanted, folders that are not left out are among the paths."""
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "out").mkdir()
    assert filter_files(str(tmp_path), ["out/"], as_posix=True) == {"in", "in/deep"}
