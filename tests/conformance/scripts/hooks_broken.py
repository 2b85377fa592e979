"""An exception in a hook changes neither the run nor the hooks after it."""

from prefect import flow, task

called: list[str] = []


def broken(this, run, state) -> None:
    called.append("broken")
    raise RuntimeError("the hook is broken")


def after(this, run, state) -> None:
    called.append(f"after {state.name}")


@task(on_completion=[broken, after])
def step() -> int:
    return 1


@flow(on_completion=[broken, after], on_running=[broken, after])
def pipeline() -> int:
    return step()


if __name__ == "__main__":
    print(pipeline(), called)
    try:
        task(on_completion=["not a function"])(lambda: None)
    except TypeError as error:
        print(type(error).__name__)
    try:
        flow(on_failure="not a list")(lambda: None)
    except TypeError as error:
        print(type(error).__name__)
