"""Work pools and their workers, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from pydantic_core import to_jsonable_python

from prefect._http_errors import PrefectHTTPStatusError
from prefect._transport.questions import Question
from prefect.client.base import ServerType
from prefect.client.orchestration._methods import Asking, given, method
from prefect.schemas.work_pools import WorkPoolUpdate
from prefect.store import scheduled_runs, work_pool_concurrency, work_pools, workers

if TYPE_CHECKING:
    from datetime import datetime

    from prefect._dual.effects import Steps
    from prefect.schemas.deployments import WorkerFlowRunResponse
    from prefect.schemas.work_pool_filters import WorkPoolFilter
    from prefect.schemas.work_pools import WorkPool, WorkPoolConcurrencyStatus, WorkPoolCreate
    from prefect.schemas.worker_filters import WorkerFilter
    from prefect.schemas.workers import Worker, WorkerMetadata


class WorkPools(Asking):
    """The methods of work pools."""

    server_type: ServerType

    @method(409)
    def create_work_pool(self, work_pool: WorkPoolCreate, overwrite: bool = False) -> Steps[WorkPool]:
        """Store a new work pool, and return it.

        Args:
            work_pool: The pool.
            overwrite: Change the pool of this name, if there is one.

        Raises:
            ObjectAlreadyExists: There is a pool of this name.
        """
        try:
            return (yield from self.ask(work_pools.create_work_pool, work_pool))
        except PrefectHTTPStatusError as error:
            if error.response.status_code != 409 or not overwrite:
                raise
        facts: dict[str, Any] = {
            name: getattr(work_pool, name)
            for name in WorkPoolUpdate.model_fields
            if name in work_pool.model_fields_set
        }
        yield from self.ask(work_pools.update_work_pool, work_pool.name, WorkPoolUpdate(**facts))
        return (yield from self.ask(work_pools.read_work_pool, work_pool.name))

    @method(404)
    def read_work_pool(self, work_pool_name: str) -> Steps[WorkPool]:
        """Return a work pool.

        Raises:
            ObjectNotFound: There is no pool of this name.
        """
        return (yield from self.ask(work_pools.read_work_pool, work_pool_name))

    @method()
    def read_work_pools(
        self, limit: int | None = None, offset: int = 0, work_pool_filter: WorkPoolFilter | None = None
    ) -> Steps[list[WorkPool]]:
        """Return work pools.

        Args:
            limit: How many at most; by default as many as the server allows.
            offset: How many to pass over.
            work_pool_filter: Which ones; by default all.
        """
        wanted = given(work_pools=work_pool_filter, limit=limit, offset=offset)
        return (yield from self.ask(work_pools.read_work_pools, **wanted))

    @method(404)
    def update_work_pool(self, work_pool_name: str, work_pool: WorkPoolUpdate) -> Steps[None]:
        """Change the fields of a work pool that are set.

        Raises:
            ObjectNotFound: There is no pool of this name.
        """
        yield from self.ask(work_pools.update_work_pool, work_pool_name, work_pool)

    @method(404)
    def delete_work_pool(self, work_pool_name: str) -> Steps[None]:
        """Delete a work pool with its queues.

        Raises:
            ObjectNotFound: There is no pool of this name.
        """
        yield from self.ask(work_pools.delete_work_pool, work_pool_name)

    @method(404)
    def get_scheduled_flow_runs_for_work_pool(
        self,
        work_pool_name: str,
        work_queue_names: list[str] | None = None,
        scheduled_before: datetime | None = None,
    ) -> Steps[list[WorkerFlowRunResponse]]:
        """Return flow runs that wait for a worker of a pool.

        Args:
            work_pool_name: The pool.
            work_queue_names: Only runs in these of its queues.
            scheduled_before: Only runs that are due before this time.

        Raises:
            ObjectNotFound: There is no pool of this name.
        """
        wanted = given(work_queue_names=work_queue_names, scheduled_before=scheduled_before)
        return (yield from self.ask(scheduled_runs.get_scheduled_flow_runs, work_pool_name, **wanted))

    @method(404)
    def read_work_pool_concurrency_status(
        self, work_pool_name: str, page: int = 1, limit: int | None = None, flow_run_limit: int = 10
    ) -> Steps[WorkPoolConcurrencyStatus]:
        """Return which runs hold the slots of a pool, queue by queue.

        Args:
            work_pool_name: The pool.
            page: Which page of its queues, from 1 on.
            limit: How many queues are on a page.
            flow_run_limit: How many runs of each queue.

        Raises:
            ObjectNotFound: There is no pool of this name.
        """
        wanted = given(page=page, limit=limit, flow_run_limit=flow_run_limit)
        return (
            yield from self.ask(
                work_pool_concurrency.read_work_pool_concurrency_status, work_pool_name, **wanted
            )
        )

    @method()
    def send_worker_heartbeat(
        self,
        work_pool_name: str,
        worker_name: str,
        heartbeat_interval_seconds: float | None = None,
        get_worker_id: bool = False,
        worker_metadata: WorkerMetadata | None = None,
    ) -> Steps[UUID | None]:
        """Say that a worker is there.

        Args:
            work_pool_name: Its pool.
            worker_name: Its name.
            heartbeat_interval_seconds: How often it says so.
            get_worker_id: Return the worker's id; only Prefect Cloud tells it.
            worker_metadata: What it has installed; only Prefect Cloud wants to know.
        """
        interval = None if heartbeat_interval_seconds is None else round(heartbeat_interval_seconds)
        if self.server_type is not ServerType.CLOUD:
            wanted = given(heartbeat_interval_seconds=interval)
            yield from self.ask(workers.worker_heartbeat, work_pool_name, name=worker_name, **wanted)
            return None
        body = given(
            name=worker_name,
            heartbeat_interval_seconds=interval,
            metadata=to_jsonable_python(worker_metadata),
            return_id=get_worker_id or None,
        )
        path = f"/work_pools/{work_pool_name}/workers/heartbeat"
        response = yield from self._server.send(Question("POST", path, content=orjson.dumps(body)))
        return UUID(response.text.strip('"')) if get_worker_id and response.status_code == 200 else None

    @method()
    def read_workers_for_work_pool(
        self,
        work_pool_name: str,
        worker_filter: WorkerFilter | None = None,
        offset: int | None = None,
        limit: int | None = None,
    ) -> Steps[list[Worker]]:
        """Return the workers of a pool.

        Args:
            work_pool_name: The pool.
            worker_filter: Which ones; by default all.
            offset: How many to pass over.
            limit: How many at most; by default as many as the server allows.
        """
        wanted = given(workers=worker_filter, offset=offset, limit=limit)
        return (yield from self.ask(workers.read_workers, work_pool_name, **wanted))
