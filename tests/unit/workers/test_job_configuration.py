"""Jobs of workers: their templates, what fills them in, and what a flow run adds."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import Field, SecretStr, ValidationError

from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.exceptions import InfrastructureError, ObjectNotFound
from prefect.schemas.deployments import DeploymentResponse
from prefect.schemas.flow_runs import FlowRun
from prefect.schemas.flows import Flow
from prefect.schemas.work_pools import WorkPool
from prefect.settings import temporary_settings
from prefect.variables import Variable
from prefect.workers.job_configuration import BaseJobConfiguration
from prefect.workers.job_templates import default_template
from prefect.workers.job_variables import BaseVariables


class Memory(BaseVariables):
    """Variables of jobs that have an image and memory."""

    image: str = Field(default="python", description="The image.")
    memory: int | None = None


class Job(BaseJobConfiguration):
    """Jobs that have an image and memory."""

    image: str = Field(default="none", json_schema_extra={"template": "{{ image }}:latest"})
    resources: Any = Field(
        default=None, json_schema_extra={"template": {"limits": "{{ memory }}", "keep": 1}}
    )


TEMPLATE = default_template(Job, Memory)
RUN = FlowRun(id=UUID(int=1), flow_id=UUID(int=2), name="blue-cat", tags=["a"], deployment_id=UUID(int=3))
FLOW = Flow(id=UUID(int=2), name="feed")
DEPLOYMENT = DeploymentResponse(id=UUID(int=3), name="daily", flow_id=UUID(int=2))
POOL = WorkPool(id=UUID(int=4), name="pool", type="memory")


def template(configuration: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """Return a template of jobs."""
    return {
        "job_configuration": configuration,
        "variables": {"type": "object", "properties": properties},
    }


def test_a_type_of_workers_has_a_template() -> None:
    """A pool starts with a template in which every field of the job is a variable with a description."""
    assert TEMPLATE["job_configuration"] == {
        "command": "{{ command }}",
        "env": "{{ env }}",
        "labels": "{{ labels }}",
        "name": "{{ name }}",
        "image": "{{ image }}:latest",
        "resources": {"limits": "{{ memory }}", "keep": 1},
    }
    variables = TEMPLATE["variables"]
    assert variables.keys() == {"type", "properties", "description"}
    assert variables["properties"]["image"] == {
        "default": "python",
        "description": "The image.",
        "title": "Image",
        "type": "string",
    }


def test_a_type_without_variables_of_its_own_has_those_of_its_fields() -> None:
    """Where a type declares no variables, each field of its configuration is one."""
    properties = default_template(Job, None)["variables"]["properties"]
    assert properties.keys() == {"command", "env", "labels", "name", "image", "resources"}
    assert "template" not in properties["image"]


async def test_defaults_stand_where_nothing_is_said_and_what_has_none_is_left_out() -> None:
    """A variable has the value that was given, or its default; what has neither is not in the job at all."""
    told = template({"resources": ["{{ a }}", "{{ b }}"], "image": "{{ image }}"}, a={}, b={"default": 3})
    assert (await Job.from_template_and_values(told, {})).resources == [3]
    assert (await Job.from_template_and_values(told, {"a": [1], "unknown": 2})).resources == [[1], 3]
    assert (await Job.from_template_and_values(told, {})).image == "none"
    assert (await Job.from_template_and_values(TEMPLATE, {"memory": 5})).resources == {"limits": 5, "keep": 1}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {"A": "1"}),
        ({"env": {"B": "2"}}, {"A": "1", "B": "2"}),
        ({"env": {"A": 9}}, {"A": "9"}),
        ({"env": {"A": None}}, {"A": None}),
        ({"env": None}, {"A": "1"}),
    ],
)
async def test_environments_are_merged(given: dict[str, Any], expected: dict[str, Any]) -> None:
    """A deployment adds to the environment of its pool; it does not lose what the pool sets."""
    told = template({"env": "{{ env }}"}, env={"default": {"A": "1"}})
    assert (await Job.from_template_and_values(told, given)).env == expected


async def test_the_environment_of_a_template_that_is_written_out_gets_the_variables_too() -> None:
    """A pool whose template has an environment of its own still lets deployments add to it."""
    told = template({"env": {"X": "{{ x }}", "Y": "y"}}, x={"default": "xd"}, env={"default": {"A": "1"}})
    job = await Job.from_template_and_values(told, {"env": {"B": "2"}})
    assert job.env == {"X": "xd", "Y": "y", "A": "1", "B": "2"}


async def test_blocks_and_variables_are_looked_up() -> None:
    """Templates and job variables may refer to saved blocks and variables; a missing block is an error."""
    await Secret[str](value=SecretStr("s3")).asave("token")
    await Variable.aset("tag", "v1")
    told = template(
        {"image": "{{ image }}", "resources": "{{ prefect.variables.tag }}", "env": "{{ env }}"},
        image={},
        env={},
    )
    given = {"image": "{{ prefect.blocks.secret.token }}", "env": {"T": "t-{{ prefect.variables.tag }}"}}
    job = await Job.from_template_and_values(told, given)
    assert (job.image, job.resources, job.env) == ("s3", "v1", {"T": "t-v1"})
    with pytest.raises(ObjectNotFound, match="secret/nope"):
        await Job.from_template_and_values(told, {"image": "{{ prefect.blocks.secret.nope }}"})


async def test_variables_of_the_environment_are_those_of_the_worker_and_only_in_the_template(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A pool may refer to the worker's environment; a deployment cannot read it."""
    monkeypatch.setenv("REGION", "eu")
    told = template({"image": "{{ $REGION }}", "command": "{{ command }}"}, command={})
    job = await Job.from_template_and_values(told, {"command": "{{ $REGION }}"})
    assert (job.image, job.command) == ("eu", "{{ $REGION }}")


async def test_what_does_not_fit_is_refused() -> None:
    """A value of the wrong type, or a template that is not whole, is an error that says so."""
    told = template({"labels": "{{ labels }}"}, labels={})
    with pytest.raises(ValidationError, match=r"labels\.a"):
        await Job.from_template_and_values(told, {"labels": {"a": 1}})
    with pytest.raises(InfrastructureError, match="'job_configuration' and no 'variables'"):
        await Job.from_template_and_values({}, {})


def test_a_flow_run_gives_its_job_an_environment_labels_a_name_and_a_command() -> None:
    """The process of a run knows which run it executes, and people see to what it belongs."""
    job = Job(env={"MINE": "1"}, labels={"mine": "1"})
    with temporary_settings({"PREFECT_API_URL": "http://there/api"}):
        job.prepare_for_flow_run(RUN, DEPLOYMENT, FLOW, POOL, "w-1", UUID(int=6))
    assert job.command == "prefect flow-run execute"
    assert job.is_using_a_runner
    assert job.name == "blue-cat"
    told = {name: value for name, value in job.env.items() if name.startswith("PREFECT__")}
    assert told == {
        "PREFECT__FLOW_RUN_ID": str(RUN.id),
        "PREFECT__FLOW_ID": str(FLOW.id),
        "PREFECT__FLOW_NAME": "feed",
        "PREFECT__DEPLOYMENT_ID": str(DEPLOYMENT.id),
        "PREFECT__DEPLOYMENT_NAME": "daily",
        "PREFECT__WORKER_ID": str(UUID(int=6)),
        "PREFECT__WORKER_NAME": "w-1",
    }
    assert (job.env["MINE"], job.env["PREFECT_API_URL"]) == ("1", "http://there/api")
    assert job.labels["prefect.io/flow-run-name"] == "blue-cat"
    assert job.labels["prefect.io/work-pool-name"] == "pool"
    assert job.labels["prefect.io/worker-name"] == "w-1"
    assert job.labels["mine"] == "1"
    related = [each.id for each in job._related_resources()]  # pyright: ignore[reportPrivateUsage] - integration packages do
    assert related == [
        f"prefect.deployment.{DEPLOYMENT.id}",
        f"prefect.flow.{FLOW.id}",
        f"prefect.flow-run.{RUN.id}",
        "prefect.tag.a",
    ]


def test_what_is_said_wins_over_what_the_worker_knows() -> None:
    """A job's own variables, labels and command stay; null unsets a variable that the worker would give."""
    job = Job(
        env={"PREFECT_HOME": None, "PREFECT__FLOW_RUN_ID": "mine"},
        labels={"prefect.io/flow-run-name": "mine"},
        command="python other.py",
    )
    job.prepare_for_flow_run(RUN)
    assert "PREFECT_HOME" not in job.env
    assert job.env["PREFECT__FLOW_RUN_ID"] == "mine"
    assert job.labels["prefect.io/flow-run-name"] == "mine"
    assert not job.is_using_a_runner


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("{{ ctx.flow_run.name }}-x", "blue-cat-x"),
        ("{{ ctx.flow.name }}", "feed"),
        ("{{ ctx.flow_run.tags }}", "['a']"),
        ("{{ ctx.flow_run.nope }}", "{{ ctx.flow_run.nope }}"),
        ("", "blue-cat"),
        (None, "blue-cat"),
    ],
)
def test_the_name_of_a_job_may_hold_what_the_run_is_called(name: str | None, expected: str) -> None:
    """Infrastructure can be named after its flow run and flow."""
    job = Job(name=name)
    job.prepare_for_flow_run(RUN, flow=FLOW)
    assert job.name == expected


async def test_the_name_may_be_set_in_the_template_of_the_pool() -> None:
    """A pool can name all of its jobs after their runs."""
    job = await Job.from_template_and_values(template({"name": "{{ ctx.flow_run.name }}-x"}), {})
    job.prepare_for_flow_run(RUN)
    assert job.name == "blue-cat-x"


async def test_a_run_wins_over_its_deployment_and_that_over_the_pool() -> None:
    """Job variables are those of the run, of the deployment, of the pool, in this order; nothing of them is changed."""
    flow_run = RUN.model_copy(update={"id": uuid4(), "job_variables": {"env": {"A": "run"}, "memory": 7}})
    deployment = DEPLOYMENT.model_copy(
        update={"job_variables": {"env": {"A": "deployment", "B": "b"}, "image": "own"}}
    )
    pool = POOL.model_copy(update={"base_job_template": TEMPLATE})
    async with get_client() as client:
        flow_run.flow_id = await client.create_flow_from_name("feed")
        for _ in range(2):
            job = await Job.resolve_for_flow_run(
                flow_run, client=client, work_pool=pool, worker_name="w", deployment=deployment
            )
            assert (job.image, job.resources) == ("own:latest", {"limits": 7, "keep": 1})
            assert (job.env["A"], job.env["B"]) == ("run", "b")
