"""A task or flow fails by returning `Failed`, without raising."""

from prefect import flow, task
from prefect.exceptions import FailedRun
from prefect.states import Completed, Failed


@task
def choose(fine: bool):
    return Completed(message="fine", data=1) if fine else Failed(message="not fine")


@flow
def pipeline():
    state = choose(False, return_state=True)
    print(state.type.value, state.message)
    try:
        choose(False)
    except FailedRun as error:
        print(type(error).__name__, error)
    return choose(True, return_state=True)


@flow
def failing():
    return Failed(message="by choice")


if __name__ == "__main__":
    print(pipeline(return_state=True).type.value)
    try:
        failing()
    except FailedRun as error:
        print(type(error).__name__, error)
    print(failing(return_state=True).message)
