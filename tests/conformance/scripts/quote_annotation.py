"""`quote` passes a value on without looking into it for futures."""

from prefect import flow, task
from prefect.utilities.annotations import quote, unmapped


@task
def measure(values: list) -> int:
    return len(values)


@task
def one() -> int:
    return 1


@task
def kind(value: object) -> str:
    return type(value).__name__


@flow
def pipeline() -> None:
    print(measure(quote([1, 2, 3])))
    print(measure.submit(quote([1, 2])).result())
    future = one.submit()
    print(kind.submit([future]).result())
    print(unmapped(5).unwrap(), quote(6).unwrap())


if __name__ == "__main__":
    pipeline()
