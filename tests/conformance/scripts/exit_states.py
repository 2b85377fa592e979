"""A failed state that is returned and not raised leaves the exit code 0."""

from prefect import flow


@flow
def pipeline() -> None:
    raise ValueError("x")


if __name__ == "__main__":
    print(pipeline(return_state=True).type.value)
