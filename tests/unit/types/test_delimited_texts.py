"""Sets in one text, and times, as integration packages read them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from prefect.types import DateTime, validate_set_T_from_delim_string
from prefect.types._datetime import now


@pytest.mark.parametrize(
    ("value", "read"),
    [("1, 2", {1, 2}), (None, set()), ("", set()), (5, {5}), ([1, "2"], {1, 2}), ({3}, {3}), ("4,,", {4})],
)
def test_a_set_is_read(value: Any, read: set[int]) -> None:
    """Texts, collections and single values become sets of checked values."""
    assert validate_set_T_from_delim_string(value, int) == read


def test_another_delimiter_and_wrong_values() -> None:
    """What lies between values can be chosen; a value of another type is refused."""
    assert validate_set_T_from_delim_string("a|b", str, "|") == {"a", "b"}
    with pytest.raises(ValidationError):
        validate_set_T_from_delim_string("1,x", int)


def test_the_present_time_in_a_zone() -> None:
    """The present time is told in the zone that is asked for."""
    paris = now("Asia/Tokyo")
    assert isinstance(paris, DateTime)
    assert paris.utcoffset() == timedelta(hours=9)
    assert now().utcoffset() == timedelta(0)
    assert DateTime.fromisoformat("2020-01-01T00:00:00+00:00").year == 2020
