"""Puts values into the fields of records by name: the names and types are those of records.proto."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable
from typing import Any

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor

from supportkpi.importers import values
from supportkpi.importers.item import RowError
from supportkpi.v1 import records_pb2

KINDS = tuple(field.name for field in records_pb2.Record.DESCRIPTOR.fields)
# Currencies whose minor unit is not a hundredth of the main one (ISO 4217).
MINOR_DIGITS = {
    "BHD": 3,
    "CLP": 0,
    "IQD": 3,
    "ISK": 0,
    "JOD": 3,
    "JPY": 0,
    "KRW": 0,
    "KWD": 3,
    "LYD": 3,
    "OMR": 3,
    "PYG": 0,
    "TND": 3,
    "UGX": 0,
    "VND": 0,
    "XAF": 0,
    "XOF": 0,
    "XPF": 0,
}
TRUE, FALSE = ("true", "yes", "y", "1", "x"), ("false", "no", "n", "0", "")


def near(name: str, allowed: Iterable[str]) -> str:
    """A hint at the nearest of the allowed names, or nothing."""
    found = difflib.get_close_matches(name, list(allowed), 1, 0.6)
    return f'; did you mean "{found[0]}"?' if found else ""


def field_named(kind: str, name: str) -> FieldDescriptor:
    """The field of a record's kind; ValueError names what there is."""
    record: Any = records_pb2.Record.DESCRIPTOR.fields_by_name[kind]
    fields = record.message_type.fields_by_name
    base = "attributes" if name.startswith("attributes.") and len(name) > len("attributes.") else name
    field: FieldDescriptor | None = fields.get(base)
    if field is None or base == "events" or (base == "attributes" and name == base):
        allowed = [known for known in fields if known not in ("events", "attributes")] + ["attributes.NAME"]
        raise ValueError(
            f'"{name}" is no field of a {kind}{near(name, allowed) or "; fields are " + ", ".join(allowed)}'
        )
    return field


def enum_words(enum: EnumDescriptor) -> dict[str, int]:
    """Short lower case names of an enum's values: "on_hold" for TICKET_STATUS_ON_HOLD."""
    prefix = enum.values[0].name[: -len("UNSPECIFIED")]
    return {value.name[len(prefix) :].lower(): value.number for value in enum.values[1:]}


def set_field(
    message: Any,
    field: FieldDescriptor,
    name: str,
    value: Any,
    zone: datetime.tzinfo | None = None,
    form: str = "",
    unit: str = "",
    decimal: str = ".",
    separator: str = ",",
) -> None:
    """Sets one field. RowError if the value cannot be meant."""
    text = str(value).strip()
    if field.name == "attributes":
        message.attributes[name[len("attributes.") :]] = text
    elif field.message_type is not None and field.message_type.full_name.endswith(".Money"):
        _set_money(getattr(message, field.name), name, value, unit, decimal)
    elif field.message_type is not None and field.message_type.name == "Timestamp":
        getattr(message, field.name).CopyFrom(values.timestamp(values.instant(value, name, zone, form)))
    elif field.message_type is not None and field.message_type.name == "Duration":
        getattr(message, field.name).CopyFrom(values.duration(value, name, unit or "seconds", decimal))
    elif field.enum_type is not None:
        words = enum_words(field.enum_type)
        found = words.get(text.lower().replace(" ", "_").replace("-", "_"))
        if found is None:
            raise RowError(f'{name}: "{text}" is none of {", ".join(words)}; name it under values in the mapping')
        setattr(message, field.name, found)
    elif field.name == "tags":
        message.tags.extend(part.strip() for part in text.split(separator) if part.strip())
    elif field.type == FieldDescriptor.TYPE_BOOL:
        if text.lower() not in TRUE + FALSE:
            raise RowError(f'{name}: "{text}" is neither true nor false; name it under values in the mapping')
        setattr(message, field.name, text.lower() in TRUE)
    elif field.type == FieldDescriptor.TYPE_STRING:
        setattr(message, field.name, text)
    elif field.name == "version" and not text.isdigit():  # the time of the last change is a version too
        setattr(message, field.name, values.milliseconds(values.instant(value, name, zone, form)))
    else:
        number = values.number(value, name, decimal)
        whole = field.type == FieldDescriptor.TYPE_INT64
        if whole and number != int(number):
            raise RowError(f'{name}: "{text}" is not a whole number')
        setattr(message, field.name, int(number) if whole else number)


def _set_money(money: Any, name: str, value: Any, currency: str, decimal: str) -> None:
    if len(currency) != 3 or not currency.isalpha():
        raise RowError(f'{name}: no currency; give its ISO 4217 code as unit in the mapping, such as "EUR"')
    scaled = values.number(value, name, decimal) * 10 ** MINOR_DIGITS.get(currency.upper(), 2)
    if abs(scaled - round(scaled)) > 1e-6:
        raise RowError(f'{name}: "{value}" has more digits than {currency.upper()} has')
    money.currency, money.minor_units = currency.upper(), round(scaled)
