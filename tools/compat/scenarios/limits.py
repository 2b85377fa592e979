"""Limits: global ones with leases and rates, tag limits, and what they do to runs."""

import asyncio
import threading
import time
import uuid

from claims import eventually, holds, raises, same, verdict

from prefect import flow, get_client, task
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate, GlobalConcurrencyLimitUpdate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.concurrency.asyncio import concurrency as async_concurrency
from prefect.concurrency.sync import concurrency, rate_limit
from prefect.exceptions import ObjectNotFound

inside: list[int] = []
most: list[int] = []
guard = threading.Lock()


def _count(change: int) -> None:
    with guard:
        inside.append(change)
        most.append(sum(inside))


@task(tags=["compat-tag"])
def tagged(number: int) -> int:
    """Be counted while running."""
    _count(1)
    time.sleep(0.2)
    _count(-1)
    return number


@flow
def compat_tagged() -> list[int]:
    """Run more than the limit lets in."""
    return tagged.map([1, 2, 3]).result()


@flow
def compat_slots() -> str:
    """Hold a slot, and keep a rate."""
    with concurrency("compat-slots", occupy=2), get_client(sync_client=True) as inner:
        held = inner.read_global_concurrency_limit_by_name("compat-slots").active_slots
    rate_limit("compat-rate")
    return f"held {held}"


async def in_a_loop() -> str:
    """Hold a slot in a loop."""
    async with async_concurrency("compat-slots"):
        return "held"


with get_client(sync_client=True) as client:
    client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name="compat-slots", limit=2))
    client.create_global_concurrency_limit(
        GlobalConcurrencyLimitCreate(name="compat-rate", limit=1, slot_decay_per_second=5.0)
    )
    same("slots in a flow", compat_slots(), "held 2")
    same("slots in a loop", asyncio.run(in_a_loop()), "held")

    def held() -> int:
        """Return how many slots are held."""
        return client.read_global_concurrency_limit_by_name("compat-slots").active_slots

    eventually("slots are given back", held, 0)
    answer = client.increment_concurrency_slots_with_lease(["compat-slots"], 1, "concurrency", 60.0).json()
    same("a lease", ([each["name"] for each in answer["limits"]], held()), (["compat-slots"], 1))
    lease = uuid.UUID(answer["lease_id"])
    same("renewed", client.renew_concurrency_lease(lease, 120.0).status_code, 204)
    same("given back", client.release_concurrency_slots_with_lease(lease).status_code, 204)
    same("none is held", held(), 0)
    taken = client.increment_concurrency_slots(["compat-slots"], 2, "concurrency").json()
    same("taken without a lease", ([each["name"] for each in taken], held()), (["compat-slots"], 2))
    raises(
        "nobody waits for ever",
        TimeoutError,
        lambda: concurrency("compat-slots", timeout_seconds=1).__enter__(),
    )
    client.release_concurrency_slots(["compat-slots"], 2, 0.1)
    same("given back without a lease", held(), 0)
    with concurrency("compat-unknown", occupy=5):
        holds("a limit that is not there stops nobody", True)
    raises(
        "unless it must be there",
        BaseException,
        lambda: concurrency("compat-unknown", strict=True).__enter__(),
    )
    client.update_global_concurrency_limit(
        "compat-slots", GlobalConcurrencyLimitUpdate(limit=7, active=False)
    )
    changed = client.read_global_concurrency_limit_by_name("compat-slots")
    same("changed", (changed.limit, changed.active), (7, False))
    client.upsert_global_concurrency_limit_by_name("compat-slots", 9)
    same("changed or made", client.read_global_concurrency_limit_by_name("compat-slots").limit, 9)
    names = {each.name for each in client.read_global_concurrency_limits(limit=100)}
    same("listed", {"compat-slots", "compat-rate"} - names, set())
    client.delete_global_concurrency_limit_by_name("compat-rate")
    raises("deleted", ObjectNotFound, lambda: client.read_global_concurrency_limit_by_name("compat-rate"))

    client.create_concurrency_limit("compat-tag", 1)
    same("a tag limit", client.read_concurrency_limit_by_tag("compat-tag").concurrency_limit, 1)
    same("tag limits", [each.tag for each in client.read_concurrency_limits(10, 0)], ["compat-tag"])
    state = compat_tagged(return_state=True)
    same("limited tasks", (sorted(state.result()), max(most)), ([1, 2, 3], 1))
    of_run = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))

    def completed() -> int:
        """Return how many task runs are recorded as completed."""
        return sum(each.state_name == "Completed" for each in client.read_task_runs(flow_run_filter=of_run))

    eventually("their task runs", completed, 3)
    client.reset_concurrency_limit_by_tag("compat-tag")
    same("none is active", client.read_concurrency_limit_by_tag("compat-tag").active_slots, [])
    client.delete_concurrency_limit_by_tag("compat-tag")
    raises("deleted tag limit", ObjectNotFound, lambda: client.read_concurrency_limit_by_tag("compat-tag"))

raise SystemExit(verdict())
