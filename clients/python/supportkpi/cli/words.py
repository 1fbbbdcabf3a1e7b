"""The short words of the command line: KPIs with options, ranges, grains."""

from __future__ import annotations

import datetime
import re
from typing import Any

from supportkpi import instant, kpi
from supportkpi.cli.exits import Fault
from supportkpi.v1 import kpi_service_pb2 as pb

_UNITS = {
    "min": "minute",
    "minute": "minute",
    "h": "hour",
    "hour": "hour",
    "d": "day",
    "day": "day",
    "w": "week",
    "week": "week",
    "mo": "month",
    "month": "month",
    "q": "quarter",
    "quarter": "quarter",
    "y": "year",
    "year": "year",
    "fiscal_quarter": "fiscal_quarter",
    "fiscal_year": "fiscal_year",
}
_UNIT_HELP = "min, h, d, w, mo, q, y, fiscal_quarter, fiscal_year"
_SELECTION_OPTIONS = ("anchor", "variant", "attribution", "clock", "statistic", "include")
_SELECTION = re.compile(
    r"^(?:(?P<alias>[^=.:@]+)=)?(?P<kpi>[a-z0-9_]+)(?:\.(?P<statistic>[a-z]+[0-9.]*))?"
    r"(?:@(?P<clock>[a-z]+))?(?::(?P<options>.*))?$"
)


def unit_of(word: str) -> str:
    """The unit of a short or long word, one or many; empty if it is none."""
    word = word.lower().replace("-", "_")
    return _UNITS.get(word) or _UNITS.get(word[:-1] if word.endswith("s") else "", "")


def selection(text: str, clock: str = "", statistic: str = "") -> pb.KpiSelection:
    """[ALIAS=]KPI[.STATISTIC][@CLOCK][:NAME=VALUE,...], such as p90=first_response_time.p90@business."""
    match = _SELECTION.match(text.strip())
    if not match:
        raise Fault(
            f'"{text}" is no KPI; expected [ALIAS=]KPI[.STATISTIC][@CLOCK][:NAME=VALUE,...], such as csat, '
            "first_response_time.p90@business or quick=service_level:threshold=30s"
        )
    found: dict[str, Any] = {"statistic": match["statistic"] or statistic, "clock": match["clock"] or clock}
    options: dict[str, str] = {}
    for part in filter(None, (match["options"] or "").split(",")):
        name, equals, value = part.partition("=")
        if not equals or not name:
            raise Fault(f'"{part}" in "{text}": expected NAME=VALUE, such as variant=no_repeat or window=14d')
        options[name.strip()] = value.strip()
    include = [word for word in options.pop("include", "").split("+") if word]
    for name in _SELECTION_OPTIONS:
        if name in options:
            found[name] = options.pop(name)
    try:
        return kpi(match["kpi"], match["alias"] or _alias(match), include=include, parameters=options, **found)
    except (ValueError, TypeError) as error:
        raise Fault(f'"{text}": {error}') from None


def _alias(match: "re.Match[str]") -> str:
    """Two statistics of one KPI need two names."""
    parts = [match["kpi"], match["statistic"], match["clock"]]
    return "_".join(part for part in parts if part).replace(".", "_") if match["statistic"] or match["clock"] else ""


def time_range(last: str, words: str, start: str, end: str) -> pb.TimeRange:
    """The range of the options; the last 30 days if there are none. Days are whole and both counted in, instants exact."""
    if sum(map(bool, (last, words, start or end))) > 1:
        raise Fault("--last, --range and --from with --to are three ways to say the same; give one of them")
    if words:
        return pb.TimeRange(words=words)
    if start or end:
        return _between(start, end)
    match = re.fullmatch(r"(\d+)\s*([A-Za-z_-]+)", last or "30d")
    unit = unit_of(match[2]) if match else ""
    if not match or not unit or int(match[1]) < 1:
        raise Fault(
            f'--last: "{last}" is no stretch of time; expected a number and one of {_UNIT_HELP}, such as 30d or 12w'
        )
    return pb.TimeRange(words=f"last_{int(match[1])}_{unit}s" if int(match[1]) > 1 else f"last_{unit}")


def _is_day(text: str) -> bool:
    """A day or a longer unit in the server's words."""
    return not re.match(r"^\d{4}-\d{2}-\d{2}[T ]", text)


def _between(start: str, end: str) -> pb.TimeRange:
    if not start:
        raise Fault("--to needs --from")
    if _is_day(start) and (not end or _is_day(end)):
        return pb.TimeRange(words=f"{start}..{end or 'today'}")
    if not end or _is_day(start) != _is_day(end):
        raise Fault("--from and --to: give two days (2026-01-31) or two instants (2026-01-31T08:00:00Z)")
    found = []
    for option, text in (("--from", start), ("--to", end)):
        try:
            parsed = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            raise Fault(f'{option}: "{text}" is no instant; expected one such as 2026-01-31T08:00:00Z') from None
        if parsed.tzinfo is None:
            raise Fault(f'{option}: "{text}" has no offset; write 2026-01-31T08:00:00+01:00, or Z for UTC')
        found.append(instant(parsed))
    return pb.TimeRange(start=found[0], end=found[1])


def grain(text: str, first_weekday: str = "", origin: str = "", fiscal_first_month: int = 0) -> pb.Grain | None:
    """[N]UNIT such as week or 15min."""
    if not text:
        if first_weekday or origin:
            raise Fault("--first-weekday and --origin need --grain")
        return pb.Grain(fiscal_first_month=fiscal_first_month) if fiscal_first_month else None
    match = re.fullmatch(r"(\d*)\s*([A-Za-z_-]+)", text)
    unit = unit_of(match[2]) if match else ""
    if not match or not unit:
        raise Fault(
            f'--grain: "{text}" is no grain; expected an optional number and one of {_UNIT_HELP}, such as week or 15min'
        )
    found = pb.Grain(
        unit=f"GRAIN_UNIT_{unit.upper()}",
        count=int(match[1] or 0),
        origin=origin,
        fiscal_first_month=fiscal_first_month,
    )
    if first_weekday:
        days = [
            name
            for name in pb.Weekday.keys()
            if name[8:].lower().startswith(first_weekday.lower()) and name != "WEEKDAY_UNSPECIFIED"
        ]
        if len(days) != 1 or len(first_weekday) < 2:
            raise Fault(f'--first-weekday: "{first_weekday}" is no weekday; expected monday to sunday')
        found.MergeFrom(pb.Grain(first_weekday=days[0]))
    return found


def split(values: tuple[str, ...]) -> list[str]:
    """Options that are given several times or with commas."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]
