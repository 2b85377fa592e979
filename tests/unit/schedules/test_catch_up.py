"""Which dates still get a run that have passed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from prefect.schedules import Cron, Interval, RRule
from prefect.schedules.catch_up import CatchUp, latest_date
from prefect.schemas.deployments import DeploymentScheduleCreate
from prefect.schemas.schedules import CronSchedule

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUARTERLY = CronSchedule(cron="*/15 * * * *").dates_from


@pytest.mark.parametrize(
    ("catch_up", "minutes"),
    [
        (CatchUp("all"), 60),
        (CatchUp("all", max_lateness=1800), 30),
        (CatchUp("latest"), 10),
        (CatchUp("latest", max_lateness=300), 5),
        (CatchUp("none"), 0.25),
        (CatchUp("none", max_lateness=900), 15),
        (CatchUp(None), 60),
    ],
)
def test_the_earliest_date_that_still_gets_a_run(catch_up: CatchUp, minutes: float) -> None:
    """An hour is made up for as far back as the choice and the greatest lateness say."""
    moment = NOON + 10 * MINUTE
    earliest = catch_up.earliest(QUARTERLY, moment - 60 * MINUTE, moment)
    assert (moment - earliest) / MINUTE == minutes


def test_a_run_that_missed_its_time_is_refused_with_the_reason() -> None:
    """Who reads why a run was skipped sees its time and what stood against it."""
    later = CatchUp("latest").refusal(QUARTERLY, NOON, NOON + 20 * MINUTE)
    assert later is not None
    assert later.startswith("Its time was 2026-06-01 12:00:00 UTC. A later run")
    assert CatchUp("latest").refusal(QUARTERLY, NOON + 15 * MINUTE, NOON + 20 * MINUTE) is None
    late = CatchUp("all", max_lateness=60).refusal(QUARTERLY, NOON, NOON + 2 * MINUTE)
    assert late is not None
    assert "at most 60 s after their time." in late
    none = CatchUp("none").refusal(QUARTERLY, NOON, NOON + MINUTE)
    assert none is not None
    assert "does not catch up" in none
    assert CatchUp("all").refusal(QUARTERLY, NOON, NOON + 900 * MINUTE) is None


@pytest.mark.parametrize(("back", "found"), [(0, None), (1, None), (3, None), (9, -8), (400, -8)])
def test_the_latest_date_is_found_however_long_ago(back: int, found: int | None) -> None:
    """It is looked for farther and farther back, and not beyond the beginning."""
    yearly = CronSchedule(cron="0 0 24 5 *").dates_from
    midnight = NOON.replace(hour=0)
    since = midnight - timedelta(days=back)
    expected = None if found is None else midnight + timedelta(days=found)
    assert latest_date(yearly, since, midnight) == expected


def test_schedules_in_code_say_how_they_catch_up() -> None:
    """The choice goes to the deployment only where it was made; a word that is none is refused."""
    for schedule in (
        Cron("@daily", catch_up="latest", max_lateness=60),
        Interval(60, catch_up="latest", max_lateness=60),
        RRule("FREQ=DAILY", catch_up="latest", max_lateness=60),
    ):
        body = DeploymentScheduleCreate.from_schedule(schedule)
        assert (body.catch_up, body.max_lateness) == ("latest", 60)
    assert (
        not {"catch_up", "max_lateness"}
        & DeploymentScheduleCreate.from_schedule(Cron("@daily")).model_fields_set
    )
    with pytest.raises(ValueError, match="'all', 'latest' and 'none'"):
        Cron("@daily", catch_up="most")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="above 0"):
        Interval(60, max_lateness=0)
