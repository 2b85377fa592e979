"""Events: say that something happened, and it is recorded with the run that it happened in.

from prefect.events import emit_event
emit_event("table.loaded", resource={"prefect.resource.id": "warehouse.orders"}, payload={"rows": 1200})

What automations are made of is here too. It is loaded when it is asked for: whoever emits an event does not need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect._imports import forwarding
from prefect.events.emitting import emit_event
from prefect.schemas.events import Event, ReceivedEvent
from prefect.schemas.resources import RelatedResource, Resource, ResourceSpecification

if TYPE_CHECKING:
    from prefect.schemas.automation_actions import (
        Action,
        ActionTypes,
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
        ResourceTrigger,
        SequenceTrigger,
        Trigger,
        TriggerTypes,
    )
    from prefect.schemas.automations import Automation, AutomationCore
    from prefect.schemas.deployment_triggers import (
        DeploymentCompoundTrigger,
        DeploymentEventTrigger,
        DeploymentMetricTrigger,
        DeploymentSequenceTrigger,
        DeploymentTriggerTypes,
    )

__all__ = [
    "Action",
    "ActionTypes",
    "Automation",
    "AutomationCore",
    "CallWebhook",
    "CancelFlowRun",
    "ChangeFlowRunState",
    "CompositeTrigger",
    "CompoundTrigger",
    "DeclareIncident",
    "DeleteFlowRun",
    "DeploymentCompoundTrigger",
    "DeploymentEventTrigger",
    "DeploymentMetricTrigger",
    "DeploymentSequenceTrigger",
    "DeploymentTriggerTypes",
    "DoNothing",
    "Event",
    "EventTrigger",
    "MetricTrigger",
    "MetricTriggerOperator",
    "MetricTriggerQuery",
    "PauseAutomation",
    "PauseDeployment",
    "PauseWorkPool",
    "PauseWorkQueue",
    "Posture",
    "ReceivedEvent",
    "RelatedResource",
    "Resource",
    "ResourceSpecification",
    "ResourceTrigger",
    "ResumeAutomation",
    "ResumeDeployment",
    "ResumeWorkPool",
    "ResumeWorkQueue",
    "RunDeployment",
    "SendNotification",
    "SequenceTrigger",
    "SuspendFlowRun",
    "Trigger",
    "TriggerTypes",
    "emit_event",
]

__getattr__ = forwarding(
    __name__,
    {
        "Action": "prefect.schemas.automation_actions",
        "ActionTypes": "prefect.schemas.automation_actions",
        "CallWebhook": "prefect.schemas.automation_actions",
        "CancelFlowRun": "prefect.schemas.automation_actions",
        "ChangeFlowRunState": "prefect.schemas.automation_actions",
        "DeclareIncident": "prefect.schemas.automation_actions",
        "DeleteFlowRun": "prefect.schemas.automation_actions",
        "DoNothing": "prefect.schemas.automation_actions",
        "PauseAutomation": "prefect.schemas.automation_actions",
        "PauseDeployment": "prefect.schemas.automation_actions",
        "PauseWorkPool": "prefect.schemas.automation_actions",
        "PauseWorkQueue": "prefect.schemas.automation_actions",
        "ResumeAutomation": "prefect.schemas.automation_actions",
        "ResumeDeployment": "prefect.schemas.automation_actions",
        "ResumeWorkPool": "prefect.schemas.automation_actions",
        "ResumeWorkQueue": "prefect.schemas.automation_actions",
        "RunDeployment": "prefect.schemas.automation_actions",
        "SendNotification": "prefect.schemas.automation_actions",
        "SuspendFlowRun": "prefect.schemas.automation_actions",
        "CompositeTrigger": "prefect.schemas.automation_triggers",
        "CompoundTrigger": "prefect.schemas.automation_triggers",
        "EventTrigger": "prefect.schemas.automation_triggers",
        "MetricTrigger": "prefect.schemas.automation_triggers",
        "MetricTriggerOperator": "prefect.schemas.automation_triggers",
        "MetricTriggerQuery": "prefect.schemas.automation_triggers",
        "Posture": "prefect.schemas.automation_triggers",
        "ResourceTrigger": "prefect.schemas.automation_triggers",
        "SequenceTrigger": "prefect.schemas.automation_triggers",
        "Trigger": "prefect.schemas.automation_triggers",
        "TriggerTypes": "prefect.schemas.automation_triggers",
        "Automation": "prefect.schemas.automations",
        "AutomationCore": "prefect.schemas.automations",
        "DeploymentCompoundTrigger": "prefect.schemas.deployment_triggers",
        "DeploymentEventTrigger": "prefect.schemas.deployment_triggers",
        "DeploymentMetricTrigger": "prefect.schemas.deployment_triggers",
        "DeploymentSequenceTrigger": "prefect.schemas.deployment_triggers",
        "DeploymentTriggerTypes": "prefect.schemas.deployment_triggers",
    },
)
