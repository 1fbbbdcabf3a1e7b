"""Questions, built step by step. Nothing is asked before a client gets them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, Union

from google.protobuf import timestamp_pb2

from supportkpi.filters import Condition
from supportkpi.v1 import kpi_service_pb2 as pb

Instant = Union[str, datetime.datetime, timestamp_pb2.Timestamp]
Selection = Union[str, pb.KpiSelection]
Where = Union[str, Condition]
ParameterValue = Union[str, int, float, bool, datetime.timedelta]


def instant(value: Instant) -> timestamp_pb2.Timestamp:
    """An instant from a datetime with a zone, or from text such as "2026-01-01" (midnight UTC) or RFC 3339.
    ValueError for a datetime without a zone and for text that is neither."""
    if isinstance(value, timestamp_pb2.Timestamp):
        return value
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        if value.tzinfo is None:
            value = value.replace(tzinfo=datetime.timezone.utc)
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone; give it one, or write it as text")
    stamp = timestamp_pb2.Timestamp()
    stamp.FromDatetime(value.astimezone(datetime.timezone.utc).replace(tzinfo=None))
    return stamp


def enum_value(enum: Any, prefix: str, word: str, what: str) -> Any:
    """The number of an enum's name without its prefix, in any case; ValueError names what is allowed."""
    name = f"{prefix}_{word.strip().upper().replace(' ', '_')}"
    if name not in enum.keys() or name.endswith("_UNSPECIFIED"):
        allowed = [key[len(prefix) + 1:].lower() for key in enum.keys() if not key.endswith("_UNSPECIFIED")]
        raise ValueError(f"{what}: {word!r} is unknown; expected one of {', '.join(allowed)}")
    return enum.Value(name)


def _parameter_text(value: ParameterValue) -> str:
    if isinstance(value, datetime.timedelta):
        seconds = value.total_seconds()
        return f"{int(seconds)}s" if seconds == int(seconds) else f"{seconds}s"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def kpi(name: str, alias: str = "", *, statistic: str = "", clock: str | int = "", anchor: str = "", variant: str = "",
        attribution: str = "", where: Where | Iterable[Where] | None = None,
        parameters: Mapping[str, ParameterValue] | None = None, include: Iterable[str] = ()) -> pb.KpiSelection:
    """One KPI of a question, with options; each default is the KPI's own.

    alias: the name of its column in the answer, unique in the question; default the id.
    statistic: mean, sum, min, max, stddev, median, or a percentile such as "p90" and "p99.9".
    clock: "calendar" or "business" (only working time counts).
    where: conditions or filter texts that its facts must meet on top of the question's.
    parameters: as GetKpi lists them; durations as timedelta or text such as "14d".
    include: rules whose facts count after all: deleted, spam, test, merged.
    """
    selection = pb.KpiSelection(kpi=name, alias=alias or name, statistic=statistic, anchor=anchor, variant=variant,
                                attribution=attribution, include=include)
    if isinstance(clock, str) and clock:
        clock = int(enum_value(pb.Clock, "CLOCK", clock, "clock"))
    if clock:
        selection.clock = clock  # type: ignore[assignment]
    for key, value in (parameters or {}).items():
        selection.parameters[key] = _parameter_text(value)
    if where is not None:
        tree, text = _conditions([where] if isinstance(where, (str, Condition)) else where)
        selection.filter_text = text
        if tree is not None:
            selection.filter.CopyFrom(tree)
    return selection


def _conditions(conditions: Iterable[Where]) -> tuple[pb.Filter | None, str]:
    """(tree, text) that hold together when all conditions hold."""
    trees: list[Condition] = []
    texts: list[str] = []
    for condition in conditions:
        if isinstance(condition, Condition):
            trees.append(condition)
        elif isinstance(condition, str):
            texts.append(condition)
        else:
            raise TypeError(f"{condition!r} is no condition; expected field(...) compared, or filter text")
    tree = trees[0] if trees else None
    for more in trees[1:]:
        tree = tree & more if tree is not None else more
    text = texts[0] if len(texts) == 1 else " AND ".join(f"({part})" for part in texts)
    return (tree.to_filter() if tree is not None else None), text


class Query:
    """A question. Each method returns a new one with a part added, so a query can be kept and varied.

        Query("csat", kpi("first_response_time", "p90", statistic="p90", clock="business"))
            .during("last_90_days").by("team").every("week").where(field("channel") == "email").top(5)
    """

    __slots__ = ("_request", "_where", "_having")

    def __init__(self, *kpis: Selection) -> None:
        self._request = pb.QueryKpisRequest(
            kpis=[pb.KpiSelection(kpi=kpi) if isinstance(kpi, str) else kpi for kpi in kpis])
        self._where: tuple[Where, ...] = ()
        self._having: tuple[Where, ...] = ()

    @classmethod
    def from_request(cls, request: pb.QueryKpisRequest) -> "Query":
        """A query of a message, such as the nearest one that ValidateQuery found."""
        query = cls()
        query._request.CopyFrom(request)
        return query

    def _with(self) -> "Query":
        query = Query.from_request(self._request)
        query._where, query._having = self._where, self._having
        return query

    def kpis(self, *kpis: Selection) -> "Query":
        """More KPIs. 1 to 64 in all."""
        query = self._with()
        query._request.kpis.extend(pb.KpiSelection(kpi=kpi) if isinstance(kpi, str) else kpi for kpi in kpis)
        return query

    def between(self, start: Instant, end: Instant) -> "Query":
        """The range [start, end): datetimes with a zone, or text such as "2026-01-01" (midnight UTC) and RFC 3339."""
        query = self._with()
        query._request.range.CopyFrom(pb.TimeRange(start=instant(start), end=instant(end)))
        return query

    def during(self, words: str) -> "Query":
        """The range in words, read in the query's zone: last_30_days, this_month, 2026-Q1, fiscal_year_to_date,
        2026-01..yesterday, ..."""
        query = self._with()
        query._request.range.CopyFrom(pb.TimeRange(words=words))
        return query

    def every(self, unit: str, count: int = 1, *, first_weekday: str = "", origin: str = "",
              fiscal_first_month: int = 0) -> "Query":
        """The buckets: minute, hour, day, week, month, quarter, year, fiscal_quarter or fiscal_year; `count` of them.
        Default: the whole range is one bucket."""
        query = self._with()
        grain = query._request.grain
        grain.unit = enum_value(pb.GrainUnit, "GRAIN_UNIT", unit, "unit")
        grain.count = count
        if first_weekday:
            grain.first_weekday = enum_value(pb.Weekday, "WEEKDAY", first_weekday, "first_weekday")
        grain.origin, grain.fiscal_first_month = origin, fiscal_first_month
        return query

    def in_zone(self, time_zone: str) -> "Query":
        """The IANA zone of days and hours, such as "Europe/Berlin". Default: the tenant's."""
        query = self._with()
        query._request.time_zone = time_zone
        return query

    def by(self, *dimensions: str) -> "Query":
        """Groups: channel, ticket.channel, customer.segment, hour_of_day, attributes.region, ... At most 8."""
        query = self._with()
        query._request.group_by.extend(dimensions)
        return query

    def where(self, *conditions: Where) -> "Query":
        """Only facts for which all conditions hold."""
        query = self._with()
        query._where += conditions
        return query

    def having(self, *conditions: Where) -> "Query":
        """Only rows for which all conditions hold, such as field("csat") < 80 or "csat.facts >= 20"."""
        query = self._with()
        query._having += conditions
        return query

    def totals(self) -> "Query":
        """Also over all groups and over all buckets, computed from the facts."""
        query = self._with()
        query._request.totals = True
        return query

    def subtotal(self, *dimensions: str, over_buckets: bool = False) -> "Query":
        """Also over all dimensions but these, for each bucket or, over_buckets, for the whole range. At most 16."""
        query = self._with()
        query._request.subtotals.add(group_by=dimensions, over_buckets=over_buckets)
        return query

    def top(self, count: int, by: str = "", *, direction: str = "", minimum_facts: int = 0, dimension: str = "",
            other: bool = True) -> "Query":
        """Only the first groups, ranked over the whole range by the KPI of alias `by` (default the first), best first
        unless direction says "ascending" or "descending". `other`: all other groups together are one more row."""
        query = self._with()
        query._request.top.CopyFrom(pb.Top(count=count, by=by, minimum_facts=minimum_facts, dimension=dimension,
                                           without_other=not other))
        if direction:
            query._request.top.direction = enum_value(pb.OrderDirection, "ORDER_DIRECTION", direction, "direction")
        return query

    def order_by(self, *columns: str) -> "Query":
        """Order of the rows: "bucket", dimensions and aliases; with a leading "-" descending."""
        query = self._with()
        for column in columns:
            down = column.startswith("-")
            query._request.order_by.add(
                column=column[1:] if down else column,
                direction=pb.ORDER_DIRECTION_DESCENDING if down else pb.ORDER_DIRECTION_ASCENDING)
        return query

    def limit(self, rows: int) -> "Query":
        """At most so many rows, after ordering; the metadata says how many there were."""
        query = self._with()
        query._request.limit = rows
        return query

    def sparse(self) -> "Query":
        """Only buckets with facts, instead of every bucket for every group."""
        query = self._with()
        query._request.bucket_fill = pb.BUCKET_FILL_SPARSE
        return query

    def to_request(self, tenant: str = "") -> pb.QueryKpisRequest:
        """The message, as QueryKpis takes it."""
        request = pb.QueryKpisRequest()
        request.CopyFrom(self._request)
        if tenant:
            request.tenant = tenant
        for conditions, tree_name in ((self._where, "filter"), (self._having, "having")):
            if not conditions:
                continue
            tree, text = _conditions(conditions)
            if tree is not None:
                getattr(request, tree_name).CopyFrom(tree)
            if text:
                setattr(request, f"{tree_name}_text", text)
        return request

    def __repr__(self) -> str:
        return f"Query({str(self.to_request())!r})"
