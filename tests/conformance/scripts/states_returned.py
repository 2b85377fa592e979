"""What a flow returns decides its state: values, states, lists of states, futures, or a mixture."""

from prefect import flow, task
from prefect.states import Cancelled, Completed, Failed


@task
def ok() -> int:
    return 1


@task
def bad() -> None:
    raise ValueError("bad")


CASES = {
    "value": lambda: 5,
    "none": lambda: None,
    "completed": lambda: Completed(message="fine"),
    "named": lambda: Completed(name="Skipped", message="nothing to do"),
    "failed": lambda: Failed(message="not fine"),
    "cancelled": lambda: Cancelled(message="stopped"),
    "states": lambda: [ok(return_state=True), bad(return_state=True)],
    "good states": lambda: (ok(return_state=True), ok(return_state=True)),
    "future": lambda: ok.submit(),
    "bad future": lambda: bad.submit(),
    "futures": lambda: [ok.submit(), ok.submit(), bad.submit()],
    "mixed": lambda: {"state": bad(return_state=True), "value": 3},
    "future and value": lambda: [ok.submit(), 7],
}


@flow
def case(name: str):
    return CASES[name]()


if __name__ == "__main__":
    for name in CASES:
        state = case(name, return_state=True)
        result = state.result(raise_on_failure=False)
        print(f"{name}: {state.type.value} {state.name} {state.message!r} {type(result).__name__}")
