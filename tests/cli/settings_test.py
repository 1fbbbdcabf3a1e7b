"""supportkpi config: the file, the calendar, and both directions between them and the server."""

from __future__ import annotations

import datetime
import json
import pathlib

import pytest

from conftest import FIXTURES
from supportkpi.cli import holidays, settings_file
from supportkpi.cli.exits import Fault
from supportkpi.v1 import settings_pb2 as pb

FILE = FIXTURES / "config" / "settings.yaml"
CALENDAR = FIXTURES / "config" / "germany.ics"


def test_apply_diff_get(cli, client, home):
    before = cli("config", "diff", FILE)
    assert before.code == 1 and "+time_zone: Europe/Berlin" in before.out
    assert cli("config", "apply", FILE, "--dry-run").code == 0 and client.get_settings().version == 0
    assert cli("config", "apply", FILE).last_line == "applied"
    assert cli("config", "diff", FILE).code == 0
    assert cli("config", "apply", FILE).last_line == "nothing to change"
    settings = client.get_settings().settings
    assert settings.time_zone == "Europe/Berlin" and settings.fiscal_first_month == 4
    eu = settings.schedules[0]
    assert eu.versions[1].first_date == "2026-07-01"
    assert [(one.weekday, one.start, one.end) for one in eu.versions[1].weekly][:3] == [
        (1, "08:00", "12:00"),
        (1, "13:00", "17:30"),
        (2, "08:00", "12:00"),
    ]
    assert [one.weekday for one in settings.schedules[2].versions[0].weekly] == [5, 6, 7]
    assert settings.targets[0].target.seconds == 4 * 3600 and settings.questions[1].threshold == 2
    (home / "got.yaml").write_text(cli("config", "get").out)
    assert cli("config", "diff", "got.yaml", "--replace").code == 0
    assert json.loads(cli("config", "get", "-o", "json").out)["version"] == "1"


def test_parts_that_a_file_does_not_hold_stay(cli, client, home):
    cli("config", "apply", FILE)
    (home / "targets.yaml").write_text(
        "targets:\n  - {kpi: first_response_within_target, channel: chat, target: 90s}\n"
    )
    assert cli("config", "apply", "targets.yaml").code == 0
    settings = client.get_settings().settings
    assert len(settings.targets) == 1 and len(settings.schedules) == 3
    cli("config", "apply", "targets.yaml", "--replace")
    assert not client.get_settings().settings.schedules


def test_the_business_clock_runs_by_the_schedule(cli, client):
    cli("config", "apply", FILE)
    cli("import", "zendesk", FIXTURES / "zendesk")
    answer = (
        client.query(
            "first_response_time",
            start="2026-03-01",
            end="2026-04-01",
            by=["ticket"],
            filter_text='ticket = "zendesk/4101"',
        )
        .rows[0]
        .cells[0]
        .value
    )
    assert answer == 47 * 60


def test_calendar():
    found = holidays.dates(CALENDAR, datetime.date(2028, 12, 31), without="observance")
    assert {"2025-12-25", "2025-12-26", "2027-03-26", "2028-12-25", "2026-12-24"} <= found
    assert "2027-12-25" not in found  # EXDATE
    assert not found & {"2027-02-14", "2027-06-11", "2027-06-12", "2027-12-24", "2029-12-25"}
    assert "2027-02-14" in holidays.dates(CALENDAR, datetime.date(2028, 12, 31))
    assert holidays.dates(CALENDAR, datetime.date(2028, 12, 31), only="friday") == {"2027-03-26"}


def test_a_file_that_is_no_calendar(home):
    (home / "a.ics").write_text("hello")
    with pytest.raises(Fault, match="a.ics"):
        holidays.dates(home / "a.ics", datetime.date(2028, 12, 31))
    with pytest.raises(Fault, match="cannot be read"):
        holidays.dates(home / "b.ics", datetime.date(2028, 12, 31))


@pytest.mark.parametrize(
    "text, message",
    [
        ("time_zon: UTC", '"time_zon" is not known; did you mean "time_zone"?'),
        ("schedules:\n  - name: a\n    hours: {mon-fry: 09:00-17:00}", '"mon-fry" is no day'),
        ("schedules:\n  - name: a\n    hours: {mon: 9-17}", '"9-17" is no stretch of a day'),
        ("schedules:\n  - name: a\n    hours: {mon: 09:00}", "is no stretch of a day"),
        ("schedules:\n  - name: a\n    hours: {mon: 09:00-17:00}\n    versions: []", "not both"),
        ("schedules:\n  - name: a\n    holidays: [2026-02-30]", '"2026-02-30" is no date'),
        ("schedules: {a: b}", "schedules: expected a list"),
        ("targets:\n  - {kpi: x, target: soon}", '"soon" is no length of time'),
        ("questions:\n  - {question: q, scale: five}", '"five" is no scale'),
        ("fiscal_first_month: april", '"april" is not a whole number'),
        ("time_zone: UTC\ntime_zone: Europe/Berlin", '"time_zone" stands twice'),
        ("a: [", "not YAML"),
        ("- 1", "expected names and values"),
        ("schedules:\n  - name: a\n    holidays_from: [nothing.ics]", "nothing.ics cannot be read"),
        (
            "schedules:\n  - name: a\n    holidays_from: [{file: x.ics, onyl: y}]",
            '"onyl" is not known; did you mean "only"?',
        ),
    ],
)
def test_faults_of_files_name_the_place(cli, home, text, message):
    (home / "s.yaml").write_text(text)
    done = cli("config", "apply", "s.yaml")
    assert done.code in (2, 7) and message in done.last_line


def test_what_only_the_server_can_refuse(cli, home):
    (home / "s.yaml").write_text("time_zone: Mars/Base\n")
    done = cli("config", "apply", "s.yaml")
    assert done.code == 2 and "settings.time_zone" in done.last_line
    assert cli("config", "get").out.startswith("{}")


def test_standard_input(cli, client, monkeypatch):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("time_zone: Asia/Tokyo\n"))
    assert cli("config", "apply", "-").code == 0
    assert client.get_settings().settings.time_zone == "Asia/Tokyo"


@pytest.mark.parametrize(
    "text, days",
    [
        ("mon-fri", [1, 2, 3, 4, 5]),
        ("fri-mon", [5, 6, 7, 1]),
        ("sat, sun", [6, 7]),
        ("daily", [1, 2, 3, 4, 5, 6, 7]),
        ("Monday", [1]),
        ("tue-thu, sat", [2, 3, 4, 6]),
    ],
)
def test_days(text, days):
    assert settings_file._days(text, "x") == days


def test_writing_and_reading_agree():
    settings, sections = settings_file.read(pathlib.Path(FILE), FILE.read_text())
    again, _ = settings_file.read(pathlib.Path("x"), settings_file.write(settings))
    assert again == settings and set(sections) == set(settings_file.SECTIONS)
    night = pb.Settings(
        schedules=[
            pb.Schedule(
                name="n",
                versions=[
                    pb.ScheduleVersion(
                        weekly=[
                            pb.WeeklyInterval(weekday=1, start="00:00", end="24:00"),
                            pb.WeeklyInterval(weekday=7, start="22:00", end="06:00"),
                        ],
                        special_hours=[pb.DateIntervals(date="2026-01-01")],
                    )
                ],
            )
        ]
    )
    assert settings_file.read(pathlib.Path("x"), settings_file.write(night))[0] == night
