"""A paused flow goes on when another thread resumes it."""

import threading
import time

from prefect import flow, pause_flow_run, resume_flow_run
from prefect.exceptions import NotPausedError
from prefect.runtime import flow_run


def resume_when_paused(run_id: str, **options) -> None:
    for _ in range(200):
        try:
            resume_flow_run(run_id, **options)
            return
        except NotPausedError:
            time.sleep(0.05)


@flow
def approval() -> str:
    helper = threading.Thread(target=resume_when_paused, args=(flow_run.id,))
    helper.start()
    pause_flow_run(timeout=30, poll_interval=1)
    helper.join()
    return "went on"


if __name__ == "__main__":
    state = approval(return_state=True)
    print(state.type.value, state.result())
    try:
        resume_flow_run(state.state_details.flow_run_id)
    except NotPausedError as error:
        print(type(error).__name__)
    try:
        pause_flow_run()
    except Exception as error:
        print(type(error).__name__)
