"""Inputs are received asynchronously, with metadata of the sender, and answered."""

import asyncio

from prefect import flow
from prefect.input import RunInput
from prefect.runtime import flow_run


class Question(RunInput):
    number: int


class Answer(RunInput):
    number: int


@flow
async def doubler() -> None:
    async for question in Question.receive(timeout=10, poll_interval=0.1):
        await question.respond(Answer(number=question.number * 2))
        break


@flow
async def asker() -> None:
    own = flow_run.id
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    @flow
    async def listening() -> None:
        ready.set_result(flow_run.id)
        async for question in Question.receive(timeout=10, poll_interval=0.1):
            print(question.metadata.sender == f"prefect.flow-run.{own}")
            await question.respond(Answer(number=question.number * 2))
            break

    work = asyncio.create_task(listening())
    await Question(number=21).send_to(await ready)
    async for answer in Answer.receive(timeout=10, poll_interval=0.1):
        print(answer.number)
        break
    await work


if __name__ == "__main__":
    asyncio.run(asker())
