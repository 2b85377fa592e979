from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from prefect.cli.durations import duration_text, local_time, relative_time

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0ms"),
        (-1, "0.0ms"),
        (0.0004, "0.4ms"),
        (0.0099, "9.9ms"),
        (0.00999, "10ms"),
        (0.0123, "12ms"),
        (0.9994, "999ms"),
        (0.9996, "1.00s"),
        (1.234, "1.23s"),
        (9.996, "10.0s"),
        (59.94, "59.9s"),
        (59.999, "1m 00s"),
        (83.4, "1m 23s"),
        (3599.9, "1h 00m"),
        (3725, "1h 02m"),
        (86399, "23h 59m"),
        (90000, "1d 01h"),
        (86400 * 400, "400d 00h"),
    ],
)
def test_durations_have_about_three_digits(seconds, text):
    """A duration is shown in the unit that fits it, and rounds to the next unit where it must."""
    assert duration_text(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("ago", "text", "short"),
    [
        (0.4, "now", "now"),
        (1, "1 second ago", "1s ago"),
        (59, "59 seconds ago", "59s ago"),
        (60, "1 minute ago", "1m ago"),
        (200, "3 minutes ago", "3m ago"),
        (7200, "2 hours ago", "2h ago"),
        (86400, "1 day ago", "1d ago"),
        (86400 * 30, "30 days ago", "30d ago"),
        (-90, "in 1 minute", "in 1m"),
        (-7200, "in 2 hours", "in 2h"),
    ],
)
def test_moments_are_told_from_now(ago, text, short):
    """A moment is told as how long ago it was, or how far ahead it is, in its largest unit."""
    moment = NOW - timedelta(seconds=ago)
    assert relative_time(moment, NOW) == text
    assert relative_time(moment, NOW, short=True) == short


def test_local_times_have_a_fixed_width():
    """Times in a column are equally wide, with and without milliseconds, also at a full second."""
    assert len(local_time(NOW)) == 19
    assert len(local_time(NOW, milliseconds=True)) == 23
    assert local_time(NOW, milliseconds=True).endswith(".000")
