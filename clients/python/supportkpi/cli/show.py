"""Answers on the screen and in files: tables, sparklines, CSV, JSON."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable, Sequence
from typing import IO, Any

from google.protobuf import json_format
from rich.table import Table
from rich.text import Text

from supportkpi import Answer
from supportkpi.cli.exits import plain
from supportkpi.text import BETTER_NAMES, bucket_text, format_cell, key_text, reason_text
from supportkpi.v1 import kpi_service_pb2 as pb

WIDE = 110
_BLOCKS = "▁▂▃▄▅▆▇█"


def keys_of(row: pb.Row, dimensions: Sequence[str]) -> list[str]:
    """The row's keys as text; a total over all groups has none, so each is "(all)"."""
    return [key_text(key) for key in row.keys] if row.keys else ["(all)"] * len(dimensions)


def _bucket(row: pb.Row) -> str:
    return bucket_text(row.bucket) if row.HasField("bucket") else "(all)"


def _text(value: str, style: str = "") -> Text:
    return Text(plain(value), style=style)


def table(answer: Answer, totals: Sequence[pb.Row], with_buckets: bool, evidence: bool) -> Table:
    """One line a row: bucket, groups, KPIs. With `evidence` each KPI also says from how many facts it was computed."""
    dimensions = list(answer.request.group_by)
    shown = Table(show_edge=True, header_style="bold")
    if with_buckets:
        shown.add_column("time", no_wrap=True)
    for dimension in dimensions:
        shown.add_column(plain(dimension))
    for used in answer.metadata.kpis:
        shown.add_column(plain(used.alias), justify="right")
        if evidence:
            shown.add_column("facts", justify="right", style="dim")
    units = [used.unit for used in answer.metadata.kpis]
    for rows, style in ((answer.rows, ""), (totals, "bold")):
        for row in rows:
            cells: list[Text] = [_text(_bucket(row), style)] if with_buckets else []
            cells += [_text(key, style) for key in keys_of(row, dimensions)]
            for cell, unit in zip(row.cells, units):
                cells.append(_text(format_cell(cell, unit), style if cell.HasField("value") else "dim"))
                if evidence:
                    cells.append(_text(_evidence(cell)))
            shown.add_row(*cells)
        if rows is answer.rows and totals:
            shown.add_section()
    return shown


def _evidence(cell: pb.Cell) -> str:
    left_out = sum(note.count for note in cell.left_out)
    return f"{cell.facts:,}" + (f" (-{left_out:,})" if left_out else "")


def sparkline(values: Sequence[float | None]) -> str:
    """A line of blocks from the least to the greatest value; a gap where there is none."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    step = (high - low) / (len(_BLOCKS) - 1) if high > low else math.inf
    return "".join(
        "·" if value is None else _BLOCKS[3] if math.isinf(step) else _BLOCKS[round((value - low) / step)]
        for value in values
    )


def sparklines(answer: Answer, totals: Sequence[pb.Row], wide: bool) -> Table:
    """One line a group and KPI, the buckets as a sparkline, the whole range beside it; on a narrow terminal the essentials."""
    dimensions = list(answer.request.group_by)
    series: dict[tuple[str, ...], list[pb.Row]] = {}
    for row in answer.rows:
        series.setdefault(tuple(keys_of(row, dimensions)), []).append(row)
    whole = {tuple(keys_of(row, dimensions)): row for row in totals if not row.HasField("bucket")}
    shown = Table(header_style="bold")
    for dimension in dimensions:
        shown.add_column(plain(dimension), overflow="fold")
    shown.add_column("KPI", overflow="fold")
    if wide:
        shown.add_column("better")
    labels = [row.bucket.label for row in next(iter(series.values()), [])]
    shown.add_column(f"{labels[0]} to {labels[-1]}" if labels else "trend", no_wrap=True)
    for title in ("first", "last", "lowest", "highest", "whole range") if wide else ("last", "whole range"):
        shown.add_column(title, justify="right", no_wrap=True)
    for keys, rows in series.items():
        for place, used in enumerate(answer.metadata.kpis):
            cells = [row.cells[place] for row in rows]
            total = format_cell(whole[keys].cells[place], used.unit) if keys in whole else ""
            first, last = (format_cell(cell, used.unit) for cell in (cells[0], cells[-1]))
            texts = [
                *keys,
                used.alias,
                *([BETTER_NAMES.get(used.direction, "")] if wide else []),
                sparkline([cell.value if cell.HasField("value") else None for cell in cells]),
                *([first, last, *_extremes(cells, used.unit)] if wide else [last]),
                total,
            ]
            shown.add_row(*map(_text, texts))
    return shown


def _extremes(cells: Sequence[pb.Cell], unit: int) -> list[str]:
    known = [cell for cell in cells if cell.HasField("value")]
    if not known:
        return ["-", "-"]
    return [format_cell(found(known, key=lambda cell: cell.value), unit) for found in (min, max)]


def flat(row: pb.Row, dimensions: Sequence[str], with_buckets: bool, evidence: bool) -> dict[str, Any]:
    """A row as plain values: absent ones are None, instants in RFC 3339."""
    found: dict[str, Any] = {}
    if with_buckets:
        has = row.HasField("bucket")
        found["time"] = row.bucket.label if has else "(all)"
        found["start"] = row.bucket.start.ToJsonString() if has else None
        found["end"] = row.bucket.end.ToJsonString() if has else None
        found["partial"] = row.bucket.partial if has else False
    found.update(zip(dimensions, keys_of(row, dimensions)))
    for cell in row.cells:
        found[cell.kpi] = _whole(cell.value) if cell.HasField("value") else None
        if cell.currency:
            found[f"{cell.kpi}.currency"] = cell.currency
        if evidence:
            found[f"{cell.kpi}.absent"] = "" if cell.HasField("value") else reason_text(cell.absent_reason)
            found[f"{cell.kpi}.numerator"] = _whole(cell.numerator) if cell.HasField("numerator") else None
            found[f"{cell.kpi}.denominator"] = _whole(cell.denominator) if cell.HasField("denominator") else None
            found[f"{cell.kpi}.facts"] = cell.facts
            found[f"{cell.kpi}.left_out"] = sum(note.count for note in cell.left_out)
    return found


def _whole(value: float) -> float | int:
    """A count is written without a fraction."""
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else repr(value) if isinstance(value, float) else value


class CsvOutput:
    """Rows as CSV (RFC 4180). The columns are those of the question, so they are the same for any data; a money KPI's
    currency has a column of its own."""

    def __init__(
        self, output: IO[str], request: pb.QueryKpisRequest, with_buckets: bool, evidence: bool, money: frozenset[str]
    ) -> None:
        self._writer = csv.writer(output, lineterminator="\n")
        self._request, self._with_buckets, self._evidence = request, with_buckets, evidence
        self._money = money  # the aliases whose values are money
        self._header: list[str] = []

    def rows(self, rows: Iterable[pb.Row]) -> None:
        """Writes rows; the header before the first, and also if there are none."""
        if not self._header:
            self._write_header()
        for row in rows:
            values = flat(row, self._request.group_by, self._with_buckets, self._evidence)
            self._writer.writerow([_number(values.get(name)) for name in self._header])

    def _write_header(self) -> None:
        cells = [pb.Cell(kpi=chosen.alias or chosen.kpi) for chosen in self._request.kpis]
        for name in flat(pb.Row(cells=cells), self._request.group_by, self._with_buckets, self._evidence):
            self._header.append(name)
            if name in self._money:
                self._header.append(f"{name}.currency")
        self._writer.writerow(self._header)


def write_json(output: IO[str], answer: Answer, totals: Sequence[pb.Row]) -> None:
    """The answer as the API gives it, in rows."""
    message = pb.QueryKpisResponse(rows=answer.rows, totals=totals, metadata=answer.metadata)
    json.dump(
        json_format.MessageToDict(message, preserving_proto_field_name=True), output, ensure_ascii=False, indent=2
    )
    output.write("\n")


def remarks(answer: Answer) -> list[str]:
    """What the reader of a table should know besides: the range, the zone, up to when there is data, warnings."""
    metadata = answer.metadata
    found = [f"{metadata.range.start.ToJsonString()} to {metadata.range.end.ToJsonString()}, in {metadata.time_zone}"]
    if metadata.HasField("data_until"):
        found.append(f"data until {metadata.data_until.ToJsonString()}")
        if metadata.data_until.ToMilliseconds() < metadata.range.start.ToMilliseconds():
            found.append("so all of it lies before this range")
    else:
        found.append("there is no data yet")
    if metadata.row_count > len(answer.rows):
        found.append(f"{len(answer.rows):,} of {metadata.row_count:,} rows")
    return ["; ".join(found), *(f"warning: {warning}" for warning in metadata.warnings)]
