"""`allow_failure` lets a task run although what it depends on has failed."""

from prefect import allow_failure, flow, task


@task
def broken() -> int:
    raise ValueError("broken")


@task
def tidy_up(found: object) -> str:
    return f"got {type(found).__name__}"


@flow
def pipeline() -> None:
    bad = broken.submit()
    stopped = tidy_up.submit(bad)
    stopped.wait()
    print(stopped.state.type.value, stopped.state.name)
    print(tidy_up.submit(allow_failure(bad)).result())
    print(tidy_up.submit("x", wait_for=[allow_failure(bad)]).result())
    print(tidy_up.map([1, 2], wait_for=[allow_failure(bad)]).result())


if __name__ == "__main__":
    pipeline(return_state=True)
