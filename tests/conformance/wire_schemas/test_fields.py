"""The vocabulary has the fields, types, defaults and requirements that the REST API has.

`tests/data/rest-schemas.json` holds the schemas of the API level that we follow. Every difference of ours is in
`DIFFERENCES` with its reason, and nowhere else.
"""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from prefect.schemas import (
    artifacts,
    block_filters,
    blocks,
    concurrency_limits,
    events,
    flow_runs,
    flows,
    logs,
    orchestration,
    run_inputs,
    states,
    task_runs,
    variables,
)

WIRE: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "rest-schemas.json").read_text(encoding="utf-8")
)

OURS: dict[str, type[BaseModel]] = {
    "State": states.State,
    "StateDetails": states.StateDetails,
    "StateCreate": states.StateCreate,
    "Log": logs.Log,
    "LogCreate": logs.LogCreate,
    "FlowRunPolicy": flow_runs.FlowRunPolicy,
    "TaskRunPolicy": task_runs.TaskRunPolicy,
    "FlowRunCreate": flow_runs.FlowRunCreate,
    "TaskRunCreate": task_runs.TaskRunCreate,
    "FlowRunResponse": flow_runs.FlowRun,
    "TaskRun": task_runs.TaskRun,
    "Flow": flows.Flow,
    "FlowCreate": flows.FlowCreate,
    "CreatedBy": flow_runs.CreatedBy,
    "OrchestrationResult": orchestration.OrchestrationResult,
    "StateAcceptDetails": orchestration.StateAcceptDetails,
    "StateRejectDetails": orchestration.StateRejectDetails,
    "StateAbortDetails": orchestration.StateAbortDetails,
    "StateWaitDetails": orchestration.StateWaitDetails,
    "TaskRunResult": run_inputs.TaskRunResult,
    "FlowRunResult": run_inputs.FlowRunResult,
    "Parameter": run_inputs.Parameter,
    "Constant": run_inputs.Constant,
    **{name: getattr(variables, name) for name in WIRE if name.startswith("Variable") and "Sort" not in name},
    **{name: getattr(artifacts, name) for name in WIRE if name.startswith("Artifact") and "Sort" not in name},
    **{name: getattr(events, name) for name in WIRE if name.startswith("Event") and name != "EventOrder"},
    **{name: getattr(blocks, name) for name in WIRE if hasattr(blocks, name)},
    **{name: getattr(block_filters, name) for name in WIRE if name.startswith("Block") and "Filter" in name},
    "ReceivedEvent": events.ReceivedEvent,
    **{name: getattr(concurrency_limits, name) for name in WIRE if hasattr(concurrency_limits, name)},
}

SECONDS = "a duration in Python, seconds on the wire"
STORED = "records carry the times at which they were stored"
UNKNOWN = "None: we do not know, where the wire says false"

DIFFERENCES: dict[tuple[str, str], str] = {
    ("State", "created"): STORED,
    ("State", "updated"): STORED,
    ("StateDetails", "deferred"): UNKNOWN,
    ("FlowRunPolicy", "retry_delay"): "half a second is a delay too",
    ("FlowRunPolicy", "infrastructure_retries"): "counted here, unknown there",
    ("FlowRunResponse", "labels"): "null is accepted from older servers",
    ("FlowRunResponse", "total_run_time"): SECONDS,
    ("FlowRunResponse", "estimated_run_time"): SECONDS,
    ("FlowRunResponse", "estimated_start_time_delta"): SECONDS,
    ("TaskRun", "total_run_time"): SECONDS,
    ("TaskRun", "estimated_run_time"): SECONDS,
    ("TaskRun", "estimated_start_time_delta"): SECONDS,
    ("VariableCreate", "tags"): "no tags may be said as null, as clients do",
    ("BlockDocumentFilter", "is_anonymous"): "the default is made anew for each filter",
    ("EventPage", "next_page"): "an address is text",
}
"""Reviewed differences: (schema, field) and why."""


def plain(schema: Any) -> Any:
    """Return the schema of a field without names, descriptions and the order of alternatives."""
    if isinstance(schema, list):
        return [plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"ref": schema["$ref"].rsplit("/", 1)[-1].removesuffix("_Any_")}
    if "oneOf" in schema:
        schema = {**schema, "anyOf": schema["oneOf"]}
    left_out = {"title", "description", "default", "deprecated", "discriminator", "oneOf", "examples"}
    kept = {key: plain(value) for key, value in schema.items() if key not in left_out}
    if "anyOf" in kept:
        kept["anyOf"] = sorted(kept["anyOf"], key=lambda option: json.dumps(option, sort_keys=True))
        if {} in kept["anyOf"]:  # anything at all
            return {}
    if kept.get("additionalProperties") is True:
        del kept["additionalProperties"]
    return kept


def differences(name: str) -> dict[str, str]:
    """Return how each field of a schema of ours differs from the wire's."""
    model = OURS[name]
    theirs, ours = WIRE[name], model.model_json_schema(mode="validation")
    found: dict[str, str] = {}
    for field in sorted(theirs["properties"].keys() | ours["properties"].keys()):
        if field not in ours["properties"]:
            found[field] = "missing"
        elif field not in theirs["properties"]:
            found[field] = "not on the wire"
        elif plain(ours["properties"][field]) != plain(theirs["properties"][field]):
            found[field] = (
                f"type: {plain(ours['properties'][field])}, wire {plain(theirs['properties'][field])}"
            )
        elif (default := ours["properties"][field].get("default")) != (
            wanted := theirs["properties"][field].get("default")  # nothing said is null
        ):
            found[field] = f"default {default}, wire {wanted}"
    return found


@pytest.mark.parametrize("name", OURS)
def test_fields_types_and_defaults_are_those_of_the_wire(name: str) -> None:
    """What a server or an older client sends and expects is what our classes hold, field by field."""
    unexpected = {field: how for field, how in differences(name).items() if (name, field) not in DIFFERENCES}
    assert unexpected == {}


def test_no_reviewed_difference_is_out_of_date() -> None:
    """A difference that is gone is not listed any more."""
    found = {(name, field) for name in OURS for field in differences(name)}
    assert sorted(DIFFERENCES.keys() - found) == []


@pytest.mark.parametrize("name", OURS)
def test_what_must_be_given_is_what_the_wire_wants(name: str) -> None:
    """A body that the wire accepts is accepted; ids and times that a server fills in may be left out."""
    filled_in = {"id", "created", "updated"} if issubclass(OURS[name], states.Identified) else set[str]()
    if issubclass(OURS[name], events.Event):  # whoever makes one need not say what is known
        filled_in = {"id", "occurred", "received"}
    ours = set(OURS[name].model_json_schema(mode="validation").get("required", ()))
    assert ours - filled_in == set(WIRE[name].get("required", ())) - filled_in


@pytest.mark.parametrize("name", OURS)
def test_unknown_fields_are_treated_as_on_the_wire(name: str) -> None:
    """A typing mistake in what is sent is refused; a new field in what is received is ignored."""
    theirs = WIRE[name]["extra"] or "ignore"
    assert OURS[name].model_config.get("extra", "ignore") == theirs


@pytest.mark.parametrize(
    ("name", "ours"), [("StateType", states.StateType), ("SetStateStatus", orchestration.SetStateStatus)]
)
def test_words_are_those_of_the_wire(name: str, ours: type[Enum]) -> None:
    """Types and answers travel under the wire's words, all of them and no others."""
    assert [member.value for member in ours] == WIRE[name]["enum"]


@pytest.mark.parametrize("name", OURS)
def test_every_class_can_describe_itself(name: str) -> None:
    """Tools can ask each class for its schema, for reading and for writing."""
    assert TypeAdapter(OURS[name]).json_schema(mode="serialization")["type"] == "object"
