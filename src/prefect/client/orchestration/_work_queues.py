"""Work queues, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect.client.orchestration._methods import Asking, given, method
from prefect.schemas.work_queue_filters import WorkQueueFilter, WorkQueueFilterName
from prefect.schemas.work_queues import WorkQueueCreate, WorkQueueUpdate
from prefect.store import scheduled_runs, work_pool_concurrency, work_queues

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from prefect._dual.effects import Steps
    from prefect.schemas.flow_runs import FlowRun
    from prefect.schemas.work_queues import WorkQueue, WorkQueueConcurrencyStatus, WorkQueueStatusDetail


class WorkQueues(Asking):
    """The methods of work queues."""

    @method(409, 404)
    def create_work_queue(
        self,
        name: str,
        description: str | None = None,
        is_paused: bool | None = None,
        concurrency_limit: int | None = None,
        priority: int | None = None,
        work_pool_name: str | None = None,
    ) -> Steps[WorkQueue]:
        """Store a new work queue, and return it.

        Args:
            name: Its name.
            description: What it is for.
            is_paused: Whether its runs wait.
            concurrency_limit: How many of its runs may run at once.
            priority: Its rank in the pool; 1 goes first.
            work_pool_name: Its pool, by default that of agents.

        Raises:
            ObjectAlreadyExists: The pool has a queue of this name.
            ObjectNotFound: There is no such pool.
        """
        wanted = WorkQueueCreate(
            name=name,
            **given(
                description=description,
                is_paused=is_paused,
                concurrency_limit=concurrency_limit,
                priority=priority,
            ),
        )
        if work_pool_name is not None:
            return (yield from self.ask(work_queues.create_work_queue, work_pool_name, wanted))
        return (yield from self.ask(work_queues.create_work_queue_without_pool, wanted))

    @method(404)
    def read_work_queue(self, id: UUID) -> Steps[WorkQueue]:
        """Return a work queue.

        Raises:
            ObjectNotFound: There is no such queue.
        """
        return (yield from self.ask(work_queues.read_work_queue, id))

    @method(404)
    def read_work_queue_by_name(self, name: str, work_pool_name: str | None = None) -> Steps[WorkQueue]:
        """Return a work queue.

        Args:
            name: Its name.
            work_pool_name: Its pool, by default that of agents.

        Raises:
            ObjectNotFound: There is no such queue.
        """
        if work_pool_name is not None:
            return (yield from self.ask(work_queues.read_work_queue_of_pool, work_pool_name, name))
        return (yield from self.ask(work_queues.read_work_queue_by_name, name))

    @method(404)
    def read_work_queues(
        self,
        work_pool_name: str | None = None,
        work_queue_filter: WorkQueueFilter | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Steps[list[WorkQueue]]:
        """Return work queues.

        Args:
            work_pool_name: Only those of this pool.
            work_queue_filter: Which ones; by default all.
            limit: How many at most; by default as many as the server allows.
            offset: How many to pass over.

        Raises:
            ObjectNotFound: There is no such pool.
        """
        return (yield from self._queues(work_pool_name, work_queue_filter, limit, offset))

    @method(404)
    def match_work_queues(
        self, prefixes: list[str], work_pool_name: str | None = None
    ) -> Steps[list[WorkQueue]]:
        """Return the work queues whose names begin with one of some texts.

        Args:
            prefixes: The texts.
            work_pool_name: Only queues of this pool.
        """
        wanted = WorkQueueFilter(name=WorkQueueFilterName(startswith_=prefixes))
        found: list[WorkQueue] = []
        while True:
            page = yield from self._queues(work_pool_name, wanted, 200, len(found))
            found += page
            if len(page) < 200:
                return found

    def _queues(
        self, pool: str | None, queues: WorkQueueFilter | None, limit: int | None, offset: int | None
    ) -> Steps[list[WorkQueue]]:
        wanted = given(work_queues=queues, limit=limit, offset=offset)
        if pool is not None:
            return (yield from self.ask(work_queues.read_work_queues_of_pool, pool, **wanted))
        return (yield from self.ask(work_queues.read_work_queues, **wanted))

    @method(404)
    def update_work_queue(self, id: UUID, **kwargs: Any) -> Steps[None]:
        """Change a work queue.

        Args:
            id: The queue.
            **kwargs: The fields that change.

        Raises:
            ObjectNotFound: There is no such queue.
            ValueError: Nothing is to be changed.
        """
        if not kwargs:
            raise ValueError("Say what is to be changed: update_work_queue(id, is_paused=True).")
        yield from self.ask(work_queues.update_work_queue, id, WorkQueueUpdate(**kwargs))

    @method(404)
    def delete_work_queue_by_id(self, id: UUID) -> Steps[None]:
        """Delete a work queue.

        Raises:
            ObjectNotFound: There is no such queue.
        """
        yield from self.ask(work_queues.delete_work_queue, id)

    @method(404)
    def get_runs_in_work_queue(
        self, id: UUID, limit: int = 10, scheduled_before: datetime | None = None
    ) -> Steps[list[FlowRun]]:
        """Return flow runs that wait in a queue.

        Args:
            id: The queue.
            limit: How many at most.
            scheduled_before: Only runs that are due before this time.

        Raises:
            ObjectNotFound: There is no such queue.
        """
        wanted = given(limit=limit, scheduled_before=scheduled_before)
        return (yield from self.ask(scheduled_runs.read_work_queue_runs, id, **wanted))

    @method(404)
    def read_work_queue_status(self, id: UUID) -> Steps[WorkQueueStatusDetail]:
        """Return whether the runs of a queue are taken in time.

        Raises:
            ObjectNotFound: There is no such queue.
        """
        return (yield from self.ask(scheduled_runs.read_work_queue_status, id))

    @method(404)
    def read_work_queue_concurrency_status(
        self, id: UUID, page: int = 1, limit: int | None = None
    ) -> Steps[WorkQueueConcurrencyStatus]:
        """Return which runs hold the slots of a queue.

        Args:
            id: The queue.
            page: Which page of the runs, from 1 on.
            limit: How many runs are on a page.

        Raises:
            ObjectNotFound: There is no such queue.
        """
        wanted = given(page=page, limit=limit)
        return (yield from self.ask(work_pool_concurrency.read_work_queue_concurrency_status, id, **wanted))
