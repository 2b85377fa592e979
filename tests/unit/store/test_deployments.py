"""Deployments: created, deployed again, changed, found, deleted."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from prefect.exceptions import ObjectNotFound, ReferenceNotFound, RequestRefused
from prefect.schemas.concurrency_limits import ConcurrencyLimitV2Create
from prefect.schemas.deployment_filters import (
    DeploymentFilter,
    DeploymentFilterId,
    DeploymentFilterName,
    DeploymentFilterPaused,
    DeploymentFilterTags,
    DeploymentFilterWorkQueueName,
    DeploymentOrFlowNameFilter,
    DeploymentSort,
)
from prefect.schemas.deployments import DeploymentCreate, DeploymentStatus, DeploymentUpdate
from prefect.schemas.flow_filters import FlowFilter, FlowFilterName
from prefect.schemas.flow_run_filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.schemas.operators import Operator
from prefect.schemas.states import StateType
from prefect.schemas.work_pool_filters import WorkPoolFilter, WorkPoolFilterName
from prefect.schemas.work_queue_filters import WorkQueueFilter, WorkQueueFilterName
from prefect.store.concurrency_limits import (
    create_concurrency_limit_v2,
    delete_concurrency_limit_v2,
    read_all_concurrency_limits_v2,
)
from prefect.store.deployment_scheduling import schedule_deployment
from prefect.store.deployments import (
    bulk_delete_deployments,
    count_deployments,
    create_deployment,
    delete_deployment,
    paginate_deployments,
    pause_deployment,
    read_deployment,
    read_deployment_by_name,
    read_deployments,
    resume_deployment,
    update_deployment,
)
from prefect.store.flows import delete_flow
from prefect.store.work_queues import read_work_queues_of_pool
from tests.unit.store.deploying import HOURLY, deploy, pool, run_of, runs_of, told
from tests.unit.store.runs import flow_named, names, perform

SCHEMA = {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}


def update(deployment: Any, **fields: Any) -> Any:
    """Change a deployment and return it as it is then."""
    perform(update_deployment, deployment.id, DeploymentUpdate.model_validate(fields))
    return perform(read_deployment, deployment.id)


def test_a_deployment_is_stored_as_it_was_sent() -> None:
    """What was sent comes back, with labels of the flow; nobody looks after it yet."""
    pool()
    made = deploy(
        work_pool_name="pool",
        parameters={"x": 1},
        parameter_openapi_schema=SCHEMA,
        schedules=[HOURLY],
        job_variables={"env": {"A": "b"}},
        labels={"team": "data"},
        tags=["a"],
        version_info={"type": "git", "version": "abc", "branch": "main"},
        pull_steps=[{"prefect.deployments.steps.git_clone": {"id": "clone"}}],
        entrypoint="flows.py:load",
    )
    assert made == perform(read_deployment, made.id) == perform(read_deployment_by_name, "load", "nightly")
    assert (made.work_pool_name, made.work_queue_name, made.status) == (
        "pool",
        "default",
        DeploymentStatus.NOT_READY,
    )
    assert made.labels == {"prefect.flow.id": str(made.flow_id), "team": "data"}
    assert (made.version, made.version_info.model_dump()["branch"]) == ("abc", "main")
    assert (made.parameters, made.parameter_openapi_schema) == ({"x": 1}, SCHEMA)
    (schedule,) = made.schedules
    assert (schedule.slug, schedule.active, schedule.deployment_id) == ("hourly", True, made.id)
    assert made.schedules[0].schedule.interval.total_seconds() == 3600
    assert told("deployment") == ["deployment.created nightly"]


def test_a_flow_and_a_pool_have_to_be_there() -> None:
    """What a deployment refers to is named in the error when it is not there."""
    with pytest.raises(ReferenceNotFound, match="no flow"):
        perform(create_deployment, DeploymentCreate(name="d", flow_id=uuid4()))
    with pytest.raises(ObjectNotFound, match="no work pool 'nope'"):
        deploy(work_pool_name="nope")
    for ask in (read_deployment, delete_deployment, pause_deployment, resume_deployment):
        with pytest.raises(ObjectNotFound, match="prefect deployment ls"):
            perform(ask, uuid4())
    with pytest.raises(ObjectNotFound, match="load/nope"):
        perform(read_deployment_by_name, "load", "nope")
    with pytest.raises(ValidationError, match="name"):
        DeploymentCreate(name="a/b", flow_id=uuid4())


def test_queues_are_created_when_they_are_named() -> None:
    """A queue that there is not is added to the pool; without a pool it is put into one of its own."""
    pool()
    assert deploy("a", work_pool_name="pool", work_queue_name="new").work_queue_name == "new"
    assert names(perform(read_work_queues_of_pool, "pool")) == ["default", "new"]
    assert deploy("b", work_queue_name="lonely").work_pool_name == "default-agent-pool"
    assert deploy("c").work_pool_name is None


def test_deploying_twice_changes_nothing() -> None:
    """The same deployment again keeps its times, its schedule and the runs that were made ahead of time."""
    pool()
    fields: dict[str, Any] = {
        "work_pool_name": "pool",
        "schedules": [HOURLY],
        "parameters": {"x": 1},
        "pull_steps": None,
        "version_info": None,
        "concurrency_limit": None,
        "description": None,
    }
    first = deploy(**fields)
    perform(schedule_deployment, first.id)
    runs = runs_of(first.id)
    assert len(runs) == 3
    assert deploy(**fields) == first
    assert [run.id for run in runs_of(first.id)] == [run.id for run in runs]
    assert told("deployment") == ["deployment.created nightly"]


def test_deploying_again_keeps_what_is_not_sent() -> None:
    """Only what is sent is changed, but parameters and schedules are those that are sent."""
    pool()
    first = deploy(work_pool_name="pool", description="d", tags=["a"], schedules=[HOURLY], paused=True)
    again = deploy(version="2", schedules=[])
    assert (again.id, again.created) == (first.id, first.created)
    assert (again.description, again.tags, again.work_pool_name, again.paused) == ("d", ["a"], "pool", True)
    assert (again.version, again.schedules) == ("2", [])
    assert told("deployment") == ["deployment.created nightly", "deployment.updated nightly"]


def test_a_redeploy_never_deletes_a_due_run() -> None:
    """Runs that were made ahead of time go when the parameters change; a run that is late stays."""
    made = deploy(schedules=[HOURLY])
    perform(schedule_deployment, made.id)
    late = run_of(made, state={"type": "SCHEDULED", "name": "Late"})
    deploy(schedules=[HOURLY], parameters={"y": 1})
    assert [run.id for run in runs_of(made.id)] == [late.id]


def test_parameters_have_to_fit_their_schema() -> None:
    """A default that does not fit is refused; one that is missing may be given later."""
    with pytest.raises(RequestRefused, match=r"field 'x'.*'no' is not of type 'integer'"):
        deploy(parameters={"x": "no"}, parameter_openapi_schema=SCHEMA)
    made = deploy(parameter_openapi_schema=SCHEMA)
    with pytest.raises(RequestRefused, match="Error updating deployment"):
        update(made, parameters={"x": "no"})
    assert update(made, parameters={"x": "no"}, enforce_parameter_schema=False).parameters == {"x": "no"}
    with pytest.raises(RequestRefused, match="cannot be understood"):
        deploy("odd", parameters={"x": 1}, parameter_openapi_schema={"type": "nonsense"})


def test_job_variables_have_to_fit_the_template_of_the_pool() -> None:
    """Variables that the pool would refuse are refused when they are written."""
    template = {
        "job_configuration": {},
        "variables": {"properties": {"n": {"type": "integer"}}, "required": ["n"]},
    }
    pool(base_job_template=template)
    with pytest.raises(RequestRefused, match=r"Error creating deployment.*field 'n'") as refusal:
        deploy(work_pool_name="pool", job_variables={"n": "x"})
    assert refusal.value.status == 422
    made = deploy(work_pool_name="pool")
    with pytest.raises(RequestRefused, match="Error updating deployment"):
        update(made, job_variables={"n": "x"})


def test_a_change_says_what_it_changed() -> None:
    """Only what is set is changed, and one event tells it."""
    pool()
    made = deploy(tags=["a"], description="d")
    after = update(made, description=None, version="2", paused=None, work_pool_name="pool")
    assert (after.description, after.version, after.tags, after.paused) == (None, "2", ["a"], False)
    assert (after.work_pool_name, after.work_queue_name) == ("pool", "default")
    assert update(made, work_queue_name="q").work_pool_name == "pool"
    assert told("deployment") == ["deployment.created nightly", *["deployment.updated nightly"] * 2]
    with pytest.raises(ObjectNotFound, match="no work pool"):
        update(made, work_pool_name="nope")


def test_a_deployment_has_a_limit_of_its_own() -> None:
    """The limit is a named one, which comes and goes with what is asked for."""
    made = deploy(concurrency_limit=2, concurrency_options={"collision_strategy": "CANCEL_NEW"})
    limit = made.global_concurrency_limit
    assert (limit.name, limit.limit) == (f"deployment:{made.id}", 2)
    assert made.concurrency_options.collision_strategy.value == "CANCEL_NEW"
    assert deploy(concurrency_limit=4).global_concurrency_limit.limit == 4
    assert deploy().global_concurrency_limit.limit == 4
    assert update(made, concurrency_limit=None).global_concurrency_limit is None
    assert perform(read_all_concurrency_limits_v2) == []
    assert update(made, concurrency_limit=1).global_concurrency_limit.limit == 1
    perform(delete_deployment, made.id)
    assert perform(read_all_concurrency_limits_v2) == []


def test_deployments_can_share_a_limit() -> None:
    """A named limit serves several deployments; when it is deleted they have none."""
    shared = perform(create_concurrency_limit_v2, ConcurrencyLimitV2Create(name="shared", limit=3))
    made = deploy(concurrency_limit=2)
    assert update(made, global_concurrency_limit_id=shared.id).global_concurrency_limit.name == "shared"
    assert names(perform(read_all_concurrency_limits_v2)) == ["shared"]
    with pytest.raises(ObjectNotFound, match="no concurrency limit"):
        update(made, global_concurrency_limit_id=uuid4())
    with pytest.raises(ValidationError, match="cannot have both"):
        DeploymentUpdate(concurrency_limit=1, global_concurrency_limit_id=shared.id)
    perform(delete_concurrency_limit_v2, "shared")
    assert perform(read_deployment, made.id).global_concurrency_limit is None


def test_a_paused_deployment_has_no_runs_ahead() -> None:
    """Pausing deletes the runs that were made ahead of time; resuming lets them be made again."""
    made = deploy(schedules=[HOURLY])
    perform(schedule_deployment, made.id)
    asked_for = run_of(made)
    perform(pause_deployment, made.id)
    assert perform(read_deployment, made.id).paused
    assert [run.id for run in runs_of(made.id)] == [asked_for.id]
    perform(resume_deployment, made.id)
    assert not perform(read_deployment, made.id).paused
    assert told("deployment.updated") == ["deployment.updated nightly"] * 2


def test_a_deleted_deployment_leaves_the_runs_that_began() -> None:
    """Runs that were never started go with it; the others stay, and tell where they came from."""
    made = deploy(schedules=[HOURLY])
    perform(schedule_deployment, made.id)
    run_of(made)
    began = run_of(made, state={"type": "RUNNING"})
    perform(delete_deployment, made.id)
    assert [(run.id, run.deployment_id) for run in runs_of(made.id)] == [(began.id, made.id)]
    with pytest.raises(ObjectNotFound):
        perform(read_deployment, made.id)
    assert told("deployment.deleted") == ["deployment.deleted nightly"]


def test_several_deployments_can_be_deleted_at_once() -> None:
    """Those that a filter means are deleted, at most so many."""
    for name in ("a", "b", "c"):
        deploy(name)
    some = DeploymentFilter(name=DeploymentFilterName(any_=["b", "c", "x"]))
    deleted = perform(bulk_delete_deployments, some, limit=1).deleted
    assert len(deleted) == 1
    assert names(perform(read_deployments)) == ["a", "c"]
    assert len(perform(bulk_delete_deployments).deleted) == 2


def test_deployments_are_found_by_what_they_are() -> None:
    """Each part of the filter finds those that it means."""
    pool()
    nightly = deploy("nightly", tags=["x", "y"], work_pool_name="pool", work_queue_name="q")
    weekly = deploy("weekly", tags=["x"], paused=True)

    def found(operator: Operator = Operator.and_, **parts: Any) -> list[str]:
        wanted = DeploymentFilter(operator=operator, **parts)
        listed = names(perform(read_deployments, deployments=wanted))
        assert perform(count_deployments, deployments=wanted) == len(listed)
        return listed

    both = ["nightly", "weekly"]
    assert found() == both
    assert found(id=DeploymentFilterId(any_=[weekly.id])) == ["weekly"]
    assert found(id=DeploymentFilterId(not_any_=[weekly.id])) == ["nightly"]
    assert found(name=DeploymentFilterName(like_="NIGHT")) == ["nightly"]
    assert found(flow_or_deployment_name=DeploymentOrFlowNameFilter(like_="loa")) == both
    assert found(flow_or_deployment_name=DeploymentOrFlowNameFilter(like_="week")) == ["weekly"]
    assert found(paused=DeploymentFilterPaused(eq_=True)) == ["weekly"]
    assert found(tags=DeploymentFilterTags(all_=["x", "y"])) == ["nightly"]
    assert found(tags=DeploymentFilterTags(any_=["y", "z"])) == ["nightly"]
    assert found(tags=DeploymentFilterTags(is_null_=True)) == []
    assert found(work_queue_name=DeploymentFilterWorkQueueName(any_=["q"])) == ["nightly"]
    either = {
        "paused": DeploymentFilterPaused(eq_=True),
        "work_queue_name": DeploymentFilterWorkQueueName(any_=["q"]),
    }
    assert found(**either) == []
    assert found(Operator.or_, **either) == both
    assert nightly.id != weekly.id


def test_deployments_are_found_by_what_belongs_to_them() -> None:
    """Filters of flows, runs, pools and queues find the deployments of these."""
    pool()
    nightly = deploy("nightly", work_pool_name="pool")
    deploy("weekly", flow_id=flow_named("other"))
    run_of(nightly, state={"type": "PENDING"})

    def found(**filters: Any) -> list[str]:
        return names(perform(read_deployments, **filters))

    assert found(flows=FlowFilter(name=FlowFilterName(any_=["other"]))) == ["weekly"]
    pending = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PENDING]))
    assert found(flow_runs=FlowRunFilter(state=pending)) == ["nightly"]
    assert found(work_pools=WorkPoolFilter(name=WorkPoolFilterName(any_=["pool"]))) == ["nightly"]
    assert found(work_pools=WorkPoolFilter()) == ["nightly"]
    assert found(work_pool_queues=WorkQueueFilter(name=WorkQueueFilterName(any_=["x"]))) == []


def test_deployments_are_listed_in_order_and_in_pages() -> None:
    """A page tells how many there are in all."""
    for name in ("b", "a", "c"):
        deploy(name)
    deploy("b", version="2")
    assert names(perform(read_deployments)) == ["a", "b", "c"]
    assert names(perform(read_deployments, sort=DeploymentSort.NAME_DESC, limit=2)) == ["c", "b"]
    assert names(perform(read_deployments, sort=DeploymentSort.CREATED_DESC)) == ["c", "a", "b"]
    assert names(perform(read_deployments, sort=DeploymentSort.UPDATED_DESC, offset=1)) == ["c", "a"]
    page = perform(paginate_deployments, limit=2, page=2)
    assert (names(page.results), page.count, page.pages, page.page) == (["c"], 3, 2, 2)
    nothing = perform(paginate_deployments, limit=0)
    assert (nothing.results, nothing.count, nothing.pages) == ([], 3, 0)


def test_deployments_go_with_their_flow() -> None:
    """Deleting a flow deletes its deployments with the limits of their own."""
    made = deploy(concurrency_limit=1, schedules=[HOURLY])
    perform(delete_flow, made.flow_id)
    assert perform(read_deployments) == []
    assert perform(read_all_concurrency_limits_v2) == []
    assert told("concurrency-limit") == [f"concurrency-limit.created deployment:{made.id}"]
    assert told("deployment.deleted") == ["deployment.deleted nightly"]
