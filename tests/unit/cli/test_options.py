from __future__ import annotations

import pytest

from prefect.cli.failures import CommandFailed
from prefect.cli.options import names_of_state, types_of_state


def test_types_of_states_are_taken_in_any_case():
    """`completed` and `COMPLETED` are the same type; no option means no filter."""
    assert types_of_state(["completed", "FAILED"]) == ["COMPLETED", "FAILED"]
    assert types_of_state(None) == []


def test_unknown_type_of_state_is_wrong_usage():
    """A name that is no type is refused with the list of types."""
    with pytest.raises(CommandFailed, match=r"'Late'.*SCHEDULED") as caught:
        types_of_state(["Late"])
    assert caught.value.exit_code == 2


def test_names_of_states_are_taken_as_written_or_capitalised():
    """`late` finds Late as well as a custom state that is called late."""
    assert names_of_state(["late", "AwaitingRetry"]) == ["late", "Late", "AwaitingRetry"]
    assert names_of_state(None) == []
