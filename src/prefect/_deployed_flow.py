"""The flow of a run that a deployment made: its code is fetched as the deployment says, and loaded from there."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prefect._deployment_steps.running import run_steps
from prefect._flow_loading import load_flow_from_entrypoint
from prefect.backend import get_backend
from prefect.blocks.block import Block
from prefect.exceptions import MissingFlowError
from prefect.logging.loggers import flow_run_logger
from prefect.schemas.deployments import DeploymentResponse
from prefect.store.deployments import read_deployment
from prefect.utilities.asyncutils import run_coro_as_sync
from prefect.utilities.filesystem import relative_path_to_current_platform

if TYPE_CHECKING:
    from prefect.flows import Flow
    from prefect.schemas.flow_runs import FlowRun

ENTRYPOINT = "PREFECT__FLOW_ENTRYPOINT"
"""The variable that says where the flow is, whatever the deployment says."""

STORAGE_BASE_PATH = "$STORAGE_BASE_PATH"
"""What stands in the path of a deployment for the folder below which a runner has fetched its code."""


async def load_flow_from_flow_run(
    client: Any,
    flow_run: FlowRun,
    ignore_storage: bool = False,
    storage_base_path: str | None = None,
    use_placeholder_flow: bool = True,
) -> Flow[..., Any]:
    """Return the flow of a run of a deployment; fetching its code changes the working directory.

    Args:
        client: Accepted as elsewhere; the deployment is read where the settings say.
        flow_run: The run.
        ignore_storage: The code is here already: do not fetch it.
        storage_base_path: What `$STORAGE_BASE_PATH` stands for in the path of the deployment.
        use_placeholder_flow: When the file cannot run here, return a flow of the same name and parameters, made of
            what does run.

    Raises:
        MissingFlowError: The run has no deployment, the deployment no entrypoint, or there is no such flow.
        StepExecutionError: A pull step failed.
        ScriptError: The file raised an exception, and no placeholder is wanted.
    """
    import asyncio  # the engine has it anyway; whoever only looks at this module does not need it

    return await asyncio.to_thread(
        load_deployed_flow,
        flow_run,
        ignore_storage=ignore_storage,
        storage_base_path=storage_base_path,
        use_placeholder_flow=use_placeholder_flow,
    )


def load_deployed_flow(
    flow_run: FlowRun,
    *,
    ignore_storage: bool = False,
    storage_base_path: str | None = None,
    use_placeholder_flow: bool = False,
) -> Flow[..., Any]:
    """Return the flow of a stored run: that which PREFECT__FLOW_ENTRYPOINT names, or else that of its deployment.

    See `load_flow_from_flow_run`.
    """
    entrypoint = os.environ.get(ENTRYPOINT)
    if not entrypoint:
        entrypoint = _fetched(flow_run, storage_base_path, ignore_storage=ignore_storage)
    if ":" in entrypoint:
        place, _, name = entrypoint.rpartition(":")
        entrypoint = f"{relative_path_to_current_platform(place) if place.endswith('.py') else place}:{name}"
    # What a flow imports when it runs is looked for where its code is, as in a script.
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    return load_flow_from_entrypoint(entrypoint, use_placeholder_flow=use_placeholder_flow)


def _fetched(flow_run: FlowRun, storage_base_path: str | None, *, ignore_storage: bool) -> str:
    """Fetch the code of a run's deployment, go there, and return the entrypoint."""
    if flow_run.deployment_id is None:
        raise MissingFlowError(
            f"It is not known where the code of flow run {flow_run.id} is: the run has no deployment. "
            f"Set {ENTRYPOINT} to path/to/file.py:flow_function."
        )
    deployment = get_backend().perform(read_deployment, flow_run.deployment_id).result()
    if not deployment.entrypoint:
        raise MissingFlowError(
            f"Deployment {deployment.name!r} ({deployment.id}) has no entrypoint, so flow run {flow_run.id} cannot be "
            "run. Deploy it again, with an entrypoint such as path/to/file.py:flow_function."
        )
    if not ignore_storage:
        _fetch(deployment, flow_run, storage_base_path)
    return deployment.entrypoint


def _fetch(deployment: DeploymentResponse, flow_run: FlowRun, base: str | None) -> None:
    logger, start = flow_run_logger(flow_run), Path.cwd()
    if deployment.pull_steps:
        steps = [_placed(step, base) for step in deployment.pull_steps]
        # Their own thread and loop: this may be called from async code, and steps may be async.
        outputs = run_coro_as_sync(
            run_steps(
                steps, print_function=logger.info, deployment=deployment, flow_run=flow_run, logger=logger
            ),
            force_new_thread=True,
        )
        directory: Any = (outputs or {}).get("directory")
    else:
        directory = _placed(deployment.path, base)
        if deployment.storage_document_id is not None:
            load: Any = Block.load_from_ref
            storage = load(deployment.storage_document_id, _sync=True)
            _call(storage.get_directory, from_path=directory, local_path=".")
            directory = None
    # A step may have gone there already, by a path from where it began.
    if directory and (start / directory).resolve() != Path.cwd() and Path(directory).is_dir():
        os.chdir(directory)
    logger.debug("The working directory is %s", Path.cwd())


def _call(function: Callable[..., Any], **inputs: Any) -> None:
    async def awaited() -> None:
        result = function(**inputs)
        if hasattr(result, "__await__"):
            await result

    run_coro_as_sync(awaited(), force_new_thread=True)


def _placed(value: Any, base: str | None) -> Any:
    """Return a value, or all that is in it, with the folder of a runner in the place of its mark."""
    if isinstance(value, str) and base:
        return value.replace(STORAGE_BASE_PATH, base)
    if isinstance(value, dict):
        return {key: _placed(each, base) for key, each in value.items()}  # pyright: ignore[reportUnknownVariableType] - JSON
    return value
