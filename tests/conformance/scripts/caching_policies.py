"""TASK_SOURCE, RUN_ID, FLOW_PARAMETERS and NO_CACHE each decide what a repeat is."""

from prefect import flow, task
from prefect.cache_policies import FLOW_PARAMETERS, INPUTS, NO_CACHE, RUN_ID, TASK_SOURCE

POLICIES = {
    "source": TASK_SOURCE,
    "run": RUN_ID,
    "run and inputs": RUN_ID + INPUTS,
    "parameters": FLOW_PARAMETERS,
    "none": NO_CACHE,
}


def body(number: int) -> int:
    return number


TASKS = {
    name: task(body, name=name, cache_policy=policy, persist_result=True) for name, policy in POLICIES.items()
}


@flow
def pipeline(name: str, parameter: int) -> list[str]:
    return [TASKS[name](number, return_state=True).name for number in (1, 1, 2)]


if __name__ == "__main__":
    for name in POLICIES:
        print(name, pipeline(name, 1), pipeline(name, 1), pipeline(name, 2))
