"""What the demo help desk looks like: its teams, channels, hours and habits. Plain data, no randomness."""

from __future__ import annotations

import dataclasses
import datetime
from zoneinfo import ZoneInfo

YEAR = 2025
ZONE = ZoneInfo("Europe/Berlin")  # the company's own
BEGIN = datetime.datetime(YEAR, 1, 1, tzinfo=ZONE)
END = datetime.datetime(YEAR + 1, 1, 1, tzinfo=ZONE)

LAUNCH = datetime.date(YEAR, 5, 13)  # a product launch: a spike that fades over two weeks
SLOW_MONTH = 8

SOURCE = "helpdesk"


@dataclasses.dataclass(frozen=True)
class Team:
    """A team: where it works and how quickly."""

    name: str
    zone: str
    schedule: str
    agents: int
    channels: tuple[str, ...]
    first_reply_minutes: float  # median in working time


TEAMS = (
    Team("frontline-eu", "Europe/Berlin", "berlin", 10, ("email", "web", "chat"), 34),
    Team("frontline-us", "America/New_York", "new-york", 10, ("email", "web", "chat"), 41),
    Team("social", "Europe/Berlin", "berlin", 5, ("social",), 22),
    Team("phone", "America/New_York", "new-york", 9, ("phone",), 6),
    Team("technical", "Europe/Berlin", "berlin", 6, ("app",), 95),
)

# channel: share of tickets
CHANNELS = {"email": 0.36, "web": 0.20, "chat": 0.18, "phone": 0.11, "social": 0.08, "app": 0.07}

# category: (share, median hours of work until solved, chance of a reopening)
CATEGORIES = {
    "billing": (0.22, 5.0, 0.05),
    "login": (0.18, 1.6, 0.03),
    "delivery": (0.17, 9.0, 0.07),
    "bug": (0.15, 26.0, 0.12),
    "how-to": (0.16, 2.2, 0.02),
    "cancellation": (0.07, 4.0, 0.04),
    "feature-request": (0.05, 40.0, 0.02),
}

TYPES = {"question": 0.46, "incident": 0.31, "problem": 0.13, "task": 0.10}
PRIORITIES = {"low": 0.24, "normal": 0.52, "high": 0.18, "urgent": 0.06}
PRIORITY_SPEED = {"low": 1.6, "normal": 1.0, "high": 0.6, "urgent": 0.3}
LANGUAGES = {"en": 0.58, "de": 0.22, "fr": 0.11, "es": 0.09}
SEGMENTS = {"self-serve": 0.62, "business": 0.28, "enterprise": 0.10}
PLANS = {"self-serve": "starter", "business": "team", "enterprise": "scale"}
REGIONS = {"emea": 0.48, "americas": 0.40, "apac": 0.12}
PERSONAS = {"owner": 0.35, "administrator": 0.4, "member": 0.25}
TAGS = ("vip", "refund", "mobile", "api", "launch", "churn-risk")

# weight by weekday (Monday first) and by UTC hour
WEEKDAY_WEIGHT = (1.25, 1.15, 1.08, 1.04, 0.95, 0.34, 0.28)
HOUR_WEIGHT = (
    0.25, 0.2, 0.18, 0.18, 0.22, 0.35, 0.6, 1.0, 1.5, 1.8, 1.7, 1.6,
    1.5, 1.8, 2.0, 1.9, 1.7, 1.4, 1.1, 0.9, 0.7, 0.55, 0.4, 0.3,
)

HOLIDAYS = {
    "berlin": ("2025-01-01", "2025-04-18", "2025-04-21", "2025-05-01", "2025-05-29", "2025-06-09", "2025-10-03",
               "2025-12-25", "2025-12-26"),
    "new-york": ("2025-01-01", "2025-01-20", "2025-05-26", "2025-07-04", "2025-09-01", "2025-11-27", "2025-12-25"),
}

CUSTOMERS = 6000
ORGANIZATIONS = 700
TICKETS = 50_000
CALLS = 20_000
SURVEYS = 15_000


def day_weight(day: datetime.date) -> float:
    """How busy a day is, 1 being an ordinary one."""
    weight = WEEKDAY_WEIGHT[day.weekday()]
    since_launch = (day - LAUNCH).days
    if 0 <= since_launch < 14:
        weight *= 1 + 1.6 * (1 - since_launch / 14)
    if day.month == SLOW_MONTH:
        weight *= 0.62
    if day.month == 12 and day.day >= 22:
        weight *= 0.7
    return weight * (1 + 0.18 * (day.timetuple().tm_yday / 365))
