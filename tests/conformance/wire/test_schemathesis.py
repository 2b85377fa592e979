"""Requests that a library makes of our document, fitting and not: none breaks the server, each status is documented."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from prefect.server.api.server import create_app
from tests.conformance.wire.test_openapi import bare

EXAMPLES = int(os.environ.get("WIRE_EXAMPLES", "3"))
"""How many requests are made for each operation; a thorough run takes 50."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


FACTS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "rest-api.json").read_text(encoding="utf-8")
)
OPERATIONS = [(operation["method"], operation["path"]) for operation in FACTS["operations"]]


@pytest.fixture(scope="session")
def api_schema(api_url: str) -> Any:
    """Our document, for the running server."""
    document = schemathesis.openapi.from_dict(create_app().openapi())
    document.config.update(base_url=api_url)
    return document


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=[f"{m} {p}" for m, p in OPERATIONS])
def test_a_request_is_answered_as_documented(method: str, path: str, api_schema: Any) -> None:
    """Whatever is sent, the answer is no 5xx, and its status, its type and its fields are those of the document."""
    here = next(own for own in api_schema if bare(own) == bare(path))
    operation = api_schema[here][method]

    @hypothesis.given(case=operation.as_strategy())
    @hypothesis.settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    def ask(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()
