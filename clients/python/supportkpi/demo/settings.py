"""The demo help desk's settings: schedules in two zones with holidays, survey questions, targets."""

from __future__ import annotations

from supportkpi.demo import profile
from supportkpi.v1 import settings_pb2 as pb


def settings() -> pb.Settings:
    """The settings, as one would send them."""
    result = pb.Settings(time_zone="Europe/Berlin", fiscal_first_month=4, default_schedule="berlin")
    for team in profile.TEAMS:
        result.team_schedules[team.name] = team.schedule
    for name, zone in (("berlin", "Europe/Berlin"), ("new-york", "America/New_York")):
        schedule = result.schedules.add(name=name, time_zone=zone)
        version = schedule.versions.add(first_date="2020-01-01")
        for weekday in range(1, 6):
            version.weekly.add(weekday=weekday, start="09:00", end="18:00")
        version.holidays.extend(profile.HOLIDAYS[name])
    result.questions.add(question="how-was-it", scale_min=1, scale_max=5)
    result.questions.add(question="would-you-recommend", scale_min=0, scale_max=10)
    for channel, hours in (("web", 12), ("phone", 1), ("app", 24)):
        target = result.targets.add(kpi="first_response_within_target", channel=channel)
        target.target.seconds = hours * 3600
    target = result.targets.add(kpi="resolution_within_target")
    target.target.seconds = 72 * 3600
    return result
