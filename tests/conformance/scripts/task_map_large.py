"""The results of a large map are in the order of its input, however long each task takes."""

import time

from prefect import flow, task


@task
def slow_first(number: int) -> int:
    time.sleep(0.02 if number % 10 == 0 else 0)
    return number * 2


@flow
def pipeline() -> bool:
    results = slow_first.map(range(100)).result()
    print(results[:3], results[-3:], len(results))
    return results == [number * 2 for number in range(100)]


if __name__ == "__main__":
    print(pipeline())
