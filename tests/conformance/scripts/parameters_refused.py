"""Parameters that do not fit fail the flow run before its function is called."""

from pydantic import BaseModel

from prefect import flow


class Model(BaseModel):
    x: int


@flow
def typed(number: int, model: Model | None = None) -> None:
    print("called")


if __name__ == "__main__":
    for arguments, options in [
        (("many",), {}),
        ((1, {"x": "y"}), {}),
        ((), {}),
        ((1, None, 3), {}),
        ((1,), {"z": 1}),
    ]:
        try:
            typed(*arguments, **options)
        except Exception as error:
            print(type(error).__name__, [base.__name__ for base in type(error).__mro__[1:-2]])
    state = typed("many", return_state=True)
    print(state.type.value, state.name, str(state.message).split(":")[:2])
    print(type(state.result(raise_on_failure=False)).__name__)
