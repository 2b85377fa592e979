"""A flow that fails and is not caught ends the script with exit code 1."""

from prefect import flow, task


@task
def broken() -> None:
    raise ValueError("broken")


@flow
def pipeline() -> None:
    print("before")
    broken()
    print("never")


if __name__ == "__main__":
    pipeline()
    print("never")
