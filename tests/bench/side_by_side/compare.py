"""Are the answers equal? Every cell of every engine, by bucket and keys. A row that SQL does not have because nothing is in it must
be 0 or without a value in supportkpi's answer, and the other way round."""

from __future__ import annotations

import datetime
import math
from typing import Any

from questions.question import Question

TOLERANCE = 1e-9
Rows = dict[tuple[Any, ...], dict[str, float | None]]


def instant_ms(text: str) -> int:
    return round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


def rows_of_supportkpi(question: Question, answer: dict[str, Any]) -> Rows:
    """Of an AnswerColumns message as JSON, which leaves out lists that are empty."""
    starts = [instant_ms(bucket["start"]) for bucket in answer.get("buckets", [])]
    keys = [[column.get("values", [])[code] if code >= 0 else "" for code in column["codes"]] for column in answer.get("keys", [])]
    columns = {cell["kpi"]: cell for cell in answer["cells"]}
    rows: Rows = {}
    for row, bucket in enumerate(answer["bucketCodes"]):
        key = tuple(column[row] for column in keys)
        values = {}
        for alias, cell in columns.items():
            reasons = cell.get("absentReasons")
            absent = reasons is not None and reasons[row] != "ABSENT_REASON_UNSPECIFIED"
            values[alias] = None if absent else float(cell["values"][row])
        rows[(starts[bucket], *key) if question.has_buckets else key] = values
    return rows


def rows_of_sql(question: Question, answers: list[dict[str, Any]]) -> Rows:
    dimensions = question.request.get("group_by", [])
    first_ms = instant_ms(question.request["range"]["start"])
    rows: Rows = {}
    for answer in answers:
        for row in answer["rows"]:
            key = list(row[: question.key_count])
            if question.has_buckets:
                key[0] = max(int(key[0]), first_ms)  # the first week begins before the range
            for place, dimension in enumerate(dimensions, start=int(question.has_buckets)):
                value = key[place]
                key[place] = f"C{value:07}" if dimension == "customer" else "" if value is None else str(value)
            values = rows.setdefault(tuple(key), {})
            for name, value in zip(answer["columns"][question.key_count:], row[question.key_count:], strict=True):
                values[name] = None if value is None or math.isnan(value) else float(value)
    return rows


def same(ours: float | None, theirs: float | None) -> bool:
    if ours is None or theirs is None:
        return not ours and not theirs
    return math.isclose(ours, theirs, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def differences(question: Question, ours: Rows, theirs: Rows) -> list[str]:
    found = []
    for key in sorted(ours.keys() | theirs.keys(), key=str):
        for alias in question.aliases:
            mine, other = ours.get(key, {}).get(alias), theirs.get(key, {}).get(alias)
            if not same(mine, other):
                found.append(f"{question.name} {key} {alias}: supportkpi {mine}, SQL {other}")
    return found


def notices_a_change(question: Question, ours: Rows, theirs: Rows) -> bool:
    """Whether the comparison would find the first value changed by a millionth, and its row gone."""
    for key, values in ours.items():
        for alias, value in values.items():
            if value:
                changed = {**ours, key: {**values, alias: value * 1.000001}}
                gone = {other: row for other, row in ours.items() if other != key}
                return bool(differences(question, changed, theirs)) and bool(differences(question, gone, theirs))
    return False


def cells(question: Question, rows: Rows) -> int:
    return len(rows) * len(question.aliases)
