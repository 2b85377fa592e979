"""Dates by recurrence rules of iCalendar (RFC 5545).

Common rules (by year, month, week, day or hour, on days and at times that are told) are walked by `plain_rule`, all
others by `walked_rule`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo

from prefect.schedules.local_time import (
    AT_ONCE,
    LocalDay,
    in_utc,
    is_zone,
    local_day_before,
    moments,
)
from prefect.schedules.plain_rule import plain_rule
from prefect.schedules.rrule_text import RuleText, date_text, read_date, read_rule_text, words_text
from prefect.schedules.walked_rule import check_walk, walked_dates

if TYPE_CHECKING:
    from dateutil.rrule import rrule, rruleset

MAX_RRULE_LENGTH = 6500
"""How many characters a rule may have."""


def rrule_dates(text: str, zone: str, start: datetime) -> Iterator[datetime]:
    """Yield the dates at or after a moment, in UTC.

    Args:
        text: The rule, or several lines of rules, dates and exceptions.
        zone: The zone, by its IANA name, in whose local time it is read.
        start: From when on.

    Example:
        >>> next(rrule_dates("FREQ=WEEKLY;BYDAY=MO", "UTC", datetime(2026, 1, 1, tzinfo=UTC))).day
        5
    """
    place = ZoneInfo(zone)
    start = in_utc(start)
    dates = moments(_local_dates(read_rule_text(text, zone), local_day_before(start, place)), place)
    for date in dates:
        if date >= start:
            yield date
            break
    yield from dates


def _local_dates(text: RuleText, after: datetime) -> Iterator[LocalDay]:
    """Return the local dates of rules from a time on, in order."""
    if len(text.rules) == 1 and not (text.exceptions or text.dates or text.excluded):
        plain = plain_rule(text.rules[0], text.start, after)
        if plain is not None:
            return plain
    return ((date, AT_ONCE) for date in walked_dates(text, after))


@functools.lru_cache(maxsize=4096)
def parse_rrule(text: str, zone: ZoneInfo | None = None) -> rrule | rruleset:
    """Read rules as `dateutil` has them.

    Args:
        text: The rule, or several lines of rules, dates and exceptions.
        zone: The zone in which they are; without one, their dates are local times without offset.

    Raises:
        ValueError: They are none, too long, or not supported.
    """
    if len(text) > MAX_RRULE_LENGTH:
        raise ValueError(
            f'Invalid RRule string "{text[:40]}..."\nMax length is {MAX_RRULE_LENGTH}, got {len(text)}'
        )
    try:
        return _dateutil_rules(text, zone)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise ValueError(f'Invalid RRule string "{text}": {error}') from error


def _dateutil_rules(text: str, zone: ZoneInfo | None) -> rrule | rruleset:
    from dateutil.rrule import rruleset

    if not text.strip():
        raise ValueError("empty string")
    read = read_rule_text(text, zone.key if zone else "UTC")
    if not (read.rules or read.dates):
        raise ValueError("there is no rule and no date in it")
    for words in (*read.rules, *read.exceptions):
        check_walk(words)
    start = _place(read.start, zone)
    rules = [_one_rule(words, start, zone) for words in read.rules]
    exceptions = [_one_rule(words, start, zone) for words in read.exceptions]
    if len(rules) == 1 and not (exceptions or read.dates or read.excluded):
        return rules[0]
    together = rruleset()
    for rule in rules:
        together.rrule(rule)
    for rule in exceptions:
        together.exrule(rule)
    for date in read.dates:
        together.rdate(_place(date, zone))
    for date in read.excluded:
        together.exdate(_place(date, zone))
    return together


def _one_rule(words: Mapping[str, str], start: datetime, zone: ZoneInfo | None) -> rrule:
    from dateutil.rrule import rrulestr

    return cast("rrule", rrulestr(words_text(_in_zone(words, zone)), dtstart=start))


def _place(date: datetime, zone: ZoneInfo | None) -> datetime:
    return date.replace(tzinfo=zone)


def _in_zone(words: Mapping[str, str], zone: ZoneInfo | None) -> Mapping[str, str]:
    """`dateutil` wants the end of rules whose dates have an offset in UTC."""
    if zone is None or "UNTIL" not in words:
        return words
    end = read_date(words["UNTIL"], None).replace(tzinfo=zone).astimezone(UTC)
    return {**words, "UNTIL": f"{date_text(end)}Z"}


def rrule_text(rule: rrule | rruleset) -> tuple[str, str]:
    """Return the text of rules of `dateutil`, and the zone in which they are.

    Raises:
        ValueError: This is no rule, or its zone has no IANA name.
    """
    # dateutil has no other way to read its sets.
    parts: dict[str, Any] = vars(rule) if hasattr(rule, "_rrule") else {"_rrule": [rule]}
    rules = cast("list[Any]", parts["_rrule"])
    if not rules or not all(hasattr(one, "_dtstart") for one in rules):
        raise ValueError(f"{rule!r} is no rule of dateutil, nor a set that holds one.")
    start = cast("datetime", vars(rules[0])["_dtstart"])
    lines = [f"DTSTART:{date_text(start)}"]
    lines += [_rule_line(one) for one in rules]
    lines += [f"EX{_rule_line(one)}" for one in parts.get("_exrule", ())]
    lines += [f"RDATE:{date_text(date)}" for date in parts.get("_rdate", ())]
    lines += [f"EXDATE:{date_text(date)}" for date in parts.get("_exdate", ())]
    return "\n".join(lines), _name_of_zone(start)


def _rule_line(rule: Any) -> str:
    line = next(line for line in str(rule).splitlines() if line.startswith("RRULE:"))
    return re.sub(r"(UNTIL=\d{8}T\d{6})Z", r"\1", line)


def _name_of_zone(date: datetime) -> str:
    zone = date.tzinfo
    if zone is None or zone is UTC:
        return "UTC"
    for name in (getattr(zone, "key", None), getattr(zone, "_filename", None), str(zone), date.tzname()):
        if isinstance(name, str):
            known = name.rpartition("zoneinfo/")[2]
            if is_zone(known):
                return known
    raise ValueError(
        f"The zone {zone!r} of the rule has no IANA name; give the rule one of `zoneinfo.ZoneInfo`."
    )
