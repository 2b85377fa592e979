"""Generators are tasks and flows; they run as they are read."""

from prefect import flow, task


@task
def count(limit: int):
    number = 0
    while number < limit:
        yield number
        number += 1


@task
def breaking():
    yield 1
    raise ValueError("after one")


@flow
def numbers(limit: int):
    yield from count(limit)
    yield 100


@flow
def pipeline() -> None:
    print(list(count(3)))
    for number in count(10):
        if number == 2:
            break
        print("read", number)
    try:
        for number in breaking():
            print("got", number)
    except ValueError as error:
        print("raised", error)
    print(count.submit(2).result())


if __name__ == "__main__":
    print(list(numbers(2)))
    pipeline()
