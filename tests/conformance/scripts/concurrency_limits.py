"""A global concurrency limit, made by the command line, holds back whoever finds no slot."""

import asyncio
import subprocess
import sys

from prefect import flow
from prefect.concurrency.asyncio import concurrency as aconcurrency
from prefect.concurrency.sync import concurrency

inside: list[int] = [0, 0]


def limits(*arguments: str) -> int:
    command = [sys.executable, "-m", "prefect", "global-concurrency-limit", *arguments]
    return subprocess.run(command, check=False, capture_output=True).returncode


async def guarded(number: int) -> int:
    async with aconcurrency("conformance-two", occupy=1):
        inside[0] += 1
        inside[1] = max(inside)
        await asyncio.sleep(0.1)
        inside[0] -= 1
    return number


@flow
async def pipeline() -> None:
    print(await asyncio.gather(*(guarded(number) for number in range(4))))
    print(inside[1] <= 2)


@flow
def full() -> None:
    with concurrency("conformance-two", occupy=2):
        try:
            with concurrency("conformance-two", timeout_seconds=0.5):
                print("never")
        except TimeoutError:
            print("no slot in time")
    with concurrency("conformance-two", occupy=2):
        print("free again")


if __name__ == "__main__":
    print(limits("create", "conformance-two", "--limit", "2"))
    asyncio.run(pipeline())
    full()
    print(limits("inspect", "conformance-two"), limits("inspect", "conformance-none"))
