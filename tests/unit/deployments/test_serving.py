"""`serve`: deployments that are stored, and handed to a runner. What the runner does with them is tested there."""

from __future__ import annotations

from typing import Any

import pytest

from prefect import aserve, flow, main, serve
from prefect._dual.drivers import run
from prefect.backend import get_backend
from prefect.deployments.applying import reading
from prefect.runner import Runner
from prefect.schemas.deployments import DeploymentResponse
from prefect.schemas.work_pools import WorkPoolCreate
from prefect.store.work_pools import create_work_pool


@flow
def etl(n: int = 1) -> None:
    """It is never run here."""


@pytest.fixture
def runners(monkeypatch: pytest.MonkeyPatch) -> list[Runner]:
    """Return the runners that were started; none of them runs."""
    started: list[Runner] = []

    async def start(self: Runner, *_: Any, **__: Any) -> None:
        started.append(self)

    monkeypatch.setattr(Runner, "start", start)
    return started


def stored(name: str) -> DeploymentResponse:
    """Return a deployment as it is stored."""
    found = run(reading(*name.split("/")))
    assert found is not None
    return found


def test_a_flow_is_served(runners: list[Runner], capsys: pytest.CaptureFixture[str]) -> None:
    """Its deployment is stored, and a runner is started that serves it as it was told."""
    etl.serve("nightly", cron="0 2 * * *", limit=3, pause_on_shutdown=False, global_limit=4, tags=["a"])
    found = stored("etl/nightly")
    assert found.tags == ["a"]
    assert found.global_concurrency_limit is not None
    assert found.global_concurrency_limit.limit == 4
    assert [(one.name, one.limit, one.pause_on_shutdown) for one in runners] == [("nightly", 3, False)]
    printed = capsys.readouterr().out
    assert "'etl/nightly'" in printed
    assert "prefect deployment run 'etl/nightly'" in printed


def test_a_deployment_without_a_name_is_called_like_its_flow(
    runners: list[Runner], capsys: pytest.CaptureFixture[str]
) -> None:
    """Who gives no name gets the flow's; the message can be left out."""
    etl.serve(print_starting_message=False)
    assert stored("etl/etl").name == runners[0].name == "etl"
    assert capsys.readouterr().out == ""


def test_several_deployments_are_served(runners: list[Runner], capsys: pytest.CaptureFixture[str]) -> None:
    """One runner serves them all."""
    serve(etl.to_deployment("a"), etl.to_deployment("b"), limit=5)
    assert stored("etl/a").id != stored("etl/b").id
    assert len(runners) == 1
    printed = capsys.readouterr().out
    assert "etl/a" in printed
    assert "etl/b" in printed


async def test_deployments_are_served_in_async_code(runners: list[Runner]) -> None:
    """Serving is awaited there; what would block the loop is refused and says what to use."""
    deployment = await etl.ato_deployment("nightly")
    await aserve(deployment)
    assert len(runners) == 1
    with pytest.raises(RuntimeError, match="Use `aserve` instead"):
        serve(deployment)
    with pytest.raises(RuntimeError, match="aserve"):
        etl.serve("nightly")


def test_a_served_deployment_leaves_its_work_pool(runners: list[Runner]) -> None:
    """Else workers of the pool would execute its runs as well; who still names one is warned."""
    body = WorkPoolCreate(name="pool", type="process")
    get_backend().perform(create_work_pool, body).result()
    etl.to_deployment("nightly", work_pool_name="pool").apply()
    etl.serve("nightly")
    assert (stored("etl/nightly").work_pool_name, stored("etl/nightly").work_queue_name) == (None, None)
    with pytest.warns(UserWarning, match="the work pool is ignored"):
        serve(etl.to_deployment("nightly", work_pool_name="pool"))
    assert stored("etl/nightly").work_pool_name is None
    assert len(runners) == 2


@pytest.mark.parametrize(
    ("given", "kind", "problem"), [([], ValueError, "nothing to serve"), ([etl], TypeError, "to_deployment")]
)
def test_what_cannot_be_served_is_refused(given: list[Any], kind: type[Exception], problem: str) -> None:
    """Nothing, and what is no deployment."""
    with pytest.raises(kind, match=problem):
        serve(*given)


def test_the_names_are_those_of_the_front_door() -> None:
    """`prefect.main` has the public names too."""
    assert main.serve is serve
    assert main.flow is flow
    with pytest.raises(AttributeError, match="nothing"):
        main.nothing  # noqa: B018 - reading it is the test
