"""The file system that keeps nothing."""

from __future__ import annotations

from pydantic import BaseModel


class NullFileSystem(BaseModel):
    """Keeps nothing: what is written is forgotten, what is read is None."""

    def __hash__(self) -> int:
        return hash(NullFileSystem)

    async def read_path(self, path: str) -> None:
        """Return None."""

    async def write_path(self, path: str, content: bytes) -> None:
        """Forget the content."""

    async def get_directory(self, from_path: str | None = None, local_path: str | None = None) -> None:
        """Copy nothing."""

    async def put_directory(
        self, local_path: str | None = None, to_path: str | None = None, ignore_file: str | None = None
    ) -> None:
        """Copy nothing."""
