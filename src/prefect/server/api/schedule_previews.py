"""What a schedule would do: its next dates, before anything is stored."""

from __future__ import annotations

import asyncio
import itertools
from datetime import datetime
from typing import Annotated

from pydantic import Field

from prefect._clock import now
from prefect.schemas.schedules import SCHEDULE_TYPES
from prefect.server.api.surroundings import Surroundings


async def preview_schedule(
    here: Surroundings, schedule: SCHEDULE_TYPES, count: Annotated[int, Field(ge=1, le=50)] = 5
) -> list[datetime]:
    """Return the next dates of a schedule.

    Args:
        here: The surroundings.
        schedule: The schedule.
        count: How many dates at most.
    """
    return await asyncio.to_thread(lambda: list(itertools.islice(schedule.dates_from(now()), count)))
