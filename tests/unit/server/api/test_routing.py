"""Which route a request takes."""

from __future__ import annotations

import pytest

from prefect.server.api.routing import Found, Routes, WrongMethod, segments_of


@pytest.fixture
def routes() -> Routes[str]:
    made: Routes[str] = Routes()
    for method, path in (
        ("POST", "/flows/"),
        ("POST", "/flows/filter"),
        ("GET", "/flows/{id}"),
        ("DELETE", "/flows/{id}"),
        ("GET", "/flows/name/{name}"),
        ("GET", "/limits/{id_or_name}"),
        ("POST", "/limits/filter"),
        ("GET", "/pools/{pool}/queues/{name}"),
    ):
        made.add(method, path, f"{method} {path}")
    return made


@pytest.mark.parametrize(
    ("method", "path", "target", "values"),
    [
        ("POST", "/flows/", "POST /flows/", {}),
        ("POST", "/flows/filter", "POST /flows/filter", {}),
        ("DELETE", "/flows/1", "DELETE /flows/{id}", {"id": "1"}),
        ("GET", "/flows/name/x", "GET /flows/name/{name}", {"name": "x"}),
        ("GET", "/limits/filter", "GET /limits/{id_or_name}", {"id_or_name": "filter"}),
        ("GET", "/pools/a/queues/b", "GET /pools/{pool}/queues/{name}", {"pool": "a", "name": "b"}),
    ],
)
def test_words_go_before_parameters(
    routes: Routes[str], method: str, path: str, target: str, values: dict[str, str]
) -> None:
    """A request takes the route with the most words of its path, and the others where that has not its method."""
    assert routes.find(method, segments_of(path)) == Found(target, values)


def test_another_method_is_told(routes: Routes[str]) -> None:
    """Who asks a path with the wrong method learns which are right."""
    assert routes.find("PUT", segments_of("/flows/1")) == WrongMethod(("GET", "DELETE"))


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/flows", "/flows/1/2", "/pools//queues/b", "/flows/name/"]
)
def test_what_is_not_there(routes: Routes[str], path: str) -> None:
    """A path that no route has is not found; no parameter is empty."""
    assert routes.find("GET", segments_of(path)) in (None, WrongMethod(("POST",)))
