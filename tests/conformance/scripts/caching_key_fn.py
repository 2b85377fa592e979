"""`cache_key_fn` computes the key; None means no caching; `task_input_hash` is the hash of the inputs."""

from prefect import flow, task
from prefect.cache_policies import CacheKeyFnPolicy
from prefect.tasks import task_input_hash

calls: list[str] = []


def key(context, parameters) -> str | None:
    return None if parameters["number"] < 0 else f"{context.task.name}-{parameters['number'] % 10}"


@task(cache_key_fn=key)
def last_digit(number: int) -> int:
    calls.append(f"last digit of {number}")
    return number % 10


@task(cache_key_fn=task_input_hash)
def hashed(number: int) -> int:
    calls.append(f"hashed {number}")
    return number


@flow
def pipeline() -> None:
    for each, number in [
        (last_digit, 3),
        (last_digit, 13),
        (last_digit, -3),
        (last_digit, -3),
        (hashed, 1),
        (hashed, 1),
    ]:
        state = each(number, return_state=True)
        print(each.name, number, state.name, state.result())


if __name__ == "__main__":
    pipeline()
    print(calls)
    print(isinstance(last_digit.cache_policy, CacheKeyFnPolicy))
    try:
        hash_of_lock = task_input_hash
        import threading

        class Context:
            task = hashed

        print(hash_of_lock(Context, {"lock": threading.Lock()}))
    except Exception as error:
        print(type(error).__name__)
