"""Names of runs: from a template over the parameters, or from a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from prefect._engine.parameters import signature_of


def run_name(name: str | Callable[..., str], parameters: Mapping[str, Any], owner: str) -> str:
    """Return the name of a run.

    Args:
        name: A template such as "load-{table}", or a function that returns the name; if it takes an argument named
            `parameters` it gets them.
        parameters: The parameters of the run.
        owner: The flow or task, for errors.

    Raises:
        ValueError: The template names a parameter that there is not.
        TypeError: The function returned something else than text.
    """
    if isinstance(name, str):
        try:
            return name.format(**parameters)
        except (KeyError, IndexError) as error:
            raise ValueError(
                f"The run name {name!r} of {owner} names {error}, which is no parameter; there are {list(parameters)}."
            ) from None
    takes = signature_of(name).parameters
    made = name(parameters=dict(parameters)) if "parameters" in takes else name()
    if not isinstance(made, str):  # pyright: ignore[reportUnnecessaryIsInstance] - it is the user's function
        raise TypeError(
            f"Callable {name!r} for generating the run name of {owner} returned type "
            f"{type(made).__name__} but a string is required."
        )
    return made
