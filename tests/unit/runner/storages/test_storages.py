"""Where the code of deployments lies, and which storage an address means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from prefect._imports import load
from prefect.blocks.system import Secret
from prefect.exceptions import BlockNotSavedError
from prefect.filesystems import LocalFileSystem
from prefect.runner.storage import (
    BlockStorageAdapter,
    GitRepository,
    LocalStorage,
    RemoteStorage,
    RunnerStorage,
    create_storage_from_source,
)


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("https://example.org/a/b.git", GitRepository),
        ("git@example.org:a/b", GitRepository),
        ("ssh://git@example.org/b.git", GitRepository),
        ("https://example.org/a/b", RemoteStorage),
        ("s3://bucket/folder", RemoteStorage),
        ("memory://a/b", RemoteStorage),
        ("/srv/code", LocalStorage),
        ("./code", LocalStorage),
        ("file:///srv/code", LocalStorage),
    ],
)
def test_an_address_means_a_storage(source: str, kind: type[Any]) -> None:
    """Git repositories, places that fsspec reaches and folders are told apart by their addresses."""
    storage = create_storage_from_source(source, pull_interval=7)
    assert type(storage) is kind
    assert isinstance(storage, RunnerStorage)
    assert storage.pull_interval == 7


async def test_a_folder_stays_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code of a folder is not copied, and `~` is the home of the user."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    storage = LocalStorage("~/code")
    storage.set_base_path(Path("/elsewhere"))
    await storage.pull_code()
    assert storage.destination == tmp_path / "code"
    assert storage.to_pull_step() == {
        "prefect.deployments.steps.set_working_directory": {"directory": str(tmp_path / "code")}
    }
    assert storage == LocalStorage(str(tmp_path / "code"))
    assert len({storage, LocalStorage("~/code")}) == 1
    assert repr(storage) == f"LocalStorage(path={tmp_path / 'code'!r})"


async def test_code_is_fetched_from_where_fsspec_reaches(tmp_path: Path) -> None:
    """All files of the folder are fetched, with the folders in it."""
    there = load("fsspec", "filesystem")("memory")
    there.pipe({"/code-b5/etl.py": b"x = 1", "/code-b5/inner/more.py": b"y = 2"})
    storage = RemoteStorage("memory://code-b5")
    storage.set_base_path(tmp_path)
    await storage.pull_code()
    assert (storage.destination / "etl.py").read_text() == "x = 1"
    assert (storage.destination / "inner" / "more.py").read_text() == "y = 2"


async def test_code_that_is_not_there_is_told(tmp_path: Path) -> None:
    """The error names the address."""
    storage = RemoteStorage("memory://nowhere-b5")
    storage.set_base_path(tmp_path)
    with pytest.raises(RuntimeError, match="memory://nowhere-b5"):
        await storage.pull_code()


def test_settings_of_a_place_may_be_blocks() -> None:
    """A deployment names the package that the place needs, and the block in the place of a secret."""
    secret = Secret[str](value=SecretStr("s3cr3t"))
    storage = RemoteStorage("s3://bucket/folder", key="me", secret=secret)
    with pytest.raises(BlockNotSavedError):
        storage.to_pull_step()
    secret.save("bucket")
    assert storage.to_pull_step() == {
        "prefect.deployments.steps.pull_from_remote_storage": {
            "url": "s3://bucket/folder",
            "key": "me",
            "secret": "{{ prefect.blocks.secret.bucket }}",
            "requires": "s3fs",
        }
    }
    assert RemoteStorage("memory://a") == RemoteStorage("memory://a")
    assert RemoteStorage("memory://a") != RemoteStorage("memory://a", key="me")
    assert len({RemoteStorage("memory://a"), RemoteStorage("memory://a")}) == 1
    assert repr(storage) == "RemoteStorage(url='s3://bucket/folder')"


async def test_a_block_fetches_code(tmp_path: Path) -> None:
    """A block with `get_directory` is a storage; a deployment names it once it is saved."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "etl.py").write_text("x = 1")
    block = LocalFileSystem(basepath=str(tmp_path / "there"))
    storage = BlockStorageAdapter(block)
    with pytest.raises(BlockNotSavedError, match="must be saved"):
        storage.to_pull_step()
    await block.asave("code")
    storage.set_base_path(tmp_path / "here")
    assert storage.destination == tmp_path / "here" / "local-file-system-code"
    await storage.pull_code()
    assert (storage.destination / "etl.py").read_text() == "x = 1"
    assert storage.to_pull_step() == {
        "prefect.deployments.steps.pull_with_block": {
            "block_type_slug": "local-file-system",
            "block_document_name": "code",
        }
    }
    assert storage == BlockStorageAdapter(block)
    assert hash(storage) == hash(BlockStorageAdapter(block))
    assert "BlockStorageAdapter" in repr(storage)


def test_what_fetches_no_folders_is_no_storage() -> None:
    """A block without `get_directory` is refused, and so is what is no block."""
    with pytest.raises(ValueError, match="no `get_directory`"):
        BlockStorageAdapter(Secret[str](value=SecretStr("x")))  # pyright: ignore[reportArgumentType] - wrong on purpose
    with pytest.raises(TypeError, match="Received a 'int' object"):
        BlockStorageAdapter(5)  # pyright: ignore[reportArgumentType] - wrong on purpose
