"""Times and durations as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from prefect._clock import now
from prefect.cli.failures import CommandFailed
from prefect.cli.moments import duration_in, moment_in


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("1.5", 1.5),
        ("90s", 90),
        ("10 minutes", 600),
        ("in 10 min", 600),
        ("1h 30m", 5400),
        ("1h30m", 5400),
        ("1 hour and 30 minutes", 5400),
        ("2 days, 1 hour", 176400),
        ("1w", 604800),
        ("2 Hrs", 7200),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    """A duration is numbers with units, or seconds."""
    assert duration_in(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "5 x", "m", "1h later", "nan", "inf", "99999999999999 weeks"])
def test_what_is_no_duration(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(CommandFailed):
        duration_in(text)


def test_moments() -> None:
    """A time says its zone, or is that of this machine; a day may be left out or named."""
    assert moment_in("2026-07-01T09:00+02:00") == datetime(2026, 7, 1, 7, tzinfo=UTC)
    assert moment_in("2026-07-01 09:00").astimezone().hour == 9
    assert moment_in("2026-07-01 09:00", "Europe/Berlin") == datetime(2026, 7, 1, 7, tzinfo=UTC)
    today = now().astimezone()
    tomorrow = moment_in("tomorrow at 9am").astimezone()
    assert (tomorrow.date(), tomorrow.hour) == ((today + timedelta(days=1)).date(), 9)
    assert moment_in("17:30").astimezone().date() == today.date()
    assert abs(moment_in("now") - now()) < timedelta(seconds=5)


@pytest.mark.parametrize("text", ["", "x", "25:99", "tomorrow never"])
def test_what_is_no_moment(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(CommandFailed):
        moment_in(text)
