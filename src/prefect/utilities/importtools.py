"""Objects by their names, modules that are loaded late, and scripts as modules."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from prefect._hashing import stable_hash
from prefect.exceptions import ScriptError

__all__ = [
    "DelayedImportErrorModule",
    "from_qualified_name",
    "import_object",
    "lazy_import",
    "load_module",
    "load_script_as_module",
    "safe_load_namespace",
    "to_qualified_name",
]


def to_qualified_name(obj: Any) -> str:
    """Return the name by which a function or a class can be imported, for example "json.loads"."""
    return f"{obj.__module__}.{obj.__qualname__}"


def from_qualified_name(name: str) -> Any:
    """Return the module, or the object in a module, of a name.

    Raises:
        ModuleNotFoundError: There is no such module.
        AttributeError: The module has nothing of that name.
    """
    try:
        return importlib.import_module(name)
    except ImportError:
        if "." not in name:
            raise
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute)


def load_module(module_name: str) -> ModuleType:
    """Return a module, which may lie in the working directory."""
    importlib.invalidate_caches()  # it may have been written a moment ago
    with _path_with("."):
        return importlib.import_module(module_name)


def load_script_as_module(path: str) -> ModuleType:
    """Run a file as a module of its own and return it. Its folder and the working directory can be imported from.

    Raises:
        ScriptError: The file raised an exception, or there is none.
    """
    file = Path(path)
    if not file.suffix == ".py":
        raise ValueError(f"The script {path!r} is no file of Python: its name does not end with .py.")
    name = f"__prefect_loader_{stable_hash(str(file.resolve()))[:16]}__"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickles look their module up
    with _path_with(str(file.resolve().parent), "."):
        try:
            spec.loader.exec_module(module)
        except Exception as error:
            del sys.modules[name]
            raise ScriptError(user_exc=error, path=path) from error
    return module


def import_object(import_path: str) -> Any:
    """Return an object of a module or a file.

    Args:
        import_path: "path/to/file.py:name", "module:name" or "module.name".

    Raises:
        ModuleNotFoundError: There is no such module.
        AttributeError: It has nothing of that name.
        ScriptError: The file raised an exception.
    """
    place, separator, name = import_path.rpartition(":")
    if not separator:
        place, _, name = import_path.rpartition(".")
    found: Any = load_script_as_module(place) if place.endswith(".py") else load_module(place)
    for part in name.split("."):
        found = getattr(found, part)
    return found


class DelayedImportErrorModule(ModuleType):
    """Stands for a module that is not installed; using it raises the error."""

    def __init__(self, error_message: str, help_message: str | None = None) -> None:
        super().__init__("DelayedImportErrorModule")
        self.__error_message = error_message
        self.__help_message = help_message or "Import errors for this module are only reported when used."

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # the import system and `inspect` look at these
            raise AttributeError(name)
        raise ModuleNotFoundError(f"{self.__error_message}.\n{self.__help_message}")


def lazy_import(name: str, error_on_import: bool = False, help_message: str | None = None) -> ModuleType:
    """Return a module that is executed when something in it is first used.

    Args:
        name: The name of the module.
        error_on_import: Raise the error for a module that is not installed now rather than when it is used.
        help_message: What to do about it, told with the error.

    Raises:
        ModuleNotFoundError: There is no such module, and `error_on_import` is set.
    """
    if name in sys.modules:
        return sys.modules[name]
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:  # of the package that it would be in
        spec = None
    if spec is None or spec.loader is None:
        message = f"No module named {name!r}"
        if error_on_import:
            raise ModuleNotFoundError(f"{message}.\n{help_message}" if help_message else f"{message}.")
        return DelayedImportErrorModule(message, help_message)
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def safe_load_namespace(source_code: str, filepath: str | None = None) -> dict[str, Any]:
    """Return the names that a source defines, leaving out the statements that cannot run here.

    What is below `if __name__ == "__main__":` does not run.

    Args:
        source_code: The source.
        filepath: The file that it is from, from whose folder it can import.
    """
    name = "prefect_safe_namespace_loader"
    namespace: dict[str, Any] = {"__name__": name}
    if filepath:
        namespace["__file__"] = filepath
    folder = [str(Path(filepath).resolve().parent)] if filepath else []
    with _path_with(*folder):
        for statement in ast.parse(source_code).body:
            code = compile(ast.Module([statement], []), filepath or "<string>", "exec")
            try:
                exec(code, namespace)  # noqa: S102 - running the source is what is asked for
            except Exception:  # noqa: BLE001, S112 - a statement that cannot run is left out
                continue
    return namespace


@contextmanager
def _path_with(*folders: str) -> Generator[None]:
    """Let modules be imported from more folders."""
    sys.path[:0] = folders
    try:
        yield
    finally:
        for folder in folders:
            sys.path.remove(folder)
