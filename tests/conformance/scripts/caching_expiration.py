"""A cached result expires; `refresh_cache` computes it again."""

import time
from datetime import timedelta

from prefect import flow, task
from prefect.cache_policies import INPUTS

calls: list[str] = []


@task(cache_policy=INPUTS, cache_expiration=timedelta(seconds=1.5))
def brief(number: int) -> int:
    calls.append("brief")
    return len(calls)


@task(cache_policy=INPUTS, refresh_cache=True)
def fresh(number: int) -> int:
    calls.append("fresh")
    return len(calls)


@flow
def pipeline() -> None:
    print(brief(1), brief(1, return_state=True).name)
    time.sleep(1.7)
    print(brief(1, return_state=True).name, len(calls))
    print(fresh(1, return_state=True).name, fresh(1, return_state=True).name, len(calls))
    print(fresh.with_options(refresh_cache=False)(1, return_state=True).name, len(calls))


if __name__ == "__main__":
    pipeline()
