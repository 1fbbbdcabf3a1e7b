"""Values and answers as text for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from supportkpi.v1 import kpi_service_pb2 as pb

UNIT_NAMES: dict[int, str] = {
    pb.UNIT_COUNT: "count", pb.UNIT_SECONDS: "seconds", pb.UNIT_PERCENT: "percent", pb.UNIT_INDEX: "index",
    pb.UNIT_MONEY: "money"}

BETTER_NAMES: dict[int, str] = {pb.DIRECTION_HIGHER_IS_BETTER: "higher", pb.DIRECTION_LOWER_IS_BETTER: "lower"}

DURATION_STEPS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))


def duration_step(seconds: float) -> tuple[float, str]:
    """The largest unit that a duration is at least one of: (its seconds, its sign)."""
    return next((step for step in DURATION_STEPS if abs(seconds) >= step[0]), DURATION_STEPS[-1])


def format_value(value: float, unit: int, currency: str = "") -> str:
    """A value with its unit: 1.9 h, 92.1 %, 1,250.00 EUR, 1,204."""
    if unit == pb.UNIT_SECONDS:
        size, sign = duration_step(value)
        return f"{value / size:.1f} {sign}"
    if unit == pb.UNIT_PERCENT:
        return f"{value:.1f} %"
    if unit == pb.UNIT_MONEY:
        return f"{value:,.2f} {currency}".rstrip()
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def enum_word(enum: Any, number: int) -> str:
    """The short name of an enum's value: "no_data" for ABSENT_REASON_NO_DATA. query.enum_value() is the way back."""
    name: str = enum.Name(number)
    return name[len(enum.Name(0)) - len("UNSPECIFIED"):].lower()


def reason_text(reason: int) -> str:
    """Why a value is absent, in words: "no data"."""
    return enum_word(pb.AbsentReason, reason).replace("_", " ")


def format_cell(cell: pb.Cell, unit: int) -> str:
    """A cell: its value with the unit, or why there is none."""
    if cell.HasField("value"):
        return format_value(cell.value, unit, cell.currency)
    return f"- ({reason_text(cell.absent_reason)})"


def key_text(key: pb.Key) -> str:
    """A key: its value, or (none), (all), (other)."""
    return "(none)" if key.none else "(all)" if key.all else "(other)" if key.other else key.value


def bucket_text(bucket: pb.Bucket) -> str:
    """A bucket's label; a bucket that the range cuts says so."""
    return f"{bucket.label} (partial)" if bucket.partial else bucket.label


def _line(texts: Sequence[str], widths: Sequence[int], left: int) -> str:
    parts = [text.ljust(width) if at < left else text.rjust(width) for at, (text, width) in enumerate(zip(texts, widths))]
    return "  ".join(parts).rstrip()


def table(rows: Sequence[pb.Row], metadata: pb.AnswerMetadata, rows_max: int = 40) -> str:
    """Rows as a table: one line a row, one column a KPI, durations and shares with their units."""
    has_buckets = any(row.bucket.label for row in rows)
    dimensions: list[str] = []
    for row in rows:
        if row.keys:
            dimensions = [key.dimension for key in row.keys]
            break
    heads = (["period"] if has_buckets else []) + dimensions
    lines = [heads + [used.alias for used in metadata.kpis]]
    for row in rows[:rows_max]:
        names = ([bucket_text(row.bucket) if row.HasField("bucket") else "(all)"] if has_buckets else [])
        names += [key_text(key) for key in row.keys] if row.keys else ["(all)"] * len(dimensions)
        lines.append(names + [format_cell(cell, used.unit) for cell, used in zip(row.cells, metadata.kpis)])
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    texts = [_line(line, widths, len(heads)) for line in lines]
    texts.insert(1, "  ".join("-" * width for width in widths))
    if len(rows) > rows_max:
        texts.append(f"... {len(rows) - rows_max} more rows")
    return "\n".join(texts)
