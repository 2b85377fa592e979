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

    @classmethod
    async def afrom_source(cls, source: Any, entrypoint: str) -> Flow[..., Any]:
        """Load a flow from a folder or a storage; the form for async code. See `from_source`."""
        return await _flow_from_source(source, entrypoint)

    @classmethod
    @async_dispatch(afrom_source.__func__)  # pyright: ignore[reportFunctionMemberAccess] - a class method here, in the body of its class
    def from_source(cls, source: Any, entrypoint: str) -> Flow[..., Any]:
        """Load a flow from a folder or a storage.

        Args:
            source: The path of a folder, or a storage object: one with `set_base_path`, `pull_code` and `destination`,
                or one with `get_directory`.
            entrypoint: "path/to/file.py:name", relative to the source.

        Raises:
            TypeError: The source is nothing of that.
            ValueError: It is the address of a storage that this release does not know.
            FileNotFoundError: There is no such file in the source.
            MissingFlowError: There is no such flow in the file.
            ScriptError: The file raised an exception while it was loaded.

        Example:
            >>> Flow.from_source("~/pipelines", "etl.py:etl")()
        """
        from prefect._dual.awaiting import finish  # loads asyncio, which the front door must not

        return finish(_flow_from_source(source, entrypoint))


async def _flow_from_source(source: Any, entrypoint: str) -> Flow[..., Any]:
    kind: type[Any] = source.__class__
    if isinstance(source, (str, Path)):
        destination = _folder(source)
    elif hasattr(kind, "pull_code"):
        source.set_base_path(_folder_for_code())
        await _awaited(source.pull_code())
        destination = Path(source.destination)
    elif hasattr(kind, "get_directory"):
        destination = _folder_for_code()
        await _awaited(source.get_directory(local_path=str(destination)))
    else:
        raise TypeError(
            f"Unsupported source type {kind.__name__!r}. Please provide the path of a folder or a storage object."
        )
    file = destination / entrypoint.rpartition(":")[0]
    if not file.is_file():
        raise FileNotFoundError(2, "No such file or directory", str(file))
    # By name: it makes flows, so it lies above them.
    load_flow = load("prefect._flow_loading", "load_flow_from_entrypoint")
    flow: Flow[..., Any] = load_flow(str(destination / entrypoint), use_placeholder_flow=False)
    vars(flow).update(_storage=source, _entrypoint=entrypoint)
    return flow


async def _awaited(result: Any) -> None:
    if hasattr(result, "__await__"):
        await result


def _folder(source: str | Path) -> Path:
    if isinstance(source, str) and "://" in source:
        raise ValueError(
            f"The code cannot be fetched from {source!r}: this release knows no storage for such an address. "
            "Give the path of a folder, or a storage object with `pull_code` and `destination`."
        )
    return Path(source).expanduser().resolve()


def _folder_for_code() -> Path:
    """Return a new folder that lasts as long as the process: tracebacks and other processes read the code in it."""
    import atexit  # these three only where code is pulled
    import shutil
    import tempfile

    folder = tempfile.mkdtemp(prefix="prefect-source-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
