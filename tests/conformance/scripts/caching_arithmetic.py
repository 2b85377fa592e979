"""Policies are added to, and inputs are taken out of them."""

from prefect import flow, task
from prefect.cache_policies import DEFAULT, INPUTS, NO_CACHE, TASK_SOURCE


@task(cache_policy=INPUTS - "noise")
def without_noise(number: int, noise: int) -> str:
    return f"{number} {noise}"


@task(cache_policy=INPUTS + TASK_SOURCE)
def with_source(number: int) -> int:
    return number


@task(cache_policy=DEFAULT - "noise", persist_result=True)
def default_without(number: int, noise: int) -> str:
    return f"{number} {noise}"


@flow
def pipeline() -> None:
    print([without_noise(1, noise) for noise in (1, 2, 3)], without_noise(2, 9))
    print([with_source(1, return_state=True).name for _ in range(2)])
    print([default_without(1, noise) for noise in (1, 2)])


if __name__ == "__main__":
    pipeline()
    print(type(INPUTS + TASK_SOURCE).__name__, (NO_CACHE + INPUTS) == INPUTS, INPUTS + NO_CACHE == INPUTS)
    print(type(INPUTS - "x").__name__, (INPUTS - "x" - "y").exclude)
