"""Why a run waits is told the same in this process, by a server, and of a server that has no such operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from prefect._dual.drivers import run
from prefect._dual.effects import Steps, settle
from prefect.backend import lesser_explanations
from prefect.backend.protocol import Backend
from prefect.exceptions import ObjectNotFound
from prefect.schemas.deployments import DeploymentCreate, DeploymentFlowRunCreate
from prefect.schemas.states import StateCreate, StateType
from prefect.schemas.work_pools import WorkPoolCreate
from prefect.store.deployment_runs import create_flow_run_from_deployment
from prefect.store.deployments import create_deployment
from prefect.store.explanations import explain_flow_run, explain_flow_runs
from prefect.store.flow_runs import delete_flow_run
from prefect.store.work_pools import create_work_pool


def test_why_is_told_the_same_everywhere(backend: Backend, fresh: Callable[[str], str]) -> None:
    """A paused pool without a worker, and a deployment that nobody serves, are named as the causes."""

    def do(operation: Callable[..., Any], *arguments: Any) -> Any:
        return backend.perform(operation, *arguments).result(30)

    def ask(operation: Callable[..., Any], *arguments: Any) -> Steps[Any]:
        return (yield from settle(backend.perform(operation, *arguments)))

    def lesser(operation: Callable[..., Any], *arguments: Any) -> Any:
        return run(lesser_explanations.INSTEAD[operation](ask, *arguments))

    flow = backend.register_flow(fresh("load")).result(30)
    pool = do(create_work_pool, WorkPoolCreate(name=fresh("pool"), type="process", is_paused=True))
    ids = []
    for values in ({"work_pool_name": pool.name}, {"concurrency_limit": 1}):
        body = {"name": fresh("d") + str(len(ids)), "flow_id": flow.id, **values}
        deployment = do(create_deployment, DeploymentCreate.model_validate(body))
        wanted = DeploymentFlowRunCreate(state=StateCreate(type=StateType.SCHEDULED))
        ids.append(do(create_flow_run_from_deployment, deployment.id, wanted).id)
    told = do(explain_flow_runs, ids)
    assert [[cause.code for cause in each.causes] for each in told] == [
        ["pool-paused", "no-worker"],
        ["no-runner"],
    ]
    assert do(explain_flow_run, ids[0]) == told[0]
    assert lesser(explain_flow_runs, ids) == told
    do(delete_flow_run, ids[0])
    for say in (do, lesser):
        assert say(explain_flow_runs, ids) == told[1:]
        with pytest.raises(ObjectNotFound):
            say(explain_flow_run, ids[0])
