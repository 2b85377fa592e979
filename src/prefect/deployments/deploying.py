"""`deploy`: storing deployments whose runs workers execute, with an image that holds the code if need be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun
from prefect._dual.effects import Steps, call, settle
from prefect._dual.signatures import called_like
from prefect._internal.entrypoint_type import EntrypointType
from prefect.backend import get_backend
from prefect.deployments.applying import Applied, DeploymentApplyError
from prefect.deployments.runner_deployment import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.schemas.work_pools import WorkPool
from prefect.settings import get_current_settings
from prefect.store.work_pools import read_work_pool

if TYPE_CHECKING:
    from prefect.docker import DockerImage
    from prefect.flows import Flow


class Deployed(NamedTuple):
    """What became of deployments, and the work pool that they are in."""

    pool: WorkPool
    applied: list[Applied]


async def adeploy(
    *deployments: RunnerDeployment,
    work_pool_name: str | None = None,
    image: str | DockerImage | None = None,
    build: bool = True,
    push: bool = True,
    print_next_steps_message: bool = True,
    ignore_warnings: bool = False,
) -> list[UUID]:
    """Store deployments whose runs workers execute; the form for async code. See `deploy`."""
    deployed = await arun(
        _deploying(
            deployments, work_pool_name, image, build=build, push=push, ignore_warnings=ignore_warnings
        )
    )
    outcomes = {
        deployment.full_name: one.outcome
        for deployment, one in zip(deployments, deployed.applied, strict=True)
    }
    _say(_told(outcomes))
    if print_next_steps_message:
        _say(_next_steps(list(outcomes), deployed.pool))
    return [one.after.id for one in deployed.applied]


@async_dispatch(adeploy)
@called_like(adeploy)
def deploy(*deployments: Any, **words: Any) -> list[UUID]:
    """Store deployments whose runs the workers of a work pool execute, and return their ids.

    Their code must be where the workers find it: in an image that is built here, or in a storage.

    Args:
        *deployments: The deployments, made with `flow.to_deployment` or `RunnerDeployment.from_storage`.
        work_pool_name: The work pool; by default that of the setting `deployments.default_work_pool_name`.
        image: The image that their runs start from; a text is its name, with or without a tag.
        build: Build the image, with the code and what it needs.
        push: Push the image after it was built.
        print_next_steps_message: Print how to have them executed.
        ignore_warnings: Print no warnings.

    Raises:
        ValueError: There is no work pool of this name, it has no images, or nobody could find the code.
        DeploymentApplyError: Some were refused. The others are stored.

    Example:
        >>> deploy(etl.to_deployment("nightly"), work_pool_name="docker", image="registry/etl:1")
    """
    from prefect._dual.awaiting import finish  # loads asyncio

    return finish(adeploy(*deployments, **words))


async def adeploy_flow(flow: Flow[..., Any], **words: Any) -> UUID:
    """Store one deployment of a flow; see `Flow.deploy`."""
    own = ("work_pool_name", "image", "build", "push", "print_next_steps", "ignore_warnings")
    work_pool_name, image, build, push, print_next_steps, ignore_warnings = (words.pop(name) for name in own)
    deployment = RunnerDeployment.from_flow(flow, **words)
    ids = await adeploy(
        deployment,
        work_pool_name=work_pool_name,
        image=image,
        build=build,
        push=push,
        print_next_steps_message=print_next_steps,
        ignore_warnings=ignore_warnings,
    )
    return ids[0]


def _deploying(
    deployments: Sequence[RunnerDeployment],
    work_pool_name: str | None,
    image: str | DockerImage | None,
    *,
    build: bool,
    push: bool,
    ignore_warnings: bool,
) -> Steps[Deployed]:
    for deployment in deployments:
        if not isinstance(deployment, RunnerDeployment):  # pyright: ignore[reportUnnecessaryIsInstance] - callers may be unchecked
            raise TypeError(f"{deployment!r} is no deployment. Make one: `flow.to_deployment('name')`.")
    pool_name = work_pool_name or get_current_settings().deployments.default_work_pool_name
    if not pool_name:
        raise ValueError(
            "A work pool name must be provided when deploying a deployment. Give `work_pool_name`, or set "
            "`PREFECT_DEPLOYMENTS_DEFAULT_WORK_POOL_NAME`."
        )
    pool = yield from _found(pool_name)
    _check_code(deployments, image, pool, ignore_warnings=ignore_warnings)
    reference = yield from call(_image_reference, image, build=build, push=push)
    applied: list[Applied] = []
    refused: list[DeploymentApplyError] = []
    for deployment in deployments:
        try:
            applied.append((yield from deployment.applying(work_pool_name=pool.name, image=reference)))
        except DeploymentApplyError as error:
            refused.append(error)
    if refused:
        stored = ", ".join(one.after.name for one in applied) or "none"
        raise DeploymentApplyError(
            "\n".join(map(str, refused))
            + (f"\nStored all the same: {stored}." if len(deployments) > 1 else "")
        )
    return Deployed(pool, applied)


def _found(name: str) -> Steps[WorkPool]:
    try:
        return (yield from settle(get_backend().perform(read_work_pool, name)))
    except ObjectNotFound as error:
        raise ValueError(
            f"Could not find work pool {name!r}. Please create it before deploying this flow: "
            f"`prefect work-pool create {name} --type process`, for example."
        ) from error


def _check_code(
    deployments: Sequence[RunnerDeployment],
    image: str | DockerImage | None,
    pool: WorkPool,
    *,
    ignore_warnings: bool,
) -> None:
    """Do nothing if workers of a pool could find the code of all deployments.

    Raises:
        ValueError: They could not.
    """
    nowhere = [
        deployment.full_name
        for deployment in deployments
        if deployment.storage is None and deployment.entrypoint_type is not EntrypointType.MODULE_PATH
    ]
    if image is None and nowhere:
        raise ValueError(
            "Either an image or remote storage location must be provided when deploying a deployment: workers would "
            f"not find the code of {', '.join(nowhere)}. Load the flow with `flow.from_source`, or give `image`."
        )
    template: Any = pool.base_job_template
    job: Any = template.get("variables") or {}
    variables: dict[str, Any] = job.get("properties") or {}
    if image is not None and "image" not in variables:
        raise ValueError(
            f"Work pool {pool.name!r} does not support custom Docker images: its job template has no variable `image`. "
            "Use another work pool, or load the flow with `flow.from_source` from where its workers find it. "
            "To run flows on this machine, `flow.serve` needs no work pool."
        )
    if pool.type == "process" and not ignore_warnings:
        _say(
            f"The work pool {pool.name!r} runs processes on the machines of its workers. For a flow of this machine "
            "`flow.serve` is simpler: it needs neither work pool nor worker. (`ignore_warnings=True` leaves this out.)"
        )


def _image_reference(image: str | DockerImage | None, *, build: bool, push: bool) -> str | None:
    """Return the name of the image under which it is pulled, after it was built and pushed if that is wanted."""
    namespace = get_current_settings().deployments.default_docker_build_namespace
    if isinstance(image, str) and namespace and "/" not in image:
        image = f"{namespace}/{image}"
    if image is None or (isinstance(image, str) and not build):
        return image
    from prefect.docker import DockerImage  # only where there is an image

    made = DockerImage(image) if isinstance(image, str) else image
    if build:
        _say(f"Building image {made.reference!r}…")
        made.build()
        if push:
            _say(f"Pushing image {made.reference!r}…")
            made.push()
    return made.reference


def _told(outcomes: dict[str, str]) -> str:
    width = max(map(len, outcomes), default=0)
    return "Deployments:\n" + "\n".join(f"  {name:<{width}}  {outcome}" for name, outcome in outcomes.items())


def _next_steps(names: Sequence[str], pool: WorkPool) -> str:
    lines: list[str] = []
    if not pool.type.endswith((":push", ":managed")):
        lines = [
            "",
            "To have their runs executed, start a worker:",
            "",
            f"  $ prefect worker start --pool {pool.name!r}",
        ]
    shown = repr(names[0]) if len(names) == 1 else "DEPLOYMENT"
    return "\n".join([*lines, "", "To start a run:", "", f"  $ prefect deployment run {shown}"])


def _say(text: str) -> None:
    print(text)  # noqa: T201 - for the person who deploys
