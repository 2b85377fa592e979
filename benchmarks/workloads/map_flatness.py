"""map_flatness.py N: does a mapped task cost the same among N as among N/10?

Both sizes run in one process, the small one several times before and after the large one, so that the machine's
moods hit both alike. Whole flow calls are timed, until everything is recorded: a size so small that the flow itself
weighs says little. `times_small` is the cost per task of the large map over that of the small one: 1 is flat. On a
busy machine trust `cpu_times_small`, the same of the processor time.
"""

import sys
from statistics import median
from time import perf_counter, process_time

from figures import expect, report

from prefect import flow, task

REPEATS = 3


@task
def step(number: int) -> int:
    return number


@flow
def fan_out(number: int) -> int:
    return sum(step.map(range(number)).result())


def per_task_ms(number: int) -> tuple[float, float]:
    """Wall and processor time."""
    wall, cpu = perf_counter(), process_time()
    expect(fan_out(number), number * (number - 1) // 2)
    return (perf_counter() - wall) / number * 1e3, (process_time() - cpu) / number * 1e3


if __name__ == "__main__":
    n = int(sys.argv[1])
    small = max(1, n // 10)
    fan_out(1)
    few = [per_task_ms(small) for _ in range(REPEATS)]
    wall, cpu = per_task_ms(n)
    few += [per_task_ms(small) for _ in range(REPEATS)]
    small_wall, small_cpu = map(median, zip(*few, strict=True))
    report(
        n=n,
        small_ms=small_wall,
        large_ms=wall,
        times_small=wall / small_wall,
        cpu_times_small=cpu / small_cpu,
    )
