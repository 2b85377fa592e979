"""Flow runs in one line each, with the names of their flows: for pages that show a few of many kinds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prefect.schemas.run_overviews import RunInBrief
from prefect.store.statements import Statement, Transaction

_COLUMNS = (
    "id",
    "name",
    "flow_id",
    "deployment_id",
    "work_pool_name",
    "state_type",
    "state_name",
    "expected_start_time",
    "start_time",
    "end_time",
)
_SELECT = (
    f"SELECT {', '.join(f'flow_run.{name} AS {name}' for name in _COLUMNS)}, flow.name AS flow_name, "
    "state.message AS message FROM flow_run JOIN flow ON flow.id = flow_run.flow_id "
    "LEFT JOIN flow_run_state AS state ON state.flow_run_id = flow_run.id AND state.id = flow_run.state_id"
)


def runs_in_brief(
    where: str, order: str, limit: int, parameters: Sequence[Any] = ()
) -> Transaction[list[RunInBrief]]:
    """Return the first runs of an order that fulfil a condition.

    Args:
        where: The SQL of the condition, on `flow_run`.
        order: The SQL of the order, on `flow_run`.
        limit: How many at most.
        parameters: Those of the condition.
    """
    # Which ones these are is found on one table: so the order of an index decides, not that of the flows.
    found = f"SELECT flow_run.id FROM flow_run WHERE {where} ORDER BY {order} LIMIT ?"
    rows = yield Statement(f"{_SELECT} WHERE flow_run.id IN ({found}) ORDER BY {order}", (*parameters, limit))
    return [RunInBrief.model_validate(dict(row)) for row in rows]
