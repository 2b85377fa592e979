"""A flow that returns futures gives the caller their results or states."""

from prefect import flow, task


@task
def one() -> int:
    return 1


@task
def bad() -> int:
    raise ValueError("bad")


@flow
def single():
    return one.submit()


@flow
def several():
    return [one.submit(), one.submit()]


@flow
def in_a_dict():
    return {"one": one.submit(), "two": 2}


@flow
def failing():
    return [one.submit(), bad.submit()]


def shown(found: object) -> object:
    if isinstance(found, list):
        return [shown(each) for each in found]
    return f"{type(found).__name__} {getattr(found, 'name', found)}"


if __name__ == "__main__":
    print(shown(single()))
    print(shown(several()))
    try:
        print({name: shown(found) for name, found in in_a_dict().items()})
    except Exception as error:
        print(type(error).__name__)
    try:
        print(shown(failing()))
    except ValueError as error:
        print("raised", error)
    state = failing(return_state=True)
    print(state.type.value, state.message)
