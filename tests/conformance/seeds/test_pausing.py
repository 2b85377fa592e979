"""Rows 42, 51, 85-86: pausing and resuming flow runs."""

from __future__ import annotations

import inspect
from uuid import uuid4

import pytest

import prefect
from prefect import engine, flow_runs
from prefect.exceptions import ObjectNotFound


def test_row_042_and_085_pausing_is_refused_outside_a_flow() -> None:
    """Rows 42, 85: `pause_flow_run` outside of a flow run is a RuntimeError that says so."""
    with pytest.raises(RuntimeError, match="flow run"):
        prefect.pause_flow_run()


def test_row_042_and_085_both_documented_forms_are_taken() -> None:
    """Rows 42, 85: the arguments of either document can be given, and the newer ones come first."""
    parameters = list(inspect.signature(prefect.pause_flow_run).parameters)
    assert parameters == ["wait_for_input", "timeout", "poll_interval", "key", "flow_run_id", "reschedule"]
    assert engine.pause_flow_run is prefect.pause_flow_run is flow_runs.pause_flow_run
    for older in ({"flow_run_id": uuid4()}, {"flow_run_id": uuid4(), "reschedule": True, "key": "k"}):
        with pytest.raises(ObjectNotFound):
            prefect.pause_flow_run(timeout=300, poll_interval=10, **older)  # pyright: ignore[reportCallIssue, reportArgumentType]


def test_row_051_and_086_resuming_an_unknown_run_is_refused() -> None:
    """Rows 51, 86: `resume_flow_run` of a run that does not exist raises ObjectNotFound."""
    with pytest.raises(ObjectNotFound):
        prefect.resume_flow_run(uuid4())
    assert engine.resume_flow_run is prefect.resume_flow_run
    assert list(inspect.signature(prefect.resume_flow_run).parameters) == ["flow_run_id", "run_input"]
