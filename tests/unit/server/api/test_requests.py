"""Requests that fit, and requests that do not: what a client is answered."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from prefect.exceptions import DatabaseError
from prefect.server.api.surroundings import Surroundings

JSON = {"content-type": "application/json"}


async def test_a_variable_is_kept_found_changed_and_deleted(api: httpx2.AsyncClient) -> None:
    """What is sent to the API can be asked for, by id and by name, until it is deleted."""
    made = await api.post("/variables/", json={"name": "region", "value": {"x": [1, None]}, "tags": ["a"]})
    assert made.status_code == 201
    id = made.json()["id"]
    assert (await api.get(f"/variables/{id}")).json() == made.json()
    assert (await api.get("/variables/name/region")).json() == made.json()
    changed = await api.patch(f"/variables/{id}", json={"value": 2})
    assert (changed.status_code, changed.content) == (204, b"")
    assert "content-length" not in changed.headers
    assert (await api.post("/variables/filter", json={})).json()[0]["value"] == 2
    assert (await api.delete("/variables/name/region")).status_code == 204
    gone = await api.get(f"/variables/{id}")
    assert gone.status_code == 404
    assert set(gone.json()) == {"detail"}


async def test_the_same_name_again_is_a_conflict(api: httpx2.AsyncClient) -> None:
    """Making what is there already is refused with 409 where names are for one only."""
    for status in (201, 409):
        answer = await api.post("/variables/", json={"name": "one", "value": 1})
        assert answer.status_code == status
    assert "one" in answer.json()["detail"]


async def test_a_body_that_does_not_fit_is_explained(api: httpx2.AsyncClient) -> None:
    """Who sends a wrong field learns where it is, what is wrong, and what was understood."""
    answer = await api.post("/variables/", json={"name": "x", "value": 1, "colour": "red"})
    assert answer.status_code == 422
    told = answer.json()
    assert told["exception_message"] == "Invalid request received."
    assert told["request_body"] == {"name": "x", "value": 1, "colour": "red"}
    assert told["exception_detail"] == [
        {
            "type": "extra_forbidden",
            "loc": ["body", "colour"],
            "msg": "Extra inputs are not permitted",
            "input": "red",
        }
    ]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"null", 422),
        (b"{bad", 422),
        (b"[1]", 422),
        (b'"text"', 422),
        (b'{"name": "a"', 422),
        (b'{"name": "\xff", "value": 1}', 400),
        (b'{"name": "\\ud800", "value": 1}', 422),
        (b'{"name": "a", "value": "\\u0000"}', 422),
        (b'{"name": "a", "value": {"\\u0000": 1}}', 422),
        (b'{"name": "a", "value": NaN}', 422),
        (b'{"name": "a", "value": [Infinity]}', 422),
        (b'{"name": 5, "value": 1}', 422),
        (b"[" * 100_000, 400),
        (b'{"name":"a","value":' + b"[" * 5000 + b"]" * 5000 + b"}", 400),
    ],
)
async def test_no_body_breaks_the_server(api: httpx2.AsyncClient, content: bytes, status: int) -> None:
    """Whatever bytes somebody sends, the answer says that they do not fit."""
    answer = await api.post("/variables/", content=content, headers=JSON)
    assert answer.status_code == status, answer.text
    assert answer.json()


async def test_a_backslash_before_u0000_is_no_nul(api: httpx2.AsyncClient) -> None:
    """A text that only looks like the character NUL is stored as it is."""
    content = b'{"name": "a", "value": "\\\\u0000 and NaN"}'
    assert (await api.post("/variables/", content=content, headers=JSON)).status_code == 201
    assert (await api.get("/variables/name/a")).json()["value"] == "\\u0000 and NaN"


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 10**30},
        {"offset": 10**30},
        {"offset": -1},
        {"offset": "x"},
        {"variables": {"nope": 1}},
        {"sort": "BY_COLOUR"},
        {"variables": {"id": {"any_": ["no id"]}}},
    ],
)
async def test_a_filter_that_does_not_fit_is_refused(api: httpx2.AsyncClient, body: dict[str, Any]) -> None:
    """A filter with unknown fields, words or numbers is refused, never ignored and never an error of the server."""
    answer = await api.post("/variables/filter", json=body)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize(
    "content", [b"", b"null", b"{}", b'{"limit": null, "sort": null, "variables": null}']
)
async def test_a_filter_may_be_left_out(api: httpx2.AsyncClient, content: bytes) -> None:
    """No body, an empty one, and one of nulls all mean the defaults."""
    answer = await api.post("/variables/filter", content=content, headers=JSON)
    assert (answer.status_code, answer.json()) == (200, [])


async def test_a_list_is_as_long_as_the_server_allows(asking: Any) -> None:
    """The length of a list is bounded by a setting, which is also its default."""
    async with asking(PREFECT_SERVER_API_DEFAULT_LIMIT=2) as api:
        for name in ("a", "b", "c"):
            await api.post("/variables/", json={"name": name, "value": 1})
        assert len((await api.post("/variables/filter")).json()) == 2
        too_many = await api.post("/variables/filter", json={"limit": 3})
        assert too_many.status_code == 422
        assert too_many.json() == {"detail": "Invalid limit: must be less than or equal to 2."}
        negative = await api.post("/variables/filter", json={"limit": -1})
        assert negative.json() == {"detail": "Invalid limit: must be greater than or equal to 0."}


async def test_ids_that_are_none(api: httpx2.AsyncClient) -> None:
    """A path whose id is none is not there; an id of nothing is not found."""
    assert (await api.get("/variables/no-id")).json() == {"detail": "Not Found"}
    assert (await api.get(f"/variables/{uuid4()}")).status_code == 404


async def test_a_query_that_does_not_fit_is_explained(api: httpx2.AsyncClient) -> None:
    """A wrong or missing value in the query is named."""
    for query, kind in (("", "missing"), ("?task_run_id=nope", "uuid_parsing")):
        answer = await api.get(f"/task_run_states/{query}")
        assert answer.status_code == 422
        assert answer.json()["exception_detail"][0]["type"] == kind
        assert answer.json()["exception_detail"][0]["loc"] == ["query", "task_run_id"]


async def test_other_kinds_of_content_are_not_read_as_json(api: httpx2.AsyncClient) -> None:
    """A form of a foreign page, which browsers send without asking, changes nothing."""
    content = json.dumps({"name": "a", "value": 1})
    answer = await api.post("/variables/", content=content, headers={"content-type": "text/plain"})
    assert answer.status_code == 422
    assert (await api.post("/variables/count")).json() == 0
    assert (await api.post("/variables/", content=content)).status_code == 201


async def test_paths_and_methods_that_are_not_there(api: httpx2.AsyncClient) -> None:
    """An unknown path is 404, another method 405 with those that are right, a forgotten slash is sent on."""
    assert (await api.get("/nothing")).json() == {"detail": "Not Found"}
    wrong = await api.put("/hello")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET")
    sent_on = await api.get("/flows?x=1")
    assert (sent_on.status_code, sent_on.headers["location"]) == (307, "/api/flows/?x=1")
    assert (await api.get("/health/")).headers["location"] == "/api/health"


async def test_a_name_may_hold_a_slash(api: httpx2.AsyncClient) -> None:
    """A slash within a name, written as %2F, does not divide the path."""
    answer = await api.get("/variables/name/a%2Fb")
    assert "'a/b'" in answer.json()["detail"]


async def test_a_body_too_large_is_refused(api: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that would fill the memory is refused while it is received."""
    monkeypatch.setattr("prefect.server.api.application.MOST_BYTES", 1000)

    async def parts() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100

    answer = await api.post("/variables/", content=parts(), headers=JSON)
    assert answer.status_code == 413


async def test_a_database_that_cannot_be_used(
    api: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the database cannot be used clients are told to come back, and the server is not ready."""

    def broken(*_: object) -> None:
        raise DatabaseError("The disk is full.")

    monkeypatch.setattr(Surroundings, "read", broken)
    answer = await api.post("/variables/filter")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json() == {"exception_message": "The disk is full."}
    assert (await api.get("/ready")).status_code == 503
    assert (await api.get("/health")).status_code == 200


async def test_what_is_unforeseen_is_logged_and_not_told(
    api: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of the server is answered with 500, without its details; these are in the log."""

    def broken(*_: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(Surroundings, "read", broken)
    answer = await api.post("/variables/filter")
    assert (answer.status_code, answer.json()) == (500, {"exception_message": "Internal Server Error"})
    assert "hunter2" in caplog.text
