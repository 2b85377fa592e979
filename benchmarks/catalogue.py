"""The workloads, one entry each: what is run, how large, and which of its figures are shown.

A new one is a script in `workloads/` that calls `report(...)`, and an entry here. Scripts use the public API
only, so that they run under any interpreter whose `prefect` package follows it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Workload:
    """One thing to measure.

    Attributes:
        script: A file in `workloads/`, or `prefect` for the command line.
        arguments: Its arguments; `{n}` is replaced by the size.
        figures: What the table shows. `wall_s` and `cpu_s` are the whole process's, the others the script's.
        runs: How often it runs per side, unless `--runs` says otherwise.
        n: The size, if it has one.
        quick_n: The size for the peer with `--quick`.
        empty_home: Start from an empty home; otherwise from a copy of one that the same side has used once.
    """

    name: str
    about: str
    script: str
    figures: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    runs: int = 5
    n: int = 0
    quick_n: int = 0
    empty_home: bool = False


TASK = ("per_task_ms", "per_task_cpu_ms", "flow_per_task_ms", "growth_kb_per_task")
FLOW = ("per_flow_ms", "per_flow_cpu_ms", "growth_kb_per_flow")

WORKLOADS = (
    Workload(
        "import",
        "from prefect import flow, task",
        "import_cost.py",
        ("cpu_s", "import_cpu_ms", "modules", "peak_mb"),
        runs=7,
        empty_home=True,
    ),
    Workload(
        "hello_cold",
        "a script with one task, on an empty home",
        "hello.py",
        ("wall_s", "cpu_s", "peak_mb"),
        empty_home=True,
    ),
    Workload("hello_warm", "the same, on a used home", "hello.py", ("wall_s", "cpu_s", "peak_mb")),
    Workload(
        "task_sync",
        "sync tasks called in a flow",
        "task_calls.py",
        TASK,
        arguments=("{n}", "sync"),
        n=1_000,
        quick_n=200,
    ),
    Workload(
        "task_async",
        "async tasks awaited in a flow",
        "task_calls.py",
        TASK,
        arguments=("{n}", "async"),
        n=1_000,
        quick_n=200,
    ),
    Workload("map_1000", "map over 1,000", "task_map.py", TASK, arguments=("{n}",), n=1_000, quick_n=200),
    Workload(
        "map_10000",
        "map over 10,000",
        "task_map.py",
        TASK,
        arguments=("{n}",),
        runs=3,
        n=10_000,
        quick_n=1_000,
    ),
    Workload(
        "map_flat",
        "cost per task of a map ten times as large",
        "map_flatness.py",
        ("small_ms", "large_ms", "times_small", "cpu_times_small"),
        arguments=("{n}",),
        runs=3,
        n=10_000,
        quick_n=3_000,
    ),
    Workload(
        "flow_top",
        "flows called from a script",
        "flow_calls.py",
        FLOW,
        arguments=("{n}", "toplevel"),
        n=100,
        quick_n=10,
        runs=3,
    ),
    Workload(
        "flow_sub",
        "flows called in a flow",
        "flow_calls.py",
        FLOW,
        arguments=("{n}", "subflow"),
        n=100,
        quick_n=10,
        runs=3,
    ),
    Workload(
        "schedule_dates",
        "the next 100 dates of cron, interval and recurrence schedules",
        "schedule_dates.py",
        ("per_schedule_us", "dates_cpu_ms"),
        arguments=("{n}",),
        runs=3,
        n=300,
        quick_n=30,
    ),
    Workload(
        "cli_version", "prefect version", "prefect", ("wall_s", "cpu_s"), arguments=("version",), runs=7
    ),
)
