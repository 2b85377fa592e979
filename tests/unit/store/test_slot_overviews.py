"""Who holds the slots of a limit, and who waits for them."""

from __future__ import annotations

from uuid import uuid4

import pytest

from prefect.exceptions import ConcurrencySlotsTaken, ObjectNotFound
from prefect.schemas.concurrency_limits import (
    ConcurrencyLeaseHolder,
    ConcurrencyLimitCreate,
    ConcurrencyLimitV2Create,
)
from prefect.schemas.states import StateType
from prefect.store.concurrency_leases import (
    bulk_decrement_active_slots_with_lease,
    bulk_increment_active_slots_with_lease,
)
from prefect.store.concurrency_limits import create_concurrency_limit_v2
from prefect.store.slot_overviews import read_slot_overview
from prefect.store.tag_limits import create_concurrency_limit, increment_concurrency_limits_v1
from tests.unit.store.claiming import enter
from tests.unit.store.deploying import deploy, run_of
from tests.unit.store.runs import create, perform, record


def test_the_holder_of_a_slot_is_told_by_name_and_can_be_freed() -> None:
    """A flow run holds a slot under its name; with the lease that is told the slot is given back."""
    limit = perform(create_concurrency_limit_v2, ConcurrencyLimitV2Create(name="database", limit=2))
    run = create(1, kind=StateType.RUNNING)
    holder = ConcurrencyLeaseHolder(type="flow_run", id=run.id)
    perform(bulk_increment_active_slots_with_lease, 1, ["database"], holder=holder)
    (told,) = perform(read_slot_overview, limit.id).holders
    assert (told.kind, told.id, told.name, told.slots) == ("flow_run", run.id, "run-1", 1)
    assert told.since is not None
    perform(bulk_decrement_active_slots_with_lease, told.lease_id)
    assert perform(read_slot_overview, limit.id).holders == []


def test_who_waits_for_a_slot_of_a_tag_is_told() -> None:
    """One task run has the slot of the tag, the other one says that it waits for it."""
    limit = perform(create_concurrency_limit, ConcurrencyLimitCreate(tag="db", concurrency_limit=1))
    run = create(0, kind=StateType.RUNNING)
    first = record(1, flow_run_id=run.id, tags={"db"})
    second = record(2, flow_run_id=run.id, tags={"db"})
    other = record(3, flow_run_id=run.id, tags={"x"})
    perform(increment_concurrency_limits_v1, ["db"], first.id)
    with pytest.raises(ConcurrencySlotsTaken):
        perform(increment_concurrency_limits_v1, ["db"], second.id)
    for each in (second, other):
        record_waiting(each)
    told = perform(read_slot_overview, limit.id)
    assert [(each.id, each.name, each.flow_run_name) for each in told.holders] == [
        (first.id, "task-1", "run-0")
    ]
    assert [each.id for each in told.waiting] == [second.id]


def record_waiting(run: object) -> None:
    """Let a task run say that it waits for a slot."""
    from prefect.store.statements import Statement  # only here: a state that no rule leads to
    from tests.unit.store.runs import written

    def change():  # type: ignore[no-untyped-def]
        yield Statement(
            "UPDATE task_run SET state_type = 'SCHEDULED', state_name = 'AwaitingConcurrencySlot' WHERE id = ?",
            (str(run.id),),  # type: ignore[attr-defined]
        )

    written(change)


def test_who_waits_for_a_slot_of_a_deployment_is_told() -> None:
    """A run that the limit of its deployment keeps waiting stands there."""
    deployment = deploy(concurrency_limit=1)
    run = run_of(deployment)
    enter(run, StateType.SCHEDULED, "AwaitingConcurrencySlot")
    limit = deployment.global_concurrency_limit
    assert limit is not None
    assert [each.id for each in perform(read_slot_overview, limit.id).waiting] == [run.id]


def test_a_limit_that_is_gone_has_no_slots() -> None:
    """Who asks about it is told so."""
    with pytest.raises(ObjectNotFound):
        perform(read_slot_overview, uuid4())
