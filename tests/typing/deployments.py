# pyright: reportUnnecessaryTypeIgnoreComment=true
"""What type checkers know about deployments. Never run, only checked: strictly, by two checkers."""

from typing import assert_type
from uuid import UUID

from prefect import deploy, flow, serve
from prefect.deployments import arun_deployment, run_deployment
from prefect.deployments.runner import RunnerDeployment
from prefect.runner.storage import GitRepository, RunnerStorage, create_storage_from_source
from prefect.schedules import Cron
from prefect.schemas.flow_runs import FlowRun


@flow
def etl(day: str) -> int:
    return len(day)


def declared() -> None:
    made = etl.to_deployment("nightly", cron="0 2 * * *", parameters={"day": "monday"})
    assert_type(made, RunnerDeployment)
    assert_type(made.apply(), UUID)
    assert_type(etl.deploy("nightly", work_pool_name="pool", schedules=[Cron("0 2 * * *")]), UUID)
    assert_type(deploy(made, work_pool_name="pool", image="x:1"), list[UUID])
    serve(made, limit=3)
    assert_type(etl.serve("nightly", interval=60), None)
    etl.to_deployment("nightly", interval="often")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    etl.to_deployment("nightly", corn="0 2 * * *")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    etl.to_deployment()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


def asked() -> None:
    assert_type(run_deployment("etl/nightly", parameters={"day": "monday"}, timeout=0), FlowRun)
    run_deployment("etl/nightly", timeout="long")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def asked_in_async_code() -> None:
    assert_type(await arun_deployment("etl/nightly"), FlowRun)
    assert_type(await etl.ato_deployment("nightly"), RunnerDeployment)
    assert_type(await etl.adeploy("nightly", "pool"), UUID)


def stored() -> None:
    assert_type(create_storage_from_source("https://example.org/a.git"), RunnerStorage)
    storage: RunnerStorage = GitRepository("https://example.org/a.git", branch="main")
    assert_type(RunnerDeployment.from_storage(storage, "etl.py:etl", "nightly"), RunnerDeployment)
    flow.from_source(storage, "etl.py:etl").to_deployment("nightly")
