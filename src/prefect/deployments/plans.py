"""What deploying would change: each field as it is and as it would be. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from prefect._dual.effects import Steps, settle
from prefect.backend import get_backend
from prefect.deployments.applying import keep_anchors, reading
from prefect.deployments.drafts import Wanted
from prefect.deployments.triggers import are_the_same, automation_of, owner_of
from prefect.exceptions import ObjectNotFound, ProjectFileError
from prefect.schemas.automation_triggers import Trigger
from prefect.schemas.deployments import DeploymentCreate, DeploymentResponse
from prefect.store.automations import read_automations_related_to_resource
from prefect.store.parameter_checks import check_job_variables, check_parameters, without_required
from prefect.store.work_pools import read_work_pool
from prefect.utilities.templating import find_placeholders

_NOBODY = UUID(int=0)
"""Stands for the flow of a deployment, which has none before it is created."""

_NOT_COMPARED = frozenset({"name", "flow_id", "labels", "schedules", "concurrency_limit"})
_EMPTY: tuple[Any, ...] = (None, [], {}, "")


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a deployment: as it is, and as it would be. Values are as JSON has them."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Plan:
    """What deploying would do to a deployment.

    Attributes:
        name: The deployment, as FLOW/DEPLOYMENT.
        outcome: created, updated, or unchanged.
        changes: What would be different; of a deployment that is to be created, what it would have.
    """

    name: str
    outcome: str
    changes: tuple[Change, ...] = ()


def planning(wanted: Wanted) -> Steps[Plan]:
    """Return what storing a deployment would change.

    Raises:
        ProjectFileError: There is no such work pool, or a value has a wrong type.
        RequestRefused: The parameters or the job variables do not fit their schemas.
    """
    name = f"{wanted.flow_name}/{wanted.fields['name']}"
    try:
        body = DeploymentCreate.model_validate({**wanted.fields, "flow_id": _NOBODY})
    except ValidationError as error:
        raise ProjectFileError(f"Deployment {name!r}: {error}") from error
    yield from _check(name, body)
    present = yield from reading(wanted.flow_name, body.name)
    keep_anchors(body, present)
    changes = list(_changes(body, present))
    changes += yield from _changed_triggers(wanted.triggers, body.name, present)
    if present is None:
        return Plan(name, "created", tuple(change for change in changes if change.after not in _EMPTY))
    return Plan(name, "updated" if changes else "unchanged", tuple(changes))


def _check(name: str, body: DeploymentCreate) -> Steps[None]:
    """Refuse what the store would refuse, as far as values are known."""
    told = f"Deployment {name!r} would be refused"
    if body.enforce_parameter_schema and not find_placeholders(body.parameters):
        check_parameters(body.parameters, without_required(body.parameter_openapi_schema), told, 422)
    if body.work_pool_name is None:
        return
    try:
        pool = yield from settle(get_backend().perform(read_work_pool, body.work_pool_name))
    except ObjectNotFound as error:
        raise ProjectFileError(
            f"Deployment {name!r} is for work pool {body.work_pool_name!r}, which does not exist. "
            f"Create it: prefect work-pool create {body.work_pool_name!r} --type process"
        ) from error
    if pool.base_job_template and not find_placeholders(body.job_variables):
        check_job_variables(body.job_variables, pool.base_job_template, told, whole=False)


def _changes(body: DeploymentCreate, present: DeploymentResponse | None) -> Iterator[Change]:
    after = body.model_dump(mode="json", exclude=set(_NOT_COMPARED))
    before = {} if present is None else present.model_dump(mode="json")
    for field in sorted(body.model_fields_set - _NOT_COMPARED):
        old, new = before.get(field), after[field]
        if field == "work_queue_name" and new is None and present is not None:
            new = "default" if old is not None else None
        if (
            field == "version_info"
            and old is None
            and present is not None
            and present.version == body.version
        ):
            continue  # the original's server keeps the version only
        if old != new and not (old in _EMPTY and new in _EMPTY):
            yield Change(field, old, new)
    if "concurrency_limit" in body.model_fields_set:
        limit = None if present is None else present.global_concurrency_limit
        held = None if limit is None else limit.limit
        if held != body.concurrency_limit:
            yield Change("concurrency_limit", held, body.concurrency_limit)
    if "schedules" in body.model_fields_set:
        wanted = [_schedule(schedule) for schedule in body.schedules]
        known = [_schedule(schedule) for schedule in present.schedules] if present is not None else []
        if sorted(map(repr, wanted)) != sorted(map(repr, known)):
            yield Change("schedules", known, wanted)


def _schedule(schedule: Any) -> dict[str, Any]:
    """Return what makes a schedule what it is."""
    told = schedule.model_dump(mode="json", exclude={"id", "created", "updated", "deployment_id", "replaces"})
    return {key: value for key, value in sorted(told.items()) if value not in _EMPTY}


def _changed_triggers(
    triggers: list[Trigger] | None, name: str, present: DeploymentResponse | None
) -> Steps[list[Change]]:
    if triggers is None or (present is None and not triggers):
        return []
    id = _NOBODY if present is None else present.id
    wanted = [
        automation_of(trigger, id, f"{name}__automation_{number}")
        for number, trigger in enumerate(triggers, start=1)
    ]
    known = (
        []
        if present is None
        else (yield from settle(get_backend().perform(read_automations_related_to_resource, owner_of(id))))
    )
    if are_the_same(known, wanted):
        return []
    return [Change("triggers", [one.name for one in known], [one.name for one in wanted])]
