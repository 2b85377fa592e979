"""A run is cancelled by setting its state through the client; an end that was proposed later is not taken."""

import asyncio

from prefect import flow, get_client
from prefect.runtime import flow_run
from prefect.states import Cancelled, Cancelling


@flow
async def cancels_itself() -> str:
    async with get_client() as client:
        answer = await client.set_flow_run_state(flow_run.id, Cancelling())
        print(answer.status.value, answer.state.name)
        run = await client.read_flow_run(flow_run.id)
        print(run.state.type.value)
    return "finished"


@flow
async def finished() -> str:
    return flow_run.id


async def main() -> None:
    state = await cancels_itself(return_state=True)
    print(state.type.value, state.name)
    run_id = await finished()
    async with get_client() as client:
        answer = await client.set_flow_run_state(run_id, Cancelled())
        print(answer.status.value, (await client.read_flow_run(run_id)).state.name)
        answer = await client.set_flow_run_state(run_id, Cancelled(), force=True)
        print(answer.status.value, (await client.read_flow_run(run_id)).state.name)


if __name__ == "__main__":
    asyncio.run(main())
