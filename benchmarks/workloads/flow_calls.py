"""flow_calls.py N toplevel|subflow: N no-op flows called one after the other, alone or inside a flow."""

import sys
from time import perf_counter, process_time

from figures import memory_kb, report

from prefect import flow

figures: dict[str, float] = {}


@flow
def nothing() -> None:
    return None


def call(number: int) -> None:
    wall, cpu = perf_counter(), process_time()
    for _ in range(number):
        nothing()
    figures["per_flow_ms"] = (perf_counter() - wall) / number * 1e3
    figures["per_flow_cpu_ms"] = (process_time() - cpu) / number * 1e3


@flow
def parent(number: int) -> None:
    call(number)


if __name__ == "__main__":
    n, how = int(sys.argv[1]), sys.argv[2]
    nothing()  # whatever only the first run pays
    memory = memory_kb()
    parent(n) if how == "subflow" else call(n)
    report(n=n, **figures, growth_kb_per_flow=(memory_kb() - memory) / n)
