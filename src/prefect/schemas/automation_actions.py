"""What an automation does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal, Self, TypeAlias
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from prefect.schemas._base import Record
from prefect.schemas.states import StateType

Source = Literal["selected", "inferred"]
"""Whether what an action is about is named, or is what the event was about."""


class Action(Record):
    """What an automation does. `type` tells which kind of action it is."""

    type: Any

    def describe_for_cli(self) -> str:
        """Return a description for people."""
        return self.type.replace("-", " ").capitalize()

    @property
    def concerned_resource(self) -> str | None:
        """The id of the resource that the action is about, if it is named."""
        return None


class DoNothing(Action):
    """Does nothing but being told: for trying out."""

    type: Literal["do-nothing"] = "do-nothing"


class _Targeted(Action):
    """Is about something that is named, or that the event was about."""

    target: ClassVar[str]

    @property
    def target_id(self) -> UUID | None:
        """The id of what the action is about, if it is named."""
        return getattr(self, f"{self.target.replace('-', '_')}_id")

    @model_validator(mode="after")
    def _names_what_is_selected(self) -> Self:
        field = f"{self.target.replace('-', '_')}_id"
        selected = getattr(self, "source", None) == "selected"
        if selected and self.target_id is None:
            raise ValueError(f"{field} is required")
        if not selected and self.target_id is not None:
            raise ValueError(f"{field} is not allowed")
        return self

    @property
    def concerned_resource(self) -> str | None:
        """See `Action.concerned_resource`."""
        return None if self.target_id is None else f"prefect.{self.target}.{self.target_id}"


class DeploymentAction(_Targeted):
    """Is about a deployment."""

    target = "deployment"

    source: Source = "selected"
    deployment_id: UUID | None = None


def _not_negative(duration: timedelta) -> timedelta:
    if duration < timedelta(0):
        raise ValueError("schedule_after must be non-negative")
    return duration


NonNegativeTimeDelta: TypeAlias = Annotated[timedelta, AfterValidator(_not_negative)]
"""A duration, or none."""


class RunDeployment(DeploymentAction):
    """Runs a deployment.

    Attributes:
        parameters: Parameters of the run; texts may be templates.
        job_variables: Job variables of the run.
        schedule_after: How long to wait.
    """

    type: Literal["run-deployment"] = "run-deployment"
    parameters: dict[str, Any] | None = None
    job_variables: dict[str, Any] | None = None
    schedule_after: NonNegativeTimeDelta = timedelta(0)


class PauseDeployment(DeploymentAction):
    """Pauses a deployment."""

    type: Literal["pause-deployment"] = "pause-deployment"


class ResumeDeployment(DeploymentAction):
    """Resumes a deployment."""

    type: Literal["resume-deployment"] = "resume-deployment"


class CancelFlowRun(Action):
    """Cancels the flow run that the event was about."""

    type: Literal["cancel-flow-run"] = "cancel-flow-run"


class DeleteFlowRun(Action):
    """Deletes the flow run that the event was about."""

    type: Literal["delete-flow-run"] = "delete-flow-run"


class ChangeFlowRunState(Action):
    """Gives the flow run that the event was about another state."""

    type: Literal["change-flow-run-state"] = "change-flow-run-state"
    name: str | None = None
    state: StateType
    message: str | None = None
    force: bool = False


class SuspendFlowRun(Action):
    """Suspends the flow run that the event was about."""

    type: Literal["suspend-flow-run"] = "suspend-flow-run"


class ResumeFlowRun(Action):
    """Resumes the flow run that the event was about."""

    type: Literal["resume-flow-run"] = "resume-flow-run"


class WorkQueueAction(_Targeted):
    """Is about a work queue."""

    target = "work-queue"

    source: Source = "selected"
    work_queue_id: UUID | None = None


class PauseWorkQueue(WorkQueueAction):
    """Pauses a work queue."""

    type: Literal["pause-work-queue"] = "pause-work-queue"


class ResumeWorkQueue(WorkQueueAction):
    """Resumes a work queue."""

    type: Literal["resume-work-queue"] = "resume-work-queue"


class WorkPoolAction(_Targeted):
    """Is about a work pool."""

    target = "work-pool"

    source: Source = "selected"
    work_pool_id: UUID | None = None


class PauseWorkPool(WorkPoolAction):
    """Pauses a work pool."""

    type: Literal["pause-work-pool"] = "pause-work-pool"


class ResumeWorkPool(WorkPoolAction):
    """Resumes a work pool."""

    type: Literal["resume-work-pool"] = "resume-work-pool"


class AutomationAction(_Targeted):
    """Is about an automation."""

    target = "automation"

    source: Source = "selected"
    automation_id: UUID | None = None


class PauseAutomation(AutomationAction):
    """Pauses an automation."""

    type: Literal["pause-automation"] = "pause-automation"


class ResumeAutomation(AutomationAction):
    """Resumes an automation."""

    type: Literal["resume-automation"] = "resume-automation"


class SendNotification(Action):
    """Sends a notification by a saved block; subject and body may be templates."""

    type: Literal["send-notification"] = "send-notification"
    block_document_id: UUID
    subject: str = "Prefect automated notification"
    body: str

    @property
    def concerned_resource(self) -> str | None:
        """See `Action.concerned_resource`."""
        return f"prefect.block-document.{self.block_document_id}"


def _as_text(payload: Any) -> Any:
    return payload if payload is None or isinstance(payload, str) else json.dumps(payload, indent=2)


class CallWebhook(Action):
    """Calls a webhook by a saved block; the payload may be a template."""

    type: Literal["call-webhook"] = "call-webhook"
    block_document_id: UUID
    payload: Annotated[str, BeforeValidator(_as_text)] = Field(default="")

    @property
    def concerned_resource(self) -> str | None:
        """See `Action.concerned_resource`."""
        return f"prefect.block-document.{self.block_document_id}"


class DeclareIncident(Action):
    """Declares an incident; only a hosted service does it."""

    type: Literal["declare-incident"] = "declare-incident"


ActionTypes: TypeAlias = Annotated[
    DoNothing
    | RunDeployment
    | PauseDeployment
    | ResumeDeployment
    | CancelFlowRun
    | DeleteFlowRun
    | ChangeFlowRunState
    | PauseWorkQueue
    | ResumeWorkQueue
    | SendNotification
    | CallWebhook
    | PauseAutomation
    | ResumeAutomation
    | SuspendFlowRun
    | ResumeFlowRun
    | PauseWorkPool
    | ResumeWorkPool
    | SkipJsonSchema[DeclareIncident],
    Field(discriminator="type"),
]
"""The actions that there are. What only a hosted service knows is in no document of a server."""
