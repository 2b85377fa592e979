"""The tables of the database, one file for each aggregate, written once for creation, rows and reading."""

from __future__ import annotations

from prefect.store.tables import (
    artifacts,
    automations,
    background,
    blocks,
    claims,
    concurrency,
    configuration,
    deployments,
    events,
    inputs,
    requests,
    runs,
    saved_searches,
    services,
    variables,
    work_pools,
)
from prefect.store.tables.runs import FLOW, FLOW_RUN, FLOW_RUN_STATE, LOG, TASK_RUN, TASK_RUN_STATE
from prefect.store.tables.table import Table

__all__ = ["FLOW", "FLOW_RUN", "FLOW_RUN_STATE", "LOG", "TABLES", "TASK_RUN", "TASK_RUN_STATE", "Table"]

TABLES: tuple[Table, ...] = (
    *runs.TABLES,
    *variables.TABLES,
    *artifacts.TABLES,
    *inputs.TABLES,
    *blocks.TABLES,
    *concurrency.TABLES,
    *configuration.TABLES,
    *events.TABLES,
    *background.TABLES,
    *deployments.TABLES,
    *work_pools.TABLES,
    *automations.TABLES,
    *saved_searches.TABLES,
    *services.TABLES,
    *claims.TABLES,
    *requests.TABLES,
)
