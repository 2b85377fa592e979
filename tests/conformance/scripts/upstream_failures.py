"""What depends on a failure does not run, through calls, submits, collections and subflows."""

from prefect import flow, task
from prefect.exceptions import UpstreamTaskError


@task
def broken() -> int:
    raise ValueError("broken")


@task
def use(value: object) -> object:
    print("never called")
    return value


@flow
def child(value: object) -> None:
    print("never called")


@flow
def pipeline() -> None:
    bad = broken.submit()
    for value in (bad, [1, bad], {"deep": [bad]}):
        future = use.submit(value)
        future.wait()
        print(future.state.type.value, future.state.name)
    chained = use.submit(use.submit(bad))
    chained.wait()
    print(chained.state.name)
    try:
        use(bad)
    except UpstreamTaskError as error:
        print(type(error).__name__)
    print(use(broken(return_state=True), return_state=True).name)
    try:
        child(bad)
    except Exception as error:
        print(type(error).__name__)
    try:
        chained.result()
    except Exception as error:
        print(type(error).__name__)


if __name__ == "__main__":
    print(pipeline(return_state=True).type.value)
