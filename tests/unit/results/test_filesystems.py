from __future__ import annotations

import asyncio
import importlib.util
import threading
from pathlib import Path
from typing import Any

import pytest

from prefect.filesystems import LocalFileSystem, NullFileSystem, RemoteFileSystem, WritableFileSystem


def test_files_are_written_below_the_base_path(tmp_path: Path) -> None:
    """A file is written with its folders, and the place is returned."""
    files = LocalFileSystem(basepath=tmp_path)
    assert files.write_path("a/b/c", b"x") == str(tmp_path / "a" / "b" / "c")
    assert files.read_path("a/b/c") == b"x"
    assert files.read_path(str(tmp_path / "a" / "b" / "c")) == b"x"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing", "does not exist"),
        (".", "is not a file"),
        ("../out", "outside of the base path"),
        ("/etc/hosts", "outside of the base path"),
    ],
)
def test_what_cannot_be_read_is_said(tmp_path: Path, path: str, message: str) -> None:
    """A path that names no file of this file system is an error that names it."""
    with pytest.raises(ValueError, match=message):
        LocalFileSystem(basepath=tmp_path).read_path(path)


def test_nothing_is_written_outside(tmp_path: Path) -> None:
    """A key cannot lead out of the base path, by a link neither."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to(tmp_path)
    files = LocalFileSystem(basepath=tmp_path / "in")
    for path in ("../x", "link/x"):
        with pytest.raises(ValueError, match="outside of the base path"):
            files.write_path(path, b"")
    assert not (tmp_path / "x").exists()


async def test_async_code_awaits_files(tmp_path: Path) -> None:
    """In async code the same names are awaited; the async forms can be called anywhere."""
    files: Any = LocalFileSystem(basepath=tmp_path)
    await files.write_path("a", b"x")
    assert await files.read_path("a") == await files.aread_path("a") == b"x"


def test_a_reader_sees_a_whole_file(tmp_path: Path) -> None:
    """While a file is written again and again, whoever reads it sees one version or the other."""
    files = LocalFileSystem(basepath=tmp_path)
    versions = [b"a" * 200_000, b"b" * 200_000]
    files.write_path("f", versions[0])
    done = threading.Event()

    def write() -> None:
        for number in range(100):
            files.write_path("f", versions[number % 2])
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not done.is_set():
        seen.add(files.read_path("f"))
    writer.join()
    assert seen <= set(versions)
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    """What cannot be written does not harm what was there, and leaves no rest."""
    files: Any = LocalFileSystem(basepath=tmp_path)
    files.write_path("f", b"old")
    with pytest.raises(TypeError):
        files.write_path("f", "text")
    assert files.read_path("f") == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_folders_are_copied(tmp_path: Path) -> None:
    """A folder goes in and out, without what the ignore file names."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("a")
    (tmp_path / "in" / "b.log").write_text("b")
    (tmp_path / "ignore").write_text("# logs\n*.log\n")
    files = LocalFileSystem(basepath=tmp_path / "base")
    files.put_directory(str(tmp_path / "in"), "sub", ignore_file=str(tmp_path / "ignore"))
    files.get_directory("sub", str(tmp_path / "out"))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.txt"]


def test_the_null_file_system_keeps_nothing() -> None:
    """What is written to it is gone."""
    files = NullFileSystem()
    assert asyncio.run(files.write_path("a", b"x")) is None
    assert asyncio.run(files.read_path("a")) is None
    assert files == NullFileSystem()


def test_a_file_system_has_to_read_and_write() -> None:
    """A subclass that lacks one of the two cannot be made."""

    class Half(WritableFileSystem):
        def read_path(self, path: str) -> bytes:
            return b""

    with pytest.raises(TypeError, match="write_path"):
        Half()  # type: ignore[abstract]


@pytest.mark.skipif(importlib.util.find_spec("fsspec") is not None, reason="fsspec is installed")
def test_without_fsspec_the_error_says_what_to_install() -> None:
    """An address that needs fsspec names the package to install."""
    with pytest.raises(ImportError, match="pip install fsspec"):
        RemoteFileSystem(basepath="s3://bucket/folder")


@pytest.mark.parametrize("basepath", ["folder", "://x", "s3://", "file:///tmp"])
def test_a_remote_base_path_needs_a_scheme(basepath: str) -> None:
    """An address that names no remote place is refused."""
    with pytest.raises(ValueError, match=r"scheme"):
        RemoteFileSystem(basepath=basepath)
