"""A flow with retries runs whole again; tasks that completed are called again."""

from prefect import flow, task

attempts: list[str] = []


@task
def count(name: str) -> str:
    attempts.append(name)
    return name


@flow(retries=2)
def flaky() -> str:
    count("a")
    if attempts.count("a") < 3:
        raise RuntimeError("again")
    return "done"


@flow(retries=1, retry_delay_seconds=0.1)
def hopeless() -> None:
    count("b")
    raise RuntimeError("no hope")


@flow
def parent() -> str:
    return flaky()


if __name__ == "__main__":
    print(flaky(), attempts)
    attempts.clear()
    state = hopeless(return_state=True)
    print(state.name, state.message, attempts)
    attempts.clear()
    print(parent(), attempts)
