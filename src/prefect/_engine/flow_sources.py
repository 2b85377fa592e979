"""Flows whose code lies in a folder, or is pulled from a storage first: the half of `Flow` that loads flows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefect._dual.dispatch import async_dispatch
from prefect._imports import load

if TYPE_CHECKING:
    from prefect.flows import Flow


class SourcedFlow:
    """The half of `Flow` that loads flows."""

    _storage: Any = None
    _entrypoint: str | None = None

    @classmethod
    async def afrom_source(cls, source: Any, entrypoint: str) -> Flow[..., Any]:
        """Load a flow from a folder or a storage; the form for async code. See `from_source`."""
        return await _flow_from_source(source, entrypoint)

    @classmethod
    @async_dispatch(afrom_source.__func__)  # pyright: ignore[reportFunctionMemberAccess] - a class method here, in the body of its class
    def from_source(cls, source: Any, entrypoint: str) -> Flow[..., Any]:
        """Load a flow from a folder or a storage.

        Args:
            source: The path of a folder; the address of a git repository, or of a folder that fsspec reaches; a storage
                such as `GitRepository`; or a block with `get_directory`.
            entrypoint: "path/to/file.py:name", relative to the source.

        Raises:
            TypeError: The source is nothing of that.
            ValueError: The entrypoint has no colon, or git must not be handed the address.
            RuntimeError: The code cannot be fetched.
            FileNotFoundError: There is no such file in the source.
            MissingFlowError: There is no such flow in the file.
            ScriptError: The file raised an exception while it was loaded.

        Example:
            >>> Flow.from_source("~/pipelines", "etl.py:etl")()
        """
        from prefect._dual.awaiting import finish  # loads asyncio, which the front door must not

        return finish(_flow_from_source(source, entrypoint))


async def _flow_from_source(source: Any, entrypoint: str) -> Flow[..., Any]:
    place, colon, _ = entrypoint.rpartition(":")
    if not colon:
        raise ValueError(f"{entrypoint!r} is no entrypoint in a source. Write path/to/file.py:flow_function.")
    storage = _storage_of(source)
    # What is fetched goes into a new folder; a folder of this machine stays where it is.
    storage.set_base_path(_folder_for_code())
    await _awaited(storage.pull_code())
    file = Path(storage.destination) / place
    if not file.is_file():
        raise FileNotFoundError(2, "No such file or directory", str(file))
    # By name: it makes flows, so it lies above them.
    load_flow = load("prefect._flow_loading", "load_flow_from_entrypoint")
    flow: Flow[..., Any] = load_flow(str(Path(storage.destination) / entrypoint), use_placeholder_flow=False)
    vars(flow).update(_storage=storage, _entrypoint=entrypoint)
    return flow


def _storage_of(source: Any) -> Any:
    """Return the storage that a source means. Storages lie above flows, so they are loaded by name."""
    kind: type[Any] = source.__class__
    if isinstance(source, (str, Path)):
        make = "LocalStorage" if isinstance(source, Path) else "create_storage_from_source"
        return load("prefect.runner.storage", make)(str(source))
    if hasattr(kind, "pull_code"):
        return source
    if hasattr(kind, "get_directory"):
        return load("prefect.runner.storage", "BlockStorageAdapter")(source)
    raise TypeError(
        f"Unsupported source type {kind.__name__!r}. Please provide a URL to remote storage or a storage object."
    )


async def _awaited(result: Any) -> None:
    if hasattr(result, "__await__"):
        await result


def _folder_for_code() -> Path:
    """Return a new folder that lasts as long as the process: tracebacks and other processes read the code in it."""
    import atexit  # these three only where code is pulled
    import shutil
    import tempfile

    folder = tempfile.mkdtemp(prefix="prefect-source-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
