"""A flow that returns Cancelled ends cancelled; its parent sees it as an error."""

from prefect import flow, task
from prefect.exceptions import CancelledRun
from prefect.states import Cancelled

called: list[str] = []


def on_cancel(this, run, state) -> None:
    called.append(f"{this.name} {state.name}")


@task
def stopping():
    return Cancelled(message="enough")


@flow(on_cancellation=[on_cancel])
def stopped():
    return Cancelled(message="stopped")


@flow
def parent() -> str:
    print(stopping(return_state=True).type.value)
    try:
        stopped()
    except CancelledRun as error:
        return type(error).__name__
    return "no error"


if __name__ == "__main__":
    print(parent())
    print(stopped(return_state=True).message)
    print(called)
