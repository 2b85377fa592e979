"""The next 100 dates of many schedules of each kind, in zones with and without changes of clocks; rules of 2010."""

import asyncio
import inspect
import random
import sys
from datetime import datetime, timedelta, timezone
from time import process_time

from figures import expect, peak_kb, report

try:  # where a server's schedules are the ones that know their dates
    from prefect.server.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule
except ImportError:
    from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule

DATES = 100
START = datetime(2026, 11, 1, tzinfo=timezone.utc)  # noqa: UP017 - other interpreters are measured too
ZONES = (
    "UTC Europe/Berlin America/New_York Asia/Kolkata Australia/Lord_Howe America/Sao_Paulo Asia/Tokyo".split()
)
CRONS = ("*/5 * * * *", "0 6 * * *", "30 2 * * 1-5", "0 0 1 * *", "15 9 * * MON", "*/7 9-17 * * 1-5")
LENGTHS = (60, 90, 3600, 86400, 7 * 86400)
RULES = (
    "FREQ=DAILY",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=MONTHLY;BYDAY=-1FR",
    "FREQ=HOURLY;INTERVAL=4",
    "FREQ=MINUTELY;INTERVAL=15",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
)


def schedule(number: int, chance: random.Random):
    """Return a schedule; each third is of the same kind."""
    zone = chance.choice(ZONES)
    if number % 3 == 0:
        return CronSchedule(cron=chance.choice(CRONS), timezone=zone)
    if number % 3 == 1:
        anchor = datetime(2010, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - as above
        return IntervalSchedule(
            interval=timedelta(seconds=chance.choice(LENGTHS)), anchor_date=anchor, timezone=zone
        )
    begin = f"DTSTART:20100101T{chance.randrange(24):02}{chance.randrange(60):02}00"
    return RRuleSchedule(rrule=f"{begin}\nRRULE:{chance.choice(RULES)}", timezone=zone)


async def dates_of(schedules) -> int:
    """Return how many dates the schedules gave."""
    count = 0
    for each in schedules:
        found = each.get_dates(DATES, start=START)
        count += len(await found if inspect.isawaitable(found) else found)
    return count


number = int(sys.argv[1])
chance = random.Random(4)
schedules = [schedule(each, chance) for each in range(number)]
started = process_time()
expect(asyncio.run(dates_of(schedules)), number * DATES)
seconds = process_time() - started
report(dates_cpu_ms=seconds * 1e3, per_schedule_us=seconds / number * 1e6, peak_mb=peak_kb() / 1024)
