"""What flows and tasks have in common when they are defined: the function, its kind, its place in a class."""

from __future__ import annotations

import difflib
import hashlib
import inspect
from collections.abc import Callable, Iterable
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple, cast

RESERVED_ARGUMENTS = ("return_state", "wait_for")
"""Arguments of the call itself, which no flow or task function may take."""


class Definition(NamedTuple):
    """A function that was decorated, and what is known of it."""

    fn: Callable[..., Any]
    isasync: bool
    isgenerator: bool
    isclassmethod: bool
    isstaticmethod: bool


def define(decorated: Any, kind: str) -> Definition:
    """Return what is known of a decorated object.

    Args:
        decorated: A function, a method, a class method, a static method or another callable.
        kind: "flow" or "task", for errors.

    Raises:
        TypeError: It is not callable.
    """
    is_class_method, is_static = isinstance(decorated, classmethod), isinstance(decorated, staticmethod)
    fn = decorated.__func__ if is_class_method or is_static else decorated
    if not callable(fn):
        raise TypeError(f"@{kind} goes on a function, not on {fn!r} of type {type(fn).__name__}.")
    called = fn if inspect.isroutine(fn) else getattr(fn, "__call__", fn)  # noqa: B004 - it is looked at, not tested
    is_generator = inspect.isgeneratorfunction(called) or inspect.isasyncgenfunction(called)
    is_async = inspect.iscoroutinefunction(called) or inspect.isasyncgenfunction(called)
    return Definition(fn, is_async, is_generator, is_class_method, is_static)


def display_name(fn: Any) -> str:
    """Return the name of a function, or of the class of another callable."""
    return getattr(fn, "__name__", None) or type(fn).__name__


SCRIPTS = frozenset({"__main__", "__mp_main__", "__prefect_loader__"})
"""The names under which Python knows a file that is not imported but run or loaded by its path."""


NUM_CHARS_DYNAMIC_KEY = 8
"""How many characters of a digest stand in the key of a function."""


def key_of_function(fn: Callable[..., Any]) -> str:
    """Return a key that names the function in every process: its name and a digest of where it is defined."""
    module: str = getattr(fn, "__module__", "")
    code: CodeType | None = getattr(inspect.unwrap(fn), "__code__", None)
    if module in SCRIPTS and code is not None:
        # A script has another name when it is loaded again, to go on with one of its runs.
        module = Path(code.co_filename).stem
    place = f"{module}:{getattr(fn, '__qualname__', type(fn).__qualname__)}"
    return f"{display_name(fn)}-{hashlib.blake2b(place.encode(), digest_size=NUM_CHARS_DYNAMIC_KEY // 2).hexdigest()}"


def check_hooks(hooks: Iterable[Any] | None, option: str, owner: str) -> list[Any]:
    """Return a list of hooks.

    Raises:
        TypeError: It is no list, or something in it cannot be called.
    """
    if hooks is None:
        return []
    if not isinstance(cast("object", hooks), (list, tuple)):
        raise TypeError(
            f"Expected iterable for '{option}'; got {type(hooks).__name__} instead. Give {owner} a list of functions."
        )
    for hook in hooks:
        if not callable(hook):
            raise TypeError(
                f"Expected callables in '{option}'; got {type(hook).__name__} instead. "
                f"Give {owner} functions of ({owner.split(maxsplit=1)[0]}, run, state)."
            )
    return list(hooks)


def check_number(value: Any, option: str, owner: str, *, whole: bool = False) -> None:
    """Refuse an option that is no number.

    Raises:
        TypeError: It is something else; the message names the option and its flow or task.
    """
    if value is None or (isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)):
        return
    wanted = "a whole number" if whole else "a number of seconds"
    raise TypeError(f"`{option}` of {owner} is {value!r} of type {type(value).__name__}; give {wanted}.")


def check_options(given: Iterable[str], known: Iterable[str], kind: str) -> None:
    """Refuse options that do not exist.

    Raises:
        TypeError: There is such an option; the message names the nearest one that exists.
    """
    names = sorted(known)
    for name in given:
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            hint = f" Did you mean {near[0]!r}?" if near else f" There are {names}."
            raise TypeError(f"@{kind} has no option {name!r}.{hint}")
