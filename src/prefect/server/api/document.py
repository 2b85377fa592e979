"""The OpenAPI document of the API, written by FastAPI from the same functions that the routes are made of.

FastAPI is loaded here only, when somebody asks for the document: it takes as long to load, and to prepare its own
routes, as everything else that a server does at its start.
"""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Iterable
from typing import Annotated, Any

from fastapi import Body, FastAPI, Header, Path, Query

import prefect
from prefect.server.api.arguments import is_page_size
from prefect.server.api.messages import Answer
from prefect.server.api.operation_routes import operation_routes
from prefect.server.api.plain_table import PLAIN_ROUTES
from prefect.server.api.settings_schema import settings_model
from prefect.server.api.tags import tags_of
from prefect.settings import Settings
from prefect.store.operations import Placement, placement_of

_UNVERSIONED = frozenset({"/health", "/version"})
_ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"description": description, "content": {"application/json": {}}}
    for status, description in (
        (400, "The version of the API is not spoken here, or the body cannot be read."),
        (401, "The user or the password is wrong."),
        (403, "It is not allowed, or a token against forgery is missing."),
        (404, "What it is about is not there."),
        (409, "It contradicts what is stored."),
        (410, "What it is about is not there any more."),
        (413, "The body is too large."),
        (422, "It does not fit what is described here."),
        (423, "There is no free slot."),
        (503, "The database cannot be used now."),
    )
}


@functools.cache
def api_document() -> dict[str, Any]:
    """Return the document. It is made once."""
    with warnings.catch_warnings():
        # FastAPI tells pydantic not to warn of the names that it gives to bodies, but not for models that are built
        # later; and a field of the API is called "schema", which models have too.
        warnings.simplefilter("ignore", UserWarning)
        return _written().openapi()


def _written() -> FastAPI:
    describing = FastAPI(title="Prefect REST API", version=prefect.__version__)
    for route in operation_routes():
        placement = placement_of(route.operation)
        _describe(describing, route.operation, placement, route.method, route.path, route.route.status)
    for route in PLAIN_ROUTES:
        _describe(
            describing,
            route.function,
            route.placement,
            route.method,
            route.path,
            route.status,
            also=route.also,
        )
    return describing


def _answer_of(placement: Placement, path: str) -> Any:
    return settings_model(Settings) if path == "/admin/settings" else placement.answer


def _describe(
    describing: FastAPI,
    function: Callable[..., Any],
    placement: Placement,
    method: str,
    path: str,
    status: int,
    *,
    also: Iterable[int] = (),
) -> None:
    responses = dict(_ERRORS) if path not in _UNVERSIONED else {}
    answer = _answer_of(placement, path)
    has_content = status != 204 and answer not in {None, type(None), Answer}
    if status == 201:
        # What was there already is answered with 200.
        responses[200] = {"description": "Found", **({"model": answer} if has_content else {})}
    responses |= {other: {"description": "Otherwise"} for other in also}
    describing.add_api_route(
        path,
        _endpoint(function, placement, path),
        methods=[method],
        status_code=status,
        response_model=answer if has_content else None,
        responses=responses,
        tags=list(tags_of(path)),
        name=function.__name__,
        description=inspect.cleandoc(function.__doc__ or "").partition("\n")[0],
    )


def _endpoint(function: Callable[..., Any], placement: Placement, path: str) -> Callable[..., Any]:
    """Return a function that is never called, with the signature that the document describes."""

    def endpoint() -> None: ...

    given = inspect.signature(function).parameters
    named = [name for name in placement.types if name in given and name not in placement.headers]
    parameters = [_parameter(given[name], placement) for name in named]
    if path not in _UNVERSIONED:
        version = Annotated[str | None, Header(description="The version of the API that the client speaks.")]
        parameters.append(_keyword("x_prefect_api_version", version, None))
    endpoint.__signature__ = inspect.Signature(parameters)  # pyright: ignore[reportFunctionMemberAccess] - read by `inspect`
    endpoint.__name__ = function.__name__
    return endpoint


def _parameter(parameter: inspect.Parameter, placement: Placement) -> inspect.Parameter:
    name, type_, default = parameter.name, placement.types[parameter.name], parameter.default
    if name in placement.path:
        return _keyword(name, Annotated[type_, Path()])
    if name in placement.query:
        alias = name.replace("_", "-") if name == "page_token" else None
        return _keyword(name, Annotated[type_, Query(alias=alias)], default)
    if name == placement.body:
        return _keyword(name, Annotated[type_, Body()], default)
    if is_page_size(name, type_) and default != 1:
        # The default is a setting of the server.
        return _keyword(name, Annotated[int, Body(embed=True, default_factory=int)])
    return _keyword(name, Annotated[type_, Body(embed=True)], default)


def _keyword(name: str, annotation: Any, default: Any = inspect.Parameter.empty) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
