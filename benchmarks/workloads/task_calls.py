"""task_calls.py N sync|async: N no-op tasks called one after the other in one flow.

`per_task_ms` is the loop inside the flow; `flow_per_task_ms` is the whole flow call, which returns when everything
is recorded.
"""

import asyncio
import sys
from time import perf_counter, process_time

from figures import expect, memory_kb, report

from prefect import flow, task

figures: dict[str, float] = {}


@task
def step(number: int) -> int:
    return number


@task
async def async_step(number: int) -> int:
    return number


@flow
def calls(number: int) -> int:
    wall, cpu = perf_counter(), process_time()
    total = sum(step(i) for i in range(number))
    figures["per_task_ms"] = (perf_counter() - wall) / number * 1e3
    figures["per_task_cpu_ms"] = (process_time() - cpu) / number * 1e3
    return total


@flow
async def async_calls(number: int) -> int:
    wall, cpu = perf_counter(), process_time()
    total = sum([await async_step(i) for i in range(number)])
    figures["per_task_ms"] = (perf_counter() - wall) / number * 1e3
    figures["per_task_cpu_ms"] = (process_time() - cpu) / number * 1e3
    return total


def run(number: int, how: str) -> int:
    return calls(number) if how == "sync" else asyncio.run(async_calls(number))


if __name__ == "__main__":
    n, how = int(sys.argv[1]), sys.argv[2]
    run(1, how)  # whatever only the first run pays
    memory, wall = memory_kb(), perf_counter()
    expect(run(n, how), n * (n - 1) // 2)
    figures["flow_per_task_ms"] = (perf_counter() - wall) / n * 1e3
    report(n=n, **figures, growth_kb_per_task=(memory_kb() - memory) / n)
