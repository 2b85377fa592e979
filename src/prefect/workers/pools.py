"""The work pool of a worker: read, and made if need be."""

from __future__ import annotations

from contextlib import closing, suppress
from typing import Any

from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.runner.asking import Asker
from prefect.schemas.work_pools import WorkPool, WorkPoolCreate, WorkPoolUpdate
from prefect.store.work_pools import create_work_pool, read_work_pool, update_work_pool


async def look_for_pool(name: str) -> WorkPool:
    """Return a work pool, before there is a worker.

    Raises:
        ObjectNotFound: There is none of this name.
        OrchestrationAway: Nobody answers.
    """
    with closing(Asker("The worker has not begun.")) as asker:
        return await asker.ask(read_work_pool, name)


async def pool_for(
    asker: Asker, name: str, worker_type: str, template: dict[str, Any], *, create: bool
) -> WorkPool:
    """Return the work pool of a worker.

    Args:
        asker: What asks the store.
        name: The pool.
        worker_type: The type of a pool that is made.
        template: The template of the jobs of a pool that is made, or has none yet.
        create: Make the pool if there is none.

    Raises:
        ObjectNotFound: There is none, and none is to be made.
        OrchestrationAway: Nobody answers.
    """
    try:
        pool = await asker.ask(read_work_pool, name)
    except ObjectNotFound:
        if not create:
            raise
        with suppress(ObjectAlreadyExists):  # another worker was quicker
            await asker.ask(
                create_work_pool, WorkPoolCreate(name=name, type=worker_type, base_job_template=template)
            )
        return await asker.ask(read_work_pool, name)
    if not pool.base_job_template:
        await asker.ask(update_work_pool, name, WorkPoolUpdate(base_job_template=template))
        pool = pool.model_copy(update={"base_job_template": template})
    return pool
