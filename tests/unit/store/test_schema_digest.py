"""The tables of a released version stay as they are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from prefect.store.tables import FLOW, TABLES
from tools import schema_digest

RECORDED = Path(__file__).parents[2] / "data" / "schema-digest.txt"


def test_tables_change_only_with_the_version_of_the_schema() -> None:
    """Whoever changes a table raises the version, so that databases that exist get the change when they are opened."""
    recorded = RECORDED.read_text(encoding="utf-8").strip()
    assert schema_digest.present() == recorded, (
        f"The tables are not those that were recorded for version {recorded.split()[0]} of the schema. "
        "If a release has made databases of that version, raise it: add a Revision to HISTORY in "
        "src/prefect/store/migrations/history.py. In any case record what there is now: "
        "python tools/schema_digest.py > tests/data/schema-digest.txt"
    )


def test_an_added_column_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A column more makes another digest; the order of the tables makes none."""
    before = schema_digest.present()
    monkeypatch.setattr(schema_digest, "TABLES", tuple(reversed(schema_digest.TABLES)))
    assert schema_digest.present() == before
    wider = replace(FLOW, columns={**FLOW.columns, "colour": FLOW.columns["name"]})
    monkeypatch.setattr(schema_digest, "TABLES", (*(one for one in TABLES if one is not FLOW), wider))
    assert schema_digest.present() != before
