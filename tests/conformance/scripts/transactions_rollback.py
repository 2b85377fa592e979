"""An error inside a transaction rolls its tasks back, the latest first."""

from prefect import Task, flow, task
from prefect.transactions import transaction

seen: list[str] = []


def undo(name: str):
    def hook(current) -> None:
        seen.append(f"undo {name}")

    return hook


def record(name: str) -> None:
    seen.append(name)


@task
def broken() -> None:
    seen.append("broken")
    raise ValueError("broken")


@flow
def pipeline() -> None:
    with transaction():
        for name in ("a", "b"):
            Task(record, name=name, on_rollback=[undo(name)], on_commit=[undo(f"never {name}")])(name)
        broken()


if __name__ == "__main__":
    state = pipeline(return_state=True)
    print(state.type.value, state.message)
    print(seen)
