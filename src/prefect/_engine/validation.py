"""Validation of a flow's parameters against its annotations, by pydantic, parameter by parameter."""

from __future__ import annotations

import functools
import inspect
import typing
from collections.abc import Callable, Mapping
from types import MethodType
from typing import Annotated, Any

from prefect._engine.block_references import with_blocks
from prefect._engine.parameters import signature_of
from prefect.exceptions import ParameterTypeError, SignatureMismatchError, described

if typing.TYPE_CHECKING:
    from pydantic import TypeAdapter


def validate_parameters(fn: Callable[..., Any], name: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters as their annotations want them: text for a number becomes the number, and so on.

    Args:
        fn: The flow's function.
        name: The flow's name, for errors.
        parameters: Values by parameter name; parameters with defaults may be missing.

    Raises:
        SignatureMismatchError: There are parameters that the flow does not take, or required ones are missing.
        ParameterTypeError: Values do not fit their annotations.
    """
    from pydantic import ValidationError

    _check_names(fn, name, parameters)
    parameters = with_blocks(parameters)
    validated: dict[str, Any] = {}
    problems: list[str] = []
    for parameter, adapter in _adapters(fn).items():
        if parameter not in parameters:
            continue
        value = parameters[parameter]
        try:
            validated[parameter] = value if adapter is None else adapter.validate_python(value)
        except ValidationError as error:
            problems.extend(_explain(parameter, error))
    if problems:
        raise ParameterTypeError(f"Flow {name!r} received invalid parameters:\n" + "\n".join(problems))
    return validated


def _check_names(fn: Callable[..., Any], name: str, parameters: Mapping[str, Any]) -> None:
    declared = signature_of(fn).parameters
    variadic = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    required = {
        key for key, p in declared.items() if p.default is inspect.Parameter.empty and p.kind not in variadic
    }
    if not required <= parameters.keys() <= declared.keys():
        raise SignatureMismatchError(
            f"Flow {name!r} takes the parameters {list(declared)} but was given {list(parameters)}."
        )


def _explain(parameter: str, error: Any) -> list[str]:
    lines: list[str] = []
    for problem in error.errors(include_url=False):
        path = ".".join([parameter, *(str(part) for part in problem["loc"])])
        lines.append(f" - {path}: {problem['msg']} (got {described(problem['input'])})")
    return lines


def _adapters(fn: Callable[..., Any]) -> dict[str, TypeAdapter[Any] | None]:
    """Return what validates each parameter; None where nothing is to be checked."""
    if isinstance(fn, MethodType):
        # The function of a bound method knows one more parameter, which is bound.
        return dict(list(_function_adapters(fn.__func__).items())[1:])
    return _function_adapters(fn)


@functools.lru_cache(maxsize=1024)
def _function_adapters(fn: Callable[..., Any]) -> dict[str, TypeAdapter[Any] | None]:
    declared = signature_of(fn).parameters
    try:
        hints = typing.get_type_hints(fn, include_extras=True)
    except Exception:  # a name that cannot be resolved here: take the annotations that are no text
        hints = {key: p.annotation for key, p in declared.items() if not isinstance(p.annotation, str)}
    return {
        key: _adapter(parameter, hints.get(key, inspect.Parameter.empty))
        for key, parameter in declared.items()
    }


def _adapter(parameter: inspect.Parameter, annotation: Any) -> TypeAdapter[Any] | None:
    from pydantic import ConfigDict, TypeAdapter
    from pydantic.errors import PydanticUserError
    from pydantic.fields import FieldInfo

    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        annotation = list[Any] if annotation is inspect.Parameter.empty else list[annotation]
    elif annotation in (inspect.Parameter.empty, Any):
        return None
    if isinstance(parameter.default, FieldInfo):
        annotation = Annotated[annotation, parameter.default]
    if parameter.kind is inspect.Parameter.VAR_KEYWORD:
        annotation = dict[str, annotation]
    try:
        return TypeAdapter(annotation, config=ConfigDict(arbitrary_types_allowed=True))
    except PydanticUserError:
        # Types with a configuration of their own (models, dataclasses, typed dicts) take none from outside.
        return TypeAdapter(annotation)
