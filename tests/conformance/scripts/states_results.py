"""`return_state=True` gives the state; its result is the value, or raises what was raised."""

from prefect import flow, task


@task
def divide(a: float, b: float) -> float:
    if b == 0:
        raise ZeroDivisionError("b is zero")
    return a / b


@flow
def pipeline(b: float) -> float:
    return divide(1, b)


if __name__ == "__main__":
    good = pipeline(2, return_state=True)
    print(good.type.value, good.name, good.is_completed(), good.is_final(), good.result())
    bad = pipeline(0, return_state=True)
    print(bad.type.value, bad.name, bad.is_failed(), bad.message)
    error = bad.result(raise_on_failure=False)
    print(type(error).__name__, error)
    try:
        bad.result()
    except ZeroDivisionError as raised:
        print("raised", raised)
    print(divide(4, 2), divide(4, 2, return_state=True).name)
