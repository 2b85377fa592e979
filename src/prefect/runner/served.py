"""What a runner serves: deployments, where the code of their flows is, and the processes that execute them."""

from __future__ import annotations

import asyncio
import shlex
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from prefect._engine.portable import dumps
from prefect.exceptions import MissingFlowError, ObjectNotFound
from prefect.logging.loggers import get_logger
from prefect.runner.asking import Asker, OrchestrationAway
from prefect.runner.launching.orders import LaunchOrder
from prefect.runner.supervision import environment_for
from prefect.schemas.flow_runs import FlowRun
from prefect.store.deployments import pause_deployment, resume_deployment
from prefect.store.scheduled_runs import get_scheduled_flow_runs_for_deployments

if TYPE_CHECKING:
    from prefect.flows import Flow

ENTRYPOINT_VARIABLE = "PREFECT__FLOW_ENTRYPOINT"


class Storage(Protocol):
    """Where the code of flows is kept; see `prefect.runner.storage.RunnerStorage`."""

    @property
    def pull_interval(self) -> int | None:
        """How many seconds until the code is fetched again; None for once only."""
        ...

    @property
    def destination(self) -> Path:
        """Where the code is when it was fetched."""
        ...

    def set_base_path(self, path: Path) -> None:
        """Say below which folder the code is put."""
        ...

    async def pull_code(self) -> None:
        """Fetch the code."""
        ...


@dataclass(frozen=True)
class Served:
    """A deployment that is served.

    Attributes:
        id: The deployment.
        name: Its name.
        entrypoint: Where its flow is, below the folder.
        folder: Where its processes start.
        storage: Where the code comes from; None for code that is here.
        flow: The flow itself, for code that no other process can load.
        environment: Variables of its processes.
        has_schedules: Whether runs are made of it by themselves, as long as it is served.
    """

    id: UUID
    name: str
    entrypoint: str | None
    folder: Path
    storage: Storage | None = None
    flow: Flow[..., Any] | None = None
    environment: Mapping[str, str | None] | None = None
    has_schedules: bool = False


class ServedDeployments:
    """The deployments that a runner serves.

    Args:
        on_line: Called with each line that a process prints, and whether that came by stderr.
    """

    def __init__(self, on_line: Callable[[str, bool], None]) -> None:
        self._served: dict[UUID, Served] = {}
        self._storages: list[Storage] = []
        self._on_line = on_line
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def __len__(self) -> int:
        return len(self._served)

    @property
    def ids(self) -> Sequence[UUID]:
        """The ids of the deployments."""
        return list(self._served)

    @property
    def resources(self) -> Sequence[str]:
        """What events call the deployments."""
        return [f"prefect.deployment.{id_}" for id_ in self._served]

    @property
    def with_schedules(self) -> Sequence[UUID]:
        """The ids of those of which runs are made by themselves."""
        return [served.id for served in self._served.values() if served.has_schedules]

    def add(self, served: Served) -> None:
        """Serve a deployment from now on."""
        self._served[served.id] = served

    def scratch(self) -> Path:
        """Return a folder that is there as long as the runner: for code that was fetched."""
        if self._scratch is None:
            self._scratch = tempfile.TemporaryDirectory(prefix="prefect-runner-", ignore_cleanup_errors=True)
        return Path(self._scratch.name)

    def shared(self, storage: Storage) -> Storage:
        """Return the storage to use: one that is served already, if it is the same."""
        for known in self._storages:
            if known == storage:
                return known
        storage.set_base_path(self.scratch())
        self._storages.append(storage)
        return storage

    async def order(self, run: FlowRun) -> LaunchOrder:
        """Return the order for the process of a run of one of the deployments.

        Raises:
            MissingFlowError: The deployment is not served here, or its flow cannot be had by another process.
        """
        served = self._served.get(run.deployment_id) if run.deployment_id else None
        if served is None:
            raise MissingFlowError(f"Flow run {run.name!r} is of a deployment that is not served here.")
        environment = environment_for(run, served.environment, {"PREFECT__DEPLOYMENT_NAME": served.name})
        folder = served.storage.destination if served.storage is not None else served.folder
        if served.flow is not None:
            return LaunchOrder(
                module="prefect.runner.pickled_flow",
                arguments=(str(run.id), str(self.keep(f"{run.id}.pickle", dumps(served.flow)))),
                environment=environment,
                cwd=folder,
                on_line=self._on_line,
            )
        if served.entrypoint is None:
            raise MissingFlowError(
                f"It is not known where the flow of deployment {served.name!r} is: it has no entrypoint."
            )
        return LaunchOrder(
            arguments=(str(run.id),),
            environment={**environment, ENTRYPOINT_VARIABLE: served.entrypoint},
            cwd=folder,
            on_line=self._on_line,
        )

    async def fetch(self) -> None:
        """Fetch the code of all storages once."""
        for storage in self._storages:
            await storage.pull_code()

    async def resume_schedules(self, asker: Asker) -> None:
        """Have runs made of the schedules: they may be paused since the deployments were served last."""
        for id_ in self.with_schedules:
            await asker.insist(resume_deployment, id_)

    async def pause_schedules(self, asker: Asker) -> None:
        """Have no more runs made of the schedules, since nobody would execute them."""
        paused = 0
        for id_ in self.with_schedules:
            with suppress(ObjectNotFound):  # it was deleted meanwhile
                try:
                    await asker.ask(pause_deployment, id_)
                except OrchestrationAway as error:
                    get_logger("runner").warning("The schedules could not be paused: %s", error)
                    return
                paused += 1
        if paused:
            get_logger("runner").info(
                "The schedules here are paused until their deployments are served again (%s).", paused
            )

    async def keep_fresh(self) -> None:
        """Fetch code again as often as its storage says, until this is cancelled."""
        loops = [
            self._refetch(storage, storage.pull_interval)
            for storage in self._storages
            if storage.pull_interval
        ]
        if loops:
            await asyncio.gather(*loops)

    async def _refetch(self, storage: Storage, interval: int) -> None:
        while True:
            await asyncio.sleep(interval)
            try:
                await storage.pull_code()
            except Exception:  # noqa: BLE001 - of any storage: what is here is served on
                get_logger("runner").exception(
                    "The code cannot be fetched from %r; the last is used.", storage
                )

    def keep(self, name: str, content: bytes) -> Path:
        """Write a file that is there as long as the runner."""
        path = self.scratch() / name
        path.write_bytes(content)
        return path

    def close(self) -> None:
        """Remove what was fetched."""
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None


class DeploymentRuns:
    """The runs of the deployments that a runner serves; a `prefect.runner.polling.Source`."""

    def __init__(self, served: ServedDeployments, asker: Asker) -> None:
        self._served = served
        self._asker = asker

    async def due(self, before: datetime, limit: int) -> Sequence[FlowRun]:
        """See `Source.due`."""
        if not self._served:
            return []
        return await self._asker.ask(
            get_scheduled_flow_runs_for_deployments,
            list(self._served.ids),
            scheduled_before=before,
            limit=limit,
        )


def is_loadable(entrypoint: str | None) -> bool:
    """Whether another process can load a flow by its entrypoint."""
    return entrypoint is not None and "<" not in entrypoint.rpartition(":")[2]


def order_of_one(
    run: FlowRun,
    entrypoint: str | None,
    command: str | None,
    cwd: Path | str | None,
    env: Mapping[str, str | None] | None,
    on_line: Callable[[str, bool], None] | None,
) -> LaunchOrder:
    """Return the order for the process of a run that nobody serves.

    Args:
        run: The run.
        entrypoint: Where its flow is; by default its deployment says.
        command: A command to start instead.
        cwd: Where it starts.
        env: More variables of its environment.
        on_line: Called with what it prints.
    """
    place = {} if entrypoint is None else {ENTRYPOINT_VARIABLE: entrypoint}
    return LaunchOrder(
        arguments=(str(run.id),),
        command=tuple(shlex.split(command)) if command else None,
        environment=environment_for(run, place, env),
        cwd=None if cwd is None else Path(cwd),
        on_line=on_line,
    )
