from __future__ import annotations

from uuid import uuid4

from prefect.orchestration.facts import FlowRunFacts, TaskRunFacts
from prefect.schemas.flow_runs import FlowRun, FlowRunPolicy
from prefect.schemas.task_runs import TaskRun, TaskRunPolicy
from tests.unit.orchestration.building import NOW


def test_facts_of_a_flow_run() -> None:
    """A flow run tells its counts, its policy, and whether it has a deployment, a parent and infrastructure."""
    run = FlowRun(
        flow_id=uuid4(),
        run_count=2,
        deployment_id=uuid4(),
        parent_task_run_id=uuid4(),
        infrastructure_pid="host:1",
        empirical_policy=FlowRunPolicy(retries=3, retry_delay=4, pause_keys={"a"}, retry_type="in_process"),
    )
    assert FlowRunFacts.of(run, NOW, deployment_limit=5) == FlowRunFacts(
        NOW,
        run_count=2,
        retries=3,
        retry_delay=4,
        pause_keys={"a"},
        retry_type="in_process",
        has_deployment=True,
        is_subflow=True,
        infrastructure_pid="host:1",
        deployment_limit=5,
    )


def test_facts_of_a_plain_flow_run_are_the_defaults() -> None:
    """A flow run without anything special has the facts nobody has to tell."""
    assert FlowRunFacts.of(FlowRun(flow_id=uuid4()), NOW) == FlowRunFacts(NOW, pause_keys=())


def test_facts_of_a_task_run() -> None:
    """A task run tells its counts and its policy; what others know is added."""
    policy = TaskRunPolicy(retries=3, retry_delay=[1, 2], retry_jitter_factor=0.5)
    run = TaskRun(task_key="t", dynamic_key="0", run_count=1, flow_run_run_count=2, empirical_policy=policy)
    assert TaskRunFacts.of(run, NOW, flow_run_count=2) == TaskRunFacts(
        NOW,
        run_count=1,
        retries=3,
        retry_delay=[1, 2],
        retry_jitter_factor=0.5,
        flow_run_run_count=2,
        flow_run_count=2,
    )
    assert TaskRunFacts.of(TaskRun(task_key="t", dynamic_key="0"), NOW) == TaskRunFacts(NOW)
