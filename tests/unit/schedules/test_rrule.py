"""Recurrence rules: the dates that they mean, quickly and by `dateutil` alike."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from dateutil.rrule import DAILY, rrule, rruleset, rrulestr

from prefect.schedules.plain_rule import plain_rule
from prefect.schedules.rrule import parse_rrule, rrule_dates, rrule_text
from prefect.schedules.rrule_text import read_rule_text

NEW_YORK = "America/New_York"
START = datetime(2025, 3, 7, 12, tzinfo=UTC)


def found(text: str, n: int, zone: str = NEW_YORK, start: datetime = START) -> list[str]:
    """Return the first dates, as clocks of the zone show them."""
    some = islice(rrule_dates(text, zone, start), n)
    return [f"{date.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M%z}" for date in some]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "FREQ=DAILY;BYHOUR=2;BYMINUTE=30",
            ["2025-03-08 02:30-0500", "2025-03-09 03:30-0400", "2025-03-10 02:30-0400"],
        ),
        ("DTSTART;TZID=America/New_York:20250101T090000\nRRULE:FREQ=DAILY", ["2025-03-07 09:00-0500"]),
        ("DTSTART:20250101T090000Z\nRRULE:FREQ=DAILY", ["2025-03-07 09:00-0500"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", ["2025-03-28 00:00-0400", "2025-04-25 00:00-0400"]),
        ("freq=yearly;byeaster=0", ["2025-04-20 00:00-0400", "2026-04-05 00:00-0400"]),
        (
            "DTSTART:20250101T000000\nRRULE:FREQ=DAILY\nEXDATE:20250308T000000\nRDATE:20250308T120000",
            ["2025-03-08 12:00-0500", "2025-03-09 00:00-0500"],
        ),
        (
            "DTSTART:20250101T000000\nRRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY;INTERVAL=2",
            ["2025-03-09 00:00-0500", "2025-03-11 00:00-0400"],
        ),
        ("RDATE:20250308T000000", ["2025-03-08 00:00-0500"]),
        ("FREQ=DAILY;UNTIL=20250310T000000Z", ["2025-03-08 00:00-0500", "2025-03-09 00:00-0500"]),
        ("FREQ=DAILY;UNTIL=20250308", ["2025-03-08 00:00-0500"]),
        ("FREQ=DAILY;COUNT=1894", ["2025-03-08 00:00-0500"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["2025-03-31 00:00-0400", "2025-04-30 00:00-0400"]),
    ],
)
def test_a_rule_means_these_dates(text: str, expected: list[str]) -> None:
    """Single rules, several lines, ends, counts and exceptions, in the local time of the schedule."""
    assert found(text, len(expected)) == expected


WORDS = {
    "FREQ": ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY"],
    "INTERVAL": ["2", "3", "7", "12"],
    "BYMONTH": ["1", "2,6,11", "12"],
    "BYMONTHDAY": ["1", "15,31", "-1", "29"],
    "BYDAY": ["MO", "MO,WE,FR", "SU", "1MO", "-1FR", "2TU,TH"],
    "BYHOUR": ["0", "9,17", "23"],
    "BYMINUTE": ["0", "15,45"],
    "WKST": ["SU", "TU"],
    "COUNT": ["5", "40"],
    "UNTIL": ["20260101T000000", "20300601T120000"],
}


def random_rule(chance: random.Random) -> str:
    """Return a rule of some of the words."""
    words = {"FREQ": chance.choice(WORDS["FREQ"])}
    for name in chance.sample([name for name in WORDS if name != "FREQ"], chance.randint(0, 4)):
        words[name] = chance.choice(WORDS[name])
    if "COUNT" in words:
        words.pop("UNTIL", None)
    return ";".join(f"{name}={value}" for name, value in words.items())


@pytest.mark.parametrize("seed", range(60))
def test_quick_dates_are_those_of_dateutil(seed: int) -> None:
    """Whatever rule is walked by us has the dates that the well-known library finds from its beginning."""
    chance = random.Random(seed)
    rule = random_rule(chance)
    begin = datetime(2024, chance.randint(1, 12), chance.randint(1, 28), chance.randint(0, 23), 30)  # noqa: DTZ001 - local time
    start = begin + timedelta(days=chance.randint(0, 400))
    text = f"DTSTART:{begin:%Y%m%dT%H%M%S}\nRRULE:{rule}"
    try:
        theirs = rrulestr(rule, dtstart=begin)
        until = takewhile(lambda date: date < start.replace(year=start.year + 9), theirs)
        expected = list(islice((date for date in until if date >= start), 12))
    except ValueError:
        with pytest.raises(ValueError, match="Invalid RRule"):
            parse_rrule(rule)
        return
    # In fifty years or ten, as far as those go that are walked by dateutil.
    end = datetime(start.year + 9, 1, 1)  # noqa: DTZ001 - local time

    def within(dates: list[datetime]) -> list[datetime]:
        return [date for date in dates if date < end]

    mine = [
        date.replace(tzinfo=None) for date in islice(rrule_dates(text, "UTC", start.replace(tzinfo=UTC)), 12)
    ]
    assert within(mine) == within(expected), rule


def test_common_rules_are_walked_quickly() -> None:
    """A rule that began in 2010 does not walk through all dates since then."""
    words = (
        "FREQ=MINUTELY",
        "FREQ=MINUTELY;INTERVAL=10",
        "FREQ=SECONDLY",
        "FREQ=HOURLY;BYDAY=MO,TU",
        "FREQ=HOURLY;INTERVAL=5;BYHOUR=9,10",
    )
    for rule in words:
        read = read_rule_text(f"DTSTART:20100101T000000\nRRULE:{rule}", "UTC")
        assert plain_rule(read.rules[0], read.start, datetime(2026, 1, 1)) is not None, rule  # noqa: DTZ001 - local time
    began = time.process_time()
    assert len(found("DTSTART:20100101T000000\nRRULE:FREQ=MINUTELY\nEXDATE:20100101T000000", 5)) == 5
    assert time.process_time() - began < 1


def test_a_rule_without_a_date_ends() -> None:
    """A rule that never comes true is not walked for ever."""
    assert found("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", 1) == []
    assert found("FREQ=HOURLY;INTERVAL=5;BYMONTH=2;BYMONTHDAY=30", 1) == []
    assert found("FREQ=HOURLY;INTERVAL=24;BYHOUR=5", 1) == []
    assert found("FREQ=YEARLY;BYEASTER=0;BYMONTH=8;COUNT=1", 1) == []


@pytest.mark.parametrize(
    "rule",
    [
        "SECONDLY;BYSETPOS=366",
        "MINUTELY;BYSETPOS=-366",
        "HOURLY;BYYEARDAY=-366;BYMONTHDAY=30",
        "DAILY;BYEASTER=200;BYMONTH=2",
    ],
)
def test_a_rare_rule_without_a_date_ends_soon(rule: str) -> None:
    """A rule that never comes true does not keep the scheduler busy, also when it counts seconds."""
    began = time.process_time()
    assert found(f"FREQ={rule}", 1) == []
    assert time.process_time() - began < 15


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("HOURLY;INTERVAL=7;BYYEARDAY=60", ["03-01 02:00", "03-01 09:00", "03-01 16:00", "03-01 23:00"]),
        ("MINUTELY;INTERVAL=90;BYEASTER=0;BYHOUR=0,1,2,3", ["04-20 00:00", "04-20 01:30", "04-20 03:00"]),
        ("SECONDLY;BYYEARDAY=1;BYHOUR=5;BYMINUTE=7;BYSETPOS=1", ["01-01 05:07"]),
    ],
)
def test_rare_rules_of_hours_keep_their_rhythm(rule: str, expected: list[str]) -> None:
    """Looking on the days only that a rule means finds what walking from its beginning finds."""
    begin = datetime(2024, 12, 31)  # noqa: DTZ001 - local time
    theirs = islice(rrulestr(f"FREQ={rule}", dtstart=begin), len(expected))
    assert [f"{date:%m-%d %H:%M}" for date in theirs] == expected
    read = f"DTSTART:20241231T000000\nRRULE:FREQ={rule}"
    mine = islice(rrule_dates(read, "UTC", datetime(2025, 1, 1, tzinfo=UTC)), len(expected))
    assert [f"{date:%m-%d %H:%M}" for date in mine] == expected


def test_a_rare_rule_may_not_count_too_far() -> None:
    """Dates that must be counted from the beginning of a rule are counted at each look, so they may not be too many."""
    with pytest.raises(ValueError, match="COUNT may be at most 100000"):
        parse_rrule("FREQ=MINUTELY;BYSETPOS=1;COUNT=100001")
    parse_rrule("FREQ=MINUTELY;COUNT=100001")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "FREQ=NEVER",
        "FREQ=DAILY;BYDAY",
        "DTSTART=20250101T000000;FREQ=DAILY",
        "DTSTART:x\nFREQ=DAILY",
        "X:Y",
    ],
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    """The error holds the text."""
    with pytest.raises(ValueError, match=f'Invalid RRule string "{text}"'):
        parse_rrule(text)


def test_a_rule_may_not_be_endlessly_long() -> None:
    """Rules are read often, so there is a limit."""
    with pytest.raises(ValueError, match="Max length is 6500"):
        parse_rrule("FREQ=DAILY;BYDAY=MO" + ",MO" * 3000)


def test_rules_become_text_and_back() -> None:
    """A rule of dateutil is told with the zone in which it is."""
    plain = rrule(DAILY, dtstart=datetime(2025, 1, 1))  # noqa: DTZ001 - local time
    assert rrule_text(plain) == ("DTSTART:20250101T000000\nRRULE:FREQ=DAILY", "UTC")
    for zone in (ZoneInfo(NEW_YORK), tz.gettz(NEW_YORK)):
        assert rrule_text(rrule(DAILY, dtstart=datetime(2025, 1, 1, tzinfo=zone)))[1] == NEW_YORK
    several = rruleset()
    several.rrule(rrule(DAILY, dtstart=datetime(2025, 1, 1), count=3))  # noqa: DTZ001 - local time
    several.exdate(datetime(2025, 1, 2))  # noqa: DTZ001 - local time
    text, _ = rrule_text(several)
    assert text == "DTSTART:20250101T000000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20250102T000000"
    back = parse_rrule(text, ZoneInfo(NEW_YORK))
    assert [date.day for date in back] == [1, 3]
    assert back[0].tzinfo == ZoneInfo(NEW_YORK)
    with pytest.raises(ValueError, match="no rule"):
        rrule_text("x")  # type: ignore[arg-type]
