"""A pause waits for an input of a given type; the one who resumes gives it."""

import threading
import time

from prefect import flow, pause_flow_run, resume_flow_run
from prefect.exceptions import NotPausedError
from prefect.input import RunInput
from prefect.runtime import flow_run


class Approval(RunInput):
    approved: bool
    comment: str = "none"


def resume_when_paused(run_id: str, run_input: dict) -> None:
    for _ in range(200):
        try:
            resume_flow_run(run_id, run_input=run_input)
            return
        except NotPausedError:
            time.sleep(0.05)


def answered(run_input: dict) -> threading.Thread:
    helper = threading.Thread(target=resume_when_paused, args=(flow_run.id, run_input))
    helper.start()
    return helper


@flow
def approval() -> None:
    helper = answered({"approved": True})
    given = pause_flow_run(wait_for_input=Approval, timeout=30, poll_interval=1)
    helper.join()
    print(type(given).__name__, given.approved, given.comment)
    helper = answered({"value": 7})
    print(pause_flow_run(wait_for_input=int, timeout=30, poll_interval=1))
    helper.join()
    helper = answered({"approved": False})
    with_default = Approval.with_initial_data(description="Is it *fine*?", comment="given")
    given = pause_flow_run(wait_for_input=with_default, timeout=30, poll_interval=1)
    helper.join()
    print(given.approved, given.comment)


if __name__ == "__main__":
    approval()
