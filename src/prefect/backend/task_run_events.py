"""Task runs as events: what a server makes its records of them from.

A server does not orchestrate the runs of tasks: the process that runs them does, and tells of each state by an event
`prefect.task-run.<name of the state>`, which has the id of the state and carries the run as it is then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from pydantic_core import to_jsonable_python

from prefect._transport.proposals import whereabouts
from prefect.schemas.states import State

TIGHT_TIMING = timedelta(minutes=5)
"""How far apart two states may be for the event of one to follow that of the other."""

_OF_THE_RUN = (
    "name",
    "task_key",
    "dynamic_key",
    "cache_key",
    "cache_expiration",
    "task_version",
    "empirical_policy",
    "tags",
    "labels",
    "task_inputs",
    "run_count",
    "flow_run_run_count",
    "expected_start_time",
    "next_scheduled_start_time",
    "start_time",
    "end_time",
    "total_run_time",
)


def task_run_event(
    task_run: Mapping[str, Any], state: State[Any], before: State[Any] | None, related: list[dict[str, str]]
) -> bytes:
    """Return the event that tells of a state of a task run, as JSON.

    Args:
        task_run: The field values of the run as it is in this state.
        state: The state that it has entered.
        before: The state that it was in before, as far as this process knows.
        related: The flow run that it belongs to and its flow, as related resources.
    """
    run = {name: task_run[name] for name in _OF_THE_RUN if task_run[name] is not None}
    run["total_run_time"] = task_run["total_run_time"].total_seconds()
    run["tags"] = sorted(task_run["tags"])
    event = {
        "id": state.id,
        "occurred": state.timestamp,
        "event": f"prefect.task-run.{state.name}",
        "resource": {
            "prefect.resource.id": f"prefect.task-run.{task_run['id']}",
            "prefect.resource.name": task_run["name"],
            "prefect.run-count": str(task_run["run_count"]),
            "prefect.state-message": (state.message or "")[:100_000],
            "prefect.state-name": state.name,
            "prefect.state-timestamp": state.timestamp.isoformat(),
            "prefect.state-type": state.type.value,
            "prefect.orchestration": "client",
        },
        "related": [
            *(
                {"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"}
                for tag in run["tags"]
            ),
            *related,
        ],
        "payload": {
            "intended": {"from": before.type.value if before else None, "to": state.type.value},
            "initial_state": _told(before) if before else None,
            "validated_state": {**_told(state), "data": whereabouts(state.data)},
            "task_run": run,
        },
        "follows": before.id if before and state.timestamp - before.timestamp < TIGHT_TIMING else None,
    }
    return orjson.dumps(event, default=_plain)


def flow_run_related(
    flow_run_id: UUID, name: str | None, flow_id: UUID | None, flow_name: str | None
) -> list[dict[str, str]]:
    """Return the flow run that a task run belongs to, and its flow, as related resources."""
    return [
        {
            "prefect.resource.id": f"prefect.{kind}.{id}",
            "prefect.resource.role": kind,
            **({"prefect.resource.name": called} if called else {}),
        }
        for kind, id, called in (("flow-run", flow_run_id, name), ("flow", flow_id, flow_name))
        if id is not None
    ]


def _told(state: State[Any]) -> dict[str, Any]:
    details = state.state_details.model_dump(
        mode="json", exclude_none=True, exclude_defaults=True, exclude={"flow_run_id", "task_run_id"}
    )
    return {
        "type": state.type.value,
        "name": state.name,
        "message": state.message or "",
        "state_details": details,
    }


def _plain(value: Any) -> Any:
    return to_jsonable_python(value, exclude_none=True)
