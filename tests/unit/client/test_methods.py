"""Both clients have every method of the API, as the API has it."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest

from prefect.client.orchestration import PrefectClient, SyncPrefectClient

FACTS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "client-methods.json").read_text(encoding="utf-8")
)
NEVER_AWAITED = {"client_version"}


@pytest.mark.parametrize("name", sorted(FACTS))
@pytest.mark.parametrize("client", [PrefectClient, SyncPrefectClient])
def test_a_method_takes_what_the_api_says(client: type, name: str) -> None:
    """Each method has the parameters of the API, in their order, with their defaults."""
    shown = inspect.signature(getattr(client, name))
    ours = [
        [parameter.name, parameter.kind, parameter.default]
        for parameter in list(shown.parameters.values())[1:]
    ]
    kinds = {
        "pk": inspect.Parameter.POSITIONAL_OR_KEYWORD,
        "ko": inspect.Parameter.KEYWORD_ONLY,
        "**": inspect.Parameter.VAR_KEYWORD,
        "*": inspect.Parameter.VAR_POSITIONAL,
    }
    assert [each[:2] for each in ours] == [[name, kinds[kind]] for name, kind, _ in FACTS[name]["params"]]
    for (parameter, _, default), (_, kind, told) in zip(ours, FACTS[name]["params"], strict=True):
        if kind != "**":
            wanted = inspect.Parameter.empty if told is None else eval(told)  # noqa: S307 - a literal of ours
            assert default == wanted, parameter


@pytest.mark.parametrize("name", sorted(FACTS))
def test_the_async_client_is_awaited_and_the_other_is_not(name: str) -> None:
    """Tools that look at a method see whether it returns a coroutine."""
    assert not inspect.iscoroutinefunction(getattr(SyncPrefectClient, name))
    assert inspect.iscoroutinefunction(getattr(PrefectClient, name)) is (name not in NEVER_AWAITED)


def test_a_method_shows_what_it_returns() -> None:
    """The signature and the documentation of a method are those of what it does."""
    method = SyncPrefectClient.read_flow_run
    assert method.__name__ == "read_flow_run"
    assert str(inspect.signature(method)) == "(self, flow_run_id: 'UUID') -> 'FlowRun'"
    assert "Raises" in (method.__doc__ or "")
