"""A flow that is retried calls its subflows and tasks again; those that fail are retried on their own too."""

from prefect import flow, task

calls: list[str] = []


@task(retries=1)
def flaky_task() -> str:
    calls.append("task")
    if calls.count("task") == 1:
        raise ValueError("task")
    return "task"


@flow(retries=1)
def flaky_child() -> str:
    calls.append("child")
    if calls.count("child") == 1:
        raise ValueError("child")
    return flaky_task()


@flow
def steady_child() -> str:
    calls.append("steady")
    return "steady"


@flow(retries=1)
def parent() -> list[str]:
    calls.append("parent")
    found = [steady_child(), flaky_child()]
    if calls.count("parent") == 1:
        raise ValueError("parent")
    return found


if __name__ == "__main__":
    print(parent())
    print(calls)
