"""`prefect.utilities.dispatch`: subclasses are found by the key that they give themselves."""

from __future__ import annotations

from typing import Any

import pytest

from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from prefect.utilities.dispatch import (
    get_dispatch_key,
    get_registry_for_type,
    lookup_type,
    register_base_type,
    register_type,
)


def shapes() -> type[Any]:
    """Return a new registered base class."""

    @register_base_type
    class Shape:
        @classmethod
        def __dispatch_key__(cls) -> str:
            return cls.__name__.lower()

    return Shape


def test_subclasses_are_found_by_their_key() -> None:
    """A subclass registers itself when it is defined, however far below the base it is."""
    shape = shapes()

    class Circle(shape): ...

    class Dot(Circle): ...

    assert lookup_type(shape, "circle") is Circle
    assert lookup_type(Circle, "dot") is Dot
    assert lookup_type(shape, "shape") is shape
    assert get_registry_for_type(Dot) == {"shape": shape, "circle": Circle, "dot": Dot}


def test_a_base_keeps_its_own_hook_for_subclasses() -> None:
    """A base class that looks at its subclasses itself still does, with their arguments."""
    seen: list[tuple[str, dict[str, Any]]] = []

    @register_base_type
    class Shape:
        def __init_subclass__(cls, **kwargs: Any) -> None:
            seen.append((cls.__name__, kwargs))

        @classmethod
        def __dispatch_key__(cls) -> str:
            return cls.__name__

    class Circle(Shape, colour="red"): ...

    assert seen == [("Circle", {"colour": "red"})]
    assert lookup_type(Shape, "Circle") is Circle


def test_an_unknown_key_is_told() -> None:
    """A key that nobody has is a KeyError that names the key and the base."""
    with pytest.raises(KeyError, match="No class found for dispatch key 'x' in registry for type 'Shape'"):
        lookup_type(shapes(), "x")
    with pytest.raises(KeyError, match="dispatch key 'x' in registry for type 'Block'"):
        lookup_type(Block, "x")
    assert get_registry_for_type(int) is None


def test_a_class_needs_a_key() -> None:
    """A subclass without a key, or with one that is no text, is refused when it is defined."""

    @register_base_type
    class Base: ...

    with pytest.raises(ValueError, match="does not define a value for '__dispatch_key__'"):

        class Nameless(Base): ...

    with pytest.raises(TypeError, match="of type int"):

        class Numbered(Base):
            __dispatch_key__ = 1

    assert get_dispatch_key(Base, allow_missing=True) is None


def test_a_class_needs_a_registered_base() -> None:
    """A class without a registered base cannot be registered."""
    with pytest.raises(ValueError, match="No registry found for type 'int'"):
        register_type(int)


def test_the_latest_class_of_a_key_holds_with_a_warning() -> None:
    """Two classes with one key are told of; the later one is found."""
    shape = shapes()

    class Circle(shape): ...

    with pytest.warns(UserWarning, match="has key 'circle' that matches existing registered type 'Circle'"):
        other = type("CIRCLE", (shape,), {})
    assert lookup_type(shape, "circle") is other
    assert Circle is not other


def test_blocks_are_found_by_their_slug() -> None:
    """The classes of blocks are found without having been imported."""
    assert lookup_type(Block, "secret") is Secret
    assert lookup_type(Block, "slack-webhook").__name__ == "SlackWebhook"
