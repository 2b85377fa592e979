"""Runs of a deployment are asked for, in flows and outside of them."""

from datetime import UTC, datetime
from uuid import uuid4

from prefect import flow, task
from prefect.client.orchestration import get_client
from prefect.deployments import arun_deployment, run_deployment


@flow
def etl(n: int = 1) -> int:
    return n


@task
def number() -> int:
    return 7


@flow
def parent() -> list:
    return [
        run_deployment("etl/nightly", timeout=0, parameters={"n": number()}, flow_run_name="child"),
        run_deployment("etl/nightly", timeout=0, as_subflow=False, flow_run_name="alone"),
        run_deployment("etl/nightly", timeout=0, flow_run_name="second"),
    ]


@flow
async def async_parent() -> object:
    await run_deployment("etl/nightly", timeout=0, flow_run_name="awaited")
    return await arun_deployment("etl/nightly", timeout=0, flow_run_name="awaited too")


if __name__ == "__main__":
    etl.to_deployment("nightly", version="v1", tags=["night"]).apply()
    due = datetime(2030, 1, 1, tzinfo=UTC)
    words = {"parameters": {"n": 3}, "scheduled_time": due, "flow_run_name": "asked", "tags": ["x"]}
    asked = run_deployment("etl/nightly", timeout=0, idempotency_key="key", **words)
    print(
        asked.name,
        asked.parameters,
        sorted(asked.tags),
        asked.state.name,
        asked.state.state_details.scheduled_time,
    )
    print(run_deployment("etl/nightly", timeout=0, idempotency_key="key").id == asked.id)
    print(
        run_deployment(asked.deployment_id, timeout=0, flow_run_name="by id").deployment_id
        == asked.deployment_id
    )
    print(
        run_deployment("etl/nightly", timeout=0.2, poll_interval=0.1, flow_run_name="not executed").state.name
    )
    with get_client(sync_client=True) as client:
        for child in parent():
            if child.parent_task_run_id is None:
                print(child.name, None)
                continue
            standing = client.read_task_run(child.parent_task_run_id)
            inputs = {name: len(sources) for name, sources in standing.task_inputs.items()}
            print(
                child.name,
                child.parameters,
                standing.task_key,
                standing.dynamic_key,
                standing.task_version,
                inputs,
            )
    import asyncio

    print(asyncio.run(async_parent()).parent_task_run_id is not None)
    for name, more in (("etl", {}), ("etl/weekly", {}), (uuid4(), {}), ("etl/nightly", {"timeout": -1})):
        try:
            print(run_deployment(name, **{"timeout": 0, **more}))
        except Exception as error:
            print(type(error).__name__)
