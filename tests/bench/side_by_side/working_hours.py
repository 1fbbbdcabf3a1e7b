"""The two schedules of the data set, as settings of supportkpi and, cumulated hour by hour, as the table that a warehouse joins."""

from __future__ import annotations

import datetime
import zoneinfo

import numpy as np

HOUR_MS = 3_600_000
HOLIDAYS = ["2024-01-01", "2024-05-01", "2024-12-25", "2024-12-26", "2025-01-01", "2025-05-01", "2025-12-25", "2025-12-26"]
# Zone, first and last hour of Monday to Friday. Zones a whole number of hours from UTC, so that an hour is worked or is not.
SCHEDULES = {"berlin": ("Europe/Berlin", 8, 18), "new-york": ("America/New_York", 9, 17)}


def settings(teams: list[str]) -> dict[str, object]:
    """The Settings message, as JSON: teams have the two schedules in turn."""
    names = list(SCHEDULES)
    return {
        "time_zone": "UTC",
        "schedules": [
            {"name": name, "time_zone": zone, "versions": [{
                "weekly": [{"weekday": day, "start": f"{first:02}:00", "end": f"{last:02}:00"} for day in range(1, 6)],
                "holidays": HOLIDAYS,
            }]}
            for name, (zone, first, last) in SCHEDULES.items()
        ],
        "team_schedules": {team: names[number % 2] for number, team in enumerate(teams)},
    }


def cumulated(start_ms: int, end_ms: int) -> dict[str, np.ndarray]:
    """Rows of work_hours for every hour of [start_ms, end_ms) and both schedules."""
    columns: dict[str, list[int]] = {"slot": [], "hour_ms": [], "worked_ms": [], "open": []}
    for number, (zone_name, first, last) in enumerate(SCHEDULES.values()):
        zone, worked_ms = zoneinfo.ZoneInfo(zone_name), 0
        for hour in range(start_ms // HOUR_MS, end_ms // HOUR_MS):
            local = datetime.datetime.fromtimestamp(hour * 3600, zone)
            is_open = local.weekday() < 5 and first <= local.hour < last and local.date().isoformat() not in HOLIDAYS
            for column, value in zip(columns.values(), (2 * hour + number, hour * HOUR_MS, worked_ms, int(is_open)), strict=True):
                column.append(value)
            worked_ms += HOUR_MS * is_open
    return {name: np.array(values) for name, values in columns.items()}
