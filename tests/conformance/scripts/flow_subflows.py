"""Flows call flows: values, states, and failures come up through them."""

from prefect import flow, task


@task
def leaf(number: int) -> int:
    if number < 0:
        raise ValueError(f"negative: {number}")
    return number + 1


@flow
def child(number: int) -> int:
    return leaf(number)


@flow
def middle(number: int) -> int:
    return child(number) * 10


@flow
def parent() -> dict[str, object]:
    state = child(-1, return_state=True)
    try:
        middle(-2)
    except ValueError as error:
        caught = str(error)
    return {"value": middle(1), "state": state.name, "message": state.message, "caught": caught}


@flow
def failing_parent() -> int:
    return middle(-3)


if __name__ == "__main__":
    print(parent())
    state = failing_parent(return_state=True)
    print(state.type.value, state.message)
