"""What a real client sends, with bodies: the requests of `tests/data/client-traffic.json` made sendable.

The recording holds the keys of each body and the status of each answer. Here are values for the keys, and how the ids
of one answer get into the paths and bodies of later requests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

Ids = dict[str, Any]

WHOLE_FILTER: dict[str, Any] = {"limit": 200, "offset": 0}
DEPLOYMENT: dict[str, Any] = {
    "concurrency_limit": None,
    "concurrency_options": None,
    "description": "made by a client",
    "enforce_parameter_schema": True,
    "entrypoint": "flows.py:etl",
    "infrastructure_document_id": None,
    "job_variables": {},
    "labels": {"team": "data"},
    "parameter_openapi_schema": {"title": "Parameters", "type": "object", "properties": {}},
    "parameters": {},
    "path": ".",
    "paused": False,
    "schedules": [],
    "storage_document_id": None,
    "tags": ["nightly"],
    "version": "1",
    "version_info": None,
    "work_queue_name": None,
}
TRIGGER = {
    "type": "event",
    "expect": ["prefect.flow-run.Failed"],
    "posture": "Reactive",
    "threshold": 1,
    "within": 0,
}
AUTOMATION: dict[str, Any] = {
    "name": "tell",
    "description": "",
    "enabled": True,
    "tags": [],
    "trigger": TRIGGER,
    "actions": [{"type": "do-nothing"}],
    "actions_on_trigger": [],
    "actions_on_resolve": [],
    "owner_resource": None,
}


def state(type_: str, name: str | None = None) -> dict[str, Any]:
    """A state as clients send it."""
    return {
        "type": type_,
        "name": name or type_.capitalize(),
        "message": None,
        "data": None,
        "state_details": {},
    }


def _flow(ids: Ids) -> dict[str, Any]:
    return {"name": ids["flow_name"], "tags": [], "labels": {}}


def _flow_run(ids: Ids) -> dict[str, Any]:
    return {
        "flow_id": ids["flow"],
        "flow_version": "1",
        "name": "quick-otter",
        "parameters": {"number": 1},
        "context": {},
        "tags": ["eu"],
        "parent_task_run_id": None,
        "state": state("PENDING"),
        "empirical_policy": {"retries": 1, "retry_delay": 0},
    }


def _task_run(ids: Ids) -> dict[str, Any]:
    return {
        "cache_expiration": None,
        "cache_key": None,
        "dynamic_key": str(uuid4()),
        "empirical_policy": {"retries": 0, "retry_delay": 0, "retry_jitter_factor": None},
        "flow_run_id": ids.get("flow_run"),
        "labels": {},
        "name": "etl-0",
        "state": state("PENDING"),
        "tags": [],
        "task_inputs": {},
        "task_key": "etl",
        "task_version": None,
    }


def _log(ids: Ids) -> list[dict[str, Any]]:
    return [
        {
            "flow_run_id": ids.get("flow_run"),
            "task_run_id": None,
            "level": 20,
            "message": "a line",
            "name": "prefect.flow_runs",
            "timestamp": datetime.now(UTC).isoformat(),
        }
    ]


PAUSED: dict[str, Any] = {
    **state("PAUSED"),
    "state_details": {
        "pause_reschedule": False,
        "pause_timeout": "2099-01-01T00:00:00Z",
        "pause_key": "1",
    },
}


def _next_state(ids: Ids) -> dict[str, Any]:
    return {"force": False, "state": ids["states"].pop(0)}


def _filter(*keys: str, sort: str | None = None) -> Callable[[Ids], dict[str, Any]]:
    body = {**dict.fromkeys(keys), **WHOLE_FILTER, **({"sort": sort} if sort else {})}
    return lambda ids: dict(body)


BODIES: dict[str, Callable[[Ids], Any]] = {
    "POST /flows/": _flow,
    "POST /flow_runs/": _flow_run,
    "POST /flow_runs/{id}/set_state": _next_state,
    "POST /task_runs/": _task_run,
    "POST /logs/": _log,
    "POST /flow_runs/filter": _filter(
        "deployments", "flow_runs", "flows", "task_runs", "work_pool_queues", "work_pools", sort="ID_DESC"
    ),
    "POST /v2/concurrency_limits/": lambda ids: {
        "name": ids.setdefault("limit", "db"),
        "limit": 2,
        "slot_decay_per_second": 1.0,
    },
    "POST /concurrency_limits/": lambda ids: {"tag": "small", "concurrency_limit": 1},
    "POST /artifacts/": lambda ids: {
        "key": "report",
        "type": "markdown",
        "data": "# ok",
        "description": None,
        "flow_run_id": ids["flow_run"],
        "task_run_id": None,
    },
    "PATCH /artifacts/{id}": lambda ids: {"data": 50.0},
    "POST /variables/": lambda ids: {"name": ids["variable"], "value": {"a": [1]}, "tags": []},
    "POST /block_documents/": lambda ids: {
        "block_schema_id": ids["block_schema"],
        "block_type_id": ids["block_type"],
        "data": {"value": "hush"},
        "is_anonymous": False,
        "name": ids["block_name"],
    },
    "POST /v2/concurrency_limits/increment-with-lease": lambda ids: {
        "names": [ids["limit"]],
        "slots": 1,
        "mode": "concurrency",
        "lease_duration": 300.0,
    },
    "POST /v2/concurrency_limits/leases/{lease_id}/renew": lambda ids: {"lease_duration": 300.0},
    "POST /v2/concurrency_limits/decrement-with-lease": lambda ids: {"lease_id": ids["lease"]},
    "POST /v2/concurrency_limits/increment": lambda ids: {
        "names": [ids["limit"]],
        "slots": 1,
        "mode": "rate_limit",
    },
    "POST /deployments/": lambda ids: {
        **DEPLOYMENT,
        "flow_id": ids["flow"],
        "name": ids["deployment_name"],
        **({"work_pool_name": ids["pool"], "pull_steps": []} if "pool_id" in ids else {}),
    },
    "POST /deployments/get_scheduled_flow_runs": lambda ids: {
        "deployment_ids": [ids["deployment"]],
        "scheduled_before": str(datetime.now(UTC)),
    },
    "POST /deployments/{id}/create_flow_run": lambda ids: {
        "context": {},
        "idempotency_key": str(uuid4()),
        "job_variables": {},
        "labels": {},
        "name": None,
        "parameters": {},
        "parent_task_run_id": None,
        "state": state("SCHEDULED"),
        "tags": [],
    },
    "POST /work_pools/": lambda ids: {
        "name": ids["pool"],
        "type": "process",
        "base_job_template": {},
        "is_paused": False,
    },
    "POST /work_pools/{work_pool_name}/workers/filter": _filter("workers"),
    "POST /work_pools/{work_pool_name}/queues/filter": _filter("work_queues"),
    "POST /work_pools/{name}/get_scheduled_flow_runs": lambda ids: {
        "scheduled_before": str(datetime.now(UTC)),
        "work_queue_names": [],
    },
    "PATCH /flow_runs/{id}/labels": lambda ids: {
        "prefect.work-pool.id": ids["pool_id"],
        "prefect.work-pool.name": ids["pool"],
        "prefect.worker.name": "w",
        "prefect.worker.type": "process",
    },
    "PATCH /flow_runs/{id}": lambda ids: {"infrastructure_pid": "1234"},
    "POST /flow_runs/{id}/input": lambda ids: {"key": "answer", "value": '"yes"', "sender": None},
    "POST /flow_runs/{id}/resume": lambda ids: {"run_input": None},
    "POST /automations/": lambda ids: AUTOMATION,
    "POST /automations/filter": lambda ids: {"automations": None, "sort": "NAME_ASC"},
    "PATCH /automations/{id}": lambda ids: {"enabled": False},
    "POST /flows/filter": _filter(
        "deployments", "flow_runs", "flows", "task_runs", "work_pools", "work_queues", sort="NAME_ASC"
    ),
    "POST /deployments/filter": _filter(
        "deployments", "flow_runs", "flows", "task_runs", "work_pool_queues", "work_pools", sort="NAME_ASC"
    ),
    "POST /work_pools/filter": _filter("work_pools"),
    "POST /work_queues/filter": _filter("work_queues"),
    "POST /variables/filter": lambda ids: {"limit": 100},
    "POST /block_documents/filter": lambda ids: {
        **WHOLE_FILTER,
        "block_schema_type": None,
        "include_secrets": False,
    },
    "POST /concurrency_limits/filter": _filter(),
    "POST /v2/concurrency_limits/filter": _filter(),
    "POST /artifacts/latest/filter": _filter("artifacts", "flow_runs", "task_runs", sort="KEY_ASC"),
    "POST /task_runs/filter": _filter("deployments", "flow_runs", "flows", "task_runs", sort="ID_DESC"),
}

QUERIES: dict[str, Callable[[Ids], dict[str, Any]]] = {
    "GET /csrf-token": lambda ids: {"client": str(uuid4())},
    "GET /block_schemas/checksum/{checksum}": lambda ids: {"version": ids["block_version"]},
    "GET /block_types/slug/{slug}/block_documents/name/{block_document_name}": lambda ids: {
        "include_secrets": True
    },
}


@dataclass
class Client:
    """Sends what the recording says, remembering what it was answered.

    Attributes:
        ids: Names and ids for paths and bodies.
    """

    send: Callable[..., Any]
    ids: Ids = field(default_factory=dict[str, Any])

    def ask(self, operation: str) -> Any:
        """Send one request and return its answer."""
        method, path = operation.split(" ", 1)
        body = BODIES.get(operation)
        answer = self.send(
            method,
            self._path(path),
            params=QUERIES[operation](self.ids) if operation in QUERIES else None,
            json=body(self.ids) if body else None,
        )
        if answer.is_success:
            self._remember(operation, answer.json() if answer.content else None)
        return answer

    def _path(self, path: str) -> str:
        kind = path.split("/")[1]
        named = {
            "flows": "flow",
            "flow_runs": "flow_run",
            "task_runs": "task_run",
            "deployments": "deployment",
            "artifacts": "artifact",
            "automations": "automation",
            "work_queues": "queue",
        }
        ids = self.ids
        values = {
            "id": ids.get(named.get(kind, "")),
            "name": ids.get("variable") if kind == "variables" else ids.get("pool"),
            "slug": "secret",
            "checksum": ids.get("block_checksum"),
            "block_document_name": ids.get("block_name"),
            "lease_id": ids.get("lease"),
            "flow_name": ids.get("flow_name"),
            "deployment_name": ids.get("deployment_name"),
            "work_pool_name": ids.get("pool"),
            "resource_id": f"prefect.deployment.{ids.get('deployment')}",
            "key": "answer",
            "view": "aggregate-worker-metadata",
        }
        for name, value in values.items():
            path = path.replace(f"{{{name}}}", str(value))
        return path

    def _remember(self, operation: str, told: Any) -> None:
        named = {
            "POST /flows/": "flow",
            "POST /flow_runs/": "flow_run",
            "POST /task_runs/": "task_run",
            "POST /artifacts/": "artifact",
            "POST /deployments/": "deployment",
            "POST /automations/": "automation",
            "POST /deployments/{id}/create_flow_run": "flow_run",
            "GET /block_types/slug/{slug}": "block_type",
            "GET /block_schemas/checksum/{checksum}": "block_schema",
        }
        if operation in named:
            self.ids[named[operation]] = told["id"]
        if operation == "POST /deployments/{id}/create_flow_run":
            self.ids |= {"flow": told["flow_id"], "queue": told["work_queue_id"] or self.ids.get("queue")}
        if operation in {"POST /work_pools/", "GET /work_pools/{name}"}:
            self.ids |= {"pool_id": told["id"], "queue": told["default_queue_id"]}
        if operation == "POST /v2/concurrency_limits/increment-with-lease":
            self.ids["lease"] = told["lease_id"]
