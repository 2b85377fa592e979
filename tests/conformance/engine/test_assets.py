"""Events of assets: what was seen of the published package, flow by flow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from prefect import flow, tags, task
from prefect.assets import Asset, AssetProperties, add_asset_metadata, materialize
from prefect.backend import get_backend
from prefect.cache_policies import INPUTS
from prefect.context import AssetContext
from prefect.runtime import task_run
from prefect.schemas.events import EventFilter, EventNameFilter, EventOrder
from prefect.states import Cancelled, Failed
from prefect.store.events import read_events
from prefect.task_runners import ProcessPoolTaskRunner


class Made:
    """A result that is not like any other, so that the run it comes from can be told."""


@materialize("s3://a", by="dbt")
def make_a(x: Any = None) -> Any:
    add_asset_metadata("s3://a", {"rows": 5})
    add_asset_metadata("s3://a", {"bytes": 7})
    return Made()


@materialize("s3://b", asset_deps=["s3://ext"])
def make_b(x: Any = None) -> Any:
    return Made()


@materialize("s3://d2", "s3://d1")
def make_d(x: Any = None) -> Any:
    return Made()


@materialize("s3://bad", retries=1)
def break_it(x: Any = None) -> Any:
    raise ValueError("no")


@materialize("s3://cached", cache_policy=INPUTS, persist_result=True)
def cached(x: int) -> Any:
    return [x]


@materialize("s3://outer")
def outer() -> Any:
    return make_d(make_a())


@task
def plain(x: Any) -> Any:
    return Made()


@task(asset_deps=["s3://used"])
def uses(x: Any = None) -> Any:
    return Made()


@flow
def sub(x: Any) -> Any:
    return make_d(x)


@materialize("s3://failed")
def returns_failed() -> Any:
    return Failed(message="no")


@materialize("s3://cancelled")
def returns_cancelled() -> Any:
    return Cancelled(message="no")


def events() -> list[Any]:
    """Return the events of assets, the oldest first."""
    get_backend().flush().result()
    wanted = EventFilter(event=EventNameFilter(prefix=["prefect.asset."]), order=EventOrder.ASC)
    return get_backend().perform(read_events, wanted).result().events


def told() -> list[str]:
    """Return the events of assets as "word key < used assets"."""
    lines: list[str] = []
    for event in events():
        used = [related.id for related in event.resources_in_role.get("asset", ())]
        word = event.event.removeprefix("prefect.asset.").removeprefix("materialization.")
        lines.append(" ".join([word, event.resource.id, *(["<", *used] if used else [])]))
    return lines


A = "succeeded s3://a"
FROM_A = ["referenced s3://a", "succeeded s3://d1 < s3://a", "succeeded s3://d2 < s3://a"]
ALONE = ["succeeded s3://d1", "succeeded s3://d2"]

SEEN: list[Any] = [
    pytest.param(lambda: make_d(make_a()), [A, *FROM_A], id="called"),
    pytest.param(lambda: make_d.submit(make_a.submit()).wait(), [A, *FROM_A], id="submitted"),
    pytest.param(lambda: make_d(plain(plain(make_a()))), [A, *FROM_A], id="through tasks without assets"),
    pytest.param(lambda: make_d({"deep": [make_a()]}), [A, *FROM_A], id="inside a value"),
    pytest.param(lambda: make_d(1, wait_for=[make_a.submit()]), [A, *FROM_A], id="waited for"),
    pytest.param(lambda: uses(make_a()), [A], id="who makes nothing tells nothing"),
    pytest.param(
        lambda: make_d(uses()),
        ["referenced s3://used", "succeeded s3://d1 < s3://used", "succeeded s3://d2 < s3://used"],
        id="what a task uses is handed on",
    ),
    pytest.param(
        lambda: make_b(make_a()),
        [A, "referenced s3://a", "referenced s3://ext", "succeeded s3://b < s3://a s3://ext"],
        id="taken and named",
    ),
    pytest.param(
        lambda: make_d(make_b()),
        [
            "referenced s3://ext",
            "succeeded s3://b < s3://ext",
            "referenced s3://b",
            "succeeded s3://d1 < s3://b",
            "succeeded s3://d2 < s3://b",
        ],
        id="what a task makes hides what it uses",
    ),
    pytest.param(
        lambda: break_it(make_a(), return_state=True),
        [A, "referenced s3://a", "failed s3://bad < s3://a"],
        id="failed after its retries",
    ),
    pytest.param(
        lambda: make_d.submit(break_it.submit()).wait(),
        ["failed s3://bad"],
        id="not begun for a failure before it",
    ),
    pytest.param(
        lambda: (cached(1), make_d(cached(1))),
        [
            "succeeded s3://cached",
            "referenced s3://cached",
            "succeeded s3://d1 < s3://cached",
            "succeeded s3://d2 < s3://cached",
        ],
        id="taken from the cache",
    ),
    pytest.param(
        lambda: outer(), [A, *FROM_A, "succeeded s3://outer"], id="called by a task that makes assets"
    ),
    pytest.param(lambda: sub(make_a()), [A, *ALONE], id="not into a subflow"),
    pytest.param(lambda: make_d(flow(lambda: make_a(), name="s")()), [A, *ALONE], id="not out of a subflow"),
    pytest.param(lambda: make_d([make_a(), make_a()]), [A, A, *FROM_A], id="the same asset twice"),
    pytest.param(lambda: returns_failed(return_state=True), ["failed s3://failed"], id="returned a failure"),
    pytest.param(lambda: returns_cancelled(return_state=True), [], id="cancelled"),
]


@pytest.mark.parametrize(("run", "expected"), SEEN)
def test_which_events_are_told(run: Callable[[], Any], expected: list[str]) -> None:
    """Each asset that is made is told, with the assets that the results it took come from."""
    flow(run, name="f")(return_state=True)
    assert told() == expected


def test_what_an_event_says() -> None:
    """An event of an asset has its properties, its facts, what made it, and the run."""
    asset = Asset(key="s3://x", properties=AssetProperties(name="X", owners=["me"]))

    @materialize(asset, by="dbt")
    def load() -> Any:
        asset.add_metadata({"rows": 1})
        return task_run.id

    @flow(name="etl")
    def etl() -> Any:
        return load()

    with tags("t"):
        run_id = etl()
    (event,) = events()
    assert event.resource.root == {
        "prefect.resource.id": "s3://x",
        "prefect.resource.name": "X",
        "prefect.asset.owners": '["me"]',
    }
    assert event.payload == {"rows": 1}
    assert [related.role for related in event.related] == [
        "asset-materialized-by",
        "flow-run",
        "task-run",
        "flow",
        "tag",
    ]
    assert event.resource_in_role["asset-materialized-by"].id == "dbt"
    assert event.resource_in_role["task-run"].id == f"prefect.task-run.{run_id}"


def test_outside_of_a_flow() -> None:
    """A task that is called on its own tells of its assets too."""
    make_b(make_a())
    assert told() == [A, "referenced s3://ext", "succeeded s3://b < s3://ext"]


def test_async_tasks() -> None:
    """Async tasks make assets as well."""

    @materialize("s3://async")
    async def load(x: Any = None) -> Any:
        await asyncio.sleep(0)
        add_asset_metadata("s3://async", {"k": 1})
        return Made()

    @flow
    async def etl() -> Any:
        await asyncio.gather(load(make_a()), load())

    asyncio.run(etl())
    assert sorted(told()) == sorted(
        [A, "referenced s3://a", "succeeded s3://async < s3://a", "succeeded s3://async"]
    )
    assert events()[-1].payload == {"k": 1}


def test_the_context_is_that_of_the_task_that_runs() -> None:
    """A task without assets that a task with assets calls does not find the other's."""

    @task
    def asks() -> Any:
        return AssetContext.get()

    @materialize("s3://x")
    def load() -> Any:
        inner, mine = asks(), AssetContext.get()
        assert mine is not None
        return inner, {asset.key for asset in mine.downstream_assets}, mine.task_run_id, task_run.id

    inner, made, context_of, run_id = flow(lambda: load(), name="f")()
    assert (inner, made, str(context_of)) == (None, {"s3://x"}, run_id)
    assert AssetContext.get() is None


def test_facts_that_cannot_be_told_stop_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """A fact that JSON has no form for costs the event, not the run."""

    @materialize("s3://x")
    def load() -> str:
        add_asset_metadata("s3://x", {"x": object()})
        return "done"

    assert flow(lambda: load(), name="f")() == "done"
    assert told() == []
    assert "was not recorded" in caplog.text


@flow(task_runner=ProcessPoolTaskRunner(max_workers=2))
def in_processes() -> None:
    make_d.submit(make_a.submit()).wait()


def test_in_other_processes() -> None:
    """Tasks that run in other processes tell what they make, and from what."""
    in_processes()
    assert told() == [A, *FROM_A]
    assert events()[0].payload == {"rows": 5, "bytes": 7}
