"""The business clock, literally: an instant is working time when the local wall clock stands in an open interval.

A schedule is a dict: zone; versions: list of {from: day number or None, weekly: [(weekday 1..7, open, close)],
holidays: day numbers, special: {day number: [(open, close)]}, breaks: [(weekday, open, close)],
date_breaks: {day number: [(open, close)]}}. Before the first version's date the schedule is none.
open and close are milliseconds of the day; close <= open means the next day; 24:00 is DAY.
"""

from .civil import DAY, FIRST_MONDAY, zone

NO_SCHEDULE = "no_schedule"


class Schedule:
    def __init__(self, definition):
        self.zone = zone(definition["zone"])
        self.versions = sorted(definition["versions"], key=lambda v: -10**9 if v["from"] is None else v["from"])
        self.days = {}

    def version_of(self, day):
        chosen = None
        for version in self.versions:
            if version["from"] is None or version["from"] <= day:
                chosen = version
        return chosen

    def open_on(self, day):
        """Open pieces [(from, to)] of a local date, in milliseconds of that day."""
        if day not in self.days:
            self.days[day] = self._open_on(day)
        return self.days[day]

    def _open_on(self, day):
        version = self.version_of(day)
        if version is None or day in version["holidays"]:
            return []
        covered = []
        for begins in (day - 1, day):
            weekday = (begins - FIRST_MONDAY) % 7 + 1
            if begins in version["special"]:
                hours = version["special"][begins]
            else:
                hours = [(o, c) for w, o, c in version["weekly"] if w == weekday]
            covered += pieces_on(hours, begins, day)
        breaks = []
        for begins in (day - 1, day):
            weekday = (begins - FIRST_MONDAY) % 7 + 1
            breaks += pieces_on([(o, c) for w, o, c in version["breaks"] if w == weekday], begins, day)
            breaks += pieces_on(version.get("date_breaks", {}).get(begins, []), begins, day)
        edges = sorted({edge for piece in covered + breaks for edge in piece})
        result = []
        for low, high in zip(edges, edges[1:]):
            if any(o <= low and high <= c for o, c in covered) and not any(o <= low and high <= c for o, c in breaks):
                result.append((low, high))
        return result

    def begins(self):
        """The instant from which it says anything; None: from ever."""
        first = self.versions[0]["from"] if self.versions else None
        return None if first is None else self.zone.first_reading(first * DAY)

    def worked(self, start, end):
        """Yields the worked instants [(from, to)] in [start, end), in order."""
        for first, last, offset in self.zone.stretches(start, end):
            for day in range((first + offset) // DAY, (last + offset - 1) // DAY + 1):
                for opens, closes in self.open_on(day):
                    low = max(first, day * DAY + opens - offset)
                    high = min(last, day * DAY + closes - offset)
                    if low < high:
                        yield low, high


def pieces_on(hours, begins, day):
    """The parts of intervals that begin on one date that lie on a date (the same or the next)."""
    result = []
    for opens, closes in hours:
        length_end = closes if closes > opens else closes + DAY
        low = opens + (begins - day) * DAY
        high = length_end + (begins - day) * DAY
        low, high = max(low, 0), min(high, DAY)
        if low < high:
            result.append((low, high))
    return result


class Clock:
    """The clock of one question: a named schedule, else the team's, else the tenant's."""

    def __init__(self, settings, named=None):
        self.schedules = settings.parsed_schedules()
        self.team_schedules = settings.team_schedules
        self.default = settings.default_schedule
        self.named = named

    def schedule_for(self, team):
        name = self.named or self.team_schedules.get(team) or self.default
        return self.schedules[name] if name else None

    def elapsed(self, start, end, teams):
        """Worked milliseconds between two instants, negative if they are swapped, or NO_SCHEDULE.

        teams: [(from, team)] sorted, the first from being None: who held the ticket."""
        if end < start:
            return -1
        total = 0
        if start == end:  # an empty stretch asks for the schedule at its instant
            team = [name for since, name in teams if since is None or since <= start][-1]
            schedule = self.schedule_for(team)
            if schedule is None or (schedule.begins() is not None and start < schedule.begins()):
                return NO_SCHEDULE
        for low, high, team in stretches_of(teams, start, end):
            schedule = self.schedule_for(team)
            if schedule is None or (schedule.begins() is not None and low < schedule.begins()):
                return NO_SCHEDULE
            total += sum(b - a for a, b in schedule.worked(low, high))
        return total

    def due(self, start, target, teams, horizon):
        """First instant at which the clock has run the target since start; None: not before the horizon."""
        if target <= 0:
            return start
        left = target
        for low, high, team in stretches_of(teams, start, max(start, horizon)):
            schedule = self.schedule_for(team)
            if schedule is None or (schedule.begins() is not None and low < schedule.begins()):
                return NO_SCHEDULE
            for a, b in schedule.worked(low, high):
                if b - a >= left:
                    return a + left
                left -= b - a
        return None


class Calendar:
    """Every millisecond counts."""

    def elapsed(self, start, end, teams):
        return end - start

    def due(self, start, target, teams, horizon):
        return start + target


def stretches_of(teams, start, end):
    for index, (since, team) in enumerate(teams):
        low = start if since is None else max(start, since)
        high = min(end, teams[index + 1][0]) if index + 1 < len(teams) else end
        if low < high:
            yield low, high, team
