"""A commit hook that fails rolls the task back; a rollback hook that fails stops nothing."""

from prefect import flow, task
from prefect.transactions import transaction

seen: list[str] = []


@task
def step(name: str) -> str:
    return name


@step.on_commit
def committed(current) -> None:
    seen.append("commit")
    raise RuntimeError("the hook is broken")


@step.on_rollback
def undone(current) -> None:
    seen.append("undo")
    raise RuntimeError("this hook is broken too")


@flow
def alone() -> str:
    return step("alone")


@flow
def together() -> None:
    with transaction() as current:
        step("a")
        step("b")
    print(current.state.name)


if __name__ == "__main__":
    for each in (alone, together):
        state = each(return_state=True)
        print(state.type.value, state.name, seen)
        seen.clear()
