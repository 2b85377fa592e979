"""Objects that JSON does not know: how they are written as JSON, and read back.

An object becomes `{"__class__": "module.Name", "data": ...}`, an exception `{"__exc_type__": ..., "message": ...}`.
What pydantic can write, it can also read back, given the class.
"""

from __future__ import annotations

from typing import Any, cast

from prefect._imports import load


def class_path(kind: type) -> str:
    """Return the name under which a class can be imported."""
    return f"{kind.__module__}.{kind.__qualname__}"


def object_to_json(obj: Any) -> Any:
    """Return what stands for an object in JSON.

    Raises:
        ValueError: There is no JSON for objects of this class.
    """
    kind = cast("type[Any]", type(obj))
    if isinstance(obj, BaseException):
        return {"__exc_type__": class_path(kind), "message": str(obj)}
    if hasattr(obj, "__next__"):
        raise ValueError(f"A {kind.__qualname__} can be gone through only once; make a list of it.")
    from pydantic_core import to_jsonable_python  # heavy: only for those who use it

    return {"__class__": class_path(kind), "data": to_jsonable_python(obj)}


def object_from_json(found: dict[str, Any]) -> Any:
    """Return the object that a dictionary stands for, or the dictionary itself."""
    if "__class__" in found and "data" in found:
        return _rebuilt(_class_named(found["__class__"]), found["data"])
    if "__exc_type__" in found and "message" in found:
        return _class_named(found["__exc_type__"])(found["message"])
    return found


def _rebuilt(kind: type, data: Any) -> Any:
    from pydantic import TypeAdapter  # heavy: only for those who use it

    return TypeAdapter(kind).validate_python(data)


def _class_named(path: str) -> type:
    module, _, name = path.rpartition(".")
    while module:
        try:
            found: Any = load(module, name.partition(".")[0])
        except ModuleNotFoundError:
            # A class inside a class: its module's name is shorter.
            module, _, outer = module.rpartition(".")
            name = f"{outer}.{name}"
            continue
        for part in name.split(".")[1:]:
            found = getattr(found, part)
        return cast("type", found)
    raise ModuleNotFoundError(f"The class {path!r} cannot be imported here.")
