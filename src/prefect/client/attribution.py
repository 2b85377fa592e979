"""Who asks: headers by which a server tells which run and worker its requests come from."""

from __future__ import annotations

import os

_SOURCES = {
    "X-Prefect-Worker-Id": "PREFECT__WORKER_ID",
    "X-Prefect-Worker-Name": "PREFECT__WORKER_NAME",
    "X-Prefect-Flow-Id": "PREFECT__FLOW_ID",
    "X-Prefect-Flow-Name": "PREFECT__FLOW_NAME",
    "X-Prefect-Deployment-Id": "PREFECT__DEPLOYMENT_ID",
    "X-Prefect-Deployment-Name": "PREFECT__DEPLOYMENT_NAME",
}
"""The headers, and the variables that workers set in the environment of what they start."""


def get_attribution_headers() -> dict[str, str]:
    """Return the headers that tell where requests of this process come from; none outside of what a worker started."""
    return {header: value for header, variable in _SOURCES.items() if (value := os.environ.get(variable))}
