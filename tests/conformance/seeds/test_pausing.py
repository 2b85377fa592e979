"""Rows 42, 51, 85-86: pausing and resuming flow runs, as far as it needs no server."""

from __future__ import annotations

from uuid import uuid4

import pytest

import prefect
from prefect.exceptions import ObjectNotFound

LATER = pytest.mark.xfail(
    reason="rows 42, 51, 85, 86: pausing comes with a later release", raises=AttributeError
)


@LATER
def test_row_042_and_085_pausing_is_refused_outside_a_flow() -> None:
    """Rows 42, 85: `pause_flow_run` outside of a flow run is a RuntimeError that says so."""
    with pytest.raises(RuntimeError, match="flow run"):
        prefect.pause_flow_run()


@LATER
def test_row_051_and_086_resuming_an_unknown_run_is_refused() -> None:
    """Rows 51, 86: `resume_flow_run` of a run that does not exist raises ObjectNotFound."""
    with pytest.raises(ObjectNotFound):
        prefect.resume_flow_run(uuid4())
