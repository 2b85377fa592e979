"""`prefect_test_harness` gives tests a database of their own."""

from prefect import flow, task
from prefect.testing.utilities import prefect_test_harness
from prefect.variables import Variable


@task
def add(a: int, b: int) -> int:
    return a + b


@flow
def pipeline() -> int:
    return add(1, 2)


if __name__ == "__main__":
    with prefect_test_harness():
        print(pipeline())
        Variable.set("conformance_harness", 1)
        print(Variable.get("conformance_harness"))
    print(Variable.get("conformance_harness", default="not there"))
