"""Automations, as a client asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from prefect._http_errors import PrefectHTTPStatusError
from prefect.client.orchestration._methods import Asking, given, method
from prefect.schemas.automations import (
    AutomationCreate,
    AutomationFilter,
    AutomationFilterName,
    AutomationPartialUpdate,
    AutomationUpdate,
)
from prefect.store import automations as stored

if TYPE_CHECKING:
    from prefect._dual.effects import Steps
    from prefect.schemas.automations import Automation, AutomationCore, AutomationSort


class Automations(Asking):
    """The methods of automations."""

    @method()
    def create_automation(self, automation: AutomationCore) -> Steps[UUID]:
        """Store a new automation, and return its id."""
        wanted = AutomationCreate.model_validate(_facts(automation, AutomationCreate))
        return (yield from self.ask(stored.create_automation, wanted)).id

    @method()
    def update_automation(self, automation_id: UUID, automation: AutomationCore) -> Steps[None]:
        """Put another automation in the place of one."""
        wanted = AutomationUpdate.model_validate(_facts(automation, AutomationUpdate))
        yield from self.ask(stored.update_automation, automation_id, wanted)

    @method()
    def read_automations(
        self,
        *,
        automations: AutomationFilter | None = None,
        sort: AutomationSort | None = None,
        limit: int | None = None,
        offset: int = 0,
    ) -> Steps[list[Automation]]:
        """Return automations.

        Args:
            automations: Which ones; by default all.
            sort: In which order; by default by name.
            limit: How many at most; by default as many as the server allows.
            offset: How many to pass over.
        """
        wanted = given(automations=automations, sort=sort, limit=limit, offset=offset)
        return (yield from self.ask(stored.read_automations, **wanted))

    @method()
    def find_automation(self, id_or_name: str | UUID) -> Steps[Automation | None]:
        """Return the automation with an id, or with a name, whatever its case; None if there is none."""
        text = str(id_or_name)
        try:
            by_id = yield from self._automation(UUID(text))
        except ValueError:  # it is a name
            by_id = None
        if by_id is not None:
            return by_id
        named = yield from self._automations_named(text)
        if named:
            return named[0]
        everything = yield from self.ask(stored.read_automations)
        return next((each for each in everything if each.name.lower() == text.lower()), None)

    @method()
    def read_automation(self, automation_id: UUID | str) -> Steps[Automation | None]:
        """Return an automation; None if there is none with this id."""
        return (yield from self._automation(UUID(str(automation_id))))

    @method()
    def read_automations_by_name(self, name: str) -> Steps[list[Automation]]:
        """Return the automations of a name."""
        return (yield from self._automations_named(name))

    def _automation(self, automation_id: UUID) -> Steps[Automation | None]:
        try:
            return (yield from self.ask(stored.read_automation, automation_id))
        except PrefectHTTPStatusError as error:
            if error.response.status_code != 404:
                raise
            return None

    def _automations_named(self, name: str) -> Steps[list[Automation]]:
        wanted = AutomationFilter(name=AutomationFilterName(any_=[name]))
        return (yield from self.ask(stored.read_automations, wanted))

    @method()
    def pause_automation(self, automation_id: UUID) -> Steps[None]:
        """Let an automation do nothing."""
        change = AutomationPartialUpdate(enabled=False)
        yield from self.ask(stored.patch_automation, automation_id, change)

    @method()
    def resume_automation(self, automation_id: UUID) -> Steps[None]:
        """Let an automation act again."""
        change = AutomationPartialUpdate(enabled=True)
        yield from self.ask(stored.patch_automation, automation_id, change)

    @method()
    def delete_automation(self, automation_id: UUID) -> Steps[None]:
        """Delete an automation; one that is not there is not an error."""
        try:
            yield from self.ask(stored.delete_automation, automation_id)
        except PrefectHTTPStatusError as error:
            if error.response.status_code != 404:
                raise

    @method()
    def read_resource_related_automations(self, resource_id: str) -> Steps[list[Automation]]:
        """Return the automations that name a resource."""
        return (yield from self.ask(stored.read_automations_related_to_resource, resource_id))

    @method()
    def delete_resource_owned_automations(self, resource_id: str) -> Steps[None]:
        """Delete the automations that belong to a resource."""
        yield from self.ask(stored.delete_automations_owned_by_resource, resource_id)


def _facts(automation: AutomationCore, kind: type[AutomationUpdate]) -> dict[str, object]:
    """Return what makes an automation up, without what a server has added to it."""
    told = automation.model_dump(mode="json")
    return {name: told[name] for name in kind.model_fields if name in told}
