"""Nested transactions commit with the outermost; an inner failure that is caught stays inside."""

from prefect import flow, task
from prefect.transactions import transaction

seen: list[str] = []


@task
def step(name: str) -> str:
    seen.append(name)
    return name


@step.on_commit
def committed(current) -> None:
    seen.append("commit")


@step.on_rollback
def undone(current) -> None:
    seen.append("undo")


@flow
def pipeline() -> None:
    with transaction() as outer:
        outer.set("x", 1)
        step("outer")
        with transaction() as inner:
            inner.set("y", 2)
            step("inner")
            print(inner.get("x"), inner.get("y"), outer.get("x"))
        print(inner.state.name, outer.state.name, seen)
    print(inner.state.name, outer.state.name, seen)
    seen.clear()
    with transaction() as outer:
        step("outer")
        try:
            with transaction() as inner:
                step("inner")
                raise ValueError("inner")
        except ValueError:
            seen.append("caught")
    print(inner.state.name, outer.state.name, seen)


if __name__ == "__main__":
    pipeline()
