"""Tasks call and submit tasks; they become runs of the same flow run."""

from prefect import flow, task


@task
def leaf(number: int) -> int:
    return number + 1


@task
def branch(number: int) -> int:
    return leaf(number) + leaf.submit(number).result()


@task
def trunk() -> list[int]:
    return branch.map([1, 2, 3]).result()


@flow
def tree() -> list[int]:
    return trunk()


@task
def calls_flow() -> list[int]:
    return tree()


if __name__ == "__main__":
    print(tree())
    print(calls_flow())
