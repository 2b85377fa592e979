"""Automations: created, read, changed and deleted; and what they have to do with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from prefect._clock import now
from prefect._ids import uuid4, uuid7
from prefect.exceptions import ObjectNotFound
from prefect.schemas.automations import (
    Automation,
    AutomationCreate,
    AutomationFilter,
    AutomationPartialUpdate,
    AutomationSort,
    AutomationUpdate,
)
from prefect.schemas.paging import Offset
from prefect.schemas.resources import ID, NAME
from prefect.store.column_filters import on_column, on_tags
from prefect.store.conditions import Condition, together
from prefect.store.event_rows import EventRow, insert_events
from prefect.store.operations import operation
from prefect.store.statements import Batch, Row, Statement, Transaction
from prefect.store.tables.automations import AUTOMATION, AUTOMATION_RESOURCE

_ORDER = {
    AutomationSort.CREATED_DESC: "created DESC, id DESC",
    AutomationSort.UPDATED_DESC: "updated DESC, id DESC",
    AutomationSort.NAME_ASC: "name, id",
    AutomationSort.NAME_DESC: "name DESC, id DESC",
}


@operation("POST", "/automations/", status=201)
def create_automation(automation: AutomationCreate) -> Transaction[Automation]:
    """Create an automation."""
    moment, id = now(), uuid4()
    values = {
        **automation.model_dump(mode="json", exclude={"owner_resource"}),
        "id": id,
        "created": moment,
        "updated": moment,
    }
    yield Statement(AUTOMATION.insert, AUTOMATION.encode(values))
    made = yield from read_automation(id)
    yield from _relate(made, automation.owner_resource)
    yield from _tell(made, "created", moment)
    return made


@operation("GET", "/automations/{id}", reads=True)
def read_automation(id: UUID) -> Transaction[Automation]:
    """Return an automation.

    Raises:
        ObjectNotFound: There is no such automation.
    """
    rows = yield Statement("SELECT * FROM automation WHERE id = ?", (str(id),))
    if not rows:
        raise ObjectNotFound(
            KeyError(id), f"There is no automation {id}. `prefect automation ls` lists those that there are."
        )
    return _automation(rows[0])


@operation("POST", "/automations/filter", reads=True)
def read_automations(
    automations: AutomationFilter | None = None,
    sort: AutomationSort = AutomationSort.NAME_ASC,
    limit: int = 200,
    offset: Offset = 0,
) -> Transaction[list[Automation]]:
    """Return the automations that a filter means.

    Args:
        automations: Which ones; by default all.
        sort: In which order.
        limit: How many at most.
        offset: How many to pass over.
    """
    where = _condition(automations)
    rows = yield Statement(
        f"SELECT * FROM automation WHERE {where.sql} ORDER BY {_ORDER[sort]} LIMIT ? OFFSET ?",
        (*where.parameters, limit, offset),
    )
    return list(map(_automation, rows))


@operation("POST", "/automations/count", reads=True)
def count_automations(automations: AutomationFilter | None = None) -> Transaction[int]:
    """Return how many automations a filter means."""
    where = _condition(automations)
    rows = yield Statement(f"SELECT count(*) AS n FROM automation WHERE {where.sql}", where.parameters)
    return rows[0]["n"]


@operation("PUT", "/automations/{id}", status=204)
def update_automation(id: UUID, automation: AutomationUpdate) -> Transaction[None]:
    """Replace an automation; see `AutomationUpdate`.

    Raises:
        ObjectNotFound: There is no such automation.
    """
    # Whole values of what is set: what triggers and actions have by default is stored with them.
    yield from _change(id, automation.model_dump(mode="json", include=set(automation.model_fields_set)))


@operation("PATCH", "/automations/{id}", status=204)
def patch_automation(id: UUID, automation: AutomationPartialUpdate) -> Transaction[None]:
    """Enable or disable an automation.

    Raises:
        ObjectNotFound: There is no such automation.
    """
    yield from _change(id, {"enabled": automation.enabled})


def _change(id: UUID, changes: dict[str, Any]) -> Transaction[None]:
    moment = now()
    yield from read_automation(id)
    written = {**changes, "updated": moment}
    yield Statement(AUTOMATION.update(written), [*AUTOMATION.encode(written, tuple(written)), str(id)])
    changed = yield from read_automation(id)
    owners = yield Statement(
        "SELECT resource_id FROM automation_resource WHERE automation_id = ? AND owns = 1", (str(id),)
    )
    yield from _relate(changed, owners[0]["resource_id"] if owners else None)
    yield from _tell(changed, "updated", moment)


@operation("DELETE", "/automations/{id}", status=204)
def delete_automation(id: UUID) -> Transaction[None]:
    """Delete an automation.

    Raises:
        ObjectNotFound: There is no such automation.
    """
    yield from _delete([(yield from read_automation(id))])


@operation("GET", "/automations/related-to/{resource_id}", reads=True)
def read_automations_related_to_resource(resource_id: str) -> Transaction[list[Automation]]:
    """Return the automations that act on a resource, or that it owns, by name.

    Args:
        resource_id: The resource, for example `prefect.deployment.` and its id.
    """
    rows = yield from _related(resource_id, "TRUE")
    return list(map(_automation, rows))


@operation("DELETE", "/automations/owned-by/{resource_id}", status=202)
def delete_automations_owned_by_resource(resource_id: str) -> Transaction[None]:
    """Delete the automations that a resource owns, for example those of a deployment that is deployed again."""
    rows = yield from _related(resource_id, "owns = 1")
    yield from _delete(list(map(_automation, rows)))


def _related(resource_id: str, how: str) -> Transaction[list[Row]]:
    return (
        yield Statement(
            "SELECT * FROM automation WHERE id IN "
            f"(SELECT automation_id FROM automation_resource WHERE resource_id = ? AND {how}) ORDER BY name, id",
            (resource_id,),
        )
    )


def _delete(automations: Sequence[Automation]) -> Transaction[None]:
    moment = now()
    for automation in automations:
        id = str(automation.id)
        yield Statement("DELETE FROM automation_resource WHERE automation_id = ?", (id,))
        yield Statement("DELETE FROM automation WHERE id = ?", (id,))
        yield from _tell(automation, "deleted", moment)


def _relate(automation: Automation, owner: str | None) -> Transaction[None]:
    """Write down what an automation acts on and who owns it."""
    yield Statement("DELETE FROM automation_resource WHERE automation_id = ?", (str(automation.id),))
    concerned = dict.fromkeys(_concerned(automation), False)
    if owner is not None:
        concerned[owner] = True
    rows = [
        AUTOMATION_RESOURCE.encode({"resource_id": resource, "automation_id": automation.id, "owns": owns})
        for resource, owns in concerned.items()
    ]
    yield Batch(AUTOMATION_RESOURCE.insert, rows, AUTOMATION_RESOURCE.group)


def _concerned(automation: Automation) -> Iterable[str]:
    actions = [*automation.actions, *automation.actions_on_trigger, *automation.actions_on_resolve]
    return [action.concerned_resource for action in actions if action.concerned_resource is not None]


def _tell(automation: Automation, what: str, moment: datetime) -> Transaction[None]:
    payload = automation.model_dump(mode="json", exclude={"owner_resource"})
    labels = {ID: f"prefect.automation.{automation.id}", NAME: automation.name}
    event = EventRow(uuid7(), moment, f"prefect.automation.{what}", labels, payload=payload)
    yield from insert_events([event])


def _automation(row: Row) -> Automation:
    return Automation.model_validate(AUTOMATION.decode(row))


def _condition(wanted: AutomationFilter | None) -> Condition:
    if wanted is None:
        return together([])
    conditions = [
        *on_column("automation.id", wanted.id),
        *on_column("automation.name", wanted.name),
        *on_column("automation.created", wanted.created),
        *on_tags("automation.tags", wanted.tags),
    ]
    return together(conditions, wanted.operator)
