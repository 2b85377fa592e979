"""Run names are templates of the parameters."""

from prefect import flow, task
from prefect.runtime import flow_run, task_run


@task(task_run_name="add {a} and {b:03d}")
def add(a: int, b: int = 2) -> str:
    return task_run.name


@task(task_run_name="first of {items[0]}")
def first(items: list[str]) -> str:
    return task_run.name


@flow(flow_run_name="for {customer} 1", log_prints=False)
def report(customer: str) -> str:
    print(add(1), add(5, b=7), first(["x", "y"]))
    return flow_run.name


@flow(flow_run_name="no {such} parameter")
def wrong() -> None:
    print("never")


if __name__ == "__main__":
    print(report("Ada"))
    print(report.with_options(flow_run_name="fixed 2")("Bob"))
    try:
        wrong()
    except Exception as error:
        print(type(error).__name__)
