"""Answers as pandas data frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy
import pandas

from supportkpi.columns import ALL, NONE, OTHER
from supportkpi.text import UNIT_NAMES, enum_word
from supportkpi.v1 import kpi_service_pb2 as pb

if TYPE_CHECKING:
    from supportkpi.answer import Answer

CALENDAR_PARTS = frozenset({"hour_of_day", "weekday", "month_of_year"})
_MISSING = numpy.iinfo(numpy.int64).min  # what pandas reads as NaT


def _dimension(key: pb.KeyColumn, none: str | None, other: str) -> pandas.Categorical:
    """The column of a dimension: its values in order, then (none), (other), (all) where they occur."""
    codes = numpy.asarray(key.codes, dtype=numpy.int64)
    is_part = key.dimension in CALENDAR_PARTS
    order = sorted(range(len(key.values)), key=lambda at: (int(key.values[at]), "") if is_part else (0, key.values[at]))
    place = numpy.zeros(len(order) + 1, dtype=numpy.int64)
    place[order] = numpy.arange(len(order))
    result = numpy.where(codes >= 0, place[codes], -1)
    labels: list[Any] = [int(key.values[at]) if is_part else key.values[at] for at in order]
    for code, label, argument in ((NONE, none, "none"), (OTHER, other, "other"), (ALL, "(all)", "")):
        if label is None or not (codes == code).any():
            continue
        if label in labels:
            raise ValueError(f"{argument}: {key.dimension} has a value {label!r} of its own; give another text for {argument}")
        result[codes == code] = len(labels)
        labels.append(label)
    return pandas.Categorical.from_codes(result, categories=pandas.Index(labels), ordered=is_part)


def _index(columns: pb.AnswerColumns, time_zone: str) -> pandas.DatetimeIndex:
    starts = numpy.array([bucket.start.ToNanoseconds() for bucket in columns.buckets] + [_MISSING], dtype=numpy.int64)
    times = starts[numpy.asarray(columns.bucket_codes, dtype=numpy.int64)]
    return pandas.DatetimeIndex(pandas.to_datetime(times, utc=True).tz_convert(time_zone), name="bucket")


def _evidence(data: dict[str, Any], cell: pb.CellColumn, absent: Any) -> None:
    """Adds what a KPI's values were computed from."""
    data[f"{cell.kpi}.facts"] = numpy.asarray(cell.facts, dtype=numpy.int64)
    for name, values, missing in (("numerator", cell.numerators, cell.rows_without_numerator),
                                  ("denominator", cell.denominators, cell.rows_without_denominator)):
        column = numpy.array(values, dtype=numpy.float64)
        column[list(missing)] = numpy.nan
        data[f"{cell.kpi}.{name}"] = column
    reasons = absent if len(absent) else numpy.zeros(len(cell.values), dtype=numpy.int64)
    used = sorted(set(reasons.tolist()) - {0})
    names = [enum_word(pb.AbsentReason, reason) for reason in used]
    codes = numpy.array([used.index(reason) if reason else -1 for reason in reasons.tolist()], dtype=numpy.int64)
    data[f"{cell.kpi}.absent_reason"] = pandas.Categorical.from_codes(codes, categories=pandas.Index(names, dtype=object))
    if cell.currencies:
        data[f"{cell.kpi}.currency"] = pandas.Categorical(list(cell.currencies))
    for kind, rules in (("left_out", cell.left_out), ("notes", cell.notes)):
        for rule in rules:
            data[f"{cell.kpi}.{kind}.{rule.rule}"] = numpy.asarray(rule.counts, dtype=numpy.int64)


def metadata_of(answer: "Answer") -> dict[str, Any]:
    """The metadata in plain values that JSON can hold, so that saving a frame keeps them."""
    metadata = answer.metadata
    kpis = {used.alias: {
        "kpi": used.kpi, "unit": UNIT_NAMES.get(used.unit, ""), "statistic": used.statistic,
        "clock": enum_word(pb.Clock, used.clock) if used.clock else "", "anchor": used.anchor,
        "variant": used.variant, "attribution": used.attribution, "parameters": dict(used.parameters),
        "formula": used.formula, "excluded": list(used.excluded), "version": used.version} for used in metadata.kpis}
    return {
        "kpis": kpis,
        "units": {alias: used["unit"] for alias, used in kpis.items()},
        "start": metadata.range.start.ToJsonString(),
        "end": metadata.range.end.ToJsonString(),
        "time_zone": metadata.time_zone,
        "commit": metadata.commit,
        "data_until": metadata.data_until.ToJsonString() if metadata.HasField("data_until") else None,
        "row_count": metadata.row_count,
        "warnings": list(metadata.warnings),
    }


def to_dataframe(answer: "Answer", columns: pb.AnswerColumns, *, evidence: bool, timedeltas: bool, none: str | None,
                 other: str, with_buckets: bool) -> pandas.DataFrame:
    """The data frame of an answer's rows or totals; Answer.to_dataframe says what it looks like."""
    data: dict[str, Any] = {key.dimension: _dimension(key, none, other) for key in columns.keys}
    units = {used.alias: used.unit for used in answer.metadata.kpis}
    for cell in columns.cells:
        values = numpy.array(cell.values, dtype=numpy.float64)
        absent = numpy.asarray(cell.absent_reasons, dtype=numpy.int64)
        if len(absent):
            values[absent != pb.ABSENT_REASON_UNSPECIFIED] = numpy.nan
        as_timedelta = timedeltas and units.get(cell.kpi) == pb.UNIT_SECONDS
        data[cell.kpi] = pandas.to_timedelta(values, unit="s") if as_timedelta else values
        if evidence:
            _evidence(data, cell, absent)
    if evidence and with_buckets:
        partial = numpy.array([bucket.partial for bucket in columns.buckets] + [False])
        data["bucket.partial"] = partial[numpy.asarray(columns.bucket_codes, dtype=numpy.int64)]
    index = _index(columns, answer.metadata.time_zone or "UTC") if with_buckets else pandas.RangeIndex(len(columns.bucket_codes))
    frame = pandas.DataFrame(data, index=index)
    frame.attrs.update(metadata_of(answer))
    return frame
