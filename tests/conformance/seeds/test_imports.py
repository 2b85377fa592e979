"""Rows 61-69: the names that the documents import, from where they import them."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

ROWS: list[Any] = [
    pytest.param("prefect", "flow", id="row_061"),
    pytest.param("prefect", "task", id="row_062"),
    pytest.param("prefect", "get_run_logger", id="row_063"),
    pytest.param("prefect", "get_client", id="row_064"),
    pytest.param("prefect", "State", id="row_065"),
    pytest.param("prefect.tasks", "task_input_hash", id="row_066"),
    pytest.param("prefect.deployments", "deploy", id="row_067"),
    pytest.param("prefect.client.orchestration", "get_client", id="row_068"),
    pytest.param("prefect.context", "TaskRunContext", id="row_069"),
]


@pytest.mark.parametrize(("module", "name"), ROWS)
def test_rows_061_to_069_documented_names_can_be_imported(module: str, name: str) -> None:
    """Rows 61-69: `from module import name` works for every name that the documents import."""
    assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize("name", ["serve", "aserve"])
def test_rows_072_to_073_serve(name: str) -> None:
    """Rows 72-73: `serve` and `aserve` can be imported from `prefect`."""
    assert callable(getattr(importlib.import_module("prefect"), name))
