"""The blocks that come with the package: secrets, and a local file system."""

from pathlib import Path

from prefect import flow
from prefect.blocks.system import Secret
from prefect.filesystems import LocalFileSystem


@flow
def pipeline() -> None:
    Secret(value="tell nobody").save("conformance-secret")
    Secret(value={"user": "ada", "pins": [1, 2]}).save("conformance-json")
    loaded = Secret.load("conformance-secret")
    print(loaded.get(), "nobody" in repr(loaded), loaded.value)
    print(Secret.load("conformance-json").get())
    files = LocalFileSystem(basepath=Path("files").absolute())
    files.write_path("deep/er/hello.txt", content=b"hello")
    print(files.read_path("deep/er/hello.txt"), Path("files/deep/er/hello.txt").read_text())
    files.save("conformance-files")
    again = LocalFileSystem.load("conformance-files")
    print(again.read_path("deep/er/hello.txt"))
    try:
        again.read_path("nothing.txt")
    except Exception as error:
        print(type(error).__name__)
    try:
        again.read_path("../../outside.txt")
    except Exception as error:
        print(type(error).__name__)


if __name__ == "__main__":
    pipeline()
