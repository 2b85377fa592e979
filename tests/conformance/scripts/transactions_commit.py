"""Tasks in a transaction are committed together: commit hooks run when it ends."""

from prefect import flow, task
from prefect.transactions import get_transaction, transaction

seen: list[str] = []


@task
def write(name: str) -> str:
    seen.append(f"write {name}")
    return name


@write.on_commit
def committed(current) -> None:
    seen.append("committed")


@write.on_rollback
def undone(current) -> None:
    seen.append("undone")


@flow
def pipeline() -> None:
    with transaction() as current:
        current.set("kept", {"a": 1})
        write("a")
        write("b")
        print(seen)
        print(get_transaction() is current, current.get("kept"), current.get("missing", "default"))
        try:
            current.get("missing")
        except Exception as error:
            print(type(error).__name__)
    print(seen, current.state.name, get_transaction())
    seen.clear()
    write("alone")
    print(seen)


if __name__ == "__main__":
    pipeline()
