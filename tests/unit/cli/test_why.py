"""`prefect why`, as people and programs call it."""

from __future__ import annotations

from functools import partial

import pytest

from prefect import flow
from prefect.cli.operations import perform
from prefect.schemas.deployments import DeploymentFlowRunCreate
from prefect.schemas.states import StateCreate, StateType
from prefect.schemas.work_pools import WorkPoolCreate
from prefect.store.deployment_runs import create_flow_run_from_deployment
from prefect.store.work_pools import create_work_pool
from tests.unit.cli import commands
from tests.unit.cli.commands import Captured
from tests.unit.cli.deploying import deploy

done, answer, refused = (partial(each, "why") for each in (commands.done, commands.answer, commands.refused))


def _late_run() -> str:
    perform(create_work_pool, WorkPoolCreate(name="tide", type="process", is_paused=True))
    deployment = deploy("etl/nightly", work_pool_name="tide")
    body = DeploymentFlowRunCreate(name="late-one", state=StateCreate(type=StateType.SCHEDULED))
    return str(perform(create_flow_run_from_deployment, deployment.id, body).id)


def test_the_causes_of_a_run_that_waits(capsysbinary: Captured) -> None:
    """A run is named by its name, its id or the beginning of it; causes are numbered, each with what can be done."""
    id_ = _late_run()
    told = done(capsysbinary, "late-one").splitlines()
    assert told == [
        "Flow run 'late-one' is Scheduled.",
        "",
        "1. Work pool 'tide' is paused: workers start none of its runs.",
        "   `prefect work-pool resume tide`",
        "",
        "2. No worker was ever started for work pool 'tide', which is of type 'process'.",
        "   `prefect worker start --pool tide`",
    ]
    assert done(capsysbinary, id_[:30]).splitlines() == told
    explained = answer(capsysbinary, id_)
    assert [cause["code"] for cause in explained["causes"]] == ["pool-paused", "no-worker"]
    assert explained["flow_run_id"] == id_


def test_a_run_that_went_well(capsysbinary: Captured) -> None:
    """A run without trouble is told as such, and the exit code is 0."""

    @flow(flow_run_name="fine")
    def etl() -> int:
        return 1

    etl()
    assert done(capsysbinary, "fine").splitlines() == [
        "Flow run 'fine' is Completed.",
        "Flow run 'fine' has completed.",
    ]


def test_a_run_that_failed_tells_since_when(capsysbinary: Captured) -> None:
    """What ended badly is told with its message and its time."""

    @flow(flow_run_name="bad")
    def etl() -> None:
        raise ValueError("no rows")

    with pytest.raises(ValueError, match="no rows"):
        etl()
    told = done(capsysbinary, "bad")
    assert "1. It has failed: Flow run encountered an exception: ValueError: no rows\n   Since 20" in told
    assert "`prefect flow-run logs" in told


def test_a_run_that_is_not_there(capsysbinary: Captured) -> None:
    """A name that names nothing is told in a sentence."""
    _late_run()
    assert "There is no flow run 'nobody'" in refused(capsysbinary, "nobody")[1]
