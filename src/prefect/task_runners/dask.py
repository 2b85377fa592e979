"""Running tasks on a Dask cluster. Needs the extra `prefect[dask]`."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Self

from prefect._engine.carried_task_run import run_unit
from prefect.exceptions import CrashedRun, PrefectImportError
from prefect.task_runners.executor import UnitExecutor
from prefect.task_runners.remote import RemoteTaskRunner


class DaskTaskRunner(RemoteTaskRunner):
    """Runs tasks on a Dask cluster: one that is there, or one that is made for the flow run.

    Workers record what happens in the database that the settings of the flow run name, so they must reach it: without
    a server that means the same machine, or a shared PREFECT_HOME.

    Args:
        cluster: A cluster object of `distributed`, which is left running.
        address: The address of a scheduler, "tcp://host:8786".
        cluster_class: The class of the cluster to make, or its name, "distributed.LocalCluster" by default.
        cluster_kwargs: What the cluster is made with.
        adapt_kwargs: Let the cluster grow and shrink: what its `adapt` is called with.
        client_kwargs: What the Dask client is made with.

    Example:
        >>> @flow(task_runner=DaskTaskRunner(cluster_kwargs={"n_workers": 4, "threads_per_worker": 1}))
        ... def crunch(parts: list[str]):
        ...     return count.map(parts).result()

    Raises:
        ValueError: More than one way to a cluster is given.
    """

    def __init__(
        self,
        cluster: Any = None,
        address: str | None = None,
        cluster_class: str | Callable[..., Any] | None = None,
        cluster_kwargs: dict[str, Any] | None = None,
        adapt_kwargs: dict[str, Any] | None = None,
        client_kwargs: dict[str, Any] | None = None,
    ) -> None:
        super().__init__()
        if address and (cluster or cluster_class or cluster_kwargs or adapt_kwargs):
            raise ValueError(
                "`address` names a cluster that is there already; `cluster`, `cluster_class`, `cluster_kwargs` and "
                "`adapt_kwargs` cannot be given with it."
            )
        if cluster and (cluster_class or cluster_kwargs):
            raise ValueError(
                "`cluster` is a cluster already; give no `cluster_class` or `cluster_kwargs` with it."
            )
        self._options = (cluster, address, cluster_class, cluster_kwargs, adapt_kwargs, client_kwargs)

    def duplicate(self) -> Self:
        """Return a new runner with the same options."""
        return type(self)(*self._options)

    def open_executor(self) -> UnitExecutor:
        """Make the cluster, unless there is one, and connect to it.

        Raises:
            PrefectImportError: Dask is not installed.
        """
        cluster, address, cluster_class, cluster_kwargs, adapt_kwargs, client_kwargs = self._options
        distributed = _distributed()
        made = None
        if cluster is None and not address:
            kind: Any = cluster_class or distributed.LocalCluster
            if isinstance(kind, str):
                module, _, name = kind.rpartition(".")
                kind = getattr(importlib.import_module(module), name)
            # A unit whose worker died is not given to another one: it may have done half of its work.
            with importlib.import_module("dask").config.set({"distributed.scheduler.allowed-failures": 0}):
                made = cluster = kind(**(cluster_kwargs or {}))
        if cluster is not None and adapt_kwargs:
            cluster.adapt(**adapt_kwargs)
        client: Any = distributed.Client(
            address or cluster, **{"set_as_default": False, **(client_kwargs or {})}
        )
        return _DaskExecutor(client, made)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DaskTaskRunner) and self._options == other._options

    __hash__ = None  # pyright: ignore[reportAssignmentType] - equal runners are not one runner

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (None, *self._options[1:])


def _distributed() -> Any:
    try:
        return importlib.import_module("distributed")
    except ImportError as error:
        raise PrefectImportError(
            "DaskTaskRunner needs Dask, which is not installed. Run: pip install 'prefect[dask]'"
        ) from error


class _DaskExecutor:
    """Implements `prefect.task_runners.executor.UnitExecutor` on a Dask client."""

    def __init__(self, client: Any, made: Any) -> None:
        self._client = client
        self._made = made

    def submit(self, unit: bytes) -> Future[bytes]:
        """See `UnitExecutor.submit`. Dask cannot tell whether a unit has begun, so it cannot be cancelled."""
        answer: Future[bytes] = Future()
        answer.set_running_or_notify_cancel()
        there = self._client.submit(run_unit, unit, pure=False, retries=0)
        there.add_done_callback(functools.partial(_settle, answer))
        return answer

    def close(self) -> None:
        """See `UnitExecutor.close`."""
        self._client.close()
        if self._made is not None:
            self._made.close()

    def kill(self) -> None:
        """See `UnitExecutor.kill`. A cluster that was there before is left running."""
        self._client.close(timeout=0)
        if self._made is not None:
            self._made.close(timeout=0)


def _settle(answer: Future[bytes], done: Any) -> None:
    if done.status == "cancelled":
        answer.set_exception(
            CrashedRun("The Dask cluster gave the task up: its scheduler or the connection to it ended.")
        )
        return
    try:
        answer.set_result(done.result())
    except Exception as error:
        answer.set_exception(error)
