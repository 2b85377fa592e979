"""Runs of deployments that somebody asks for."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest

from prefect.exceptions import ObjectNotFound, ReferenceNotFound, RequestRefused
from prefect.schemas.deployments import DeploymentFlowRunCreate
from prefect.schemas.states import StateType
from prefect.schemas.variables import VariableCreate
from prefect.store.deployment_runs import (
    bulk_create_flow_runs_from_deployment,
    create_flow_run_from_deployment,
)
from prefect.store.variables import create_variable
from tests.unit.store.deploying import deploy, pool, run_of, runs_of
from tests.unit.store.runs import perform, record

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"x": {"type": "integer"}, "y": {"type": "string"}},
    "required": ["x"],
}


def test_a_run_is_scheduled_for_now() -> None:
    """Without a state it is due at once, with all that the deployment says."""
    pool()
    made = deploy(work_pool_name="pool", parameters={"a": 1}, tags=["t"], labels={"l": 1}, version="3")
    run = run_of(made)
    assert (run.state.type, run.auto_scheduled, run.created_by) == (StateType.SCHEDULED, False, None)
    assert (run.parameters, run.tags, run.deployment_version) == ({"a": 1}, ["t"], "3")
    assert (run.work_pool_name, run.work_queue_name, run.job_variables) == ("pool", "default", {})
    assert run.labels["prefect.deployment.id"] == str(made.id)
    (stored,) = runs_of(made.id)
    assert (stored.id, stored.labels, stored.state) == (run.id, run.labels, run.state)


def test_a_run_may_say_otherwise() -> None:
    """What is sent with a run goes before what the deployment says."""
    pool()
    made = deploy(
        work_pool_name="pool",
        parameters={"a": 1, "o": {"k": 1}},
        tags=["t"],
        job_variables={"env": {"A": "1"}},
    )
    parent = record(1)
    run = run_of(
        made,
        name="mine",
        parameters={"o": {"z": 1}},
        tags=["u", "t"],
        labels={"m": 2},
        job_variables={"env": {"B": "2"}},
        context={"c": 1},
        empirical_policy={"retries": 2},
        work_queue_name="new",
        state={"type": "PENDING", "name": "X"},
        parent_task_run_id=parent.id,
    )
    assert (run.name, run.parameters, run.tags) == ("mine", {"a": 1, "o": {"z": 1}}, ["t", "u"])
    assert (run.job_variables, run.context, run.empirical_policy.retries) == (
        {"env": {"B": "2"}},
        {"c": 1},
        2,
    )
    assert (run.work_queue_name, run.labels["m"], run.state.name) == ("new", 2, "X")
    assert run.parent_task_run_id == parent.id
    with pytest.raises(ReferenceNotFound, match="no task run"):
        run_of(made, parent_task_run_id=uuid4())


def test_the_same_key_gives_the_same_run() -> None:
    """Asking again with an idempotency key makes no second run."""
    made = deploy()
    first = run_of(made, idempotency_key="k", name="first")
    assert run_of(made, idempotency_key="k", name="second").id == first.id
    assert len(runs_of(made.id)) == 1


def test_the_parameters_of_a_run_have_to_fit() -> None:
    """What is missing or does not fit is told, unless nobody wants to know."""
    made = deploy(parameter_openapi_schema=SCHEMA)
    with pytest.raises(RequestRefused, match="'x' is a required property") as refusal:
        run_of(made)
    assert refusal.value.status == 409
    with pytest.raises(RequestRefused, match="field 'x'"):
        run_of(made, parameters={"x": "no"})
    assert run_of(made, parameters={"x": "no"}, enforce_parameter_schema=False).parameters == {"x": "no"}
    assert run_of(made, parameters={"x": 1, "more": 1}).parameters == {"x": 1, "more": 1}
    lenient = deploy("lenient", parameter_openapi_schema=SCHEMA, enforce_parameter_schema=False)
    run_of(lenient)
    with pytest.raises(RequestRefused):
        run_of(lenient, enforce_parameter_schema=True)


def test_the_job_variables_of_a_run_have_to_fit() -> None:
    """Those of the deployment and the defaults of the pool count too."""
    variables = {
        "properties": {"n": {"type": "integer"}, "d": {"type": "string", "default": "x"}},
        "required": ["n", "d"],
    }
    pool(base_job_template={"job_configuration": {}, "variables": variables})
    made = deploy(work_pool_name="pool")
    with pytest.raises(RequestRefused, match="'n' is a required property") as refusal:
        run_of(made)
    assert refusal.value.status == 422
    with pytest.raises(RequestRefused, match="'bad' is not of type 'integer'"):
        run_of(made, job_variables={"n": "bad"})
    assert run_of(made, job_variables={"n": 1, "more": 2}).job_variables == {"n": 1, "more": 2}
    assert run_of(deploy(job_variables={"n": 1})).job_variables == {}


def test_a_queue_needs_a_pool() -> None:
    """A deployment without a pool has no queues to put runs into."""
    with pytest.raises(RequestRefused, match="not associated with a work pool") as refusal:
        run_of(deploy(), work_queue_name="q")
    assert refusal.value.status == 400
    with pytest.raises(ObjectNotFound):
        perform(create_flow_run_from_deployment, uuid4(), DeploymentFlowRunCreate())


def test_parameters_may_say_how_they_are_found() -> None:
    """Fields of forms hold text: JSON, the name of a variable, a template."""
    perform(create_variable, VariableCreate(name="v", value={"a": [1]}))
    made = deploy()

    def kind(kind: str, **parts: Any) -> dict[str, Any]:
        return {"__prefect_kind": kind, **parts}

    parameters = {
        "json": kind("json", value='{"a": 5}'),
        "list": [kind("json", value="5"), {"deep": kind("workspace_variable", variable_name="v")}],
        "jinja": kind("jinja", template="{{ 1 + 1 }}"),
        "none": kind("none", value=3),
        "plain": {"a": 1},
    }
    assert run_of(made, parameters=parameters).parameters == {
        "json": {"a": 5},
        "list": [5, {"deep": {"a": [1]}}],
        "jinja": "2",
        "none": 3,
        "plain": {"a": 1},
    }
    for wrong, why in (
        (kind("json", value="{"), "Invalid JSON"),
        (kind("workspace_variable", variable_name="nope"), "Variable 'nope' not found"),
        (kind("jinja", template="{{ x "), "Invalid jinja"),
    ):
        with pytest.raises(RequestRefused, match=f"Error hydrating flow run parameters: {why}") as refusal:
            run_of(made, parameters={"p": wrong})
        assert refusal.value.status == 400


def test_many_runs_are_created_at_once() -> None:
    """One that cannot be created stops no other, and each result says what became of it."""
    made = deploy(parameter_openapi_schema=SCHEMA, parameters={"x": 1})

    def create(*runs: dict[str, Any]) -> Any:
        bodies = [DeploymentFlowRunCreate(**run) for run in runs]
        return perform(bulk_create_flow_runs_from_deployment, made.id, bodies).results

    first, wrong, same = create(
        {"idempotency_key": "k"}, {"parameters": {"x": "no"}}, {"idempotency_key": "k"}
    )
    assert (first.status, wrong.status, same.flow_run_id) == ("CREATED", "FAILED", first.flow_run_id)
    assert wrong.error.startswith("Parameter validation failed: Validation failed for field 'x'")
    assert create() == []
    with pytest.raises(RequestRefused, match="more than 100"):
        create(*[{}] * 101)
    assert len(runs_of(made.id)) == 1


def test_times_of_a_run_are_utc() -> None:
    """Whatever the time zone in which somebody asks for it; the moment is the same."""
    due = datetime(2030, 1, 1, 12, tzinfo=timezone(timedelta(hours=5)))
    state = {"type": "SCHEDULED", "state_details": {"scheduled_time": due}}
    run = run_of(deploy(), state=state)
    assert run.state is not None
    for moment in (
        run.expected_start_time,
        run.next_scheduled_start_time,
        run.state.state_details.scheduled_time,
    ):
        assert moment == due
        assert moment.utcoffset() == timedelta(0)
