"""`visualize` finds out what calls what without running tasks; without graphviz it says so."""

import os

from prefect import flow, task
from prefect.utilities.visualization import GraphvizExecutableNotFoundError, GraphvizImportError


@task
def extract() -> int:
    print("never called")
    return 1


@task(viz_return_value=[1, 2])
def load(value: int) -> list[int]:
    return [value]


@flow
def pipeline() -> None:
    load(extract())


@flow
def unsupported() -> None:
    load.map([1])


@task
async def async_task() -> None: ...


@flow
def broken() -> None:
    raise ValueError("while looking")


if __name__ == "__main__":
    os.environ["PATH"] = ""  # no graphviz, wherever this runs
    for each in (pipeline, unsupported, broken):
        try:
            each.visualize()
        except (GraphvizImportError, GraphvizExecutableNotFoundError):
            print(each.name, "no graphviz")
        except Exception as error:
            print(each.name, type(error).__name__)
