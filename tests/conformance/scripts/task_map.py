"""Map runs a task once for each element; unmapped arguments stay whole."""

from prefect import flow, task, unmapped


@task
def add(a: int, b: int) -> int:
    return a + b


@task
def join(parts: list[str], sep: str) -> str:
    return sep.join(parts)


@flow
def pipeline() -> None:
    print(add.map([1, 2, 3], 10).result())
    print(add.map([1, 2, 3], [10, 20, 30]).result())
    print(add.map(range(3), b=unmapped(5)).result())
    print(join.map(unmapped(["x", "y"]), ["-", "+"]).result())
    print(add.map((n for n in (7, 8)), 1).result())
    futures = add.map([1, 2], 0)
    print(len(futures), [future.result() for future in futures], futures[1].result())


if __name__ == "__main__":
    pipeline()
