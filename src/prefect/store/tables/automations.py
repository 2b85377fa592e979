"""The tables of automations, and of what they have to do with."""

from __future__ import annotations

from prefect.store.columns import (
    BOOLEAN_COLUMN,
    JSON_COLUMN,
    TAGS_COLUMN,
    TEXT_COLUMN,
    TIMESTAMP_COLUMN,
    UUID_COLUMN,
)
from prefect.store.tables.table import Table

AUTOMATION = Table(
    "automation",
    {
        "id": UUID_COLUMN,
        "created": TIMESTAMP_COLUMN,
        "updated": TIMESTAMP_COLUMN,
        "name": TEXT_COLUMN,
        "description": TEXT_COLUMN,
        "enabled": BOOLEAN_COLUMN,
        "tags": TAGS_COLUMN,
        "trigger": JSON_COLUMN,
        "actions": JSON_COLUMN,
        "actions_on_trigger": JSON_COLUMN,
        "actions_on_resolve": JSON_COLUMN,
    },
    not_null=frozenset({"name", "enabled", "trigger", "actions"}),
    indexes={
        "automation_by_name": "(name, id)",
        "automation_by_created": "(created)",
        "automation_by_updated": "(updated)",
    },
)

AUTOMATION_RESOURCE = Table(
    "automation_resource",
    {"resource_id": TEXT_COLUMN, "automation_id": UUID_COLUMN, "owns": BOOLEAN_COLUMN},
    primary_key=("resource_id", "automation_id"),
    options="WITHOUT ROWID",
    not_null=frozenset({"owns"}),
    indexes={"automation_resource_by_automation": "(automation_id)"},
)
"""What an automation has to do with: what it acts on, and what owns it."""

TABLES: tuple[Table, ...] = (AUTOMATION, AUTOMATION_RESOURCE)
