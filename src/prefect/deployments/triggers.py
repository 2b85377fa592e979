"""The triggers of a deployment: what has to happen so that a run of it is created. They are stored as automations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from prefect._dual.effects import Steps, settle
from prefect.backend import get_backend
from prefect.schemas.automation_actions import RunDeployment
from prefect.schemas.automation_triggers import Trigger
from prefect.schemas.automations import AutomationCore, AutomationCreate
from prefect.store.automations import (
    create_automation,
    delete_automations_owned_by_resource,
    read_automations_related_to_resource,
)


def owner_of(deployment_id: UUID) -> str:
    """Return the resource with which the automations of a deployment go."""
    return f"prefect.deployment.{deployment_id}"


def automation_of(trigger: Trigger, deployment_id: UUID, name: str) -> AutomationCreate:
    """Return the automation that runs a deployment whenever a trigger fires.

    Args:
        trigger: The trigger; those made for deployments also tell the parameters and job variables of the run.
        deployment_id: The deployment.
        name: The name of the automation, if the trigger has none.
    """
    action: dict[str, Any] = {
        field: value
        for field in ("parameters", "job_variables", "schedule_after")
        if (value := getattr(trigger, field, None)) is not None
    }
    return AutomationCreate.model_validate(
        {
            "name": getattr(trigger, "name", None) or name,
            "description": getattr(trigger, "description", ""),
            "enabled": getattr(trigger, "enabled", True),
            "trigger": trigger.model_dump(mode="json"),
            "actions": [RunDeployment(deployment_id=deployment_id, **action).model_dump(mode="json")],
            "owner_resource": owner_of(deployment_id),
        }
    )


def setting_triggers(
    deployment_id: UUID, name: str, triggers: Sequence[Trigger], *, is_new: bool
) -> Steps[None]:
    """Let a deployment have these triggers and no others. Those that it has already stay the automations they are.

    Args:
        deployment_id: The deployment.
        name: Its name, after which automations without a name are called.
        triggers: The triggers.
        is_new: It was created just now, so it has none.
    """
    if is_new and not triggers:
        return
    backend, owner = get_backend(), owner_of(deployment_id)
    wanted = [
        automation_of(trigger, deployment_id, f"{name}__automation_{number}")
        for number, trigger in enumerate(triggers, start=1)
    ]
    if not is_new:
        present = yield from settle(backend.perform(read_automations_related_to_resource, owner))
        # Those that people made are among them; then what the deployment owns is made anew.
        if are_the_same(present, wanted):
            return
        yield from settle(backend.perform(delete_automations_owned_by_resource, owner))
    for automation in wanted:
        yield from settle(backend.perform(create_automation, automation))


def are_the_same(
    present: Sequence[AutomationCore | AutomationCreate], wanted: Sequence[AutomationCore | AutomationCreate]
) -> bool:
    """Whether some automations mean what others mean."""
    return sorted(map(_compared, present), key=repr) == sorted(map(_compared, wanted), key=repr)


def _compared(automation: AutomationCore | AutomationCreate) -> dict[str, Any]:
    """Return what makes two automations the same."""
    fields = set(AutomationCore.model_fields) - {"owner_resource", "tags"}
    return _without_ids(automation.model_dump(mode="json", include=fields))


def _without_ids(value: Any) -> Any:
    """Return a value without the ids of triggers, which are made anew each time, and in one order."""
    if isinstance(value, dict):
        return {key: _without_ids(inner) for key, inner in value.items() if key != "id"}  # pyright: ignore[reportUnknownVariableType] - JSON
    if isinstance(value, list):
        inner = [_without_ids(one) for one in value]  # pyright: ignore[reportUnknownVariableType] - JSON
        return sorted(inner) if all(isinstance(one, str) for one in inner) else inner
    return value
