from __future__ import annotations

import asyncio
import pickle
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prefect import flow
from prefect.blocks.core import Block
from prefect.blocks.redis import RedisStorageContainer
from prefect.filesystems import SMB, LocalFileSystem, NullFileSystem, RemoteFileSystem, WritableFileSystem
from prefect.results import ResultStore, resolve_result_storage


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


def test_without_fsspec_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that needs fsspec names the package to install."""
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(ImportError, match="pip install fsspec"):
        RemoteFileSystem(basepath="s3://bucket/folder").read_path("x")


@pytest.mark.parametrize("basepath", ["folder", "://x", "s3://", "file:///tmp"])
def test_a_remote_base_path_needs_a_scheme(basepath: str) -> None:
    """An address that names no remote place is refused."""
    with pytest.raises(ValueError, match=r"Base path"):
        RemoteFileSystem(basepath=basepath)


@pytest.fixture
def remote() -> Iterator[RemoteFileSystem]:
    """Return a remote file system in memory, empty."""
    import fsspec

    yield RemoteFileSystem(basepath="memory://base/dir")
    memory: Any = fsspec.filesystem("memory")
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]


def test_a_remote_place_keeps_files(remote: RemoteFileSystem) -> None:
    """Files are written and read by path or whole address; what is not there is an error."""
    assert remote.write_path("a/b", b"12") == "memory://base/dir/a/b"
    assert remote.read_path("a/b") == remote.read_path("memory://base/dir/a/b") == b"12"
    with pytest.raises(FileNotFoundError):
        remote.read_path("missing")


async def test_a_remote_place_is_awaited(remote: RemoteFileSystem) -> None:
    """In async code the same names are awaited."""
    files: Any = remote
    await files.write_path("a", b"x")
    assert await files.read_path("a") == await files.aread_path("a") == b"x"


@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "memory://other/x", "memory://base/dirx", "s3://base/dir/x", "a/..\\..\\x"]
)
def test_a_remote_path_cannot_lead_out(remote: RemoteFileSystem, path: str) -> None:
    """A path or address outside of the base path is refused."""
    for use in (remote.read_path, lambda path: remote.write_path(path, b"")):
        with pytest.raises(ValueError, match="base path"):
            use(path)


def project(folder: Path) -> Path:
    """Write a folder with files of several kinds."""
    for name in ("a.txt", "b.log", "sub/c.log", "sub/deep/d.txt", "build/x"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def files_in(folder: Path) -> list[str]:
    """Return the files of a folder."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_folders_go_to_a_remote_place_and_back(remote: RemoteFileSystem, tmp_path: Path) -> None:
    """A folder is copied whole or without what is ignored; without `overwrite` what is there stays."""
    source = project(tmp_path / "in")
    assert remote.put_directory(str(source), "up") == 5
    remote.get_directory("up", str(tmp_path / "out"))
    assert files_in(tmp_path / "out") == files_in(source)
    (tmp_path / "ignore").write_text("build/\n*.log\n!sub/c.log\n")
    assert remote.put_directory(str(source), "less", ignore_file=str(tmp_path / "ignore")) == 3
    remote.get_directory("less", str(tmp_path / "less"))
    assert files_in(tmp_path / "less") == ["a.txt", "sub/c.log", "sub/deep/d.txt"]
    (source / "a.txt").write_text("changed")
    remote.put_directory(str(source), "up", overwrite=False)
    assert remote.read_path("up/a.txt") == b"a.txt"
    remote.put_directory(str(source), "up")
    assert remote.read_path("up/a.txt") == b"changed"
    with pytest.raises(FileNotFoundError, match="nothing"):
        remote.get_directory("nothing", str(tmp_path / "none"))


def test_a_remote_name_cannot_write_elsewhere(remote: RemoteFileSystem, tmp_path: Path) -> None:
    """A file that somebody named `../x` in the remote place is not written outside of the folder."""
    remote.filesystem.store["/base/dir/up/../../x"] = remote.filesystem.open("/base/dir/up/y", "wb")
    (tmp_path / "in").mkdir()
    with pytest.raises(ValueError, match="outside of"):
        remote.get_directory("up", str(tmp_path / "in"))
    assert files_in(tmp_path) == []


def test_a_local_folder_is_copied_without_what_is_ignored(tmp_path: Path) -> None:
    """Folders and patterns with slashes are ignored as in `.gitignore`; nothing goes outside of the base path."""
    source = project(tmp_path / "in")
    files = LocalFileSystem(basepath=str(tmp_path / "base"))
    (tmp_path / "ignore").write_text("build/\n/a.txt\nsub/**/d.txt\n")
    files.put_directory(str(source), "t", ignore_file=str(tmp_path / "ignore"))
    assert files_in(tmp_path / "base" / "t") == ["b.log", "sub/c.log"]
    with pytest.raises(ValueError, match="outside of the base path"):
        files.put_directory(str(source), "../x")
    with pytest.raises(ValueError, match="outside of the base path"):
        files.get_directory("../in", str(tmp_path / "out"))
    with pytest.raises(FileNotFoundError):
        files.get_directory("missing", str(tmp_path / "out"))


def test_a_share_is_reached_with_its_login() -> None:
    """The address and the login of a share are made of the values of its block; the password is hidden."""
    share = SMB(share_path="/SHARE/x", smb_host="h", smb_port=445, smb_username="u", smb_password="hidden")
    share.save("share")
    loaded = SMB.load("share")
    assert loaded.basepath == "smb://h/SHARE/x"
    assert loaded.filesystem.settings == {"username": "u", "password": "hidden", "host": "h", "port": 445}
    assert "hidden" not in repr(loaded)


def test_file_systems_can_be_saved_and_pickled(remote: RemoteFileSystem) -> None:
    """A saved file system is loaded by its slug; one goes to another process without its connection."""
    remote.write_path("a", b"x")
    remote.save("place")
    loaded = Block.load("remote-file-system/place")
    assert isinstance(loaded, RemoteFileSystem)
    for again in (loaded, pickle.loads(pickle.dumps(remote))):
        assert (again.basepath, again._block_document_name) == ("memory://base/dir", "place")
        assert again.read_path("a") == b"x"


def test_results_are_kept_in_a_saved_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flow keeps its result where a saved block says, named by slug and name or by a setting."""
    LocalFileSystem(basepath=str(tmp_path / "one")).save("one")

    @flow(result_storage="local-file-system/one", persist_result=True)
    def named() -> int:
        return 3

    named()
    assert len(files_in(tmp_path / "one")) == 1
    LocalFileSystem(basepath=str(tmp_path / "two")).save("two")
    monkeypatch.setenv("PREFECT_DEFAULT_RESULT_STORAGE_BLOCK", "local-file-system/two")

    @flow(persist_result=True)
    def by_setting() -> int:
        return 4

    by_setting()
    assert len(files_in(tmp_path / "two")) == 1
    store = ResultStore(result_storage=LocalFileSystem.load("one"))
    assert store.result_storage_block_id == LocalFileSystem.load("one")._block_document_id
    metadata = store.create_result_record(1).metadata
    assert metadata is not None
    assert metadata.storage_block_id == str(store.result_storage_block_id)
    with pytest.raises(ValueError, match="named none"):
        resolve_result_storage("local-file-system/none")
    with pytest.raises(ValueError, match="SLUG/NAME"):
        resolve_result_storage("one")


def test_results_in_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis keeps content under its path; a login is checked, and the missing package is named."""
    import fakeredis
    import redis

    server = fakeredis.FakeServer()
    monkeypatch.setattr(redis, "Redis", lambda **options: fakeredis.FakeRedis(server=server))
    block = RedisStorageContainer.from_host("localhost", username="u", password="hidden")
    block.save("r")
    assert RedisStorageContainer.load("r").write_path("a/b", b"x") is True
    assert block.read_path("a/b") == b"x"
    with pytest.raises(FileNotFoundError, match="'c'"):
        block.read_path("c")
    with pytest.raises(ValueError, match="'password' is missing"):
        RedisStorageContainer.from_host("localhost", username="u")
    with pytest.raises(ValueError, match="'host' is required"):
        RedisStorageContainer()
    monkeypatch.setitem(sys.modules, "redis", None)
    with pytest.raises(ImportError, match=r"prefect\[redis\]"):
        RedisStorageContainer.from_connection_string("redis://localhost").read_path("a")
