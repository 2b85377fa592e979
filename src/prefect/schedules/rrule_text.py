"""The text of recurrence rules (RFC 5545): its lines, and the dates in them.

All dates are local times without offset in the zone of the schedule, as the API has it: that zone is told beside the
rule. A `DTSTART` that ends in Z or names a zone keeps its clock time. Other dates that end in Z are in UTC, unless
`DTSTART` ends in Z as well.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

DEFAULT_START = datetime(2020, 1, 1)  # noqa: DTZ001 - local time
"""From when a rule counts that does not say."""

_DATE = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d))?(Z?)\Z", re.IGNORECASE)


@dataclass(frozen=True)
class RuleText:
    """Rules, exceptions and single dates, and from when they count.

    Attributes:
        start: From when the rules count.
        rules: The words of each rule, such as {"FREQ": "DAILY"}.
        exceptions: Likewise of each rule whose dates are left out.
        dates: Dates besides those of the rules.
        excluded: Dates that are left out.
    """

    start: datetime
    rules: tuple[Mapping[str, str], ...]
    exceptions: tuple[Mapping[str, str], ...]
    dates: tuple[datetime, ...]
    excluded: tuple[datetime, ...]


@functools.lru_cache(maxsize=4096)
def read_rule_text(text: str, zone: str) -> RuleText:
    """Read the lines of a text; dates in UTC are told in the local time of a zone.

    Raises:
        ValueError: A line is no rule and no list of dates.
    """
    place = ZoneInfo(zone)
    start = DEFAULT_START
    in_local_time = False
    parts: dict[str, list[str]] = {"RRULE": [], "EXRULE": [], "RDATE": [], "EXDATE": []}
    for line in text.split():
        name, colon, value = line.partition(":")
        word = name.partition(";")[0].upper() if colon else "RRULE"
        value = value if colon else line
        if word == "DTSTART":
            start, in_local_time = read_date(value, None), value[-1:].upper() == "Z"
        elif word in parts:
            parts[word].append(value)
        else:
            raise ValueError(f"unsupported property: {word}")
    utc_in = None if in_local_time else place

    def dates(word: str) -> tuple[datetime, ...]:
        return tuple(read_date(one, utc_in) for part in parts[word] for one in part.split(","))

    return RuleText(
        start,
        tuple(_words(rule, utc_in) for rule in parts["RRULE"]),
        tuple(_words(rule, utc_in) for rule in parts["EXRULE"]),
        dates("RDATE"),
        dates("EXDATE"),
    )


def _words(rule: str, utc_in: ZoneInfo | None) -> dict[str, str]:
    words: dict[str, str] = {}
    for part in rule.upper().split(";"):
        name, equals, value = part.partition("=")
        if not equals:
            raise ValueError(f"{part!r} is not of the form NAME=VALUE")
        if name == "UNTIL":
            value = date_text(read_date(value, utc_in))
        words[name] = value
    return words


def read_date(text: str, utc_in: ZoneInfo | None) -> datetime:
    """Return a date of the text as a local time; one in UTC is told in a zone, or keeps its clock time without one.

    Raises:
        ValueError: This is no date.
    """
    match = _DATE.match(text)
    if match is None:
        raise ValueError(f"{text!r} is no date such as 20260131T090000")
    year, month, day, hour, minute, second = (int(group or 0) for group in match.groups()[:6])
    date = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - local time
    if match[7] and utc_in is not None:
        return date.replace(tzinfo=UTC).astimezone(utc_in).replace(tzinfo=None, fold=0)
    return date


def date_text(date: datetime) -> str:
    """Return a local time as it stands in rules.

    Example:
        >>> date_text(datetime(2026, 1, 31, 9))
        '20260131T090000'
    """
    return f"{date:%Y%m%dT%H%M%S}".rjust(15, "0")


def words_text(words: Mapping[str, str]) -> str:
    """Return the text of a rule."""
    return ";".join(f"{name}={value}" for name, value in words.items())
