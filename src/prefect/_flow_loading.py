"""Flows from entrypoints: loading the flow that a file or module defines, and reading it when that cannot run here."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any, ParamSpec, TypeVar, cast

from prefect._engine.entrypoints import load_object
from prefect._engine.flow_source import decorator_arguments, namespace_of, read_source, split_entrypoint
from prefect.exceptions import MissingFlowError, ScriptError, UnspecifiedFlowError
from prefect.flows import Flow

P = ParamSpec("P")
R = TypeVar("R")

_TOLD = """
    name version retries retry_delay_seconds description timeout_seconds validate_parameters persist_result
    cache_result_in_memory log_prints
""".split()


def load_flow_from_entrypoint(entrypoint: str, use_placeholder_flow: bool = True) -> Flow[..., Any]:
    """Return the flow that an entrypoint names; loading it runs its file or module.

    Args:
        entrypoint: "path/to/file.py:name", "module:name" or "module.name".
        use_placeholder_flow: When the file cannot run here, return a flow of the same name and parameters, made of
            what does run; if that cannot be had either, one that raises the file's exception when it is called.

    Raises:
        MissingFlowError: There is nothing of that name, or it is no flow.
        ScriptError: The file raised an exception, and no placeholder is wanted.
        FileNotFoundError: The file does not exist.
    """
    place, name = split_entrypoint(entrypoint)
    try:
        found = load_object(place, name)
    except AttributeError as error:
        raise MissingFlowError(
            f"Flow function with name {name!r} not found in {place!r}. "
            "Check the name, and that it is defined at the top of the file."
        ) from error
    except ScriptError as error:
        if not use_placeholder_flow:
            raise
        return safe_load_flow_from_entrypoint(entrypoint) or load_placeholder_flow(entrypoint, error)
    if not isinstance(found, Flow):
        raise MissingFlowError(
            f"Function with name {name!r} is not a flow. Make sure that it is decorated with '@flow'."
        )
    return cast("Flow[..., Any]", found)


def load_function_and_convert_to_flow(entrypoint: str) -> Flow[..., Any]:
    """Return the flow that an entrypoint names, or a flow of the function that it names.

    Raises:
        RuntimeError: There is nothing of that name.
        ScriptError: The file raised an exception.
    """
    place, name = split_entrypoint(entrypoint)
    try:
        found = load_object(place, name)
    except AttributeError as error:
        raise RuntimeError(f"Function with name {name!r} not found in {place!r}.") from error
    return cast("Flow[..., Any]", found if isinstance(found, Flow) else Flow(found, log_prints=True))


def safe_load_flow_from_entrypoint(entrypoint: str) -> Flow[..., Any] | None:
    """Return a flow made of those statements of its file that run here; None if its definition is not among them.

    Raises:
        ValueError: There is no such module, or nothing of that name in it.
        FileNotFoundError: The file does not exist.
    """
    source = read_source(entrypoint)
    names = split_entrypoint(entrypoint)[1].split(".")
    found = namespace_of(source).get(names[0])
    for name in names[1:]:
        found = getattr(found, name, None)
    return cast("Flow[..., Any]", found) if isinstance(found, Flow) else None


def load_placeholder_flow(entrypoint: str, raises: Exception) -> Flow[..., Any]:
    """Return a flow with the name and options of the one in the file, which raises `raises` when it is called."""

    def stand_in(*args: Any, **kwargs: Any) -> Any:
        raise raises

    async def async_stand_in(*args: Any, **kwargs: Any) -> Any:
        raise raises

    told = load_flow_arguments_from_entrypoint(entrypoint, ["name", "version", "description"])
    return Flow(async_stand_in if is_entrypoint_async(entrypoint) else stand_in, **told)  # pyright: ignore[reportArgumentType] - these three are text


def load_flow_arguments_from_entrypoint(
    entrypoint: str, arguments: list[str] | set[str] | None = None
) -> dict[str, str]:
    """Return what `@flow(...)` says of a flow, as text, without running its file.

    Args:
        entrypoint: "path/to/file.py:name", "module:name" or "module.name".
        arguments: The options that are wanted; by default those that are plain values. The name is that of the function
            where the decorator gives none.

    Raises:
        ValueError: There is no such module, or nothing of that name in it.
        FileNotFoundError: The file does not exist.
    """
    return decorator_arguments(read_source(entrypoint), _TOLD if arguments is None else arguments)


def is_entrypoint_async(entrypoint: str) -> bool:
    """Return whether an entrypoint names an async function, without running its file.

    Raises:
        ValueError: There is no such module, or nothing of that name in it.
        FileNotFoundError: The file does not exist.
    """
    return isinstance(read_source(entrypoint).definition, ast.AsyncFunctionDef)


def select_flow(
    flows: Iterable[Flow[P, R]], flow_name: str | None = None, from_message: str | None = None
) -> Flow[P, R]:
    """Return the only flow, or the one with a name.

    Args:
        flows: The flows to select from.
        flow_name: The flow's name; needed if there are several.
        from_message: Where they are from, for errors, for example "in etl.py".

    Raises:
        MissingFlowError: There is none, or none of that name.
        UnspecifiedFlowError: There are several and no name was given.
    """
    named = {flow.name: flow for flow in flows}
    where = f" {from_message}" if from_message else ""
    if not named:
        raise MissingFlowError(f"No flows found{where}. Decorate a function with `@flow`.")
    shown = " ".join(repr(name) for name in named)
    if flow_name:
        if flow_name not in named:
            raise MissingFlowError(
                f"Flow {flow_name!r} not found{where}. Found the following flows: {shown}. "
                "Check to make sure that your flow function is decorated with `@flow`."
            )
        return named[flow_name]
    if len(named) > 1:
        raise UnspecifiedFlowError(
            f"Found {len(named)} flows{where}: {shown}. Specify a flow name to select a flow."
        )
    return next(iter(named.values()))
