"""The paths from which users import the vocabulary."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from prefect.client.schemas.actions import NonEmptyishName
from prefect.client.schemas.objects import KeyValueLabelsField, Workspace

NAMES: dict[str, list[str]] = json.loads(
    (Path(__file__).parents[2] / "data" / "client-schemas.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("module", sorted(NAMES))
def test_every_name_of_the_api_can_be_imported(module: str) -> None:
    """Each name that the API has in `prefect.client.schemas` is there."""
    room = importlib.import_module(f"prefect.client.schemas.{module}")
    assert [name for name in NAMES[module] if not hasattr(room, name)] == []


@pytest.mark.parametrize("module", sorted(NAMES))
def test_every_class_can_be_used(module: str) -> None:
    """Each class of these paths can be told as a JSON schema, so that all of its parts are known."""
    room = importlib.import_module(f"prefect.client.schemas.{module}")
    for name in NAMES[module]:
        kind = getattr(room, name)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind.model_rebuild()
            assert kind.model_fields is not None


def test_a_workspace_knows_where_it_is() -> None:
    """A workspace of Prefect Cloud tells its handle and its addresses."""
    account, workspace = uuid4(), uuid4()
    made = Workspace(
        account_id=account,
        account_name="A",
        account_handle="a",
        workspace_id=workspace,
        workspace_name="W",
        workspace_description="",
        workspace_handle="w",
    )
    assert made.handle == "a/w"
    assert made.api_url() == f"https://api.prefect.cloud/api/accounts/{account}/workspaces/{workspace}"
    assert made.ui_url() == f"https://app.prefect.cloud/account/{account}/workspace/{workspace}"
    assert hash(made) == hash(made.model_copy())


def test_types_of_fields_check() -> None:
    """Labels keep the types of their values, and a name is more than blanks."""
    labels = TypeAdapter(KeyValueLabelsField)
    assert labels.validate_python(None) == {}
    assert labels.validate_python({"a": True, "b": 1, "c": "1"}) == {"a": True, "b": 1, "c": "1"}
    with pytest.raises(ValidationError):
        TypeAdapter(NonEmptyishName).validate_python(" ' ")
