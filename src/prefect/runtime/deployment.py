"""The deployment of the flow run that runs here; runs that a script calls have none."""

from __future__ import annotations

import os
from typing import Any

from prefect.runtime._reading import flow_run_context, reader

__all__ = ["id", "flow_run_id", "name", "parameters", "version"]

# Looked up by `__getattr__`.
id: str | None
flow_run_id: str | None
name: str | None
parameters: dict[str, Any]
version: str | None


def _id() -> str | None:
    context = flow_run_context()
    deployment_id = context.flow_run.deployment_id if context else None
    return str(deployment_id) if deployment_id else None


def _flow_run_id() -> str | None:
    context = flow_run_context()
    return str(context.flow_run.id) if context else os.environ.get("PREFECT__FLOW_RUN_ID")


def _version() -> str | None:
    context = flow_run_context()
    return context.flow_run.deployment_version if context else None


def _parameters() -> dict[str, Any]:
    context = flow_run_context()
    return dict(context.flow_run.parameters) if context else {}


FIELDS = {
    "id": _id,
    "flow_run_id": _flow_run_id,
    "name": lambda: None,
    "parameters": _parameters,
    "version": _version,
}

__getattr__ = reader(__name__, FIELDS)


def __dir__() -> list[str]:
    return sorted(__all__)
