"""Deployments: made, scheduled, run, paused, changed and deleted through the client."""

from datetime import timedelta

from claims import eventually, raises, same, verdict

from prefect import flow, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, DeploymentUpdate, WorkPoolCreate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    DeploymentFilterName,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
)
from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule
from prefect.exceptions import ObjectNotFound


@flow
def compat_deployed(word: str, number: int = 1) -> str:
    """Return the words."""
    return word * number


with get_client(sync_client=True) as client:
    client.create_work_pool(WorkPoolCreate(name="compat-pool-of-deployments", type="process"))
    flow_id = client.create_flow(compat_deployed)
    made = client.create_deployment(
        flow_id,
        "compat-first",
        work_pool_name="compat-pool-of-deployments",
        entrypoint="flows.py:compat_deployed",
        parameters={"word": "a"},
        tags=["compat"],
        description="First.",
        parameter_openapi_schema={
            "type": "object",
            "required": ["word"],
            "properties": {"word": {"type": "string"}, "number": {"type": "integer", "default": 1}},
        },
        schedules=[
            DeploymentScheduleCreate(
                schedule=CronSchedule(cron="0 9 * * *", timezone="Europe/Oslo"), slug="daily"
            )
        ],
        concurrency_limit=2,
    )
    read = client.read_deployment_by_name("compat-deployed/compat-first")
    same("read by name", (read.id, read.parameters, read.paused), (made, {"word": "a"}, False))
    same(
        "what it says",
        (read.description, read.tags, read.work_pool_name, read.work_queue_name, read.entrypoint),
        ("First.", ["compat"], "compat-pool-of-deployments", "default", "flows.py:compat_deployed"),
    )
    same("its limit", read.global_concurrency_limit.limit, 2)
    same("its schedule", [each.schedule.timezone for each in read.schedules], ["Europe/Oslo"])
    same("made again", client.create_deployment(flow_id, "compat-first", parameters={"word": "b"}), made)

    by_name = DeploymentFilter(name=DeploymentFilterName(like_="compat-fir"))
    same(
        "found by a part of its name",
        [each.id for each in client.read_deployments(deployment_filter=by_name)],
        [made],
    )

    (extra,) = client.create_deployment_schedules(
        made, [(IntervalSchedule(interval=timedelta(hours=1)), True)]
    )
    client.update_deployment_schedule(made, extra.id, active=False)
    states = {each.id: each.active for each in client.read_deployment_schedules(made)}
    same("a schedule is switched off", states[extra.id], False)
    client.delete_deployment_schedule(made, extra.id)
    same(
        "a schedule is deleted",
        extra.id in {each.id for each in client.read_deployment_schedules(made)},
        False,
    )

    run = client.create_flow_run_from_deployment(
        made, parameters={"word": "c", "number": 2}, tags=["by-hand"]
    )
    same("a run of it", (run.state_name, run.parameters), ("Scheduled", {"word": "c", "number": 2}))
    same(
        "what the run knows",
        (run.deployment_id, run.work_pool_name, run.flow_id),
        (made, read.work_pool_name, flow_id),
    )
    twice = [client.create_flow_run_from_deployment(made, idempotency_key="compat-once").id for _ in range(2)]
    same("one run for a key", twice[0], twice[1])
    due = client.get_scheduled_flow_runs_for_deployments([made])
    same("runs that are due", run.id in {each.id for each in due}, True)
    pooled = client.get_scheduled_flow_runs_for_work_pool("compat-pool-of-deployments")
    same("runs that the pool is given", run.id in {each.flow_run.id for each in pooled}, True)

    client.update_deployment(
        made,
        DeploymentUpdate(
            schedules=[{"schedule": IntervalSchedule(interval=timedelta(hours=2)), "active": True}],
            tags=["changed"],
        ),
    )
    of_deployment = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[made]))

    def scheduled_by_itself() -> bool:
        """Return whether the scheduler made runs."""
        return any(each.auto_scheduled for each in client.read_flow_runs(flow_run_filter=of_deployment))

    eventually("runs are made ahead", scheduled_by_itself, True)
    same("changed", client.read_deployment(made).tags, ["changed"])
    client.pause_deployment(made)
    same("paused", client.read_deployment(made).paused, True)
    eventually("no runs are left while paused", scheduled_by_itself, False)
    client.resume_deployment(made)
    same("resumed", client.read_deployment(made).paused, False)
    client.delete_deployment(made)
    raises("deleted", ObjectNotFound, lambda: client.read_deployment(made))
    gone = DeploymentFilter(id=DeploymentFilterId(any_=[made]))
    same("and not listed", client.read_deployments(deployment_filter=gone), [])

raise SystemExit(verdict())
