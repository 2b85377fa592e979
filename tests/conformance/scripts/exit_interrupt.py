"""Ctrl-C in a flow crashes the run and ends the script as Python does."""

from prefect import flow, task


@task
def step() -> int:
    return 1


@flow
def pipeline() -> None:
    step()
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        pipeline()
    except KeyboardInterrupt:
        print("interrupted")
    pipeline()
