"""`prefect.runtime` tells a run about itself: names, parameters, parents, counts."""

from prefect import flow, tags, task
from prefect.runtime import deployment, flow_run, task_run


@task(tags=["t"])
def inner(number: int) -> tuple:
    return (
        task_run.task_name,
        task_run.parameters,
        task_run.run_count,
        sorted(task_run.tags),
        flow_run.flow_name,
    )


@flow(flow_run_name="child 1")
def child(parent_id: str) -> None:
    print(flow_run.name, flow_run.parent_flow_run_id == parent_id, flow_run.root_flow_run_id == parent_id)


@flow(flow_run_name="parent 1", version="9")
def parent(number: int) -> None:
    print(flow_run.name, flow_run.flow_name, flow_run.parameters, flow_run.run_count, flow_run.flow_version)
    print(sorted(flow_run.tags), flow_run.parent_flow_run_id, flow_run.parent_deployment_id)
    print(
        flow_run.scheduled_start_time is not None, len(flow_run.id), flow_run.root_flow_run_id == flow_run.id
    )
    print(inner(number))
    print(deployment.id, deployment.name, deployment.parameters)
    child(flow_run.id)


if __name__ == "__main__":
    with tags("x"):
        parent(4)
    print(flow_run.id, flow_run.name, flow_run.tags, flow_run.parameters, task_run.id, task_run.name)
    print(dir(task_run))
    print(dir(flow_run))
    print(dir(deployment))
