"""Runs that are handed to infrastructure from code: packed with their flow, since no deployment says where that is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from prefect._fences import FENCE_VARIABLE
from prefect.bundles import (
    BundleCreationResult,
    BundleLauncher,
    aupload_bundle_to_storage,
    convert_step_to_command,
    create_bundle_for_flow_run,
)
from prefect.bundles.steps import resolve_bundle_step_with_launcher
from prefect.exceptions import ConfigurationError, InfrastructureError
from prefect.states import Pending
from prefect.store.flow_run_claims import report_crash
from prefect.utilities.processutils import command_to_string
from prefect.workers.jobs import Job

if TYPE_CHECKING:
    from prefect.client.orchestration import PrefectClient
    from prefect.flows import Flow
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.work_pools import WorkPool
    from prefect.workers.base import BaseWorker


@dataclass(frozen=True)
class BundleStorage:
    """Where a work pool keeps bundles: how one is uploaded, and how it is executed.

    Attributes:
        upload: The step that uploads.
        execution: The step that executes.
    """

    upload: dict[str, Any]
    execution: dict[str, Any]

    @classmethod
    def of(cls, pool: WorkPool, launcher: BundleLauncher | None = None) -> BundleStorage:
        """Return the storage of a pool.

        Args:
            pool: The pool.
            launcher: A command that takes the place of those of the steps.

        Raises:
            ConfigurationError: The pool has none.
        """
        kept = pool.storage_configuration
        if not kept.bundle_upload_step or not kept.bundle_execution_step:
            raise ConfigurationError(
                f"Work pool {pool.name!r} has no storage for the code of runs that are submitted to it. "
                "Configure one with `prefect work-pool storage configure`."
            )
        return cls(
            resolve_bundle_step_with_launcher(kept.bundle_upload_step, launcher, "upload"),
            resolve_bundle_step_with_launcher(kept.bundle_execution_step, launcher, "execution"),
        )

    def execution_command(self, key: str) -> str:
        """Return the command line that executes the bundle of a key."""
        return command_to_string(convert_step_to_command(self.execution, key, quiet=True))

    async def upload_bundle(self, made: BundleCreationResult, key: str) -> None:
        """Upload a bundle under a key."""
        await aupload_bundle_to_storage(
            made["bundle"],
            key,
            convert_step_to_command(self.upload, key, quiet=True),
            zip_path=made["zip_path"],
            upload_step=self.upload,
        )


async def pending_run(
    client: PrefectClient,
    pool: WorkPool,
    flow: Flow[..., Any],
    parameters: Mapping[str, Any] | None,
    job_variables: Mapping[str, Any] | None,
) -> FlowRun:
    """Store a run of a flow in a pool that no worker takes by itself."""
    return await client.create_flow_run(
        cast("Any", flow),
        parameters=dict(parameters or {}),
        state=Pending(),
        work_pool_name=pool.name,
        job_variables=dict(job_variables or {}),
    )


async def stored_bundle(
    storage: BundleStorage, flow: Flow[..., Any], flow_run: FlowRun, job_variables: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Pack a flow and its run, upload them, and return the job variables of a job that executes them."""
    key = new_key()
    await storage.upload_bundle(create_bundle_for_flow_run(flow, flow_run), key)
    return {**(job_variables or {}), "command": storage.execution_command(key)}


def new_key() -> str:
    """Return a key for a bundle that no other one has."""
    return str(uuid4())


async def execute_packed(
    worker: BaseWorker[Any, Any, Any], flow: Flow[..., Any], flow_run: FlowRun, handed: Callable[[], None]
) -> None:
    """Have a worker execute a run that is Pending, with the flow that is brought along, and look after it.

    Args:
        worker: The worker.
        flow: The flow.
        flow_run: The run.
        handed: Called when the run is with its infrastructure, or has ended.

    Raises:
        ConfigurationError: The pool has no storage for the code.
        InfrastructureError: Another executes the run.
    """
    fence = await worker.claims.adopt(flow_run.id)
    if fence is None:
        raise InfrastructureError(f"Flow run {flow_run.name!r} is not handed over: another executes it.")
    try:
        storage = BundleStorage.of(worker.work_pool, getattr(flow, "launcher", None))
        variables = await stored_bundle(storage, flow, flow_run, flow_run.job_variables)
        configured = flow_run.model_copy(update={"job_variables": variables})
        configuration = await worker.configuration_for(configured, {FENCE_VARIABLE: str(fence)})
    except Exception as error:
        told = f"The flow run could not be handed to its infrastructure: {type(error).__name__}: {error}"
        await worker.asker.insist(report_crash, flow_run.id, fence, told, retry=False)
        raise
    try:
        await Job(worker, flow_run, fence, configuration, handed=handed).live()
    finally:
        handed()
