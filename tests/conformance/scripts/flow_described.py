"""What flows say of themselves: parameters schema, versions, the function behind them, equality of names."""

import json

from prefect import flow
from prefect.utilities.callables import parameter_schema


@flow(name="Described", description="words", version="1.2", log_prints=True, retries=2, timeout_seconds=30)
def described(a: int, b: str = "x", *, c: list[float] | None = None) -> None:
    """Not used, since words are given."""


@flow
def documented(a: int) -> None:
    """The first line.

    Args:
        a: a number
    """


if __name__ == "__main__":
    schema = parameter_schema(described.fn).model_dump()
    print(json.dumps(schema, sort_keys=True))
    print(described.name, described.description, described.version, described.log_prints, described.retries)
    print(documented.description)
    print(parameter_schema(documented.fn).model_dump()["properties"])
    print(described.should_validate_parameters, described.timeout_seconds, described.persist_result)
    print(repr(described.validate_parameters({"a": "1", "b": "y", "c": None})))
    print(described.serialize_parameters({"a": 1, "b": {"k": (1, 2)}, "c": None}))
