"""`deploy`: deployments whose runs workers execute."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from prefect import deploy, flow
from prefect._dual.drivers import run
from prefect.backend import get_backend
from prefect.deployments.applying import reading
from prefect.deployments.runner import DeploymentApplyError, EntrypointType
from prefect.docker import DockerImage
from prefect.schemas.deployments import DeploymentResponse
from prefect.schemas.work_pools import WorkPoolCreate
from prefect.settings import (
    PREFECT_DEPLOYMENTS_DEFAULT_DOCKER_BUILD_NAMESPACE,
    PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME,
    temporary_settings,
)
from prefect.store.work_pools import create_work_pool

IMAGES = {"variables": {"properties": {"image": {"type": "string"}}}, "job_configuration": {}}


@flow
def etl(n: int = 1) -> None:
    """It is never run here."""


@pytest.fixture(autouse=True)
def pools() -> None:
    """Create a work pool of processes, one with images, and one that needs no workers."""
    for name, type, template in (
        ("here", "process", {}),
        ("images", "docker", IMAGES),
        ("managed", "prefect:managed", IMAGES),
    ):
        body = WorkPoolCreate(name=name, type=type, base_job_template=template)
        get_backend().perform(create_work_pool, body).result()


@pytest.fixture
def loaded(tmp_path: Path) -> Any:
    """Return a flow whose code lies in a storage."""
    (tmp_path / "code.py").write_text("from prefect import flow\n@flow\ndef loaded(): ...\n")
    return flow.from_source(tmp_path, "code.py:loaded")


def stored(name: str) -> DeploymentResponse | None:
    """Return a deployment as it is stored."""
    return run(reading(*name.split("/")))


def test_a_flow_with_a_storage_is_deployed(loaded: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Workers find its code in the storage; what was printed says what became of it and what comes next."""
    deployed = loaded.deploy("nightly", work_pool_name="here", cron="0 2 * * *")
    found = stored("loaded/nightly")
    assert found is not None
    assert (found.id, found.work_pool_name) == (deployed, "here")
    printed = capsys.readouterr().out
    assert "loaded/nightly  created" in printed
    assert "prefect worker start --pool 'here'" in printed
    assert "prefect deployment run 'loaded/nightly'" in printed
    assert "flow.serve" in printed
    loaded.deploy("nightly", "here", cron="0 2 * * *", print_next_steps=False, ignore_warnings=True)
    assert capsys.readouterr().out == "Deployments:\n  loaded/nightly  unchanged\n"


async def test_a_flow_is_deployed_in_async_code(loaded: Any) -> None:
    """In async code deploying is awaited."""
    first = await loaded.deploy("nightly", work_pool_name="here")
    assert first == await loaded.adeploy("nightly", work_pool_name="here")
    assert [first] == await deploy.aio(await loaded.ato_deployment("nightly"), work_pool_name="here")  # pyright: ignore[reportFunctionMemberAccess] - the documented handle


def test_an_image_that_is_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Without building, the image is taken as it is called; a pool that is managed needs no worker."""
    deploy(etl.to_deployment("a"), work_pool_name="managed", image="x/y", build=False)
    deploy(etl.to_deployment("b"), work_pool_name="images", image=DockerImage("x/y", tag="t"), build=False)
    for name, image in (("etl/a", "x/y"), ("etl/b", "x/y:t")):
        found = stored(name)
        assert found is not None
        assert found.job_variables == {"image": image}
    managed, images = capsys.readouterr().out.split("Deployments:")[1:]
    assert "worker start" not in managed
    assert "worker start --pool 'images'" in images


def test_the_work_pool_of_the_settings_is_taken(loaded: Any) -> None:
    """Whoever names none gets the one that is set."""
    with temporary_settings({PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME: "here"}):
        loaded.deploy("nightly")
    found = stored("loaded/nightly")
    assert found is not None
    assert found.work_pool_name == "here"


def test_images_lie_in_the_namespace_of_the_settings() -> None:
    """An image that names no registry or namespace gets the one that is set."""
    with temporary_settings({PREFECT_DEPLOYMENTS_DEFAULT_DOCKER_BUILD_NAMESPACE: "registry.example.org/org"}):
        for name, image in (("a", "x:1"), ("b", "other/x:1")):
            deploy(etl.to_deployment(name), work_pool_name="images", image=image, build=False)
    first, second = stored("etl/a"), stored("etl/b")
    assert first is not None
    assert second is not None
    assert first.job_variables["image"] == "registry.example.org/org/x:1"
    assert second.job_variables["image"] == "other/x:1"


def test_code_in_a_module_needs_no_storage() -> None:
    """A module that is installed where workers run is found there."""
    deploy(etl.to_deployment("a", entrypoint_type=EntrypointType.MODULE_PATH), work_pool_name="here")
    assert stored("etl/a") is not None


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ({}, "work pool name must be provided"),
        ({"work_pool_name": "nowhere"}, "Could not find work pool 'nowhere'"),
        ({"work_pool_name": "here"}, "image or remote storage location must be provided"),
        ({"work_pool_name": "here", "image": "x:1"}, "'here' does not support custom Docker images"),
    ],
)
def test_what_workers_could_not_execute_is_refused(words: dict[str, Any], problem: str) -> None:
    """The error says what is missing, and nothing is stored."""
    with pytest.raises(ValueError, match=problem):
        etl.deploy("nightly", **words)
    with pytest.raises(ValueError, match=problem):
        deploy(etl.to_deployment("nightly"), **words)
    assert stored("etl/nightly") is None


def test_a_flow_is_no_deployment() -> None:
    """Who forgets `to_deployment` is told so."""
    wrong: Any = etl
    with pytest.raises(TypeError, match="to_deployment"):
        deploy(wrong, work_pool_name="images", image="x:1", build=False)


def test_of_several_those_that_can_be_are_stored() -> None:
    """One that is refused does not stop the others, and does not go unnoticed."""
    good, bad = etl.to_deployment("good"), etl.to_deployment("bad", parameters={"n": "many"})
    with pytest.raises(DeploymentApplyError, match=r"(?s)etl/bad.*Stored all the same: good"):
        deploy(bad, good, work_pool_name="images", image="x:1", build=False)
    assert stored("etl/good") is not None


def test_an_image_that_cannot_be_built_stops_deploying(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is stored that names an image which is not there."""
    calls: list[str] = []

    class Image(DockerImage):
        def build(self) -> None:
            calls.append("build")

        def push(self) -> None:
            calls.append("push")
            raise RuntimeError("no registry")

    with pytest.raises(RuntimeError, match="no registry"):
        etl.deploy("nightly", "images", image=Image("x/y", tag="t"))
    assert calls == ["build", "push"]
    assert stored("etl/nightly") is None
    etl.deploy("nightly", "images", image=Image("x/y", tag="t"), push=False)
    assert calls == ["build", "push", "build"]
