"""Where the parameters of operations travel in a request."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import UTC, datetime

import pytest

import prefect.store
from prefect.schemas.flow_runs import FlowRunCreate
from prefect.schemas.orchestration import OrchestrationResult, SetStateStatus, StateAbortDetails
from prefect.store.flow_run_creation import create_flow_run
from prefect.store.flow_run_states import set_flow_run_state
from prefect.store.flow_runs import read_flow_runs, update_flow_run_labels
from prefect.store.operations import all_operations, placement_of, route_of
from prefect.store.states import read_flow_run_states


def test_parameters_travel_where_they_belong() -> None:
    """In the path, in the query, as the body or as fields of it; what clients say of themselves in headers."""
    state = placement_of(set_flow_run_state)
    assert (state.path, state.fields, state.body) == (("id",), ("state", "force"), None)
    assert state.headers == {"user_agent": "user-agent", "api_version": "x-prefect-api-version"}
    assert placement_of(create_flow_run).body == "flow_run"
    assert placement_of(create_flow_run).types["flow_run"] is FlowRunCreate
    assert placement_of(read_flow_run_states).query == ("flow_run_id",)
    assert placement_of(update_flow_run_labels).body == "labels"
    assert {"flow_runs", "sort", "limit", "offset"} <= set(placement_of(read_flow_runs).fields)


def test_each_route_belongs_to_one_operation() -> None:
    """No two operations have the same method and path, and each path has its parameters."""
    for module in pkgutil.iter_modules(prefect.store.__path__):
        if not module.name.startswith("postgres_"):
            importlib.import_module(f"prefect.store.{module.name}")
    routes = [(route.method, route.path) for route in all_operations().values()]
    assert len(set(routes)) == len(routes)
    for function in all_operations():
        assert set(placement_of(function).path) <= set(placement_of(function).types)


def test_what_is_no_operation_has_no_route() -> None:
    """A part of a transaction cannot be asked for from outside."""
    with pytest.raises(KeyError):
        route_of(placement_of)  # pyright: ignore[reportArgumentType]


def test_an_answer_without_a_state_is_nothing_new() -> None:
    """A run that cannot be resumed has no new state, which clients are told by the status."""
    dated = route_of(set_flow_run_state).dated
    assert dated is not None
    answer = OrchestrationResult(
        state=None, status=SetStateStatus.ABORT, details=StateAbortDetails(reason="no")
    )
    assert dated(answer) == datetime.min.replace(tzinfo=UTC)
