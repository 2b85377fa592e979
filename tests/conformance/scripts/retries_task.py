"""A task with retries runs again after a failure; the last attempt counts."""

from prefect import flow, task
from prefect.context import TaskRunContext

calls: list[int] = []


@task(retries=2)
def third_time_lucky() -> str:
    calls.append(TaskRunContext.get().task_run.run_count)
    if len(calls) < 3:
        raise ValueError(f"attempt {len(calls)}")
    return "lucky"


@task(retries=1)
def never() -> None:
    raise ValueError("never")


@flow
def pipeline() -> None:
    print(third_time_lucky(), calls)
    state = never(return_state=True)
    print(state.type.value, state.name, state.message)
    future = never.submit()
    future.wait()
    print(future.state.name)


if __name__ == "__main__":
    pipeline()
