"""Compare the public names of this package with those of the API that it follows, and print a table.

    python tools/api_coverage.py              one line for each module, and the share of all names
    python tools/api_coverage.py --different  what is missing or different as well, each on a line

The names and their facts are in `tests/data/python-api.json`. A name is *compatible* when

- a function takes each parameter under the same name and in the same way, with the same default where that is a plain
  value, and parameters of our own may be left out; it is awaited, or not, as there;
- a class is one, has the same ancestors as far as they are public, and each method, field and attribute;
- an exception has the same ancestors; an enumeration the same members; a plain value the same value.

What is missing or different has to be listed with its reason in `docs/reference/compatibility.md`, below a heading
with the name of its module: "- `Name`: reason" or "- `Name.member`: reason"; below "prefect.settings.models.*" it holds
for each of these modules. `*` stands for all names of a module. The exit code is 1 when something is not listed, and
when something is listed that is compatible.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import importlib
import inspect
import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
FACTS = ROOT / "tests" / "data" / "python-api.json"
PAGE = ROOT / "docs" / "reference" / "compatibility.md"
GOAL = 0.95
NOTHING = object()
KINDS = {
    inspect.Parameter.POSITIONAL_ONLY: "po",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "pk",
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.KEYWORD_ONLY: "ko",
    inspect.Parameter.VAR_KEYWORD: "**",
}
Facts = dict[str, Any]

INJECTED = {
    "prefect.input.actions": ("client", ("acreate_", "adelete_", "afilter_", "aread_")),
}
"""Parameters that the reference's functions show but fill in themselves: to give one is an error there (observed).

By module: the parameter, and how the names of the functions begin.
"""


class Difference(NamedTuple):
    """One thing that is not as in the reference: a name or a member of it, and what is wrong."""

    module: str
    name: str
    problem: str


# --- signatures --------------------------------------------------------------------------------------------------


def plain(text: str | None) -> Any:
    """Return the value of a default that is a literal, `NOTHING` for all others."""
    with contextlib.suppress(ValueError, SyntaxError):
        return ast.literal_eval(text or "")
    return NOTHING


def same_default(told: str, ours: Any) -> bool:
    """Return whether a default is the same, as far as it is a plain value."""
    if told.endswith("NotSet"):
        return getattr(ours, "__name__", None) == "NotSet"
    wanted = plain(told)
    if wanted is NOTHING or wanted is ...:
        return True
    if isinstance(ours, Enum) and not isinstance(wanted, Enum):
        ours = ours.value
    return bool(ours == wanted) and isinstance(ours, bool) == isinstance(wanted, bool)


def accepts(parameters: list[inspect.Parameter], wanted: list[Any], place: int) -> str | None:
    """Return why one parameter of the reference is not accepted under its name, in its way; None when it is."""
    name, kind, default = wanted
    kinds = {KINDS[parameter.kind] for parameter in parameters}
    if kind in {"*", "**"}:
        return None if kind in kinds else f"takes no {kind}{name}"
    if name.startswith("_") and place < len(parameters):
        return None  # only its place is public
    mine = {parameter.name: parameter for parameter in parameters}.get(name)
    if mine is None or KINDS[mine.kind] in {"*", "**"}:
        by_rest = "**" in kinds and (kind == "ko" or "*" in kinds)
        by_place = kind == "po" and place < len(
            [each for each in parameters if KINDS[each.kind] in {"po", "pk"}]
        )
        return None if by_place or by_rest else f"takes no {name!r}"
    problem = None
    if kind == "pk" and KINDS[mine.kind] == "ko":
        problem = f"takes {name!r} by name only"
    elif kind in {"pk", "ko"} and KINDS[mine.kind] == "po":
        problem = f"takes {name!r} by place only"
    elif kind == "pk" and "*" not in kinds and parameters.index(mine) != place:
        problem = f"takes {name!r} at another place"
    elif default is not None and mine.default is inspect.Parameter.empty:
        problem = f"needs {name!r}"
    elif default is not None and not same_default(default, mine.default):
        problem = f"has {mine.default!r} for {name!r}, not {default}"
    return problem


def compare_parameters(ours: Callable[..., Any], wanted: list[list[Any]], *, bound: bool) -> Iterator[str]:
    """Yield what is different in the parameters of a function; `bound` leaves the first of ours out."""
    try:
        parameters = list(inspect.signature(ours).parameters.values())
    except (TypeError, ValueError):
        return
    if bound and parameters and KINDS[parameters[0].kind] in {"po", "pk"}:
        parameters = parameters[1:]
    for place, each in enumerate(wanted):
        if problem := accepts(parameters, each, place):
            yield problem
    names = {each[0] for each in wanted}
    for place, mine in enumerate(parameters):
        required = mine.default is inspect.Parameter.empty and KINDS[mine.kind] not in {"*", "**"}
        by_place = place < len(wanted) and (wanted[place][1] == "po" or wanted[place][0].startswith("_"))
        if required and mine.name not in names and not by_place:
            yield f"needs {mine.name!r}, which the reference does not have"


def compare_function(ours: Any, facts: Facts, *, bound: bool = False) -> Iterator[str]:
    """Yield what is different in a function or method."""
    if not callable(ours):
        yield "cannot be called"
        return
    if "dual" in facts and not hasattr(ours, "aio"):
        yield "has no form for async code (.aio)"
    if "async" in facts and "dual" not in facts and not inspect.iscoroutinefunction(inspect.unwrap(ours)):
        yield "is not awaited"
    if "async" not in facts and "dual" not in facts and inspect.iscoroutinefunction(inspect.unwrap(ours)):
        yield "is awaited"
    if "params" in facts:
        yield from compare_parameters(ours, facts["params"], bound=bound)


@cache
def names_of_reference() -> dict[str, dict[str, Facts]]:
    """Return the public names of the reference, by module."""
    return json.loads(FACTS.read_text(encoding="utf-8"))


# --- classes -----------------------------------------------------------------------------------------------------


@cache
def assigned(cls: type) -> frozenset[str]:
    """Return the names that the methods of a class and of its parents assign on `self`."""
    names: set[str] = set()
    for parent in cls.__mro__:
        if parent.__module__.startswith("prefect"):
            with contextlib.suppress(OSError, TypeError, SyntaxError):
                for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(parent)))):
                    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                        names.add(node.attr)
    return frozenset(names)


@cache
def fields(cls: type) -> dict[str, Any]:
    """Return the fields of a model, a dataclass, a named tuple or a section of settings, with their defaults."""
    if found := getattr(cls, "model_fields", None):
        return {name: getattr(field, "default", NOTHING) for name, field in found.items()}
    if dataclasses.is_dataclass(cls):
        return {field.name: field.default for field in dataclasses.fields(cls)}
    return dict.fromkeys(getattr(cls, "_fields", ()), NOTHING)


def has(cls: type, name: str) -> bool:
    """Return whether objects of a class have an attribute."""
    annotated = any(name in vars(parent).get("__annotations__", {}) for parent in cls.__mro__)
    return annotated or name in fields(cls) or hasattr(cls, name) or name in assigned(cls)


def ancestors_missing(cls: type, facts: Facts) -> Iterator[str]:
    """Yield the ancestors of the reference that a class does not have, by name; private ones do not count."""
    ours = {parent.__name__ for parent in cls.__mro__}
    for name in facts.get("ancestors", ()):
        if name not in ours:
            yield f"is no {name}"
    for base in facts.get("bases", ()) if "ancestors" not in facts else ():
        module, _, name = base.rpartition(".")
        if module in names_of_reference() and name in names_of_reference()[module]:
            with contextlib.suppress(
                ImportError, AttributeError
            ):  # what is missing is told once, at its own name
                if not issubclass(cls, getattr(importlib.import_module(module), name)):
                    yield f"is no {name}"
        elif (
            module.split(".")[0] not in {"prefect", "typing", "typing_extensions", "contextlib"}
            and name not in ours
        ):
            yield f"is no {name}"


def compare_members(cls: type, facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield each member of a class that is missing or different, with what is wrong."""
    ours = fields(cls)
    for name, default in facts.get("fields", {}).items() if isinstance(facts.get("fields"), dict) else ():
        if not has(cls, name):
            yield name, "missing"
        elif (
            default is not None
            and ours.get(name, NOTHING) is not NOTHING
            and "Undefined" not in repr(ours[name])
        ):
            missing = dataclasses.MISSING
            if ours[name] is not missing and not same_default(default, ours[name]):
                yield name, f"has the default {ours[name]!r}, not {default}"
    for name in facts.get("attributes", ()):
        if not has(cls, name):
            yield name, "missing"
    for name, method in facts.get("methods", {}).items():
        if not hasattr(cls, name):
            yield name, "missing"
            continue
        by_python = name.startswith("__") and name != "__call__"  # Python itself calls it, by place
        told = {key: value for key, value in method.items() if key != "params"} if by_python else method
        raw = inspect.getattr_static(cls, name)
        bound = inspect.isfunction(raw) or (
            not isinstance(raw, (staticmethod, classmethod)) and callable(raw)
        )
        reached = getattr(cls, name)
        function = (
            reached
            if isinstance(raw, classmethod)
            else raw.__func__
            if isinstance(raw, staticmethod)
            else reached
        )
        for problem in compare_function(function, told, bound=bound and not inspect.ismethod(reached)):
            yield name, problem


def compare_class(ours: Any, facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield what is different in a class: pairs of a member, empty for the class itself, and what is wrong."""
    if not inspect.isclass(ours):
        yield "", "is no class"
        return
    for problem in ancestors_missing(ours, facts):
        yield "", problem
    if facts["k"] == "enum":
        members = {name: str(member.value) for name, member in ours.__members__.items()}
        for name, value in facts["members"].items():
            if name not in members:
                yield name, "missing"
            elif members[name] != str(value):
                yield name, f"is {members[name]}, not {value}"
    if "init" in facts:
        for problem in compare_parameters(ours, facts["init"], bound=False):
            yield "", problem
    yield from compare_members(ours, facts)


# --- modules -----------------------------------------------------------------------------------------------------


def without_injected(module: str, name: str, facts: Facts) -> Facts:
    """Return the facts of a function without the parameter that the reference fills in itself."""
    parameter, functions = INJECTED.get(module, ("", ()))
    if not name.startswith(functions) or "params" not in facts:
        return facts
    return {**facts, "params": [each for each in facts["params"] if each[0] != parameter]}


def compare_value(ours: Any, facts: Facts) -> Iterator[str]:
    """Yield what is different in a value, as far as it is plain."""
    wanted = plain(facts.get("v"))
    if wanted is not NOTHING and wanted not in ({}, []) and ours != wanted:
        yield f"is {ours!r}, not {wanted!r}"


def compare_name(module: str, name: str, facts: Facts) -> Iterator[Difference]:
    """Yield what is missing or different in one public name."""
    try:
        ours = getattr(importlib.import_module(module), name, NOTHING)
    except ImportError as error:
        ours = NOTHING
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            yield Difference(module, name, f"missing: {error}")
            return
    if ours is NOTHING:
        yield Difference(module, name, "missing")
    elif facts["k"] == "function":
        for problem in compare_function(ours, without_injected(module, name, facts)):
            yield Difference(module, name, problem)
    elif facts["k"] == "value":
        for problem in compare_value(ours, facts):
            yield Difference(module, name, problem)
    elif facts["k"] not in {"name", "alias", "alias_of"}:
        for member, problem in compare_class(ours, facts):
            yield Difference(module, f"{name}.{member}" if member else name, problem)


def listed() -> dict[str, dict[str, str]]:
    """Return what the page lists: for each module, or pattern of modules, the names with their reasons."""
    page: dict[str, dict[str, str]] = {}
    module = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"#+ `?(prefect\.[\w.*]+)`?", line):
            module = heading[1]
        elif line.startswith("#"):
            module = ""
        elif module and (entry := re.match(r"- (`[^:]+`): (.+)", line)):
            for name in re.findall(r"`([^`]+)`", entry[1]):
                page.setdefault(module, {})[name] = entry[2]
    return page


class Coverage(NamedTuple):
    """What came of the comparison."""

    counts: dict[str, dict[str, int]]
    unlisted: list[Difference]
    known: list[Difference]
    stale: list[str]


def covering(page: dict[str, dict[str, str]], difference: Difference) -> tuple[str, str] | None:
    """Return the heading and the name of the entry that tells of a difference."""
    name = difference.name
    for heading, entries in page.items():
        if heading == difference.module or (
            heading.endswith(".*") and f"{difference.module}.".startswith(heading[:-1])
        ):
            for entry in (name, name.split(".")[0], "*"):
                if entry in entries:
                    return heading, entry
    return None


def compare() -> Coverage:
    """Compare every public name."""
    page = listed()
    used: set[tuple[str, str]] = set()
    counts: dict[str, dict[str, int]] = {}
    unlisted: list[Difference] = []
    known: list[Difference] = []
    for module, names in names_of_reference().items():
        count = counts[module] = dict.fromkeys(("names", "present", "compatible", "listed", "missing"), 0)
        for name, facts in names.items():
            differences = list(compare_name(module, name, facts))
            told = [(each, covering(page, each)) for each in differences]
            used |= {entry for _, entry in told if entry}
            unlisted += [each for each, entry in told if entry is None]
            known += [each for each, entry in told if entry]
            count["names"] += 1
            count["present"] += not any(
                each.name == name and each.problem.startswith("missing") for each in differences
            )
            count["compatible"] += not differences
            count["listed"] += bool(differences) and all(entry for _, entry in told)
            count["missing"] += not all(entry for _, entry in told)
    stale = [
        f"{heading}: {name}"
        for heading, names in page.items()
        for name in names
        if (heading, name) not in used
    ]
    return Coverage(counts, unlisted, known, stale)


# --- the table ---------------------------------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Print the table and return the exit code."""
    coverage = compare()
    titles = ["names", "present", "compatible", "listed", "missing"]
    print(f"{'module':58}" + "".join(f"{title:>12}" for title in titles))
    for module, count in coverage.counts.items():
        print(f"{module:58}" + "".join(f"{count[title] or '.':>12}" for title in titles))
    total = {title: sum(count[title] for count in coverage.counts.values()) for title in titles}
    print(f"{'all':58}" + "".join(f"{total[title]:>12}" for title in titles))
    share = total["compatible"] / total["names"]
    settled = (total["compatible"] + total["listed"]) / total["names"]
    print(
        f"\ncompatible: {share:.1%} of the public names (goal: {GOAL:.0%}); with those that are listed: {settled:.1%}"
    )
    if "--different" in arguments:
        for each in (*coverage.known, *coverage.unlisted):
            print(f"  {each.module}: {each.name}: {each.problem}")
    for each in coverage.unlisted:
        print(f"not listed: {each.module}: {each.name}: {each.problem}")
    for entry in coverage.stale:
        print(f"listed, but compatible: {entry}")
    return 1 if coverage.unlisted or coverage.stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
