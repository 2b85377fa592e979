"""`raise_on_failure=False` gives the exception as a value, from states, futures, and lists of futures."""

from prefect import flow, task


@task
def check(number: int) -> int:
    if number == 2:
        raise ValueError("two")
    return number


@flow
def pipeline() -> None:
    futures = check.map([1, 2, 3])
    print([repr(found) for found in futures.result(raise_on_failure=False)])
    try:
        futures.result()
    except ValueError as error:
        print("raised", error)
    print(repr(check(2, return_state=True).result(raise_on_failure=False)))
    print(check(1, return_state=True).result(raise_on_failure=False))


if __name__ == "__main__":
    state = pipeline(return_state=True)
    print(state.type.value, repr(state.result(raise_on_failure=False)))
