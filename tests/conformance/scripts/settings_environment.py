"""Settings in the environment change defaults: retries, persistence, the level of logs."""

import os

os.environ["PREFECT_TASKS_DEFAULT_RETRIES"] = "1"
os.environ["PREFECT_FLOWS_DEFAULT_RETRIES"] = "1"
os.environ["PREFECT_RESULTS_PERSIST_BY_DEFAULT"] = "true"

from prefect import flow, task

calls: list[str] = []


@task
def twice() -> str:
    calls.append("task")
    if len(calls) == 1:
        raise ValueError("first")
    return "second"


@task
def kept(number: int) -> int:
    return number


@flow
def pipeline() -> str:
    calls.append("flow")
    if calls.count("flow") == 1:
        raise ValueError("first")
    calls.clear()
    print(kept(1, return_state=True).name, kept(1, return_state=True).name)
    return twice()


if __name__ == "__main__":
    print(pipeline(), calls)
    print(twice.retries, pipeline.retries, task(retries=0)(lambda: 1).retries)
