"""What `@materialize` makes has the parameters and the result of its function."""

from __future__ import annotations

from typing import assert_type
from uuid import UUID

from prefect.artifacts import acreate_markdown_artifact, create_markdown_artifact
from prefect.assets import materialize
from prefect.events import Event, emit_event
from prefect.futures import PrefectFuture
from prefect.tasks import MaterializingTask


@materialize("s3://lake/orders", by="dbt", retries=2)
def load(rows: int) -> str:
    return str(rows)


loads: MaterializingTask[[int], str] = load
assert_type(load(1), str)
assert_type(load.submit(1), PrefectFuture[str])
assert_type(load.with_options(retries=3)(1), str)
assert_type(emit_event("e", {"prefect.resource.id": "x"}), Event | None)
assert_type(create_markdown_artifact("m"), UUID)


async def make() -> None:
    assert_type(await acreate_markdown_artifact("m"), UUID)
