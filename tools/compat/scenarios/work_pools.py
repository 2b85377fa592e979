"""Work pools and queues: made, changed, paused and deleted; workers that say that they are there."""

from claims import eventually, raises, same, verdict

from prefect import get_client
from prefect.client.schemas.actions import WorkPoolCreate, WorkPoolUpdate
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound

POOL = "compat-pool"

with get_client(sync_client=True) as client:
    made = client.create_work_pool(
        WorkPoolCreate(
            name=POOL,
            type="process",
            description="A pool.",
            base_job_template={
                "job_configuration": {"command": "{{ command }}"},
                "variables": {"type": "object", "properties": {"command": {"type": "string"}}},
            },
        )
    )
    same("made", (made.name, made.type, made.is_paused), (POOL, "process", False))
    raises(
        "made twice",
        ObjectAlreadyExists,
        lambda: client.create_work_pool(WorkPoolCreate(name=POOL, type="process")),
    )
    same(
        "its template",
        sorted(client.read_work_pool(POOL).base_job_template),
        ["job_configuration", "variables"],
    )
    client.update_work_pool(POOL, WorkPoolUpdate(concurrency_limit=4, is_paused=True, description="Changed."))
    read = client.read_work_pool(POOL)
    same("changed", (read.concurrency_limit, read.is_paused, read.description), (4, True, "Changed."))
    client.update_work_pool(POOL, WorkPoolUpdate(is_paused=False))
    same("listed", [each.name for each in client.read_work_pools(limit=200) if each.name == POOL], [POOL])

    queue = client.create_work_queue(
        "compat-queue", description="Fast.", concurrency_limit=3, work_pool_name=POOL
    )
    same("a queue", (queue.name, queue.concurrency_limit), ("compat-queue", 3))
    names = sorted(each.name for each in client.read_work_queues(work_pool_name=POOL))
    same("its queues", names, ["compat-queue", "default"])
    client.update_work_queue(queue.id, is_paused=True, priority=1)
    read_queue = client.read_work_queue(queue.id)
    same("a queue is changed", (read_queue.is_paused, read_queue.priority), (True, 1))
    same("a queue by name", client.read_work_queue_by_name("compat-queue", POOL).id, queue.id)
    matched = client.match_work_queues(["compat-que"], work_pool_name=POOL)
    same("queues by prefix", [each.id for each in matched], [queue.id])
    same("runs in a queue", client.get_runs_in_work_queue(queue.id), [])
    client.delete_work_queue_by_id(queue.id)
    raises("a queue is deleted", ObjectNotFound, lambda: client.read_work_queue(queue.id))

    client.send_worker_heartbeat(POOL, "compat-worker", heartbeat_interval_seconds=30)
    workers = client.read_workers_for_work_pool(POOL)
    same("a worker", [(each.name, each.status.value) for each in workers], [("compat-worker", "ONLINE")])
    eventually("the pool is ready", lambda: client.read_work_pool(POOL).status.value, "READY")
    client.delete_work_pool(POOL)
    raises("deleted", ObjectNotFound, lambda: client.read_work_pool(POOL))

raise SystemExit(verdict())
