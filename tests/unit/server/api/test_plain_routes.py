"""Routes that are no operations: signs of life, settings, templates, forms, pages, figures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

import prefect
from prefect.server.api.application import Application
from prefect.settings import get_current_settings, temporary_settings

SCHEMA = {
    "type": "object",
    "properties": {
        "a": {"type": "integer"},
        "b": {"type": "string"},
        "l": {"type": "array", "items": {"type": "integer"}},
        "o": {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]},
    },
    "required": ["a"],
}


async def test_signs_of_life(api: httpx2.AsyncClient) -> None:
    """A server says that it is there, ready, and of which version."""
    assert (await api.get("/health")).json() is True
    assert (await api.get("/ready")).json() == {"message": "OK"}
    assert (await api.get("/admin/version")).json() == prefect.__version__
    assert (await api.get("/admin/settings")).json()["server"]["api"]["port"] == 4200


@pytest.mark.parametrize("path", ["/templates/validate", "/automations/templates/validate"])
async def test_templates(api: httpx2.AsyncClient, path: str) -> None:
    """A template that can be read is accepted; of another one the line and the mistake are told. Nothing is run."""
    for good in ('""', '"{{ flow.name }}"', '"{{ 1/0 }}"', "null", ""):
        assert (await api.post(path, content=good)).status_code == 204
    bad = await api.post(path, json="one\n{{ a")
    assert bad.status_code == 422
    assert bad.json()["error"]["line"] == 2
    assert bad.json()["error"]["source"] == "one\n{{ a"
    assert (await api.post(path, json=5)).status_code == 422


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"a": 1}, []),
        ({"a": 1, "b": None}, []),
        ({"a": 1, "zz": 1}, []),
        ({"a": "x"}, [{"property": "a", "errors": ["'x' is not of type 'integer'"]}]),
        ({}, [{"property": "a", "errors": ["'a' is a required property"]}]),
        (
            {"a": 1, "l": [1, "x"]},
            [{"property": "l", "errors": [{"index": 1, "errors": ["'x' is not of type 'integer'"]}]}],
        ),
        (
            {"a": 1, "o": {}},
            [{"property": "o", "errors": [{"property": "x", "errors": ["'x' is a required property"]}]}],
        ),
        ({"a": {"__prefect_kind": "json", "value": "1"}}, []),
        ({"a": {"__prefect_kind": "json"}}, [{"property": "a", "errors": ["'a' is a required property"]}]),
        ({"a": {"__prefect_kind": "jinja", "template": "{{ x }}"}}, []),
        ({"a": {"__prefect_kind": "none", "value": 5}}, []),
        ({"a": {"__prefect_kind": "workspace_variable", "variable_name": "five"}}, []),
        (
            {"a": {"__prefect_kind": "workspace_variable", "variable_name": "no"}},
            [{"property": "a", "errors": ["Variable 'no' not found in workspace."]}],
        ),
        (
            {"a": {"__prefect_kind": "bogus"}},
            [{"property": "a", "errors": ["None is not of type 'integer'"]}],
        ),
    ],
)
async def test_values_of_forms(api: httpx2.AsyncClient, values: Any, errors: list[Any]) -> None:
    """The values of a form are checked against its schema, after what stands for a value was worked out."""
    await api.post("/variables/", json={"name": "five", "value": 5})
    answer = await api.post("/ui/schemas/validate", json={"schema": SCHEMA, "values": values})
    assert (answer.status_code, answer.json()) == (200, {"errors": errors, "valid": not errors})


@pytest.mark.parametrize(
    "wrong", [{"__prefect_kind": "json", "value": "{b"}, {"__prefect_kind": "jinja", "template": "{{"}]
)
async def test_values_of_forms_that_cannot_be_worked_out(api: httpx2.AsyncClient, wrong: Any) -> None:
    """JSON and templates that cannot be read are told as such, once."""
    answer = await api.post("/ui/schemas/validate", json={"schema": SCHEMA, "values": {"a": wrong}})
    (error,) = answer.json()["errors"]
    assert len(error["errors"]) == 1
    assert error["errors"][0].lower().startswith("invalid j")


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {"a": {"type": "nope"}}},
        {"properties": {"a": {"$ref": "#/definitions/X"}}},
        {"properties": 5},
    ],
)
async def test_schemas_that_cannot_be_used(api: httpx2.AsyncClient, schema: Any) -> None:
    """A form whose schema is wrong is refused, and says that it is the schema."""
    answer = await api.post("/ui/schemas/validate", json={"schema": schema, "values": {"a": "s"}})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("Invalid schema: ")


async def test_types_of_workers(api: httpx2.AsyncClient) -> None:
    """The types of workers and their templates are known without their packages."""
    types = (await api.get("/collections/views/aggregate-worker-metadata")).json()
    assert "command" in types["prefect"]["process"]["default_base_job_configuration"]["job_configuration"]
    assert (await api.get("/collections/views/nope")).json() == {"detail": "View nope not found in registry"}


async def test_default_storage(api: httpx2.AsyncClient) -> None:
    """The block for results is kept for all clients until it is cleared; there has to be such a block."""
    none = {"default_result_storage_block_id": None}
    assert (await api.get("/admin/storage")).json() == none
    missing = await api.put("/admin/storage", json={"default_result_storage_block_id": str(uuid4())})
    assert missing.status_code == 404
    for capabilities, status in ((["write-path", "read-path"], 200), ([], 422)):
        slug = f"kind-{status}"
        kind = (await api.post("/block_types/", json={"name": slug, "slug": slug})).json()
        schema = {"fields": {"title": slug}, "block_type_id": kind["id"], "capabilities": capabilities}
        its_schema = (await api.post("/block_schemas/", json=schema)).json()
        document = {
            "name": "one",
            "data": {},
            "block_type_id": kind["id"],
            "block_schema_id": its_schema["id"],
        }
        block = (await api.post("/block_documents/", json=document)).json()
        wanted = {"default_result_storage_block_id": block["id"]}
        assert (await api.put("/admin/storage", json=wanted)).status_code == status
        if status == 200:
            assert (await api.get("/admin/storage")).json() == wanted
    assert (await api.delete("/admin/storage")).status_code == 204
    assert (await api.get("/admin/storage")).json() == none


async def test_log_lines_as_a_file(api: httpx2.AsyncClient) -> None:
    """The log of a flow run can be downloaded as a table; what stands in its lines stays in its field."""
    flow = (await api.post("/flows/", json={"name": "f"})).json()
    run = (await api.post("/flow_runs/", json={"flow_id": flow["id"], "name": "my run"})).json()
    line = {"name": "n", "level": 20, "message": 'said "you"\nand', "timestamp": "2026-01-02T00:00:00Z"}
    await api.post("/logs/", json=[{**line, "flow_run_id": run["id"]}])
    answer = await api.get(f"/flow_runs/{run['id']}/logs/download")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "my%20run-logs.csv" in answer.headers["content-disposition"]
    first, second = answer.text.split("\r\n", 1)
    assert first == "timestamp,level,flow_run_id,task_run_id,message"
    assert second == f'2026-01-02 00:00:00+00:00,20,{run["id"]},,"said ""you""\nand"\r\n'
    assert (await api.get(f"/flow_runs/{uuid4()}/logs/download")).status_code == 404


async def test_logs_that_are_looked_for(api: httpx2.AsyncClient) -> None:
    """What a filter means is downloaded, all of it, and nothing else."""
    run, task = str(uuid4()), str(uuid4())
    line = {"name": "n", "timestamp": "2026-01-02T00:00:00Z", "flow_run_id": run}
    lines = [{**line, "level": 20, "message": f"line {number}"} for number in range(1100)]
    await api.post("/logs/", json=[*lines, {**line, "level": 40, "message": "bad", "task_run_id": task}])
    answer = await api.post("/ui/logs/download", json={"logs": {"text": {"query": "line"}}})
    assert answer.text.count("\r\n") == 1101
    meant = {"flow_run_id": {"any_": [run]}, "task_run_id": {"any_": [task]}, "level": {"ge_": 30}}
    answer = await api.post("/ui/logs/download", json={"logs": meant})
    assert answer.text.split("\r\n")[1:] == [f"2026-01-02 00:00:00+00:00,40,{run},{task},bad", ""]


async def test_pages(asking: Any) -> None:
    """A browser finds a page that says where the API is, and its document; nothing is fetched from elsewhere."""
    async with asking(PREFECT_UI_ENABLED="false") as api:
        first = await api.get("http://server/")
        assert "PREFECT_API_URL" in first.text
        assert "//cdn" not in (await api.get("http://server/docs")).text
        assert (await api.get("http://server/ui-settings")).json()["csrf_enabled"] is False
        assert (await api.get("http://server/elsewhere")).status_code == 404


async def test_another_base_path(asking: Any) -> None:
    """The API is where the setting puts it."""
    async with asking(PREFECT_SERVER_API_BASE_PATH="/a/b") as api:
        assert (await api.get("http://server/a/b/health")).json() is True
        assert (await api.get("http://server/api/health")).status_code == 404
        assert (await api.get("http://server/a/body/health")).status_code == 404
        assert (await api.get("http://server/")).status_code == 200
    async with asking(PREFECT_SERVER_API_BASE_PATH="/") as api:
        assert (await api.get("http://server/health")).json() is True
        assert (await api.get("http://server/docs")).status_code == 200


async def test_figures(asking: Any) -> None:
    """Requests, their durations and those of the database are counted where the settings ask for it."""
    async with asking() as api:
        assert (await api.get("/metrics")).status_code == 404
    async with asking(PREFECT_SERVER_METRICS_ENABLED=True) as api:
        await api.get("/variables/name/x")
        text = (await api.get("/metrics")).text
        assert (
            'prefect_server_requests_total{method="GET",route="/variables/name/{name}",status="404"}' in text
        )
        assert 'prefect_server_database_duration_seconds_count{kind="read"}' in text


async def test_a_database_in_memory(asking: Any, tmp_path: Path) -> None:
    """A database in memory leaves nothing in the home."""
    url = "sqlite+aiosqlite:///:memory:"
    async with asking(PREFECT_HOME=tmp_path, PREFECT_SERVER_DATABASE_CONNECTION_URL=url) as api:
        await api.post("/variables/", json={"name": "a", "value": 1})
        assert (await api.post("/variables/count")).json() == 1
    assert "prefect.db" not in os.listdir(tmp_path)  # noqa: PTH208 - quick enough for a loop


async def test_types_of_blocks_are_there_from_the_start() -> None:
    """A server stores the types of blocks of this library once, unless the settings say that it should not."""
    for wanted, count in ((False, 0), (True, 14), (True, 14)):
        with temporary_settings({"PREFECT_SERVER_REGISTER_BLOCKS_ON_START": wanted}):
            application = Application(get_current_settings(), runs_services=True)
        await application.start()
        transport = httpx2.ASGITransport(app=application)
        async with httpx2.AsyncClient(transport=transport, base_url="http://server/api") as api:
            await application.installed()
            types = (await api.post("/block_types/filter", json={})).json()
        await application.stop()
        assert len(types) >= count
        assert bool(types) is wanted
        assert all(one["is_protected"] for one in types)
