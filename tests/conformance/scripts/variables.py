"""Variables are set, read, overwritten, defaulted and unset, from flows and outside."""

import asyncio

from prefect import flow
from prefect.variables import Variable


@flow
def pipeline() -> None:
    Variable.set("conformance_limit", {"a": [1, 2, None]})
    print(Variable.get("conformance_limit"))
    try:
        Variable.set("conformance_limit", 5)
    except ValueError as error:
        print(type(error).__name__)
    print(Variable.get("conformance_limit"))
    made = Variable.set("conformance_limit", "text", tags=["b", "a"], overwrite=True)
    print(made.name, made.value, made.tags, Variable.get("conformance_limit"))


async def asynchronous() -> None:
    await Variable.aset("conformance_async", True)
    print(await Variable.aget("conformance_async"), await Variable.aget("conformance_missing", default="d"))
    print(await Variable.aunset("conformance_async"), await Variable.aunset("conformance_async"))


if __name__ == "__main__":
    pipeline()
    print(Variable.get("conformance_nothing"), Variable.get("conformance_nothing", default=3))
    print(Variable.unset("conformance_limit"), Variable.get("conformance_limit"))
    asyncio.run(asynchronous())
    for name, value in [("Upper Case", 1), ("fine", object())]:
        try:
            Variable.set(name, value)
        except Exception as error:
            print(type(error).__name__)
