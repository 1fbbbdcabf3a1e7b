"""Local wall clocks and civil buckets, read off zoneinfo. Instants are integer milliseconds since the Unix epoch.

A local reading is a number too: the milliseconds of its wall clock since 1970-01-01T00:00 as if it were UTC.
"""

import bisect
import datetime
import functools
import zoneinfo

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
EPOCH = datetime.date(1970, 1, 1)
FIRST_MONDAY = (datetime.date(2000, 1, 3) - EPOCH).days


def day_number(year, month, day):
    return (datetime.date(year, month, day) - EPOCH).days


def date_of(day):
    return EPOCH + datetime.timedelta(days=day)


def parse_local(text):
    """'2026-01-02T17:00' -> local reading."""
    moment = datetime.datetime.fromisoformat(text)
    return (moment - datetime.datetime(1970, 1, 1)) // datetime.timedelta(milliseconds=1)


class Zone:
    """The stretches of one UTC offset of a zone, over the years that tests use."""

    FIRST = day_number(1995, 1, 1) * DAY
    LAST = day_number(2045, 1, 1) * DAY

    def __init__(self, name):
        self.name = name
        self.info = zoneinfo.ZoneInfo(name)
        starts, offsets = [self.FIRST], [self._offset(self.FIRST)]
        step, at = 6 * HOUR, self.FIRST
        while at < self.LAST:
            following = at + step
            if self._offset(following) != offsets[-1]:
                low, high = at, following
                while high - low > SECOND:
                    middle = (low + high) // 2 // SECOND * SECOND
                    if self._offset(middle) == offsets[-1]:
                        low = middle
                    else:
                        high = middle
                starts.append(high)
                offsets.append(self._offset(high))
            at = following
        self.starts, self.offsets = starts, offsets

    def _offset(self, at):
        moment = datetime.datetime.fromtimestamp(at // 1000, self.info)
        return int(moment.utcoffset().total_seconds()) * SECOND

    def local(self, at):
        return at + self.offsets[max(0, bisect.bisect_right(self.starts, at) - 1)]

    def stretches(self, start, end):
        """Yields (from, to, offset) that cut [start, end)."""
        index = max(0, bisect.bisect_right(self.starts, start) - 1)
        while start < end:
            stop = self.starts[index + 1] if index + 1 < len(self.starts) else self.LAST * 10
            yield start, min(stop, end), self.offsets[index]
            start, index = stop, index + 1

    def first_reading(self, reading):
        """The first instant at which the local clock reads at least this."""
        best = None
        for start, stop, offset in self.stretches(reading - 3 * DAY, reading + 3 * DAY):
            at = max(start, reading - offset)
            if at < stop and (best is None or at < best):
                best = at
        return best

    def parts(self, at):
        """(hour 0..23, weekday 1..7 from Monday, month 1..12) of the local clock."""
        reading = self.local(at)
        day = reading // DAY
        return (reading % DAY) // HOUR, (day - FIRST_MONDAY) % 7 + 1, date_of(day).month


@functools.lru_cache(maxsize=None)
def zone(name):
    return Zone(name or "UTC")


def month_reading(months, day, time):
    """Local reading of the day and time in the month so many months after January 2000."""
    return day_number(2000 + months // 12, months % 12 + 1, day) * DAY + time


# unit -> months in it
MONTHS = {"month": 1, "quarter": 3, "year": 12, "fiscal_quarter": 3, "fiscal_year": 12}


def boundaries(start, end, grain, where):
    """The instants that part buckets: the last at or before start, all inside, the first at or after end.

    grain: dict with unit, count, first_weekday (1 = Monday), origin (local text or ''), fiscal_first_month."""
    unit, count = grain["unit"], grain.get("count") or 1
    origin = parse_local(grain["origin"]) if grain.get("origin") else None
    time = origin % DAY if origin is not None else 0
    if unit in ("minute", "hour"):
        return short_boundaries(start, end, count * (MINUTE if unit == "minute" else HOUR), time, where)
    readings = []
    low, high = where.local(start) - 3 * DAY, where.local(end) + 3 * DAY
    if unit in ("day", "week"):
        length = count * (7 if unit == "week" else 1)
        if origin is not None:
            base = origin // DAY
        else:
            first = (grain.get("first_weekday") or 1) - 1  # on or before Monday 2000-01-03
            base = FIRST_MONDAY - (7 - first) % 7
        number = (low // DAY - base) // length - 1
        while True:
            reading = (base + number * length) * DAY + time
            readings.append(reading)
            if reading > high:
                break
            number += 1
    else:
        length = count * MONTHS[unit]
        base = (grain.get("fiscal_first_month") or 1) - 1 if unit.startswith("fiscal") else 0
        day = date_of(origin // DAY).day if origin is not None else 1
        low_date = date_of(low // DAY)
        number = ((low_date.year - 2000) * 12 + low_date.month - 1 - base) // length - 1
        while True:
            reading = month_reading(base + number * length, day, time)
            readings.append(reading)
            if reading > high:
                break
            number += 1
    instants = sorted({where.first_reading(reading) for reading in readings})
    return [at for at in instants]


def short_boundaries(start, end, length, time, where):
    """Hours and minutes: every stretch of one UTC offset starts its own bucket."""
    found = set()
    for first, last, offset in where.stretches(start - 2 * DAY, end + 2 * DAY):
        if first != start - 2 * DAY:
            found.add(first)
        reading = (first + offset - time) // length * length + time
        while reading - offset < last:
            if reading - offset >= first:
                found.add(reading - offset)
            reading += length
    return sorted(found)


def buckets(start, end, grain, where):
    """List of (start, end, partial) that cover [start, end), clipped to it."""
    if start >= end:
        return []
    if not grain or not grain.get("unit"):
        return [(start, end, False)]
    edges = boundaries(start, end, grain, where)
    result = []
    for low, high in zip(edges, edges[1:]):
        if low < end and high > start:
            result.append((max(low, start), min(high, end), low < start or high > end))
    return result


def full_buckets_before(bucket_start, grain, where, since):
    """The whole buckets before the one that starts there, latest first, at least down to the one that holds `since` or
    to as many as any comparison looks back."""
    reach = {"minute": 3 * DAY, "hour": 200 * DAY, "day": 600 * DAY}.get(grain["unit"])
    low = since if reach is None else max(since, bucket_start - reach)
    edges = [at for at in boundaries(low, bucket_start + 1, grain, where) if at <= bucket_start]
    return list(reversed(list(zip(edges, edges[1:]))))
