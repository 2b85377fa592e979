"""Loading by name: the only place that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any


def load(module: str, name: str) -> Any:
    """Return what a module calls `name`, importing the module if need be."""
    return getattr(import_module(module), name)


def load_room(package: str, name: str) -> ModuleType | None:
    """Return a public module of a package, so that `import prefect` is enough to say `prefect.runtime`; or None."""
    if name.startswith("_") or find_spec(f"{package}.{name}") is None:
        return None
    return import_module(f"{package}.{name}")


def forwarding(here: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a module `__getattr__` for names that are kept under an older path.

    Args:
        here: The module's name, for errors.
        homes: The module that defines each name.
    """

    def forward(name: str) -> Any:
        home = homes.get(name)
        if home is None:
            raise AttributeError(f"module {here!r} has no attribute {name!r}")
        return load(home, name)

    return forward
