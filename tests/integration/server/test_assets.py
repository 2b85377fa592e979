"""What the server tells of assets: what the events of their making say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.integration.server.serving import Served, on_both, serving

MADE, FAILED, USED = (
    "prefect.asset.materialization.succeeded",
    "prefect.asset.materialization.failed",
    "prefect.asset.referenced",
)


@pytest.fixture
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """Serve the application, on SQLite or on PostgreSQL as the test says."""
    if request.param == "postgres":
        monkeypatch.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", request.getfixturevalue("postgres_url"))
    with serving() as served:
        yield served


def told(
    server: Served,
    name: str,
    key: str,
    *upstream: str,
    ago: float = 0,
    labels: dict[str, str] | None = None,
    by: str | None = None,
    **more: Any,
) -> None:
    """Tell the server that an asset was made or used, so many seconds ago."""
    related = [{"prefect.resource.id": each, "prefect.resource.role": "asset"} for each in upstream]
    if by:
        related.append({"prefect.resource.id": by, "prefect.resource.role": "asset-materialized-by"})
    related.append(
        {
            "prefect.resource.id": "prefect.flow-run.0190abcd-0000-7000-8000-000000000001",
            "prefect.resource.role": "flow-run",
            "prefect.resource.name": "calm-otter",
        }
    )
    event = {
        "id": str(uuid4()),
        "occurred": (datetime.now(UTC) - timedelta(seconds=ago)).isoformat(),
        "event": name,
        "resource": {"prefect.resource.id": key, **(labels or {})},
        "related": related,
        "payload": {},
        **more,
    }
    server.ask("POST", "/events", json=[event])


def warehouse(server: Served) -> None:
    """Tell of raw orders and rates, the clean orders made of them, and a report made of those."""
    told(server, USED, "s3://lake/rates", ago=90)
    told(server, MADE, "s3://lake/raw", ago=80, labels={"prefect.resource.name": "Raw orders"})
    told(server, FAILED, "db://w/orders", "s3://lake/raw", "s3://lake/rates", ago=70)
    told(
        server,
        MADE,
        "db://w/orders",
        "s3://lake/raw",
        "s3://lake/rates",
        ago=60,
        by="dbt",
        payload={"rows": 3},
    )
    told(server, MADE, "db://w/report", "db://w/orders", ago=50)
    told(server, MADE, "db://w/other", ago=40)


@on_both
def test_assets_are_listed_with_their_last_making(server: Served) -> None:
    """What was made last comes first; what was only used is there too."""
    warehouse(server)
    page = server.ask("GET", "/ui/assets")
    keys = ["db://w/other", "db://w/report", "db://w/orders", "s3://lake/raw", "s3://lake/rates"]
    assert [asset["key"] for asset in page["assets"]] == keys
    assert (page["count"], page["whole"]) == (5, True)
    orders, raw, rates = page["assets"][2:]
    assert (orders["succeeded"], orders["failed"]) == (1, 1)
    assert orders["last"]["outcome"] == "succeeded"
    assert orders["last"]["by"] == "dbt"
    assert [run["name"] for run in orders["last"]["runs"]] == ["calm-otter"]
    assert raw["name"] == "Raw orders"
    assert rates["last"] is None
    assert rates["last_referenced"] is not None
    assert [asset["key"] for asset in server.ask("GET", "/ui/assets?limit=1&offset=3")["assets"]] == keys[3:4]


@on_both
def test_assets_are_found_by_key_and_by_name(server: Served) -> None:
    """Capital letters do not matter, and signs mean themselves."""
    warehouse(server)

    def found(text: str) -> list[str]:
        page = server.ask("GET", "/ui/assets", params={"search": text})
        assert page["count"] == len(page["assets"])
        return [asset["key"] for asset in page["assets"]]

    assert found("RAW ORD") == ["s3://lake/raw"]
    assert found("db://w/O") == ["db://w/other", "db://w/orders"]
    assert found("%") == []
    assert found("w_or") == []


@on_both
def test_one_asset_tells_its_history_and_its_lineage(server: Served) -> None:
    """It leads to what it is made of and to what is made of it, and to the runs that made it."""
    warehouse(server)
    asset = server.ask("GET", "/ui/assets/asset", params={"key": "db://w/orders"})
    assert [each["outcome"] for each in asset["materializations"]] == ["succeeded", "failed"]
    assert asset["materializations"][0]["metadata"] == {"rows": 3}
    assert asset["materializations"][0]["upstream"] == ["s3://lake/raw", "s3://lake/rates"]
    assert {node["key"]: node["upstream"] for node in asset["lineage"]} == {
        "db://w/orders": ["s3://lake/rates", "s3://lake/raw"],
        "s3://lake/raw": [],
        "s3://lake/rates": [],
        "db://w/report": ["db://w/orders"],
    }
    assert asset["whole"] is True
    outcomes = {node["key"]: node["outcome"] for node in asset["lineage"]}
    assert outcomes["db://w/report"] == "succeeded"
    assert outcomes["s3://lake/rates"] is None


@on_both
def test_a_lineage_that_goes_in_circles_or_very_far_ends(server: Served) -> None:
    """Assets made of each other are told once each; far ones are left out, and the answer says so."""
    told(server, MADE, "a://1", "a://2")
    told(server, MADE, "a://2", "a://1", "a://2")
    circle = server.ask("GET", "/ui/assets/asset", params={"key": "a://1"})
    assert {node["key"]: node["upstream"] for node in circle["lineage"]} == {
        "a://1": ["a://2"],
        "a://2": ["a://1"],
    }
    for number in range(1, 9):
        told(server, MADE, f"b://{number}", f"b://{number - 1}")
    chain = server.ask("GET", "/ui/assets/asset", params={"key": "b://0"})
    assert [node["key"] for node in chain["lineage"]] == [f"b://{number}" for number in range(5)]
    assert chain["whole"] is False


@on_both
def test_what_people_want_to_know_of_an_asset_is_told(server: Served) -> None:
    """Name, address, description and owners come from the last event; odd owners are told as they are."""
    labels = {
        "prefect.resource.name": "Orders",
        "prefect.asset.url": "https://warehouse.example/orders",
        "prefect.asset.description": "All **orders**",
        "prefect.asset.owners": '["ann", "bob"]',
    }
    told(server, MADE, "db://w/orders", labels=labels)
    asset = server.ask("GET", "/ui/assets/asset", params={"key": "db://w/orders"})
    assert (asset["name"], asset["url"], asset["description"]) == tuple(labels.values())[:3]
    assert asset["owners"] == ["ann", "bob"]
    told(server, MADE, "db://w/odd", labels={"prefect.asset.owners": "{}"})
    assert server.ask("GET", "/ui/assets/asset", params={"key": "db://w/odd"})["owners"] == ["{}"]


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_an_asset_of_which_nothing_is_known_is_not_there(server: Served) -> None:
    """The answer says so."""
    assert server.client.get("/ui/assets/asset", params={"key": "db://none"}).status_code == 404
    assert server.ask("GET", "/ui/assets") == {"count": 0, "assets": [], "whole": True}
