"""The two layouts of an answer, rows and dictionary columns, each made from the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Union, overload

from supportkpi.v1 import kpi_service_pb2 as pb

NONE, ALL, OTHER = -1, -2, -3  # codes of KeyColumn


class Rows(Sequence[pb.Row]):
    """Rows of columns: each is made when it is looked at."""

    def __init__(self, columns: pb.AnswerColumns) -> None:
        self._columns = columns
        self._without_numerator = [frozenset(cell.rows_without_numerator) for cell in columns.cells]
        self._without_denominator = [frozenset(cell.rows_without_denominator) for cell in columns.cells]

    def __len__(self) -> int:
        return len(self._columns.bucket_codes)

    @overload
    def __getitem__(self, index: int) -> pb.Row: ...

    @overload
    def __getitem__(self, index: slice) -> list[pb.Row]: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[pb.Row, list[pb.Row]]:
        if isinstance(index, slice):
            return [self._row(at) for at in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(f"row {index} of {len(self)}")
        return self._row(index % len(self))

    def __iter__(self) -> Iterator[pb.Row]:
        return (self._row(at) for at in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __repr__(self) -> str:
        return f"<{len(self)} rows>"

    def _row(self, at: int) -> pb.Row:
        columns = self._columns
        row = pb.Row()
        if columns.bucket_codes[at] >= 0:
            row.bucket.CopyFrom(columns.buckets[columns.bucket_codes[at]])
        if any(key.codes[at] != ALL for key in columns.keys):
            for key in columns.keys:
                code = key.codes[at]
                row.keys.add(dimension=key.dimension, value=key.values[code] if code >= 0 else "", none=code == NONE,
                             all=code == ALL, other=code == OTHER)
        for number, column in enumerate(columns.cells):
            self._fill(row.cells.add(kpi=column.kpi, facts=column.facts[at]), number, at)
        return row

    def _fill(self, cell: pb.Cell, number: int, at: int) -> None:
        column = self._columns.cells[number]
        reason = column.absent_reasons[at] if column.absent_reasons else pb.ABSENT_REASON_UNSPECIFIED
        if reason == pb.ABSENT_REASON_UNSPECIFIED:
            cell.value = column.values[at]
        cell.absent_reason = reason
        if at not in self._without_numerator[number]:
            cell.numerator = column.numerators[at]
        if at not in self._without_denominator[number]:
            cell.denominator = column.denominators[at]
        for rules, notes in ((column.left_out, cell.left_out), (column.notes, cell.notes)):
            for rule in rules:
                if rule.counts[at]:
                    notes.add(rule=rule.rule, count=rule.counts[at])
        if column.currencies:
            cell.currency = column.currencies[at]
        if column.records:
            cell.record = column.records[at]


def _key_code(key: pb.Key, codes: dict[str, int]) -> int:
    if key.none:
        return NONE
    if key.all:
        return ALL
    if key.other:
        return OTHER
    return codes.setdefault(key.value, len(codes))


def columns_of(rows: Sequence[pb.Row], group_by: Iterable[str], kpis: Iterable[str]) -> pb.AnswerColumns:
    """Columns of rows; `group_by` and `kpis` name them where there is no row to do it."""
    columns = pb.AnswerColumns()
    buckets: dict[tuple[int, int, str], int] = {}
    dimensions = list(group_by)
    codes: list[dict[str, int]] = [{} for _ in dimensions]
    columns.keys.extend(pb.KeyColumn(dimension=dimension) for dimension in dimensions)
    columns.cells.extend(pb.CellColumn(kpi=name) for name in kpis)
    for at, row in enumerate(rows):
        code = -1
        if row.HasField("bucket"):
            name = (row.bucket.start.ToNanoseconds(), row.bucket.end.ToNanoseconds(), row.bucket.label)
            code = buckets.setdefault(name, len(buckets))
            if code == len(columns.buckets):
                columns.buckets.append(row.bucket)
        columns.bucket_codes.append(code)
        for number, key_column in enumerate(columns.keys):
            key_column.codes.append(_key_code(row.keys[number], codes[number]) if row.keys else ALL)
        for cell, column in zip(row.cells, columns.cells):
            _append(column, cell, at)
    for key_column, values in zip(columns.keys, codes):
        key_column.values.extend(values)
    return columns


def _append(column: pb.CellColumn, cell: pb.Cell, at: int) -> None:
    column.values.append(cell.value)
    column.facts.append(cell.facts)
    column.numerators.append(cell.numerator)
    column.denominators.append(cell.denominator)
    if not cell.HasField("numerator"):
        column.rows_without_numerator.append(at)
    if not cell.HasField("denominator"):
        column.rows_without_denominator.append(at)
    for texts, text in ((column.currencies, cell.currency), (column.records, cell.record)):
        if text and not texts:
            texts.extend([""] * at)
        if texts or text:
            texts.append(text)
    if not cell.HasField("value") and not column.absent_reasons:
        column.absent_reasons.extend([pb.ABSENT_REASON_UNSPECIFIED] * at)
    if column.absent_reasons or not cell.HasField("value"):
        column.absent_reasons.append(cell.absent_reason)
    for rules, notes in ((column.left_out, cell.left_out), (column.notes, cell.notes)):
        counts = {note.rule: note.count for note in notes}
        for rule in rules:
            rule.counts.append(counts.pop(rule.rule, 0))
        for name, count in counts.items():
            rules.add(rule=name, counts=[0] * at + [count])
