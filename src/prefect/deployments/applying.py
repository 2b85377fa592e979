"""Storing a deployment: its flow, itself, and its triggers. The one way for code and for `prefect deploy`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from prefect._dual.effects import Steps, settle
from prefect.backend import get_backend
from prefect.deployments.triggers import automation_of, setting_triggers
from prefect.exceptions import ObjectNotFound, PrefectException
from prefect.schemas.automation_triggers import Trigger
from prefect.schemas.deployments import DeploymentCreate, DeploymentResponse, DeploymentUpdate
from prefect.schemas.schedules import IntervalSchedule
from prefect.store.deployments import (
    create_deployment,
    read_deployment,
    read_deployment_by_name,
    update_deployment,
)


class DeploymentApplyError(RuntimeError):
    """A deployment could not be stored. The message says which one and why."""


class Applied(NamedTuple):
    """What became of a deployment: as it was before, if it was there, and as it is now."""

    before: DeploymentResponse | None
    after: DeploymentResponse

    @property
    def outcome(self) -> str:
        """One word: created, updated or unchanged."""
        if self.before is None:
            return "created"
        kept = {"updated", "last_polled", "status"}
        same = self.before.model_dump(exclude=kept) == self.after.model_dump(exclude=kept)
        return "unchanged" if same else "updated"


def applying(
    flow_name: str, fields: Mapping[str, Any], triggers: Sequence[Trigger] | None = None
) -> Steps[Applied]:
    """Store a deployment, or change the one that is there. Doing it twice changes nothing; runs that are due stay.

    Args:
        flow_name: The flow, which is registered if it is new.
        fields: Fields of `DeploymentCreate`, but for `flow_id`. With None for `work_pool_name` it leaves the pool that
            it is in; without that field it stays there.
        triggers: Its triggers; None leaves those that it has.

    Raises:
        DeploymentApplyError: It was refused, for example since its parameters do not fit their schema.
    """
    backend = get_backend()
    name = f"{flow_name}/{fields['name']}"
    before = yield from reading(flow_name, fields["name"])
    flow = yield from settle(backend.register_flow(flow_name))
    try:
        body = DeploymentCreate.model_validate({**fields, "flow_id": flow.id})
        keep_anchors(body, before)
        for trigger in triggers or ():  # before anything is stored
            automation_of(trigger, flow.id, name)
        after = yield from settle(backend.perform(create_deployment, body))
        if after.work_pool_name is not None and fields.get("work_pool_name", ...) is None:
            leave = DeploymentUpdate(work_pool_name=None, work_queue_name=None)
            yield from settle(backend.perform(update_deployment, after.id, leave))
            after = yield from settle(backend.perform(read_deployment, after.id))
    except _refusals() as error:
        raise DeploymentApplyError(f"Error while applying deployment {name!r}: {error}") from error
    if triggers is not None:
        yield from setting_triggers(after.id, after.name, triggers, is_new=before is None)
    return Applied(before, after)


def _refusals() -> tuple[type[Exception], ...]:
    """Return what is raised when a deployment is refused, here or by a server."""
    http = sys.modules.get("prefect._http_errors")  # where it is not loaded, nobody asked a server
    return (PrefectException, ValidationError, *([] if http is None else [http.PrefectHTTPStatusError]))


def reading(flow_name: str, name: str) -> Steps[DeploymentResponse | None]:
    """Return a deployment by its name and that of its flow; None if there is none."""
    try:
        return (yield from settle(get_backend().perform(read_deployment_by_name, flow_name, name)))
    except ObjectNotFound:
        return None


def keep_anchors(wanted: DeploymentCreate, present: DeploymentResponse | None) -> None:
    """Let intervals count from where they did, unless somebody says from when: else each deploying would move them."""
    known = [schedule.schedule for schedule in present.schedules] if present is not None else []
    anchors = {
        (dates.interval, dates.timezone): dates.anchor_date
        for dates in known
        if isinstance(dates, IntervalSchedule)
    }
    for schedule in wanted.schedules:
        dates = schedule.schedule
        if isinstance(dates, IntervalSchedule) and "anchor_date" not in dates.model_fields_set:
            anchor = anchors.get((dates.interval, dates.timezone), dates.anchor_date)
            schedule.schedule = dates.model_copy(update={"anchor_date": anchor})
