"""Automations: made, read, changed, paused and deleted."""

from datetime import timedelta

from claims import raises, same, verdict

from prefect import get_client
from prefect.automations import Automation, AutomationCore, CompoundTrigger, DoNothing, EventTrigger, Posture
from prefect.events.actions import CancelFlowRun, RunDeployment

made = Automation(
    name="compat-automation",
    description="Nothing happens.",
    trigger=EventTrigger(
        expect={"compat.never"},
        match={"prefect.resource.id": "compat.thing.*"},
        posture=Posture.Reactive,
        threshold=2,
        within=timedelta(seconds=30),
    ),
    actions=[DoNothing()],
    tags=["compat"],
).create()
read = Automation.read(name="compat-automation")
same(
    "read by name",
    (read.id, read.trigger.threshold, read.trigger.within),
    (made.id, 2, timedelta(seconds=30)),
)
same("read by id", Automation.read(id=made.id).actions[0].type, "do-nothing")
read.description = "Still nothing."
read.actions = [CancelFlowRun()]
read.update()
again = Automation.read(id=made.id)
same("changed", (again.description, again.actions[0].type), ("Still nothing.", "cancel-flow-run"))
again.disable()
same("disabled", Automation.read(id=made.id).enabled, False)
again.enable()
same("enabled", Automation.read(id=made.id).enabled, True)

with get_client(sync_client=True) as client:
    core = AutomationCore(
        name="compat-compound",
        trigger=CompoundTrigger(
            require="all",
            within=60,
            triggers=[
                EventTrigger(expect={"compat.a"}),
                EventTrigger(expect={"compat.b"}, posture=Posture.Proactive),
            ],
        ),
        actions=[RunDeployment(source="inferred", parameters={"x": 1})],
    )
    compound = client.create_automation(core)
    stored = client.read_automation(compound)
    same(
        "a compound trigger", [type(each).__name__ for each in stored.trigger.triggers], ["EventTrigger"] * 2
    )
    same("of a name", [each.id for each in client.read_automations_by_name("compat-compound")], [compound])
    names = {each.name for each in client.read_automations()}
    same("listed", names & {"compat-automation", "compat-compound"}, {"compat-automation", "compat-compound"})
    same("found", client.find_automation("compat-compound").id, compound)
    client.pause_automation(compound)
    same("paused", client.read_automation(compound).enabled, False)
    client.resume_automation(compound)
    fields = set(AutomationCore.model_fields) - {"owner_resource"}
    changed = AutomationCore(**{name: getattr(stored, name) for name in fields})
    client.update_automation(compound, changed.model_copy(update={"name": "compat-renamed"}))
    same("renamed", client.read_automation(compound).name, "compat-renamed")
    client.delete_automation(compound)
    same("deleted", client.read_automations_by_name("compat-renamed"), [])

again.delete()
raises("deleted by itself", ValueError, lambda: Automation.read(name="compat-automation"))
raise SystemExit(verdict())
