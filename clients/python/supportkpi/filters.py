"""Conditions on fields, written with Python's operators: (field("channel") == "email") & ~field("agent").present()."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Union

from supportkpi.v1 import kpi_service_pb2 as pb

FilterValue = Union[str, int, float, bool, datetime.datetime]

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_]+(-+[A-Za-z0-9_]+)*\Z")
_RESERVED = frozenset({"AND", "OR", "NOT", "IN"})
_ESCAPES = {'"': '\\"', "\\": "\\\\", "*": "\\*", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _quoted(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(c, f"\\u{ord(c):04x}" if ord(c) < 0x20 else c) for c in text) + '"'


def value_text(value: FilterValue) -> str:
    """A value as the API writes it: true and false, numbers, instants (RFC 3339, UTC) and text as it is. ValueError for
    a datetime without a zone, TypeError for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; give it one")
        return value.astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{value!r} cannot be compared with a field; expected text, a number, a boolean or a datetime")


def quote(value: FilterValue) -> str:
    """A value for filter_text and having_text, quoted so that it means itself whatever it holds."""
    return _quoted(value_text(value))


def quote_field(name: str) -> str:
    """A field's name for filter_text: parts that are no plain names are quoted, such as attributes."my key"."""
    parts = name.split(".")
    return ".".join(part if _PLAIN_NAME.match(part) and part not in _RESERVED else _quoted(part) for part in parts)


class Condition:
    """A condition, made by field(). Join conditions by & and |, turn one round by ~. str() is its filter_text."""

    __slots__ = ("_filter",)

    def __init__(self, message: pb.Filter) -> None:
        self._filter = message

    def to_filter(self) -> pb.Filter:
        """The message, as QueryKpisRequest.filter takes it."""
        copy = pb.Filter()
        copy.CopyFrom(self._filter)
        return copy

    def __and__(self, other: "Condition") -> "Condition":
        return _joined("all", self, other)

    def __or__(self, other: "Condition") -> "Condition":
        return _joined("any", self, other)

    def __invert__(self) -> "Condition":
        message = pb.Filter()
        getattr(message, "not").CopyFrom(self._filter)
        return Condition(message)

    def __bool__(self) -> bool:
        raise TypeError("a condition has no truth of its own; join conditions by &, | and ~ instead of and, or, not, and "
                        "write (a < f) & (f < b) instead of a < f < b")

    def __str__(self) -> str:
        return _text(self._filter)

    def __repr__(self) -> str:
        return f"Condition({str(self)!r})"


def _joined(how: str, left: Condition, right: Condition) -> Condition:
    if not isinstance(right, Condition):
        raise TypeError(f"a condition is joined with {right!r}; expected a condition (brackets around comparisons?)")
    message = pb.Filter()
    parts = getattr(message, how).filters
    for side in (left.to_filter(), right.to_filter()):
        same = side.WhichOneof("condition") == how
        parts.extend(getattr(side, how).filters if same else [side])
    return Condition(message)


def all_of(*conditions: Condition) -> Condition:
    """All of them hold. At least one is needed."""
    joined = conditions[0]
    for condition in conditions[1:]:
        joined = joined & condition
    return joined


def any_of(*conditions: Condition) -> Condition:
    """At least one of them holds. At least one is needed."""
    joined = conditions[0]
    for condition in conditions[1:]:
        joined = joined | condition
    return joined


class Field:
    """A field to compare. Comparisons are false where the field has no value; != is the exception, as it is ~(==)."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def _leaf(self, condition: str, value: FilterValue) -> Condition:
        message = pb.Filter(field=self.name)
        setattr(message, condition, value_text(value))
        return Condition(message)

    def __eq__(self, value: object) -> Condition:  # type: ignore[override]
        return self._leaf("equals", value)  # type: ignore[arg-type]

    def __ne__(self, value: object) -> Condition:  # type: ignore[override]
        return ~(self == value)

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, value: FilterValue) -> Condition:
        return self._leaf("less_than", value)

    def __le__(self, value: FilterValue) -> Condition:
        return self._leaf("at_most", value)

    def __gt__(self, value: FilterValue) -> Condition:
        return self._leaf("greater_than", value)

    def __ge__(self, value: FilterValue) -> Condition:
        return self._leaf("at_least", value)

    def is_in(self, values: Iterable[FilterValue]) -> Condition:
        """It equals one of the values, 1 to 10,000."""
        message = pb.Filter(field=self.name)
        getattr(message, "in").values.extend(value_text(value) for value in values)
        if not getattr(message, "in").values:
            raise ValueError(f"{self.name}: no values to be in; give at least one")
        return Condition(message)

    def starts_with(self, prefix: str) -> Condition:
        """It begins with the text."""
        return self._leaf("prefix", prefix)

    def present(self) -> Condition:
        """It has a value."""
        return Condition(pb.Filter(field=self.name, present=True))

    def missing(self) -> Condition:
        """It has no value."""
        return Condition(pb.Filter(field=self.name, present=False))


def field(name: str) -> Field:
    """A field by the name it has in group_by, such as channel, ticket.priority or customer.region; in `having` an alias,
    or ALIAS.facts, ALIAS.numerator, ALIAS.denominator."""
    return Field(name)


def attribute(name: str) -> Field:
    """A field of the records' own attributes."""
    return Field(f"attributes.{name}")


_OPERATORS = {"equals": "=", "less_than": "<", "at_most": "<=", "greater_than": ">", "at_least": ">="}


def _text(message: pb.Filter) -> str:
    kind = message.WhichOneof("condition")
    if kind in ("all", "any"):
        word = " AND " if kind == "all" else " OR "
        return word.join(_bracketed(part) for part in getattr(message, kind).filters)
    if kind == "not":
        return f"NOT {_bracketed(getattr(message, 'not'))}"
    name = quote_field(message.field)
    if kind == "in":
        return f"{name} IN ({', '.join(quote(value) for value in getattr(message, 'in').values)})"
    if kind == "prefix":
        return f"{name} = {quote(message.prefix)[:-1]}*\""
    if kind == "present":
        return f"{name}:*" if message.present else f"NOT {name}:*"
    return f"{name} {_OPERATORS[str(kind)]} {quote(getattr(message, str(kind)))}"


def _bracketed(message: pb.Filter) -> str:
    kind = message.WhichOneof("condition")
    inner = _text(message)
    return f"({inner})" if kind in ("all", "any") and len(getattr(message, str(kind)).filters) > 1 else inner
