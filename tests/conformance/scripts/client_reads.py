"""The client reads what runs have left behind: flows, flow runs, task runs, states."""

import asyncio

from prefect import flow, get_client, task
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.runtime import flow_run


@task(tags=["t"])
def step(number: int) -> int:
    return number


@flow(flow_run_name="run 1", version="3")
def conformance_client(number: int) -> str:
    step(number)
    return flow_run.id


async def main() -> None:
    run_id = conformance_client(5)
    async with get_client() as client:
        run = await client.read_flow_run(run_id)
        print(run.name, run.parameters, run.flow_version, run.run_count, run.state.name, run.state_type.value)
        states = await client.read_flow_run_states(run_id)
        print([state.name for state in states])
        found = await client.read_flows(
            flow_filter=FlowFilter(name=FlowFilterName(any_=["conformance-client"]))
        )
        print([each.name for each in found], found[0].id == run.flow_id)
        runs = await client.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=["conformance-client"]))
        )
        print(len(runs), runs[0].name)
    with get_client(sync_client=True) as client:
        print(client.read_flow_run(run_id).name)
        try:
            client.read_flow_run("00000000-0000-4000-8000-000000000000")
        except Exception as error:
            print(type(error).__name__)


if __name__ == "__main__":
    asyncio.run(main())
