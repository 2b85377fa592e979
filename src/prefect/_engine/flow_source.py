"""Reading a flow's source without running its file: what its decorator says, whether it is async, the function alone.

A file of flows may import what is only there where they run. Then its syntax still tells what a deployment has to know,
and the function can be made of those statements of the file that do run.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_HARMLESS = (
    ast.Import,
    ast.ImportFrom,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Assign,
    ast.AnnAssign,
)


class Source(NamedTuple):
    """The definition that an entrypoint names, in the syntax of its file."""

    place: str
    path: Path | None
    tree: ast.Module
    definition: Definition


def split_entrypoint(entrypoint: str) -> tuple[str, str]:
    """Return the file or module of an entrypoint and the name in it: "file.py:name", "module:name" or "module.name"."""
    place, _, name = entrypoint.rpartition(":" if ":" in entrypoint else ".")
    return place, name


def read_source(entrypoint: str) -> Source:
    """Return the definition that an entrypoint names, without running anything.

    Raises:
        FileNotFoundError: The file does not exist.
        ValueError: There is no such module, or nothing of that name in it.
    """
    place, name = split_entrypoint(entrypoint)
    path: Path | None = Path(place)
    if not place.endswith(".py"):
        try:
            found = importlib.util.find_spec(place)
        except (ModuleNotFoundError, ValueError):
            found = None
        if found is None:
            raise ValueError(f"Could not find module {place!r}")
        path = Path(found.origin) if found.origin else None
    if path is None:
        raise ValueError(f"Could not find the source of the module {place!r}")
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    outermost = name.partition(".")[0]
    for node in reversed(tree.body):
        if isinstance(node, Definition) and node.name == outermost:
            return Source(place, path if place.endswith(".py") else None, tree, node)
    raise ValueError(f"Could not find object {outermost!r} in {place!r}")


def namespace_of(source: Source) -> dict[str, Any]:
    """Return what the file defines, made of the statements that run alone; calls and loops at its top are left out."""
    namespace: dict[str, Any] = {
        "__name__": "__prefect_loader__",
        "__file__": str(source.path or source.place),
    }
    folder = str(source.path.resolve().parent) if source.path else None
    if folder:
        sys.path.insert(0, folder)
    try:
        for node in source.tree.body:
            if isinstance(node, _HARMLESS):
                _run_if_possible(node, namespace)
    finally:
        if folder:
            sys.path.remove(folder)
    return namespace


def _run_if_possible(node: ast.stmt, namespace: dict[str, Any]) -> None:
    module = ast.Module([node], type_ignores=[])
    try:
        exec(compile(module, str(namespace["__file__"]), "exec"), namespace)  # noqa: S102 - the user's own file
    except Exception:  # the point is to go on with what does run
        return


def decorator_arguments(source: Source, wanted: Iterable[str]) -> dict[str, str]:
    """Return what `@flow(...)` says, as text; a value that cannot be found without running the file is left out."""
    definition = source.definition
    wanted = set(wanted)
    found: dict[str, str] = {}
    namespace: dict[str, Any] | None = None
    for decorator in definition.decorator_list:
        if isinstance(decorator, ast.Call) and _is_flow(decorator.func):
            for keyword in decorator.keywords:
                if keyword.arg is None or keyword.arg not in wanted:
                    continue
                if not isinstance(keyword.value, ast.Constant):
                    namespace = namespace_of(source) if namespace is None else namespace
                value = _value_of(keyword.value, source.place, namespace or {})
                if value is not None:
                    found[keyword.arg] = str(value)
    if "name" in wanted and not found.get("name"):
        found["name"] = definition.name.replace("_", "-")
    return found


def _value_of(expression: ast.expr, place: str, namespace: dict[str, Any]) -> Any:
    try:
        return eval(compile(ast.Expression(expression), place, "eval"), namespace)  # noqa: S307 - the user's own file
    except Exception:  # it needs what is not here
        return None


def _is_flow(decorator: ast.expr) -> bool:
    return getattr(decorator, "id", getattr(decorator, "attr", None)) == "flow"
