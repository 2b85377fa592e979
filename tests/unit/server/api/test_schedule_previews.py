"""What a schedule would do, before it is stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import httpx2
import pytest


async def test_the_next_dates_of_a_schedule_are_told(api: httpx2.AsyncClient) -> None:
    """A person sees when runs would be, as many as asked for."""
    schedule = {"cron": "30 2 * * *", "timezone": "Europe/Berlin"}
    answer = await api.post("/ui/schedules/preview", json={"schedule": schedule, "count": 3})
    dates = [datetime.fromisoformat(date) for date in answer.json()]
    assert len(dates) == 3
    assert all(timedelta(hours=22) < later - date < timedelta(hours=26) for date, later in pairwise(dates))


@pytest.mark.parametrize(
    "schedule", [{"cron": "nonsense"}, {"interval": 0}, {"cron": "* * * * *", "timezone": "Mars"}]
)
async def test_a_schedule_that_cannot_be_is_refused_with_words(
    api: httpx2.AsyncClient, schedule: dict[str, object]
) -> None:
    """Who writes a schedule is told what is wrong with it."""
    answer = await api.post("/ui/schedules/preview", json={"schedule": schedule})
    assert answer.status_code == 422
    assert answer.json()["exception_detail"]
