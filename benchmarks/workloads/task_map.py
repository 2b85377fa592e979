"""task_map.py N: one no-op task mapped over N numbers, on the default task runner."""

import sys
from time import perf_counter, process_time

from figures import expect, memory_kb, report

from prefect import flow, task

figures: dict[str, float] = {}


@task
def step(number: int) -> int:
    return number


@flow
def fan_out(number: int) -> int:
    wall, cpu = perf_counter(), process_time()
    total = sum(step.map(range(number)).result())
    figures["per_task_ms"] = (perf_counter() - wall) / number * 1e3
    figures["per_task_cpu_ms"] = (process_time() - cpu) / number * 1e3
    return total


if __name__ == "__main__":
    n = int(sys.argv[1])
    fan_out(1)  # whatever only the first run pays
    memory, wall = memory_kb(), perf_counter()
    expect(fan_out(n), n * (n - 1) // 2)
    figures["flow_per_task_ms"] = (perf_counter() - wall) / n * 1e3
    report(n=n, **figures, growth_kb_per_task=(memory_kb() - memory) / n)
