"""Hooks of flows: running, completion, failure, crashed, given or decorated; async hooks too."""

from prefect import flow

called: list[str] = []


def hook(name: str):
    def call(this, run, state) -> None:
        called.append(f"{name} {this.name} {state.type.value} {state.name}")

    return call


async def async_hook(this, run, state) -> None:
    called.append(f"async {state.name}")


@flow(
    on_running=[hook("running")],
    on_completion=[hook("completion"), async_hook],
    on_failure=[hook("failure"), async_hook],
    on_crashed=[hook("crashed")],
    on_cancellation=[hook("cancellation")],
)
def check(number: int) -> int:
    if number < 0:
        raise ValueError("negative")
    if number > 100:
        raise SystemExit(3)
    return number


@check.on_completion
def decorated(this, run, state) -> None:
    called.append("decorated")


@flow(retries=1, on_failure=[hook("failure")], on_running=[hook("running")])
def flaky() -> None:
    raise ValueError("x")


def show() -> None:
    print(called)
    called.clear()


if __name__ == "__main__":
    check(1)
    show()
    check(-1, return_state=True)
    show()
    try:
        check(101)
    except BaseException as error:
        print(type(error).__name__, error)
    show()
    flaky(return_state=True)
    show()
