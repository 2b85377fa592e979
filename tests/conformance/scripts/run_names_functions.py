"""Run names come from functions too, with or without the parameters."""

from prefect import flow, task
from prefect.runtime import flow_run, task_run


def from_runtime() -> str:
    return f"run of {flow_run.flow_name} 1 {flow_run.parameters['number']}"


def task_name() -> str:
    return f"{task_run.task_name} 1 {task_run.parameters['number']}"


def from_parameters(parameters: dict) -> str:
    return f"number 1 {parameters['number']}"


@task(task_run_name=task_name)
def named(number: int) -> str:
    return task_run.name


@task(task_run_name=from_parameters)
def by_parameters(number: int) -> str:
    return task_run.name


@flow(flow_run_name=from_runtime)
def pipeline(number: int) -> str:
    print(named(number), by_parameters(number))
    print(sorted(named.map([1, 2]).result()))
    return flow_run.name


if __name__ == "__main__":
    print(pipeline(3))
    try:
        pipeline.with_options(flow_run_name=from_parameters)(4)
    except Exception as error:
        print(type(error).__name__)
