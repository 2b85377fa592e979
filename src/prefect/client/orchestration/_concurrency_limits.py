"""Concurrency limits, of tags and of names, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from uuid import UUID

from prefect._http_errors import PrefectHTTPStatusError
from prefect.client.orchestration._methods import Asking, given, method
from prefect.schemas.concurrency_limits import (
    ConcurrencyLimitCreate,
    ConcurrencyLimitV2Create,
    ConcurrencyLimitV2Update,
)
from prefect.store import concurrency_leases, concurrency_limits, tag_limits

if TYPE_CHECKING:
    import httpx2

    from prefect._dual.effects import Steps
    from prefect.schemas.concurrency_limits import (
        ConcurrencyLeaseHolder,
        ConcurrencyLimit,
        GlobalConcurrencyLimitResponse,
    )


class TagLimits(Asking):
    """The methods of limits of tags."""

    @method()
    def create_concurrency_limit(self, tag: str, concurrency_limit: int) -> Steps[UUID]:
        """Limit how many task runs with a tag may run at once, and return the id of the limit."""
        wanted = ConcurrencyLimitCreate(tag=tag, concurrency_limit=concurrency_limit)
        return (yield from self.ask(tag_limits.create_concurrency_limit, wanted)).id

    @method(404)
    def read_concurrency_limit_by_tag(self, tag: str) -> Steps[ConcurrencyLimit]:
        """Return the limit of a tag, with the task runs that hold its slots.

        Raises:
            ObjectNotFound: The tag has no limit.
        """
        return (yield from self.ask(tag_limits.read_concurrency_limit_by_tag, tag))

    @method()
    def read_concurrency_limits(self, limit: int, offset: int) -> Steps[list[ConcurrencyLimit]]:
        """Return the limits of tags.

        Args:
            limit: How many at most.
            offset: How many to pass over.
        """
        return (yield from self.ask(tag_limits.read_concurrency_limits, limit=limit, offset=offset))

    @method(404)
    def reset_concurrency_limit_by_tag(
        self, tag: str, slot_override: list[UUID | str] | None = None
    ) -> Steps[None]:
        """Free all slots of a tag, but for those of some task runs.

        Args:
            tag: The tag.
            slot_override: The task runs that hold slots from now on.

        Raises:
            ObjectNotFound: The tag has no limit.
        """
        kept = None if slot_override is None else [UUID(str(run_id)) for run_id in slot_override]
        yield from self.ask(tag_limits.reset_concurrency_limit_by_tag, tag, **given(slot_override=kept))

    @method(404)
    def delete_concurrency_limit_by_tag(self, tag: str) -> Steps[None]:
        """Delete the limit of a tag.

        Raises:
            ObjectNotFound: The tag has no limit.
        """
        yield from self.ask(tag_limits.delete_concurrency_limit_by_tag, tag)

    @method()
    def increment_v1_concurrency_slots(self, names: list[str], task_run_id: UUID) -> Steps[httpx2.Response]:
        """Take a slot of each of these tags for a task run, and return the server's answer."""
        return (
            yield from self.respond(
                tag_limits.increment_concurrency_limits_v1, names, task_run_id=task_run_id
            )
        )

    @method()
    def decrement_v1_concurrency_slots(
        self,
        names: list[str],
        task_run_id: UUID,
        occupancy_seconds: float,
    ) -> Steps[httpx2.Response]:
        """Give back a task run's slot of each of these tags, and return the server's answer."""
        return (
            yield from self.respond(
                tag_limits.decrement_concurrency_limits_v1, names, task_run_id=task_run_id
            )
        )


class GlobalLimits(Asking):
    """The methods of limits with names."""

    @method()
    def increment_concurrency_slots(
        self, names: list[str], slots: int, mode: Literal["concurrency", "rate_limit"]
    ) -> Steps[httpx2.Response]:
        """Take slots of each of these limits, and return the server's answer.

        Args:
            names: The limits; one that does not exist limits nothing.
            slots: How many slots of each.
            mode: Whether slots are given back ("concurrency"), or free themselves with time ("rate_limit").

        Raises:
            PrefectHTTPStatusError: 423: they are not free now; the header Retry-After says when to ask again.
        """
        return (
            yield from self.respond(
                concurrency_leases.bulk_increment_active_slots, slots=slots, names=names, mode=mode
            )
        )

    @method()
    def increment_concurrency_slots_with_lease(
        self,
        names: list[str],
        slots: int,
        mode: Literal["concurrency", "rate_limit"],
        lease_duration: float,
        holder: ConcurrencyLeaseHolder | None = None,
    ) -> Steps[httpx2.Response]:
        """Take slots under a lease, and return the server's answer.

        Args:
            names: The limits; one that does not exist limits nothing.
            slots: How many slots of each.
            mode: Whether slots are given back ("concurrency"), or free themselves with time ("rate_limit").
            lease_duration: How long the lease lasts unless it is renewed, in seconds.
            holder: Who holds it.

        Raises:
            PrefectHTTPStatusError: 423: they are not free now; the header Retry-After says when to ask again.
        """
        return (
            yield from self.respond(
                concurrency_leases.bulk_increment_active_slots_with_lease,
                slots=slots,
                names=names,
                mode=mode,
                lease_duration=lease_duration,
                **given(holder=holder),
            )
        )

    @method()
    def renew_concurrency_lease(self, lease_id: UUID, lease_duration: float) -> Steps[httpx2.Response]:
        """Let a lease last for `lease_duration` seconds from now, and return the server's answer."""
        return (
            yield from self.respond(
                concurrency_leases.renew_concurrency_lease, lease_id, lease_duration=lease_duration
            )
        )

    @method()
    def release_concurrency_slots(
        self, names: list[str], slots: int, occupancy_seconds: float
    ) -> Steps[httpx2.Response]:
        """Give slots back that were taken without a lease, and return the server's answer.

        Args:
            names: The limits.
            slots: How many slots of each.
            occupancy_seconds: How long they were held.
        """
        return (
            yield from self.respond(
                concurrency_leases.bulk_decrement_active_slots,
                slots=slots,
                names=names,
                occupancy_seconds=occupancy_seconds,
            )
        )

    @method()
    def release_concurrency_slots_with_lease(self, lease_id: UUID) -> Steps[httpx2.Response]:
        """Give back the slots of a lease, and return the server's answer."""
        return (
            yield from self.respond(
                concurrency_leases.bulk_decrement_active_slots_with_lease, lease_id=lease_id
            )
        )

    @method(409)
    def create_global_concurrency_limit(self, concurrency_limit: ConcurrencyLimitV2Create) -> Steps[UUID]:
        """Store a new limit, and return its id.

        Raises:
            ObjectAlreadyExists: There is a limit of this name.
        """
        return (yield from self.ask(concurrency_limits.create_concurrency_limit_v2, concurrency_limit)).id

    @method(404)
    def update_global_concurrency_limit(
        self, name: str, concurrency_limit: ConcurrencyLimitV2Update
    ) -> Steps[httpx2.Response]:
        """Change the fields of a limit that are set, and return the server's answer.

        Raises:
            ObjectNotFound: There is no limit of this name.
        """
        return (
            yield from self.respond(concurrency_limits.update_concurrency_limit_v2, name, concurrency_limit)
        )

    @method(404)
    def delete_global_concurrency_limit_by_name(self, name: str) -> Steps[httpx2.Response]:
        """Delete a limit, and return the server's answer; whoever holds its slots goes on without them.

        Raises:
            ObjectNotFound: There is no limit of this name.
        """
        return (yield from self.respond(concurrency_limits.delete_concurrency_limit_v2, name))

    @method(404)
    def read_global_concurrency_limit_by_name(self, name: str) -> Steps[GlobalConcurrencyLimitResponse]:
        """Return a limit as it stands now.

        Raises:
            ObjectNotFound: There is no limit of this name.
        """
        return (yield from self.ask(concurrency_limits.read_concurrency_limit_v2, name))

    @method()
    def upsert_global_concurrency_limit_by_name(
        self, name: str, limit: int, slot_decay_per_second: float | None = None
    ) -> Steps[None]:
        """Change a limit, or store it if there is none of this name.

        Args:
            name: Its name.
            limit: How many slots it has.
            slot_decay_per_second: How many slots free themselves each second; what it was before, if not given.
        """
        facts = given(limit=limit, slot_decay_per_second=slot_decay_per_second)
        try:
            yield from self.ask(concurrency_limits.read_concurrency_limit_v2, name)
        except PrefectHTTPStatusError as error:
            if error.response.status_code != 404:
                raise
            wanted = ConcurrencyLimitV2Create(name=name, **facts)
            yield from self.ask(concurrency_limits.create_concurrency_limit_v2, wanted)
        else:
            change = ConcurrencyLimitV2Update(**facts)
            yield from self.ask(concurrency_limits.update_concurrency_limit_v2, name, change)

    @method()
    def read_global_concurrency_limits(
        self, limit: int = 10, offset: int = 0
    ) -> Steps[list[GlobalConcurrencyLimitResponse]]:
        """Return limits with names.

        Args:
            limit: How many at most.
            offset: How many to pass over.
        """
        return (
            yield from self.ask(concurrency_limits.read_all_concurrency_limits_v2, limit=limit, offset=offset)
        )
