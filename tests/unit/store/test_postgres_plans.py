"""On PostgreSQL too, lists are read along an index: it has the order that statements ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from prefect._ids import uuid7
from prefect.schemas.flow_run_filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateName,
    FlowRunFilterTags,
    FlowRunSort,
)
from prefect.schemas.task_run_filters import TaskRunSort
from prefect.store.artifacts import read_artifacts
from prefect.store.dialects import postgres_text
from prefect.store.flow_runs import read_flow_runs
from prefect.store.logs import read_logs
from prefect.store.postgres_database import PostgresDatabase
from prefect.store.statements import Statement, Transaction
from prefect.store.task_run_reading import read_task_runs
from prefect.store.variables import read_variables

pytestmark = pytest.mark.needs("postgres")

LISTS: dict[str, Callable[[], Transaction[Any]]] = {
    **{f"flow runs {sort.value}": lambda sort=sort: read_flow_runs(sort=sort) for sort in FlowRunSort},
    **{f"task runs {sort.value}": lambda sort=sort: read_task_runs(sort=sort) for sort in TaskRunSort},
    "flow runs with tags": lambda: read_flow_runs(
        flow_runs=FlowRunFilter(tags=FlowRunFilterTags(all_=["a", "b"]))
    ),
    "flow runs with one of some tags": lambda: read_flow_runs(
        flow_runs=FlowRunFilter(tags=FlowRunFilterTags(any_=["a", "b"]))
    ),
    "flow runs by id": lambda: read_flow_runs(flow_runs=FlowRunFilter(id=FlowRunFilterId(any_=[uuid7()]))),
    "flow runs in a state": lambda: read_flow_runs(
        flow_runs=FlowRunFilter(state=FlowRunFilterState(name=FlowRunFilterStateName(any_=["Late"])))
    ),
    "logs": read_logs,
    "artifacts": read_artifacts,
    "variables": read_variables,
}
SEARCHES = {
    "flow runs with tags",
    "flow runs with one of some tags",
    "flow runs by id",
    "flow runs in a state",
}
"""Lists that find few rows by an index, and put these in order."""


@pytest.mark.parametrize("name", LISTS)
def test_a_list_follows_an_index(cleared_postgres: PostgresDatabase, name: str) -> None:
    """No table is gone through as a whole, and nothing but what a search has found is sorted."""
    step = next(LISTS[name]())
    assert isinstance(step, Statement)
    sql, _ = postgres_text(step.sql)

    async def plan() -> str:
        lent = await cleared_postgres._pool.take()
        try:
            # What is left of a method that is switched off is there because there is no other way.
            await lent.connection.execute(
                "BEGIN; SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off"
            )
            lines = await lent.connection.fetch(f"EXPLAIN {sql}", *step.parameters)
            return "\n".join(line["QUERY PLAN"] for line in lines)
        finally:
            await lent.connection.execute("ROLLBACK")
            cleared_postgres._pool.give_back(lent)

    told = cleared_postgres.run(plan).result()
    assert "Seq Scan" not in told, told
    if name not in SEARCHES:
        assert "Sort" not in told.replace("Incremental Sort", "").replace("Sort Key", ""), told
