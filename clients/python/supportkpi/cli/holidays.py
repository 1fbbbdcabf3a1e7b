"""Dates of holidays from iCalendar files (RFC 5545): whole-day events, recurring ones up to a horizon."""

from __future__ import annotations

import datetime
import pathlib
import re
from typing import Any

import icalendar
from dateutil import rrule

from supportkpi.cli.exits import LOCAL, Fault

DAYS_PER_EVENT_MAX = 366


def dates(path: pathlib.Path, until: datetime.date, only: str = "", without: str = "") -> set[str]:
    """The dates "YYYY-MM-DD" of the events whose name matches `only` and not `without` (regular expressions)."""
    try:
        calendar: Any = icalendar.Calendar.from_ical(path.read_bytes())
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}", LOCAL) from None
    except (ValueError, IndexError, KeyError) as error:
        raise Fault(f"{path} is no iCalendar file: {error}") from None
    try:
        wanted, unwanted = re.compile(only, re.IGNORECASE), re.compile(without, re.IGNORECASE) if without else None
    except re.error as error:
        raise Fault(f"holidays_from: {path.name}: only or without is no regular expression: {error}") from None
    found: set[str] = set()
    events = 0
    for event in calendar.walk("VEVENT"):
        events += 1
        name = str(event.get("SUMMARY", ""))
        cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
        if not cancelled and wanted.search(name) and not (unwanted and unwanted.search(name)):
            found |= _days(event, until)
    if not events:
        raise Fault(f"{path} holds no events; is it the right calendar?")
    return found


def _days(event: Any, until: datetime.date) -> set[str]:
    start = event.get("DTSTART").dt if event.get("DTSTART") else None
    if start is None or isinstance(start, datetime.datetime):
        return set()  # an hour of a day is no holiday
    length = datetime.timedelta(days=1)
    if event.get("DTEND") and not isinstance(event.get("DTEND").dt, datetime.datetime):
        length = max(event.get("DTEND").dt - start, length)
    elif event.get("DURATION"):
        length = max(event.get("DURATION").dt, length)
    days = min(length.days, DAYS_PER_EVENT_MAX)
    excluded = {_day(day.dt) for dates_out in _listed(event.get("EXDATE")) for day in dates_out.dts}
    starts = set(_recurrences(event, start, until)) | {
        _day(day.dt) for more in _listed(event.get("RDATE")) for day in more.dts if _day(day.dt) <= until
    }
    return {
        (first + datetime.timedelta(days=shift)).isoformat() for first in starts - excluded for shift in range(days)
    }


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _day(value: Any) -> datetime.date:
    return value.date() if isinstance(value, datetime.datetime) else value


def _recurrences(event: Any, start: datetime.date, until: datetime.date) -> list[datetime.date]:
    rule = event.get("RRULE")
    if rule is None:
        return [start]
    text = re.sub(r"UNTIL=(\d{8})T?\d*Z?", r"UNTIL=\1", rule.to_ical().decode())
    try:
        recurring = rrule.rrulestr(text, dtstart=datetime.datetime.combine(start, datetime.time()))
        end = datetime.datetime.combine(until, datetime.time())
        return [at.date() for at in recurring.between(datetime.datetime.combine(start, datetime.time()), end, inc=True)]
    except ValueError as error:
        raise Fault(f'the calendar\'s rule "{text}" cannot be read: {error}') from None
