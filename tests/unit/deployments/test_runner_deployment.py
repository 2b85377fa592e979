"""Deployments declared in code: what they say of a flow, and what is stored of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from prefect import flow
from prefect._dual.drivers import run
from prefect.backend import get_backend
from prefect.deployments import run_deployment
from prefect.deployments.applying import reading
from prefect.deployments.runner import DeploymentApplyError, EntrypointType, RunnerDeployment
from prefect.events import EventTrigger, MetricTriggerQuery
from prefect.exceptions import InvalidNameError, MissingFlowError
from prefect.runner.storage import LocalStorage
from prefect.schedules import Cron, Interval
from prefect.schemas.automation_actions import RunDeployment
from prefect.schemas.deployment_triggers import DeploymentEventTrigger, DeploymentMetricTrigger
from prefect.schemas.deployments import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, DeploymentResponse
from prefect.schemas.work_pools import WorkPoolCreate
from prefect.store.automations import read_automations_related_to_resource
from prefect.store.work_pools import create_work_pool

HERE = Path(__file__)
CODE = """
from prefect import flow

@flow(name="Loaded", version="v7", description="It loads.")
def etl(day: str, n: int = 1):
    return n
"""


@flow
def etl(day: str = "today", n: int = 1) -> int:
    """Load a day.

    Args:
        day: Which one.
    """
    return n


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that the program runs in, with a file of code."""
    (tmp_path / "etl.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def stored(name: str = "etl/nightly") -> DeploymentResponse:
    """Return a deployment as it is stored."""
    found = run(reading(*name.split("/")))
    assert found is not None
    return found


def pool(name: str = "pool", type: str = "process", **variables: Any) -> None:
    """Create a work pool."""
    template = {"job_configuration": {}, "variables": {"properties": variables}}
    body = WorkPoolCreate(name=name, type=type, base_job_template=template)
    get_backend().perform(create_work_pool, body).result()


# --- declaring ---------------------------------------------------------------------------------------------------


def test_a_deployment_says_what_the_flow_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name, description, version and the place of the code are the flow's, as seen from where the program runs."""
    monkeypatch.chdir(HERE.parent)
    made = etl.to_deployment("nightly")
    assert made.full_name == "etl/nightly"
    assert (made.description, made.version) == (etl.description, etl.version)
    assert made.entrypoint == f"{HERE.name}:etl"
    assert made.entrypoint_type is EntrypointType.FILE_PATH
    assert made.paused is False
    assert made.schedules == []
    assert RunnerDeployment.from_flow(etl, "nightly") == made
    monkeypatch.chdir(HERE.parent.parent)
    assert etl.to_deployment("nightly").entrypoint == f"{HERE.parent.name}/{HERE.name}:etl"


async def test_a_deployment_is_declared_in_async_code() -> None:
    """In async code the same name is awaited, and there is one for async code only."""
    made: Any = etl.to_deployment("nightly")
    assert (await made) == await etl.ato_deployment("nightly")


def test_words_go_before_what_the_flow_says() -> None:
    """What is said of the deployment counts; of a limit its size and what becomes of the others."""
    made = etl.to_deployment(
        "nightly",
        description="By night",
        version="2",
        tags=["night"],
        parameters={"n": 2},
        job_variables={"image": "x"},
        schedules=[Cron("0 2 * * *", slug="night"), {"interval": 60}],
        concurrency_limit=ConcurrencyLimitConfig(
            limit=3, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW
        ),
    )
    assert (made.description, made.version, made.tags) == ("By night", "2", ["night"])
    assert (made.concurrency_limit, made.parameters) == (3, {"n": 2})
    assert made.concurrency_options is not None
    assert made.concurrency_options.collision_strategy is ConcurrencyLimitStrategy.CANCEL_NEW
    assert made.schedules is not None
    assert [schedule.slug for schedule in made.schedules] == ["night", None]


@pytest.mark.parametrize("name", ["a/b", "a%", "", "<x>"])
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    """The name of a deployment stands in addresses, so some characters cannot be in it."""
    with pytest.raises(InvalidNameError, match=r"name|invalid"):
        etl.to_deployment(name)
    with pytest.raises(ValidationError, match=r"name|invalid"):
        RunnerDeployment(name=name)
    assert etl.to_deployment("nightly.py").name == "nightly"


def test_a_flow_of_a_module_is_named_by_it() -> None:
    """With `MODULE_PATH` the flow is found wherever its module is installed."""
    made = etl.to_deployment("nightly", entrypoint_type=EntrypointType.MODULE_PATH)
    assert made.entrypoint == f"{__name__}.etl"
    assert made.entrypoint_type is EntrypointType.MODULE_PATH


def test_a_flow_that_is_in_no_file_cannot_be_deployed() -> None:
    """The error says what to do, before anything is stored."""
    namespace: dict[str, Any] = {}
    exec("from prefect import flow\n@flow\ndef typed(): ...", namespace)  # noqa: S102 - as somebody types it
    with pytest.raises(ValueError, match="defined interactively"):
        namespace["typed"].to_deployment("nightly")


def test_a_deployment_is_declared_by_an_entrypoint(folder: Path) -> None:
    """The flow may be named by its file; the deployment says what the code says."""
    made = RunnerDeployment.from_entrypoint("etl.py:etl", "nightly", cron="0 2 * * *")
    assert (made.full_name, made.version, made.description) == ("Loaded/nightly", "v7", "It loads.")
    assert made.entrypoint == "etl.py:etl"
    with pytest.raises(MissingFlowError, match="nothing"):
        RunnerDeployment.from_entrypoint("etl.py:nothing", "nightly")
    with pytest.raises(FileNotFoundError):
        RunnerDeployment.from_entrypoint("nowhere.py:etl", "nightly")


def test_a_deployment_is_declared_by_a_storage(folder: Path) -> None:
    """The code is fetched once to look at the flow; the deployment names the storage."""
    storage = LocalStorage(str(folder))
    made = RunnerDeployment.from_storage(storage, "etl.py:etl", "nightly", flow_name="Other")
    assert made.full_name == "Other/nightly"
    assert (made.entrypoint, made.storage) == ("etl.py:etl", storage)
    loaded = flow.from_source(folder, "etl.py:etl").with_options(name="Changed").to_deployment("nightly")
    assert (loaded.flow_name, loaded.entrypoint, loaded.storage) == ("Changed", "etl.py:etl", storage)


# --- storing -----------------------------------------------------------------------------------------------------


def test_a_deployment_is_stored_with_all_it_says() -> None:
    """What is declared is what is stored, the schema of the parameters included."""
    made = etl.to_deployment(
        "nightly",
        cron="0 2 * * *",
        parameters={"n": 2},
        tags=["night"],
        concurrency_limit=2,
        version="2",
        paused=True,
    )
    assert made.apply() == stored().id
    found = stored()
    assert (found.version, found.tags, found.paused) == ("2", ["night"], True)
    assert (found.parameters, found.entrypoint, found.path) == ({"n": 2}, made.entrypoint, ".")
    assert found.global_concurrency_limit is not None
    assert found.global_concurrency_limit.limit == 2
    assert found.parameter_openapi_schema is not None
    assert found.parameter_openapi_schema["properties"]["day"]["description"] == "Which one."
    assert found.version_info is not None
    assert (found.version_info.type, found.version_info.version) == ("prefect:simple", "2")
    assert [getattr(one.schedule, "cron", None) for one in found.schedules] == ["0 2 * * *"]


@pytest.mark.parametrize(
    "words",
    [
        {"interval": 60},
        {"schedule": Interval(60)},
        {"interval": [60, timedelta(hours=1)]},
        {"cron": "0 2 * * *"},
        {"schedules": [Cron("0 2 * * *", slug="a"), {"interval": 60, "slug": "b"}]},
        {"triggers": [EventTrigger(expect={"a", "b"})]},
        {"concurrency_limit": 2},
    ],
)
def test_deploying_twice_changes_nothing(words: dict[str, Any]) -> None:
    """The stored deployment, its schedules and its automations stay the ones they are."""

    def everything() -> Any:
        found = stored()
        owner = f"prefect.deployment.{found.id}"
        return found, get_backend().perform(read_automations_related_to_resource, owner).result()

    first = run(etl.to_deployment("nightly", **words).applying())
    before = everything()
    second = run(etl.to_deployment("nightly", **words).applying())
    assert everything() == before
    assert (first.outcome, second.outcome) == ("created", "unchanged")


def test_what_is_declared_differently_is_changed() -> None:
    """A deployment is what was declared last: what is not said any more is gone."""
    etl.to_deployment("nightly", cron="0 2 * * *", tags=["night"], parameters={"n": 2}, paused=True).apply()
    changed = run(etl.to_deployment("nightly", interval=3600).applying())
    assert changed.outcome == "updated"
    found = stored()
    assert (found.tags, found.parameters, found.paused) == ([], {}, False)
    assert [getattr(one.schedule, "interval", None) for one in found.schedules] == [timedelta(hours=1)]


def test_an_anchor_that_is_given_counts() -> None:
    """An interval that says from when it counts is changed when that changes."""
    anchor = "2026-01-01T00:00:00+00:00"
    etl.to_deployment("nightly", schedules=[{"interval": 60}]).apply()
    etl.to_deployment("nightly", schedules=[{"interval": 60, "anchor_date": anchor}]).apply()
    dates: Any = stored().schedules[0].schedule
    assert dates.anchor_date.isoformat() == anchor
    etl.to_deployment("nightly", schedule=Interval(90)).apply()
    etl.to_deployment("nightly", interval=90).apply()
    assert len(stored().schedules) == 1


async def test_a_deployment_is_stored_in_async_code() -> None:
    """In async code storing is awaited."""
    applied: Any = (await etl.ato_deployment("nightly")).apply()
    assert await applied == await (await etl.ato_deployment("nightly")).aapply()


def test_a_deployment_in_a_work_pool(folder: Path) -> None:
    """It has a queue and job variables, and the steps by which workers get the code. Without a word it stays."""
    pool(image={"type": "string"})
    loaded = flow.from_source(folder, "etl.py:etl")
    loaded.to_deployment("nightly", job_variables={"a": 1}).apply(work_pool_name="pool", image="x:1")
    found = stored("Loaded/nightly")
    assert (found.work_pool_name, found.work_queue_name) == ("pool", "default")
    assert found.job_variables == {"a": 1, "image": "x:1"}
    step = {"prefect.deployments.steps.set_working_directory": {"directory": str(folder)}}
    assert (found.pull_steps, found.path) == ([step], None)
    loaded.to_deployment("nightly").apply()
    found = stored("Loaded/nightly")
    assert (found.work_pool_name, found.pull_steps, found.path) == ("pool", [], str(folder))
    leaving = loaded.to_deployment("nightly")
    leaving.work_pool_name = None
    leaving.apply()
    found = stored("Loaded/nightly")
    assert (found.work_pool_name, found.work_queue_name) == (None, None)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({"parameters": {"n": "many"}}, "etl/nightly.*'n'"),
        ({"work_pool_name": "nowhere"}, "nowhere"),
        ({"schedules": [Cron("0 2 * * *", slug="x"), Cron("0 3 * * *", slug="x")]}, "'x'"),
    ],
)
def test_what_cannot_be_stored_is_refused(words: dict[str, Any], problem: str) -> None:
    """The error names the deployment and says what is wrong with it."""
    with pytest.raises(DeploymentApplyError, match=problem):
        etl.to_deployment("nightly", **words).apply()


def test_what_makes_no_sense_is_refused() -> None:
    """An image without workers, an agreement that nobody keeps, a deployment of nothing."""
    with pytest.raises(ValueError, match="no work pool"):
        etl.to_deployment("nightly").apply(image="x:1")
    with pytest.raises(ValueError, match="hosted service"):
        etl.to_deployment("nightly", _sla=object()).apply()
    with pytest.raises(ValueError, match="has no flow"):
        RunnerDeployment(name="nightly").apply()


def test_triggers_are_stored_as_automations() -> None:
    """Each trigger becomes an automation that runs the deployment; one that is not declared any more is gone."""
    etl.to_deployment("nightly", triggers=[EventTrigger(expect={"a"}), EventTrigger(expect={"b"})]).apply()
    owner = f"prefect.deployment.{stored().id}"

    def automations() -> list[Any]:
        return get_backend().perform(read_automations_related_to_resource, owner).result()

    found = automations()
    assert [one.name for one in found] == ["nightly__automation_1", "nightly__automation_2"]
    action = found[0].actions[0]
    assert isinstance(action, RunDeployment)
    assert action.deployment_id == stored().id
    etl.to_deployment("nightly", triggers=[EventTrigger(expect={"b"})]).apply()
    assert [one.trigger.expect for one in automations()] == [{"b"}]
    etl.to_deployment("nightly").apply()
    assert automations() == []


def test_a_trigger_says_what_its_runs_are_given() -> None:
    """Triggers of deployments tell the parameters of the run, and may be written as dictionaries."""
    words: dict[str, Any] = {
        "parameters": {"day": "{{ event.id }}"},
        "schedule_after": timedelta(minutes=1),
    }
    made = etl.to_deployment(
        "nightly",
        triggers=[
            DeploymentEventTrigger(expect={"a"}, name="mine", **words),
            {"type": "event", "expect": ["b"], "enabled": False},  # pyright: ignore[reportArgumentType] - as in a file
        ],
    )
    made.apply()
    owner = f"prefect.deployment.{stored().id}"
    first, second = get_backend().perform(read_automations_related_to_resource, owner).result()
    action = first.actions[0]
    assert isinstance(action, RunDeployment)
    assert (first.name, action.parameters) == ("mine", words["parameters"])
    assert action.schedule_after == timedelta(minutes=1)
    assert (second.name, second.enabled) == ("nightly__automation_2", False)


def test_a_trigger_that_nobody_evaluates_is_refused_before_anything_is_stored() -> None:
    """Only a hosted service knows metrics; the deployment is not stored without its triggers."""
    query = MetricTriggerQuery(name="lateness", threshold=1, operator="<")  # pyright: ignore[reportArgumentType] - the text of it
    with pytest.raises(DeploymentApplyError, match="Metric triggers"):
        etl.to_deployment("nightly", triggers=[DeploymentMetricTrigger(metric=query)]).apply()
    assert run(reading("etl", "nightly")) is None


def test_deploying_again_loses_no_run_that_is_due() -> None:
    """Runs that somebody asked for stay, whatever is declared differently."""
    etl.to_deployment("nightly", cron="0 2 * * *").apply()
    asked = run_deployment("etl/nightly", timeout=0)
    etl.to_deployment("nightly", cron="0 3 * * *", parameters={"n": 5}, tags=["x"]).apply()
    assert get_backend().read_flow_run(asked.id) is not None
