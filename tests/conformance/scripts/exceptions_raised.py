"""Exceptions come to the caller as they were raised, through tasks, futures and flows."""

from prefect import flow, task


class OurError(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(f"code {code}")
        self.code = code


@task
def broken(code: int) -> None:
    raise OurError(code)


@flow
def through_call() -> None:
    broken(1)


@flow
def through_future() -> None:
    broken.submit(2).result()


@flow
def caught() -> str:
    try:
        broken(3)
    except OurError as error:
        return f"caught {error.code}"
    return "never"


@flow
def left_alone() -> str:
    broken.submit(4)
    return "fine"


if __name__ == "__main__":
    for each in (through_call, through_future):
        try:
            each()
        except OurError as error:
            print(each.name, type(error).__name__, error, error.code)
    print(caught())
    state = left_alone(return_state=True)
    print(state.type.value)
