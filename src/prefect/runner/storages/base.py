"""What every storage of code can do."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class RunnerStorage(Protocol):
    """A place from which the code of flows is fetched. Give your own class these members to use it as one.

    Fetching is done again and again, every `pull_interval` seconds; it must be safe to be ended half way.
    """

    def set_base_path(self, path: Path) -> None:
        """Fetch code into folders below this one from now on."""
        ...

    @property
    def pull_interval(self) -> int | None:
        """Seconds between two fetches; None fetches once."""
        ...

    @property
    def destination(self) -> Path:
        """The folder where the code lies once it is fetched."""
        ...

    async def pull_code(self) -> None:
        """Fetch the code, or what has changed of it."""
        ...

    def to_pull_step(self) -> dict[str, Any] | list[dict[str, Any]]:
        """Return the step, or the steps, that fetch the same code elsewhere: for `pull_steps` of a deployment."""
        ...


class FetchedStorage:
    """What storages have in common whose code is fetched into a folder below another one.

    Args:
        pull_interval: Seconds between two fetches; None fetches once.
    """

    def __init__(self, pull_interval: int | None) -> None:
        self._pull_interval = pull_interval
        self._base = Path.cwd()

    @property
    def pull_interval(self) -> int | None:
        """Seconds between two fetches; None fetches once."""
        return self._pull_interval

    def set_base_path(self, path: Path) -> None:
        """Fetch the code into a folder below this one from now on."""
        self._base = path
