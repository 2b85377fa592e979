"""Delays of retries: one number, a list, a function, and jitter."""

import time
from itertools import pairwise

from prefect import flow, task
from prefect.tasks import exponential_backoff


def timed_task(**options):
    moments: list[float] = []

    @task(**options)
    def failing() -> None:
        moments.append(time.monotonic())
        raise ValueError("x")

    return failing, moments


@flow
def pipeline() -> None:
    for options in (
        {"retries": 2, "retry_delay_seconds": 0.3},
        {"retries": 3, "retry_delay_seconds": [0.1, 0.4]},
        {"retries": 2, "retry_delay_seconds": lambda retries: [0.1 * (n + 1) for n in range(retries)]},
    ):
        failing, moments = timed_task(**options)
        state = failing(return_state=True)
        gaps = [later - earlier for earlier, later in pairwise(moments)]
        print(len(moments), state.name, [int(gap * 10) >= 1 for gap in gaps], gaps[-1] >= 0.2)
    print(exponential_backoff(2)(4))
    try:
        task(retries=1, retry_delay_seconds=[1.0] * 51)(lambda: None)
    except ValueError as error:
        print(type(error).__name__)
    try:
        task(retries=1, retry_jitter_factor=-1)(lambda: None)
    except ValueError as error:
        print(type(error).__name__)


if __name__ == "__main__":
    pipeline()
