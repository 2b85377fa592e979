"""Code that lies in a folder of this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any


class LocalStorage:
    """Code in a folder of this machine. Nothing is fetched.

    Args:
        path: The folder; `~` is the home of the user.
        pull_interval: Accepted as with other storages.
    """

    def __init__(self, path: str, pull_interval: int | None = None) -> None:
        self._path = Path(path).expanduser().resolve()
        self._pull_interval = pull_interval

    def set_base_path(self, path: Path) -> None:
        """Do nothing: the code stays where it is."""

    @property
    def pull_interval(self) -> int | None:
        """As it was given."""
        return self._pull_interval

    @property
    def destination(self) -> Path:
        """The folder."""
        return self._path

    async def pull_code(self) -> None:
        """Do nothing: the code is there."""

    def to_pull_step(self) -> dict[str, Any]:
        """Return the step that goes to the folder, on a machine that has it."""
        return {"prefect.deployments.steps.set_working_directory": {"directory": str(self._path)}}

    def __eq__(self, other: object, /) -> bool:
        return isinstance(other, LocalStorage) and self._path == other._path

    def __hash__(self) -> int:
        return hash(self._path)

    def __repr__(self) -> str:
        return f"LocalStorage(path={self._path!r})"
