"""`raise ... from` keeps its cause; a BaseException group fails a flow; assertion errors fail a task."""

from prefect import flow, task


@task
def chained() -> None:
    try:
        int("x")
    except ValueError as error:
        raise RuntimeError("outer") from error


@task
def asserting(one: int = 1) -> None:
    assert one == 2, "numbers differ"


@flow
def grouped() -> None:
    raise ExceptionGroup("both", [ValueError("a"), TypeError("b")])


@flow
def pipeline() -> None:
    try:
        chained()
    except RuntimeError as error:
        print(error, repr(error.__cause__))
    print(asserting(return_state=True).message)


if __name__ == "__main__":
    pipeline()
    try:
        grouped()
    except ExceptionGroup as error:
        print(error.message, [type(each).__name__ for each in error.exceptions])
