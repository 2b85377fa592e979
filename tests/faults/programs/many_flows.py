"""Flow after flow for some seconds; prints how many. Arguments: the seconds."""

from __future__ import annotations

import sys
import time

from prefect import flow, task


@task
def step(number: int) -> int:
    """Do next to nothing."""
    return number


@flow(name="One of many")
def one_of_many() -> int:
    """Run three tasks here and two in threads."""
    here = [step(number) for number in range(3)]
    return sum(here) + sum(step.map([3, 4]).result())


sys.stdin.readline()  # all processes begin at once
end = time.monotonic() + float(sys.argv[1])
count = 0
while True:
    assert one_of_many() == 10
    count += 1
    if time.monotonic() > end:
        break
print(count)
