"""Where the code of deployments lies, and the steps by which others get it."""

from pathlib import Path

from prefect.blocks.system import Secret
from prefect.filesystems import LocalFileSystem
from prefect.runner.storage import (
    BlockStorageAdapter,
    GitRepository,
    LocalStorage,
    RemoteStorage,
    create_storage_from_source,
)

URL = "https://example.org/a/b.git"


def tell(made) -> None:
    """Print what a storage says, or why there is none."""
    try:
        storage = made()
        storage.set_base_path(Path("/base"))
        print(type(storage).__name__, storage.destination, storage.pull_interval, storage.to_pull_step())
    except Exception as error:
        print(type(error).__name__)


if __name__ == "__main__":
    secret = Secret(value="hidden")
    secret.save("token")
    files = LocalFileSystem(basepath="/srv")
    files.save("files")
    for made in (
        lambda: GitRepository(URL),
        lambda: GitRepository("git@example.org:a/b.git", branch="x/y"),
        lambda: GitRepository(
            URL, name="code", commit_sha="abcdef1", include_submodules=True, directories=["a"]
        ),
        lambda: GitRepository(URL, branch="a", commit_sha="abcdef1"),
        lambda: GitRepository(URL, commit_sha="main"),
        lambda: GitRepository(URL, credentials={"username": "me"}),
        lambda: GitRepository(URL, credentials={"access_token": "plain"}),
        lambda: GitRepository(URL, credentials={"username": "me", "access_token": secret}),
        lambda: GitRepository(URL, credentials={"access_token": Secret(value="x")}),
        lambda: LocalStorage("/srv/code"),
        lambda: RemoteStorage("memory://a/b"),
        lambda: RemoteStorage("s3://bucket/folder", key="me", secret=secret),
        lambda: BlockStorageAdapter(files),
        lambda: BlockStorageAdapter(LocalFileSystem(basepath="/srv")).to_pull_step(),
        lambda: BlockStorageAdapter(5),
    ):
        tell(made)
    for source in (
        URL,
        "https://example.org/a/b",
        "ssh://git@example.org/b.git",
        "gs://b/c",
        "/srv/code",
        "file:///srv",
    ):
        tell(lambda source=source: create_storage_from_source(source))
    print(GitRepository(URL) == GitRepository(URL), GitRepository(URL) == GitRepository(URL, branch="b"))
    print(repr(GitRepository(URL, branch="b")), repr(RemoteStorage("memory://a")), repr(LocalStorage("/a")))
