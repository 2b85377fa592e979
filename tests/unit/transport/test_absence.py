"""A server that is away is told in few lines."""

from __future__ import annotations

import logging
import time

import pytest

from prefect._transport.absence import Absence


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was told."""
    return [record.getMessage() for record in caplog.records]


def test_a_short_absence_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    """A server that is started anew is no news."""
    absence = Absence("http://server", "Runs go on.")
    absence.missed("refused")
    absence.answered()
    assert lines(caplog) == []


def test_a_long_absence_is_told_from_time_to_time_and_its_end_once(caplog: pytest.LogCaptureFixture) -> None:
    """However often a server is asked, there is one line for each interval, and one when it answers again."""
    caplog.set_level(logging.INFO)
    absence = Absence("http://server", "Runs go on.", first=0.05, every=0.2)
    for _ in range(30):
        absence.missed("refused")
        time.sleep(0.01)
    assert absence.is_on
    absence.answered()
    absence.answered()
    told = lines(caplog)
    assert 1 <= len(told) - 1 <= 3
    assert "http://server has not answered for 0 s (refused). Runs go on." in told[0]
    assert "answers again" in told[-1]
    assert not absence.is_on
