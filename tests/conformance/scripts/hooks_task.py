"""Hooks of tasks: running, completion, failure, in order, given or decorated, with what they are called with."""

from prefect import flow, task

called: list[str] = []


def hook(name: str):
    def call(this, run, state) -> None:
        called.append(f"{name} {this.name} {state.name}")

    return call


@task(
    on_running=[hook("running")],
    on_completion=[hook("first"), hook("second")],
    on_failure=[hook("failure")],
)
def check(number: int) -> int:
    if number < 0:
        raise ValueError("negative")
    return number


@check.on_completion
def decorated(this, run, state) -> None:
    called.append(f"decorated {state.result()}")


@task(retries=1, on_running=[hook("running")], on_failure=[hook("failure")])
def flaky() -> None:
    raise ValueError("x")


@flow
def pipeline() -> None:
    check(1)
    print(called)
    called.clear()
    check(-1, return_state=True)
    print(called)
    called.clear()
    flaky(return_state=True)
    print(called)
    called.clear()
    check.submit(2).wait()
    print(called)


if __name__ == "__main__":
    pipeline()
