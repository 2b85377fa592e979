"""`rate_limit` takes a slot that comes back with time; without a limit of that name it lets all pass."""

import asyncio

from prefect import flow
from prefect.concurrency.asyncio import rate_limit as arate_limit
from prefect.concurrency.sync import rate_limit


@flow
def pipeline() -> int:
    for _ in range(3):
        rate_limit("conformance-free")
    rate_limit(["conformance-x", "conformance-y"], occupy=2)
    try:
        rate_limit("conformance-strict", strict=True)
    except Exception as error:
        print(type(error).__name__)
    return 3


async def asynchronous() -> None:
    await arate_limit("conformance-free")
    print("async")


if __name__ == "__main__":
    print(pipeline())
    asyncio.run(asynchronous())
