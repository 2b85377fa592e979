"""A paused flow that nobody resumes fails when its time is up."""

from prefect import flow, pause_flow_run, task
from prefect.exceptions import FlowPauseTimeout


@task
def before() -> int:
    return 1


@flow
def left_alone() -> str:
    before()
    pause_flow_run(timeout=1, poll_interval=1)
    return "never"


@flow
def catching() -> str:
    try:
        pause_flow_run(timeout=1, poll_interval=1)
    except FlowPauseTimeout as error:
        return type(error).__name__
    return "resumed"


if __name__ == "__main__":
    state = left_alone(return_state=True)
    print(state.type.value, state.name)
    state = catching(return_state=True)
    print(state.type.value, state.name)
