from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prefect.schemas.states import StateDetails, StateType
from prefect.store import columns
from prefect.store.columns import ColumnType, timestamp_text, uuid_text


def kept(column: ColumnType, value: Any) -> Any:
    """Return what comes back of a value after it was in a database."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(f"CREATE TABLE one (value {column.sql})")
        connection.execute("INSERT INTO one VALUES (?)", (column.encode(value),))
        (stored,) = connection.execute("SELECT value FROM one").fetchone()
    finally:
        connection.close()
    return stored if column.decode is None else column.decode(stored)


# --- JSON --------------------------------------------------------------------------------------------------------

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(JSON_VALUES)
@example([2**63, -(2**63) - 1, 2**64, 2**200])
@example({"\x00": ["a\x00b", "é", "𐍈", "\u2028"]})
def test_json_comes_back_as_it_was(value: Any) -> None:
    """Parameters made of JSON's own types are read back exactly, integers of any size included."""
    assert kept(columns.JSON_COLUMN, value) == value


@pytest.mark.parametrize(
    ("value", "back"),
    [
        ((1, (2, 3)), [1, [2, 3]]),
        ({1: "a", None: "b", False: "c"}, {"1": "a", "null": "b", "false": "c"}),
        ({(1, 2): 3}, {"(1, 2)": 3}),
        (UUID(int=5), str(UUID(int=5))),
        (StateType.FAILED, "FAILED"),
        (timedelta(minutes=1), 60.0),
        (datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), "2024-01-02T03:04:05Z"),
        (datetime(2024, 1, 2, 3, tzinfo=timezone(timedelta(hours=2))), "2024-01-02T03:00:00+02:00"),
        (float("nan"), None),
        ([float("inf"), float("-inf")], [None, None]),
        ({3}, [3]),
        (frozenset({"x"}), ["x"]),
    ],
)
def test_json_of_other_types_is_their_nearest_form(value: Any, back: Any) -> None:
    """What JSON has no form for is kept as its nearest relative."""
    assert kept(columns.JSON_COLUMN, value) == back


class Unknown:
    def __str__(self) -> str:
        return "an unknown thing"


def test_json_of_an_unknown_object_is_its_text() -> None:
    """An object of no known type is kept as its text."""
    assert kept(columns.JSON_COLUMN, {"a": [Unknown()]}) == {"a": ["an unknown thing"]}


@pytest.mark.parametrize(
    "value",
    ["\ud800", "file-\udcff.csv", ["\udfff"], {"\udc80": 1}, {"a": {"b": "\ud800"}}],
    ids=["alone", "file name", "list", "key", "nested"],
)
def test_json_with_lone_surrogates_can_be_read_back(value: Any) -> None:
    """File names that are no UTF-8 reach Python as lone surrogates; a record that holds one stays readable."""
    back = kept(columns.JSON_COLUMN, value)
    assert type(back) is type(value)


@pytest.mark.parametrize("beside", [2**70, "\ud800", (1, 2)], ids=["big integer", "surrogate", "tuple"])
@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_json_of_odd_values_together_can_be_read_back(beside: Any, number: float) -> None:
    """Not-a-number is null also where it stands beside values that need the slower encoder."""
    assert kept(columns.JSON_COLUMN, [number, beside])[0] is None


def test_json_of_deep_nesting_can_be_read_back() -> None:
    """Nesting that is deeper than the fast encoder goes is kept all the same."""
    value: Any = "inside"
    for _ in range(400):
        value = [value]
    assert kept(columns.JSON_COLUMN, value) == value


def test_json_of_a_record_leaves_out_what_says_nothing() -> None:
    """State details take no room for the fields that hold their default."""
    details = StateDetails(task_run_id=UUID(int=1), pause_key=None)
    assert kept(columns.JSON_COLUMN, details) == {"task_run_id": str(UUID(int=1))}


# --- text --------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.text())
@example("a\x00b")
@example("\U0010ffff")
def test_text_comes_back_as_it_was(value: str) -> None:
    """Names and messages are read back exactly, zero bytes included."""
    assert kept(columns.TEXT_COLUMN, value) == value


@settings(deadline=None)
@given(st.text(st.characters(codec=None, categories=["Cs", "Lu"]), min_size=1))
def test_text_with_lone_surrogates_is_kept_as_far_as_it_goes(value: str) -> None:
    """Characters that no encoding has become question marks, the rest stays."""
    back = kept(columns.TEXT_COLUMN, value)
    surrogates = {c for c in value if 0xD800 <= ord(c) <= 0xDFFF}
    assert back == "".join("?" if c in surrogates else c for c in value)


def test_text_of_an_enumeration_is_its_value() -> None:
    """The type of a state is stored as its word."""
    assert kept(columns.TEXT_COLUMN, StateType.AWAITING_RETRY) == "SCHEDULED"


# --- times -------------------------------------------------------------------------------------------------------

ZONES = st.timedeltas(timedelta(hours=-14), timedelta(hours=14)).map(
    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
)
FIRST, LAST = datetime(1000, 1, 3), datetime(9999, 12, 29)  # noqa: DTZ001 - the strategy adds the zone
TIMES = st.datetimes(FIRST, LAST, timezones=ZONES)


@settings(deadline=None)
@given(TIMES)
def test_a_time_comes_back_as_the_same_moment(value: datetime) -> None:
    """Times keep their microseconds whatever zone they were given in, and come back in UTC."""
    back = datetime.fromisoformat(kept(columns.TIMESTAMP_COLUMN, value))
    assert back == value
    assert back.utcoffset() == timedelta(0)


@settings(deadline=None)
@given(TIMES, TIMES)
def test_times_sort_as_text(one: datetime, other: datetime) -> None:
    """The text of times has a fixed width and sorts as the times do, so that an index on it serves lists."""
    first, second = kept(columns.TIMESTAMP_COLUMN, one), kept(columns.TIMESTAMP_COLUMN, other)
    assert len(first) == len(second) == len("2026-01-31T12:00:00.000000Z")
    assert (first < second) == (one < other)


# --- the rest ----------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.timedeltas(timedelta(0), timedelta(days=3650)))
def test_a_duration_is_kept_in_seconds(value: timedelta) -> None:
    """Durations are numbers that any SQLite tool can add up."""
    assert kept(columns.SECONDS_COLUMN, value) == pytest.approx(value.total_seconds(), abs=1e-6)


def test_a_duration_may_be_given_in_seconds() -> None:
    """A plain number of seconds is taken as it is."""
    assert kept(columns.SECONDS_COLUMN, 1.5) == 1.5


def test_identifiers_truths_and_numbers_come_back() -> None:
    """The small types are read back as what they were."""
    identity = uuid4()
    assert UUID(kept(columns.UUID_COLUMN, identity)) == identity
    assert kept(columns.BOOLEAN_COLUMN, True) is True
    assert kept(columns.BOOLEAN_COLUMN, False) is False
    assert kept(columns.INTEGER_COLUMN, -7) == -7


class _DriversId(UUID):
    """An id as a driver of a database makes it."""


class _LibrarysTime(datetime):
    """A time as a library for dates makes it."""


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 31, 12, 30, 15, 120, tzinfo=UTC),
        datetime(2026, 1, 31, 12, 30, 15, tzinfo=UTC),
        datetime(7, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 1, 31, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        _LibrarysTime(2026, 1, 31, 12, 0, 0, 5, tzinfo=UTC),
    ],
)
def test_times_are_text_of_one_width_in_utc(moment: datetime) -> None:
    """With or without microseconds, from any zone and of any class of times: the text has the same form, and sorts."""
    written = timestamp_text(moment)
    assert len(written) == len("2026-01-31T12:00:00.000000Z")
    assert datetime.fromisoformat(written) == moment


def test_ids_of_any_class_are_the_same_text() -> None:
    """An id that a driver made is stored like any other."""
    id = uuid4()
    assert uuid_text(id) == uuid_text(_DriversId(str(id))) == str(id)
