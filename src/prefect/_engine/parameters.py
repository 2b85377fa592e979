"""Parameters: from the arguments of a call to named values, and back to arguments."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from types import FunctionType
from typing import Any

from prefect.exceptions import ParameterBindError, ReservedArgumentError

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def signature_of(fn: Callable[..., Any]) -> inspect.Signature:
    """Return a function's signature; looked up once per function."""
    if isinstance(fn, FunctionType):
        return _signature(fn)
    # A bound method or another callable: its identity is not its function's, and it need not be hashable.
    return inspect.signature(fn)


@functools.lru_cache(maxsize=4096)
def _signature(fn: FunctionType) -> inspect.Signature:
    return inspect.signature(fn)


def get_call_parameters(
    fn: Callable[..., Any],
    call_args: tuple[Any, ...],
    call_kwargs: dict[str, Any],
    *,
    apply_defaults: bool = True,
) -> dict[str, Any]:
    """Return the arguments of a call by the names of the function's parameters.

    Raises:
        ParameterBindError: The function does not take these arguments.
    """
    signature = signature_of(fn)
    if not call_args and not call_kwargs and not signature.parameters:
        return {}
    try:
        bound = signature.bind(*call_args, **call_kwargs)
    except TypeError as error:
        raise ParameterBindError.from_bind_failure(fn, error, call_args, call_kwargs) from None
    if apply_defaults:
        bound.apply_defaults()
    return dict(bound.arguments)


def parameters_to_args_kwargs(
    fn: Callable[..., Any], parameters: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return the arguments that pass these parameters to the function.

    Raises:
        SignatureMismatchError: There are parameters that the function does not have.
    """
    if not parameters:
        return (), {}
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    by_position = True
    for name, declared in signature_of(fn).parameters.items():
        if name not in parameters:
            by_position = by_position and declared.kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD
            continue
        value = parameters[name]
        if declared.kind is inspect.Parameter.VAR_POSITIONAL:
            args.extend(value)
        elif declared.kind is inspect.Parameter.VAR_KEYWORD:
            kwargs.update(value)
        elif declared.kind in _POSITIONAL and by_position:
            args.append(value)
        else:
            kwargs[name] = value
    return tuple(args), kwargs


def unknown_parameters(fn: Callable[..., Any], names: Iterable[str]) -> list[str]:
    """Return those names that are not parameters of the function."""
    known = signature_of(fn).parameters
    return [name for name in names if name not in known]


def explode_variadic_parameter(fn: Callable[..., Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """Return parameters in which the contents of a `**kwargs` parameter stand beside the others."""
    name = _variadic_keyword(fn)
    if name is None or name not in parameters:
        return parameters
    rest = {key: value for key, value in parameters.items() if key != name}
    return {**rest, **parameters[name]}


def collapse_variadic_parameters(fn: Callable[..., Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """Return parameters in which those that the function does not name are gathered under its `**kwargs`."""
    name = _variadic_keyword(fn)
    extra = unknown_parameters(fn, parameters)
    if name is None or not extra:
        return parameters
    known = {key: value for key, value in parameters.items() if key not in extra}
    return {**known, name: {key: parameters[key] for key in extra}}


def get_parameter_defaults(fn: Callable[..., Any]) -> dict[str, Any]:
    """Return the default values of a function's parameters by name."""
    return {
        name: declared.default
        for name, declared in signature_of(fn).parameters.items()
        if declared.default is not inspect.Parameter.empty
    }


def raise_for_reserved_arguments(fn: Callable[..., Any], reserved: Iterable[str]) -> None:
    """Refuse a function that takes an argument which the library itself uses.

    Raises:
        ReservedArgumentError: The function takes such an argument.
    """
    parameters = signature_of(fn).parameters
    for name in reserved:
        if name in parameters:
            raise ReservedArgumentError(
                f"{getattr(fn, '__name__', fn)!r} takes an argument named {name!r}, which is reserved: "
                "it is an option of the call itself. Give the argument another name."
            )


def _variadic_keyword(fn: Callable[..., Any]) -> str | None:
    kinds = signature_of(fn).parameters.items()
    return next((name for name, declared in kinds if declared.kind is inspect.Parameter.VAR_KEYWORD), None)
