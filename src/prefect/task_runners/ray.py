"""Running tasks on a Ray cluster. Needs the extra `prefect[ray]`."""

from __future__ import annotations

import importlib
from concurrent.futures import Future
from typing import Any, Self

from prefect._engine.carried_task_run import run_unit
from prefect.exceptions import PrefectImportError
from prefect.task_runners.executor import UnitExecutor
from prefect.task_runners.remote import RemoteTaskRunner


class RayTaskRunner(RemoteTaskRunner):
    """Runs tasks on a Ray cluster: the one at an address, the one that Ray has joined, or one made for the flow run.

    Workers record what happens in the database that the settings of the flow run name, so they must reach it: without
    a server that means the same machine, or a shared PREFECT_HOME.

    Args:
        address: The address of a cluster, "ray://host:10001"; by default a cluster of this machine.
        init_kwargs: What `ray.init` is called with.

    Example:
        >>> @flow(task_runner=RayTaskRunner(init_kwargs={"num_cpus": 4}))
        ... def crunch(parts: list[str]):
        ...     return count.map(parts).result()
    """

    def __init__(self, address: str | None = None, init_kwargs: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.address = address
        self.init_kwargs = dict(init_kwargs or {})

    def duplicate(self) -> Self:
        """Return a new runner with the same options."""
        return type(self)(self.address, self.init_kwargs)

    def open_executor(self) -> UnitExecutor:
        """Connect to the cluster, unless this process already has.

        Raises:
            PrefectImportError: Ray is not installed.
        """
        ray = _ray()
        joined = not ray.is_initialized()
        if joined:
            options = {"address": self.address, **self.init_kwargs} if self.address else self.init_kwargs
            ray.init(**options)
        return _RayExecutor(ray, joined)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RayTaskRunner) and (self.address, self.init_kwargs) == (
            other.address,
            other.init_kwargs,
        )

    __hash__ = None  # pyright: ignore[reportAssignmentType] - equal runners are not one runner

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.address, self.init_kwargs)


def _ray() -> Any:
    try:
        return importlib.import_module("ray")
    except ImportError as error:
        raise PrefectImportError(
            "RayTaskRunner needs Ray, which is not installed. Run: pip install 'prefect[ray]'"
        ) from error


class _RayExecutor:
    """Implements `prefect.task_runners.executor.UnitExecutor` on Ray."""

    def __init__(self, ray: Any, joined: bool) -> None:
        self._ray = ray
        self._joined = joined
        # A unit that ended its worker is not given to another one: it may have done half of its work.
        self._run = ray.remote(max_retries=0)(run_unit)

    def submit(self, unit: bytes) -> Future[bytes]:
        """See `UnitExecutor.submit`. Ray cannot tell whether a unit has begun, so it cannot be cancelled."""
        answer: Future[bytes] = self._run.remote(unit).future()
        answer.set_running_or_notify_cancel()
        return answer

    def close(self) -> None:
        """See `UnitExecutor.close`. A cluster that was there before is left running."""
        if self._joined:
            self._ray.shutdown()

    def kill(self) -> None:
        """See `UnitExecutor.kill`."""
        self.close()
