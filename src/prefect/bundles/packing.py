"""Bundles: a flow with its code and a run of it, packed as text, so that another machine can execute the run.

A bundle is JSON. The flow is pickled with the modules that lie beside it, whose code the other machine does not have;
installed packages are only named. Whoever can write a bundle can run code where it is executed: it is as trusted as the
storage that it lies in.
"""

from __future__ import annotations

import base64
import gzip
import sys
from collections.abc import Generator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, cast

import cloudpickle  # pyright: ignore[reportMissingTypeStubs] - it has none

from prefect.bundles.files import pack_files
from prefect.exceptions import SerializationError
from prefect.flows import Flow

if TYPE_CHECKING:
    from prefect.schemas.flow_runs import FlowRun


class SerializedBundle(TypedDict):
    """A bundle: the flow, what its run has to know of its surroundings, the run, and what has to be installed.

    `files_key` says where its files are, if it has some.
    """

    function: str
    context: str
    flow_run: dict[str, Any]
    dependencies: str
    files_key: NotRequired[str | None]


class BundleCreationResult(TypedDict):
    """A bundle that was made, and the archive of its files, if it has some."""

    bundle: SerializedBundle
    zip_path: Path | None


def create_bundle_for_flow_run(
    flow: Flow[Any, Any], flow_run: FlowRun, context: dict[str, Any] | None = None
) -> BundleCreationResult:
    """Pack a flow and a run of it.

    Args:
        flow: The flow. One that is bound to infrastructure brings the files that it names.
        flow_run: The run.
        context: What the run has to know of its surroundings.

    Raises:
        SerializationError: The flow cannot be packed.
    """
    try:
        with _neighbours_by_value(flow):
            plain = getattr(
                flow, "plain", None
            )  # a flow that is bound to infrastructure is executed as what it is
            function = _packed(flow if plain is None else plain())
    except Exception as error:  # a type of the user's may raise anything
        raise SerializationError(
            f"Flow {flow.name!r} cannot be packed for another machine: {type(error).__name__}: {error}. "
            "Locks, connections and open files cannot be sent; make them inside the flow."
        ) from error
    bundle: SerializedBundle = {
        "function": function,
        "context": _packed(context or {}),
        "flow_run": flow_run.model_dump(mode="json"),
        "dependencies": installed_packages(),
    }
    files = pack_files(getattr(flow, "include_files", None), _folder_of(flow))
    bundle["files_key"] = None if files is None else files.key
    return {"bundle": bundle, "zip_path": None if files is None else files.path}


def extract_flow_from_bundle(bundle: SerializedBundle) -> Flow[Any, Any]:
    """Return the flow of a bundle. That runs code which the bundle brings.

    Raises:
        SerializationError: The bundle holds no flow that can be loaded here.
    """
    try:
        flow = _unpacked(bundle["function"])
    except Exception as error:  # whatever is missing here raises what it wants
        raise SerializationError(
            f"The flow of the bundle cannot be loaded here: {type(error).__name__}: {error}. "
            "Is everything installed that it needs?"
        ) from error
    if not isinstance(flow, Flow):
        raise SerializationError(f"The bundle holds no flow, but an object of type {type(flow).__name__!r}.")
    return cast("Flow[Any, Any]", flow)


def installed_packages() -> str:
    """Return the installed packages with their versions, as requirements: one a line, sorted."""
    found = {each.metadata["Name"]: each.version for each in distributions() if not _is_local(each)}
    return "\n".join(f"{name}=={version}" for name, version in sorted(found.items()))


def _is_local(package: Any) -> bool:
    """Whether a package was installed from this machine, where another one would not find it."""
    return "file://" in (package.read_text("direct_url.json") or "")


def _packed(value: Any) -> str:
    content: bytes = cloudpickle.dumps(value)  # pyright: ignore[reportUnknownMemberType] - untyped
    return base64.b64encode(gzip.compress(content, mtime=0)).decode()


def _unpacked(text: str) -> Any:
    return cloudpickle.loads(gzip.decompress(base64.b64decode(text)))


def _folder_of(flow: Flow[Any, Any]) -> Path:
    given = getattr(flow, "include_files_base_dir", None)
    if given is not None:
        return Path(given).resolve()
    home = getattr(sys.modules.get(flow.fn.__module__), "__file__", None)
    return Path(home).resolve().parent if home else Path.cwd()


@contextmanager
def _neighbours_by_value(flow: Flow[Any, Any]) -> Generator[None]:
    """In the block, modules that lie beside the flow are packed with it, since they are installed nowhere else."""
    folder = _folder_of(flow)
    modules = [module for module in list(sys.modules.values()) if _is_beside(module, folder)]
    for module in modules:
        cloudpickle.register_pickle_by_value(module)  # pyright: ignore[reportUnknownMemberType] - untyped
    try:
        yield
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)  # pyright: ignore[reportUnknownMemberType] - untyped


def _is_beside(module: ModuleType, folder: Path) -> bool:
    if module.__name__ == "__main__":
        return False  # is packed by value anyway
    home = getattr(module, "__file__", None)
    if not home:
        return False
    path = Path(home).resolve()
    return path.is_relative_to(folder) and not {"site-packages", "dist-packages"} & set(path.parts)
