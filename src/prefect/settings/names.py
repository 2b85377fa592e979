"""Finding settings by the names that people write: variables, present and older, and paths in the tree."""

from __future__ import annotations

from functools import cache
from typing import Any

from prefect.exceptions import ConfigurationError
from prefect.settings.section import Declared, Section


def by_variable(tree: type[Section], variable: str) -> Declared | None:
    """Return the setting that an environment variable sets, under its present or an older name.

    A present name is found by loading the sections on its way only, an older one by loading all.
    """
    if not variable.startswith("PREFECT_"):
        return None
    return _below(tree, variable.removeprefix("PREFECT_").lower()) or older_variables(tree).get(variable)


def _below(section: type[Section], rest: str) -> Declared | None:
    if rest in section.own_settings:
        return section.own_settings[rest]
    for name in section.own_sections:
        if rest.startswith(f"{name}_"):
            found = _below(section.class_below(name), rest.removeprefix(f"{name}_"))
            if found:
                return found
    return None


@cache
def older_variables(tree: type[Section]) -> dict[str, Declared]:
    """Return the settings by their older variables."""
    return {variable: declared for declared in tree.all_declared() for variable in declared.also}


def all_variables(tree: type[Section]) -> list[str]:
    """Return every variable that sets something, present and older."""
    return sorted(
        {variable for declared in tree.all_declared() for variable in (declared.variable, *declared.also)}
    )


def found(tree: type[Section], key: Any) -> Declared | None:
    """Return the setting that a key names: a `Setting`, a variable, or a path in the tree."""
    name = str(getattr(key, "accessor", key))
    return tree.declared_at(name) or by_variable(tree, name.upper())


def existing(tree: type[Section], key: Any) -> Declared:
    """Return the setting that a key names.

    Raises:
        ConfigurationError: There is none; the message has the nearest name.
    """
    declared = found(tree, key)
    if declared is None:
        raise ConfigurationError(unknown(tree, str(key)))
    return declared


def unknown(tree: type[Section], name: str) -> str:
    """Return the sentence that says that there is no such setting, with the nearest name that there is."""
    from difflib import get_close_matches  # only who errs needs it

    if name.upper().startswith("PREFECT_"):
        near = get_close_matches(name.upper(), all_variables(tree), n=1)
    else:
        near = get_close_matches(name, [declared.path for declared in tree.all_declared()], n=1)
    hint = f" Did you mean {near[0]}?" if near else " `prefect config view --show-defaults` lists all."
    return f"There is no setting {name}.{hint}"
