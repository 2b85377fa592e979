"""Automations: what to wait for, and what to do then, written in code and stored.

from prefect.automations import Automation, CancelFlowRun, EventTrigger

Automation(
    name="cancel what is late",
    trigger=EventTrigger(expect={"prefect.flow-run.Late"}),
    actions=[CancelFlowRun()],
).create()
"""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

from prefect._dual.dispatch import async_dispatch
from prefect._dual.drivers import arun, run
from prefect._dual.effects import Steps, settle
from prefect.backend import get_backend
from prefect.exceptions import ObjectNotFound
from prefect.schemas.automation_actions import (
    CallWebhook,
    CancelFlowRun,
    ChangeFlowRunState,
    DeclareIncident,
    DeleteFlowRun,
    DoNothing,
    PauseAutomation,
    PauseDeployment,
    PauseWorkPool,
    PauseWorkQueue,
    ResumeAutomation,
    ResumeDeployment,
    ResumeWorkPool,
    ResumeWorkQueue,
    RunDeployment,
    SendNotification,
    SuspendFlowRun,
)
from prefect.schemas.automation_triggers import (
    CompositeTrigger,
    CompoundTrigger,
    EventTrigger,
    MetricTrigger,
    MetricTriggerOperator,
    MetricTriggerQuery,
    Posture,
    PrefectMetric,
    ResourceTrigger,
    SequenceTrigger,
    Trigger,
)
from prefect.schemas.automations import (
    AutomationCore,
    AutomationCreate,
    AutomationFilter,
    AutomationFilterName,
    AutomationPartialUpdate,
    AutomationUpdate,
)
from prefect.schemas.resources import ResourceSpecification
from prefect.store import automations as stored

__all__ = [
    "Automation",
    "AutomationCore",
    "EventTrigger",
    "ResourceTrigger",
    "Posture",
    "Trigger",
    "ResourceSpecification",
    "MetricTriggerOperator",
    "MetricTrigger",
    "PrefectMetric",
    "CompositeTrigger",
    "SequenceTrigger",
    "CompoundTrigger",
    "MetricTriggerQuery",
    "DoNothing",
    "RunDeployment",
    "PauseDeployment",
    "ResumeDeployment",
    "CancelFlowRun",
    "DeleteFlowRun",
    "ChangeFlowRunState",
    "PauseWorkQueue",
    "ResumeWorkQueue",
    "SendNotification",
    "CallWebhook",
    "PauseAutomation",
    "ResumeAutomation",
    "SuspendFlowRun",
    "PauseWorkPool",
    "ResumeWorkPool",
    "DeclareIncident",
]


def _create(automation: Automation) -> Steps[Automation]:
    wanted = AutomationCreate.model_validate(_facts(automation, AutomationCreate))
    made = yield from settle(get_backend().perform(stored.create_automation, wanted))
    automation.id = made.id
    return automation


def _update(automation: Automation) -> Steps[None]:
    wanted = AutomationUpdate.model_validate(_facts(automation, AutomationUpdate))
    yield from settle(get_backend().perform(stored.update_automation, _id_of(automation, "update"), wanted))


def _facts(automation: Automation, kind: type[AutomationUpdate]) -> dict[str, Any]:
    return {name: getattr(automation, name) for name in kind.model_fields}


def _read(cls: type[Automation], id: UUID | str | None, name: str | None) -> Steps[Automation]:
    if id is not None and name is not None:
        raise ValueError("Only one of id or name can be provided")
    if id is not None:
        try:
            found = yield from settle(get_backend().perform(stored.read_automation, UUID(str(id))))
        except ObjectNotFound:
            raise ValueError(f"Automation with ID {str(id)!r} not found") from None
        return cls.model_validate(dict(found))
    if name is None:
        raise ValueError("One of id or name must be provided")
    called = AutomationFilter(name=AutomationFilterName(any_=[name]))
    several = yield from settle(get_backend().perform(stored.read_automations, called, limit=1))
    if not several:
        raise ValueError(f"Automation with name {name!r} not found")
    return cls.model_validate(dict(several[0]))


def _delete(automation: Automation) -> Steps[bool]:
    try:
        yield from settle(get_backend().perform(stored.delete_automation, _id_of(automation, "delete")))
    except ObjectNotFound:
        return False
    return True


def _enable(automation: Automation, enabled: bool) -> Steps[bool]:
    id = _id_of(automation, "enable" if enabled else "disable")
    try:
        yield from settle(
            get_backend().perform(stored.patch_automation, id, AutomationPartialUpdate(enabled=enabled))
        )
    except ObjectNotFound:
        return False
    automation.enabled = enabled
    return True


def _id_of(automation: Automation, what: str) -> UUID:
    if automation.id is None:
        raise ValueError(f"Can't {what} an automation without an id")
    return automation.id


async def _acreate(self: Automation) -> Automation:
    return await arun(_create(self))


async def _aupdate(self: Automation) -> None:
    await arun(_update(self))


async def _aread(cls: type[Automation], id: UUID | None = None, name: str | None = None) -> Automation:
    return await arun(_read(cls, id, name))


async def _adelete(self: Automation) -> bool:
    return await arun(_delete(self))


async def _adisable(self: Automation) -> bool:
    return await arun(_enable(self, enabled=False))


async def _aenable(self: Automation) -> bool:
    return await arun(_enable(self, enabled=True))


class Automation(AutomationCore):
    """What to wait for, and what to do then. `id` is None until it is stored.

    `create`, `read`, `update`, `delete`, `enable` and `disable` return a value in sync code and an awaitable in async
    code; those that begin with an a are for async code only.

    Example:
        >>> automation = Automation(name="nothing", trigger=EventTrigger(expect={"x"}), actions=[DoNothing()])
        >>> automation.create().id is None
        False
    """

    id: UUID | None = None

    async def acreate(self) -> Self:
        """Store the automation. See `create`."""
        await arun(_create(self))
        return self

    @async_dispatch(_acreate)
    def create(self) -> Any:
        """Store the automation as a new one, and return it with its id."""
        return run(_create(self))

    async def aupdate(self) -> None:
        """Store what was changed. See `update`."""
        await arun(_update(self))

    @async_dispatch(_aupdate)
    def update(self) -> Any:
        """Store what was changed.

        Raises:
            ValueError: It was not stored yet.
            ObjectNotFound: It was deleted.
        """
        return run(_update(self))

    @classmethod
    async def aread(cls, id: UUID | None = None, name: str | None = None) -> Self:
        """Return a stored automation. See `read`."""
        found: Any = await arun(_read(cls, id, name))
        return found

    @classmethod
    @async_dispatch(_aread)
    def read(cls, id: UUID | None = None, name: str | None = None) -> Any:
        """Return a stored automation.

        Args:
            id: Its id.
            name: Its name, if the id is not given.

        Raises:
            ValueError: There is none, or neither or both are given.
        """
        return run(_read(cls, id, name))

    async def adelete(self) -> bool:
        """Delete the stored automation. See `delete`."""
        return await arun(_delete(self))

    @async_dispatch(_adelete)
    def delete(self) -> Any:
        """Delete the stored automation, and return whether there was one.

        Raises:
            ValueError: It was not stored yet.
        """
        return run(_delete(self))

    async def adisable(self) -> bool:
        """Let the automation wait for nothing. See `disable`."""
        return await arun(_enable(self, enabled=False))

    @async_dispatch(_adisable)
    def disable(self) -> Any:
        """Let the stored automation wait for nothing, and return whether there was one.

        Raises:
            ValueError: It was not stored yet.
        """
        return run(_enable(self, enabled=False))

    async def aenable(self) -> bool:
        """Let the automation wait again. See `enable`."""
        return await arun(_enable(self, enabled=True))

    @async_dispatch(_aenable)
    def enable(self) -> Any:
        """Let the stored automation wait again, and return whether there was one.

        Raises:
            ValueError: It was not stored yet.
        """
        return run(_enable(self, enabled=True))
