"""A tenant's settings as a YAML file for people, and back. The two directions agree: what is written reads as the same."""

from __future__ import annotations

import datetime
import pathlib
import re
from collections.abc import Iterable
from typing import Any

import yaml
from google.protobuf import duration_pb2

from supportkpi.cli import holidays
from supportkpi.cli.exits import Fault
from supportkpi.importers.fields import near
from supportkpi.v1 import settings_pb2 as pb

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SECTIONS = tuple(field.name for field in pb.Settings.DESCRIPTOR.fields)
VERSION_KEYS = (
    "from",
    "hours",
    "breaks",
    "special_hours",
    "special_breaks",
    "holidays",
    "holidays_from",
    "holidays_until",
)
SCHEDULE_KEYS = ("name", "time_zone", "versions", *VERSION_KEYS)
QUESTION_KEYS = ("question", "scale", "low_is_good", "threshold")
TARGET_KEYS = ("kpi", "channel", "target")
CALENDAR_KEYS = ("file", "only", "without")
HOLIDAY_YEARS_AHEAD = 2
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice, where YAML would silently take the last, and leaves dates as they are written."""

    yaml_implicit_resolvers = {
        first: [resolver for resolver in resolvers if resolver[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if name in seen:
                raise yaml.constructor.ConstructorError(None, None, f'"{name}" stands twice', key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


def read(path: pathlib.Path, text: str) -> tuple[pb.Settings, list[str]]:
    """The settings of a file and the sections that it holds. A Fault names the place that cannot be meant."""
    try:
        parsed = yaml.load(text, _Loader)  # noqa: S506  # a SafeLoader
    except yaml.YAMLError as error:
        raise Fault(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    given = _known(parsed if parsed is not None else {}, SECTIONS, "the file")
    settings = pb.Settings(
        time_zone=str(given.get("time_zone") or ""),
        default_schedule=str(given.get("default_schedule") or ""),
        fiscal_first_month=_whole(given.get("fiscal_first_month") or 0, "fiscal_first_month"),
    )
    for place, entry in enumerate(_items(given.get("schedules"), "schedules")):
        settings.schedules.append(_schedule(entry, f"schedules[{place}]", path.parent))
    teams = given.get("team_schedules") or {}
    if not isinstance(teams, dict):
        raise Fault("team_schedules: expected teams and their schedules, such as support: office")
    for team, schedule in teams.items():
        settings.team_schedules[str(team)] = str(schedule)
    for place, entry in enumerate(_items(given.get("questions"), "questions")):
        settings.questions.append(_question(entry, f"questions[{place}]"))
    for place, entry in enumerate(_items(given.get("targets"), "targets")):
        where = f"targets[{place}]"
        entry = _known(entry, TARGET_KEYS, where)
        settings.targets.append(
            pb.Target(
                kpi=str(entry.get("kpi", "")),
                channel=str(entry.get("channel") or ""),
                target=_duration(entry.get("target"), f"{where}.target"),
            )
        )
    return settings, [name for name in SECTIONS if name in given]


def _known(given: Any, allowed: Iterable[str], where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise Fault(f"{where}: expected names and values, one a line")
    for key in given:
        if key not in allowed:
            raise Fault(
                f'{where}: "{key}" is not known{near(str(key), allowed) or "; known are " + ", ".join(allowed)}'
            )
    return given


def _items(value: Any, where: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Fault(f"{where}: expected a list, each entry with a dash")
    return value


def _whole(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Fault(f'{where}: "{value}" is not a whole number')
    return value


def _schedule(entry: Any, where: str, folder: pathlib.Path) -> pb.Schedule:
    entry = _known(entry, SCHEDULE_KEYS, where)
    short = {key: entry[key] for key in VERSION_KEYS if key in entry}
    if "versions" in entry and short:
        raise Fault(f"{where}: give versions, or the hours of the only one directly, not both")
    versions = _items(entry["versions"], f"{where}.versions") if "versions" in entry else [short]
    return pb.Schedule(
        name=str(entry.get("name", "")),
        time_zone=str(entry.get("time_zone") or ""),
        versions=[
            _version(version, f"{where}.versions[{place}]" if "versions" in entry else where, folder)
            for place, version in enumerate(versions)
        ],
    )


def _version(entry: Any, where: str, folder: pathlib.Path) -> pb.ScheduleVersion:
    entry = _known(entry, VERSION_KEYS, where)
    version = pb.ScheduleVersion(first_date=_date(entry["from"], f"{where}.from") if entry.get("from") else "")
    version.weekly.extend(_weekly(entry.get("hours"), f"{where}.hours"))
    version.weekly_breaks.extend(_weekly(entry.get("breaks"), f"{where}.breaks"))
    version.special_hours.extend(_dated(entry.get("special_hours"), f"{where}.special_hours"))
    version.date_breaks.extend(_dated(entry.get("special_breaks"), f"{where}.special_breaks"))
    closed = {_date(day, f"{where}.holidays") for day in _items(entry.get("holidays"), f"{where}.holidays")}
    horizon = entry.get("holidays_until") or datetime.date(datetime.date.today().year + HOLIDAY_YEARS_AHEAD, 12, 31)
    until = datetime.date.fromisoformat(_date(str(horizon), f"{where}.holidays_until"))
    for calendar in _items(entry.get("holidays_from"), f"{where}.holidays_from"):
        rule = (
            {"file": calendar}
            if isinstance(calendar, str)
            else _known(calendar, CALENDAR_KEYS, f"{where}.holidays_from")
        )
        closed |= holidays.dates(
            folder / str(rule.get("file", "")), until, str(rule.get("only") or ""), str(rule.get("without") or "")
        )
    # Hours that are given for a date go before a holiday of a calendar.
    version.holidays.extend(sorted(closed - {special.date for special in version.special_hours}))
    return version


def _date(value: Any, where: str) -> str:
    try:
        return datetime.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise Fault(f'{where}: "{value}" is no date; expected YYYY-MM-DD') from None


def _days(text: Any, where: str) -> list[int]:
    """1 (Monday) to 7 of "mon-fri", "sat, sun", "daily"."""
    found: list[int] = []
    for part in str(text).lower().replace(" ", "").split(","):
        first, dash, last = part.partition("-")
        if part in ("daily", "every day", "everyday"):
            first, dash, last = "mon", "-", "sun"
        ends = [
            next(
                (
                    at
                    for at, day in enumerate(DAYS)
                    if len(word) >= 2 and (word.startswith(day) or day.startswith(word))
                ),
                None,
            )
            for word in ([first, last] if dash else [first])
        ]
        if None in ends:
            raise Fault(
                f'{where}: "{part}" is no day; expected mon to sun, ranges such as mon-fri, lists such as sat, sun'
            )
        begin, end = ends[0], ends[-1]
        assert begin is not None and end is not None
        found += [at % 7 + 1 for at in range(begin, end + 1 if end >= begin else end + 8)]
    return found


def _intervals(value: Any, where: str) -> list[tuple[str, str]]:
    """("09:00", "17:30") of "09:00-12:00, 13:00-17:30"; none of "closed"."""
    if value in (None, "", "closed") or value == []:
        return []
    found = []
    for part in ",".join(map(str, value)).split(",") if isinstance(value, list) else str(value).split(","):
        match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*", part)
        if not match:
            hint = "; put it in quotes" if isinstance(value, int) else ""
            raise Fault(
                f'{where}: "{part}" is no stretch of a day; expected HH:MM-HH:MM, several with commas, or closed{hint}'
            )
        found.append((f"{int(match[1]):02d}:{match[2]}", f"{int(match[3]):02d}:{match[4]}"))
    return found


def _weekly(value: Any, where: str) -> list[pb.WeeklyInterval]:
    if value is None:
        return []
    if not isinstance(value, dict):
        raise Fault(f"{where}: expected days and their hours, such as mon-fri: 09:00-17:00")
    found = [
        pb.WeeklyInterval(weekday=day, start=start, end=end)
        for days, hours in value.items()
        for day in _days(days, where)
        for start, end in _intervals(hours, f"{where}.{days}")
    ]
    return sorted(found, key=lambda interval: (interval.weekday, interval.start, interval.end))


def _dated(value: Any, where: str) -> list[pb.DateIntervals]:
    if value is None:
        return []
    if not isinstance(value, dict):
        raise Fault(f"{where}: expected dates and their hours, such as 2026-12-24: 09:00-12:00")
    found = [
        pb.DateIntervals(
            date=_date(day, where),
            intervals=[pb.WallInterval(start=start, end=end) for start, end in _intervals(hours, f"{where}.{day}")],
        )
        for day, hours in value.items()
    ]
    return sorted(found, key=lambda entry: entry.date)


def _question(entry: Any, where: str) -> pb.SurveyQuestion:
    entry = _known(entry, QUESTION_KEYS, where)
    question = pb.SurveyQuestion(question=str(entry.get("question", "")), low_is_good=bool(entry.get("low_is_good")))
    if entry.get("scale") is not None:
        match = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*(?:-|to|\.\.)\s*(-?\d+(?:\.\d+)?)\s*", str(entry["scale"]))
        if not match:
            raise Fault(f'{where}.scale: "{entry["scale"]}" is no scale; expected LOW-HIGH, such as 1-5')
        question.scale_min, question.scale_max = float(match[1]), float(match[2])
    if entry.get("threshold") is not None:
        try:
            question.threshold = float(entry["threshold"])
        except (TypeError, ValueError):
            raise Fault(f'{where}.threshold: "{entry["threshold"]}" is not a number') from None
    return question


def _duration(value: Any, where: str) -> duration_pb2.Duration:
    total, rest = 0.0, str(value).strip()
    parts = re.findall(r"(\d+(?:\.\d+)?)\s*(ms|min|[smhdw])", rest)
    if not parts or "".join(f"{number}{unit}" for number, unit in parts) != rest.replace(" ", ""):
        raise Fault(f'{where}: "{value}" is no length of time; expected one such as 90s, 30min, 4h, 1h 30min, 2d')
    for number, unit in parts:
        total += float(number) * _SECONDS[unit]
    found = duration_pb2.Duration()
    found.FromMilliseconds(round(total * 1000))
    return found


# Writing.


def write(settings: pb.Settings) -> str:
    """The settings as YAML that read() takes."""
    found: dict[str, Any] = {}
    for name in ("time_zone", "fiscal_first_month", "default_schedule"):
        if getattr(settings, name):
            found[name] = getattr(settings, name)
    if settings.schedules:
        found["schedules"] = [_schedule_text(schedule) for schedule in settings.schedules]
    if settings.team_schedules:
        found["team_schedules"] = dict(sorted(settings.team_schedules.items()))
    if settings.questions:
        found["questions"] = [_question_text(question) for question in settings.questions]
    if settings.targets:
        found["targets"] = [
            {
                "kpi": target.kpi,
                **({"channel": target.channel} if target.channel else {}),
                "target": _duration_text(target.target),
            }
            for target in settings.targets
        ]
    return yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=120) if found else ""


def _schedule_text(schedule: pb.Schedule) -> dict[str, Any]:
    found: dict[str, Any] = {"name": schedule.name}
    if schedule.time_zone:
        found["time_zone"] = schedule.time_zone
    versions = [_version_text(version) for version in schedule.versions]
    if len(versions) == 1:
        found.update(versions[0])
    else:
        found["versions"] = versions
    return found


def _version_text(version: pb.ScheduleVersion) -> dict[str, Any]:
    found: dict[str, Any] = {"from": version.first_date} if version.first_date else {}
    for name, weekly in (("hours", version.weekly), ("breaks", version.weekly_breaks)):
        if weekly:
            found[name] = _weekly_text(weekly)
    for name, dated in (("special_hours", version.special_hours), ("special_breaks", version.date_breaks)):
        if dated:
            found[name] = {
                entry.date: ", ".join(f"{one.start}-{one.end}" for one in entry.intervals) or "closed"
                for entry in sorted(dated, key=lambda entry: entry.date)
            }
    if version.holidays:
        found["holidays"] = sorted(version.holidays)
    return found


def _weekly_text(weekly: Iterable[pb.WeeklyInterval]) -> dict[str, str]:
    """Days in a row with the same hours stand together."""
    by_day: dict[int, list[str]] = {}
    for interval in sorted(weekly, key=lambda one: (one.weekday, one.start, one.end)):
        by_day.setdefault(interval.weekday, []).append(f"{interval.start}-{interval.end}")
    found: dict[str, str] = {}
    runs: list[list[int]] = []
    for day, hours in by_day.items():
        if runs and runs[-1][-1] == day - 1 and by_day[runs[-1][-1]] == hours:
            runs[-1].append(day)
        else:
            runs.append([day])
    for run in runs:
        name = DAYS[run[0] - 1] + (f"-{DAYS[run[-1] - 1]}" if len(run) > 1 else "")
        found[name] = ", ".join(by_day[run[0]])
    return found


def _question_text(question: pb.SurveyQuestion) -> dict[str, Any]:
    found: dict[str, Any] = {"question": question.question}
    if question.HasField("scale_min"):
        found["scale"] = f"{question.scale_min:g}-{question.scale_max:g}"
    if question.low_is_good:
        found["low_is_good"] = True
    if question.HasField("threshold"):
        found["threshold"] = question.threshold
    return found


def _duration_text(duration: duration_pb2.Duration) -> str:
    milliseconds = duration.ToMilliseconds()
    for size, unit in ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")):
        if milliseconds and milliseconds % size == 0:
            return f"{milliseconds // size}{unit}"
    return f"{milliseconds}ms"
