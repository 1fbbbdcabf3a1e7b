"""Reads instants, durations and numbers as exports write them."""

from __future__ import annotations

import datetime
import math
import re
from typing import Any
from zoneinfo import ZoneInfo

from dateutil import parser as date_parser
from dateutil import tz as date_tz
from google.protobuf import duration_pb2, timestamp_pb2

from supportkpi.importers.item import RowError

UTC = datetime.timezone.utc
UNIT_SECONDS = {"milliseconds": 0.001, "seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86400.0}
_CLOCK_DURATION = re.compile(r"^(-?)(\d+):([0-5]?\d)(?::([0-5]?\d(?:\.\d+)?))?$")


def timestamp(at: datetime.datetime) -> timestamp_pb2.Timestamp:
    """An instant with a zone, cut to milliseconds."""
    stamp = timestamp_pb2.Timestamp()
    stamp.FromDatetime(at.astimezone(UTC).replace(tzinfo=None))
    stamp.nanos -= stamp.nanos % 1_000_000
    return stamp


def instant(value: Any, field: str, zone: datetime.tzinfo | None = None, form: str = "") -> datetime.datetime:
    """An instant from a datetime, Unix seconds (or milliseconds above 10^11), or text. Text without an offset is a wall
    clock reading in `zone`; of a reading that occurs twice the first is meant, one that the clock skips is refused."""
    if isinstance(value, bool):
        raise RowError(f'{field}: "{value}" is not an instant')
    if isinstance(value, (int, float)):
        return _from_unix(float(value), field)
    if isinstance(value, datetime.datetime):
        parsed = value
    else:
        text = str(value).strip()
        if form == "unix" or (not form and re.fullmatch(r"\d{9,13}(\.\d+)?", text)):
            return _from_unix(_number(text, field), field)
        try:
            parsed = datetime.datetime.strptime(text, form) if form else _parsed(text)
        except (ValueError, OverflowError):
            wanted = f'like "{form}"' if form else 'such as "2026-03-08T14:30:00Z" or "2026-03-08 14:30"'
            raise RowError(f'{field}: "{text}" is not an instant; expected one {wanted}') from None
    if parsed.tzinfo is None:
        if zone is None:
            raise RowError(
                f'{field}: "{value}" has no time zone; say which zone the export was made in '
                "(time_zone in the mapping, --time-zone otherwise)"
            )
        parsed = parsed.replace(tzinfo=zone)
        if not date_tz.datetime_exists(parsed):
            raise RowError(f'{field}: "{value}" does not exist in {zone}: the clock skipped it')
    if not 1900 <= parsed.year <= 9000:
        raise RowError(f'{field}: "{value}" is not in the years 1900 to 9000')
    return parsed


def _parsed(text: str) -> datetime.datetime:
    # Exports of spreadsheets write 03/08/2026: month or day first is not to be guessed.
    if re.match(r"^\d{1,2}[/.]\d{1,2}[/.]\d{2,4}", text):
        raise ValueError("ambiguous")
    if not re.match(r"^\d{4}-\d{2}-\d{2}", text):
        raise ValueError("no date")
    if text[10:11] in ("T", ""):
        return date_parser.isoparse(text)
    return date_parser.parse(text, tzinfos=_zone_of)


def _zone_of(name: str | None, offset_seconds: int | None) -> datetime.tzinfo | None:
    """The zone that a text ends in. Abbreviations mean several zones each, so they are refused rather than dropped."""
    if offset_seconds is not None:
        return datetime.timezone(datetime.timedelta(seconds=offset_seconds))
    if not name:
        return None
    if name.upper() in ("UTC", "GMT", "Z"):
        return UTC
    raise ValueError(f"{name} is no offset")


def _from_unix(number: float, field: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
    except (OverflowError, ValueError, OSError):
        raise RowError(f'{field}: "{number:g}" is not a Unix time in seconds') from None


def milliseconds(at: datetime.datetime) -> int:
    """Unix milliseconds, for versions."""
    return int(at.timestamp() * 1000)


def _number(text: str, field: str, decimal: str = ".") -> float:
    """Groups of thousands must stand where they belong; where a sign could be either ("12,500"), it is not guessed."""
    cleaned = text.strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("'", "")
    group = "," if decimal == "." else "."
    whole, point, fraction = cleaned.partition(decimal)
    if group in cleaned:
        grouped = re.fullmatch(rf"[-+]?[1-9]\d{{0,2}}(\{group}\d{{3}})+", whole)
        if not grouped or group in fraction or (decimal == "." and whole.count(group) == 1 and not point):
            raise RowError(
                f'{field}: "{text}" is not a number with "{decimal}" before its fraction; say decimal: "{group}" '
                "in the mapping if that is meant"
            )
        whole = whole.replace(group, "")
    try:
        number = float(f"{whole}.{fraction}" if point else whole)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise RowError(f'{field}: "{text}" is not a number; expected one such as "1{decimal}5"')
    return number


def number(value: Any, field: str, decimal: str = ".") -> float:
    """A finite number from a number or text; `decimal` is the sign before the fraction."""
    if isinstance(value, bool):
        raise RowError(f'{field}: "{value}" is not a number')
    if isinstance(value, (int, float)):
        if not math.isfinite(value):
            raise RowError(f'{field}: "{value}" is not a number')
        return float(value)
    return _number(str(value), field, decimal)


def duration(value: Any, field: str, unit: str = "seconds", decimal: str = ".") -> duration_pb2.Duration:
    """A duration from a number in `unit`, or from text such as 1:30 (hours, minutes) and 1:30:00."""
    match = _CLOCK_DURATION.match(value.strip()) if isinstance(value, str) else None
    if match:
        sign, hours, minutes, rest = match.groups()
        seconds = (int(hours) * 3600 + int(minutes) * 60 + float(rest or 0)) * (-1 if sign else 1)
    else:
        seconds = number(value, field, decimal) * UNIT_SECONDS[unit]
    if abs(seconds) > 86400 * 366 * 100:
        raise RowError(f'{field}: "{value}" is longer than a century; is the unit ({unit}) the right one?')
    result = duration_pb2.Duration()
    result.FromMilliseconds(round(seconds * 1000))
    return result


def zone_named(name: str) -> datetime.tzinfo:
    """The zone of an IANA name; ValueError if there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError
        raise ValueError(f'"{name}" is no time zone; expected an IANA name such as "Europe/Berlin"') from None
