"""The mapping file of a CSV import: which columns make which fields of which records. Read and checked as a whole."""

from __future__ import annotations

import dataclasses
import datetime
import importlib.resources
import pathlib
from typing import Any

import yaml
from google.protobuf.descriptor import FieldDescriptor

from supportkpi.importers import fields, values
from supportkpi.importers.item import RowError, SourceError
from supportkpi.v1 import records_pb2

FILE_KEYS = ("source", "time_zone", "delimiter", "encoding", "decimal", "records", "record", "fields", "when")
RECORD_KEYS = ("record", "fields", "when")
FIELD_KEYS = ("column", "columns", "constant", "values", "otherwise", "format", "unit", "separator", "required")
OTHERWISE = ("reject", "keep", "none")
_BUILT_IN = importlib.resources.files("supportkpi.importers").joinpath("mappings")


@dataclasses.dataclass(frozen=True)
class FieldRule:
    """How one field is made of a row."""

    name: str
    field: FieldDescriptor
    columns: tuple[str, ...]
    constant: str | None
    words: dict[str, str]
    otherwise: str
    form: str
    unit: str
    separator: str
    required: bool


@dataclasses.dataclass(frozen=True)
class RecordRule:
    """How one record is made of a row."""

    kind: str
    when: str
    rules: tuple[FieldRule, ...]

    def columns(self) -> set[str]:
        """All columns that it reads."""
        found = {column for rule in self.rules for column in rule.columns}
        return found | ({self.when} if self.when else set())


@dataclasses.dataclass(frozen=True)
class Mapping:
    """A mapping file, checked."""

    source: str
    zone: datetime.tzinfo | None
    delimiter: str
    encoding: str
    decimal: str
    records: tuple[RecordRule, ...]
    text: str

    def make(self, rule: RecordRule, row: dict[str, str]) -> records_pb2.Record | None:
        """The record of a row; None if its `when` column is empty. RowError if it cannot be one."""
        if rule.when and not (row.get(rule.when) or "").strip():
            return None
        record = records_pb2.Record()
        message = getattr(record, rule.kind)
        message.SetInParent()
        if self.source:
            message.source = self.source
        for part in rule.rules:
            value = self._value(part, row)
            if value is not None:
                fields.set_field(
                    message, part.field, part.name, value, self.zone, part.form, part.unit, self.decimal, part.separator
                )
        return record

    @staticmethod
    def _value(rule: FieldRule, row: dict[str, str]) -> str | None:
        if rule.constant is not None:
            return rule.constant
        value = (
            rule.separator.join(text for text in ((row.get(column) or "").strip() for column in rule.columns) if text)
            if len(rule.columns) > 1
            else (row.get(rule.columns[0]) or "").strip()
        )
        if value == "":
            if rule.required:
                raise RowError(f'{rule.name}: column "{rule.columns[0]}" is empty; every row needs it')
            return None
        if not rule.words:
            return value
        found = rule.words.get(value, rule.words.get(value.lower()))
        if found is not None:
            return found or None
        if rule.otherwise == "keep":
            return value
        if rule.otherwise == "none":
            return None
        raise RowError(
            f'{rule.name}: "{value}" in column "{rule.columns[0]}" is none of {", ".join(rule.words)}; '
            "name it under values, or set otherwise: keep"
        )


def built_in() -> list[str]:
    """Names of the mappings that come with the package."""
    return sorted(file.name[: -len(".yaml")] for file in _BUILT_IN.iterdir() if file.name.endswith(".yaml"))


def load(name: str, zone: datetime.tzinfo | None, source: str) -> Mapping:
    """Reads a mapping file, or one of the built-in ones by its name. SourceError says what is wrong with it."""
    if name in built_in() and not pathlib.Path(name).exists():
        text = _BUILT_IN.joinpath(f"{name}.yaml").read_text("utf-8")
    else:
        try:
            text = pathlib.Path(name).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(
                f'mapping "{name}" cannot be read ({error}); give a file, or one of {", ".join(built_in())}'
            ) from None
    try:
        parsed = yaml.safe_load(text)
        return _checked(parsed, text, zone, source)
    except yaml.YAMLError as error:
        raise SourceError(f"{name}: not YAML: {' '.join(str(error).split())}") from None
    except ValueError as error:
        raise SourceError(f"{name}: {error}") from None


def _known(given: Any, allowed: tuple[str, ...], where: str) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise ValueError(f"{where}: expected a mapping of names to values")
    for key in given:
        if key not in allowed:
            raise ValueError(
                f'{where}: "{key}" is not known{fields.near(str(key), allowed) or "; known are " + ", ".join(allowed)}'
            )
    return given


def _checked(parsed: Any, text: str, zone: datetime.tzinfo | None, source: str) -> Mapping:
    whole = _known(parsed, FILE_KEYS, "the mapping")
    if ("records" in whole) == ("record" in whole):
        raise ValueError("the mapping: needs either record and fields, or records: a list of both")
    entries = whole.get("records") or [{key: whole[key] for key in RECORD_KEYS if key in whole}]
    if not isinstance(entries, list):
        raise ValueError("records: expected a list")
    named = whole.get("time_zone")
    decimal = str(whole.get("decimal", "."))
    if decimal not in (".", ","):
        raise ValueError(f'decimal: "{decimal}"; expected "." or ","')
    delimiter = str(whole.get("delimiter", ","))
    delimiter = "\t" if delimiter in ("tab", "\\t") else delimiter
    if len(delimiter) != 1:
        raise ValueError(f'delimiter: "{delimiter}"; expected one character, or tab')
    return Mapping(
        source or str(whole.get("source", "")),
        zone or (values.zone_named(str(named)) if named else None),
        delimiter,
        str(whole.get("encoding", "utf-8-sig")),
        decimal,
        tuple(
            _record(entry, f"records[{place}]" if "records" in whole else "the mapping")
            for place, entry in enumerate(entries)
        ),
        text,
    )


def _record(entry: Any, where: str) -> RecordRule:
    entry = _known(entry, RECORD_KEYS, where)
    kind = str(entry.get("record", ""))
    if kind not in fields.KINDS:
        raise ValueError(
            f'{where}.record: "{kind}" is no kind of record{fields.near(kind, fields.KINDS)}; '
            f"kinds are {', '.join(fields.KINDS)}"
        )
    given = entry.get("fields")
    if not isinstance(given, dict) or not given:
        raise ValueError(f"{where}.fields: expected fields and their columns, such as id: Ticket ID")
    return RecordRule(
        kind,
        str(entry.get("when") or ""),
        tuple(_field(kind, str(name), rule, f"{where}.fields.{name}") for name, rule in given.items()),
    )


def _field(kind: str, name: str, given: Any, where: str) -> FieldRule:
    try:
        field = fields.field_named(kind, name)
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    rule: dict[str, Any] = {"column": given} if isinstance(given, (str, int)) else _known(given, FIELD_KEYS, where)
    if sum(key in rule for key in ("column", "columns", "constant")) != 1:
        raise ValueError(f"{where}: needs one of column, columns and constant")
    words = rule.get("values") or {}
    if not isinstance(words, dict):
        raise ValueError(f"{where}.values: expected words of the export and what they mean")
    otherwise = str(rule.get("otherwise", "reject"))
    if otherwise not in OTHERWISE:
        raise ValueError(f'{where}.otherwise: "{otherwise}"; expected one of {", ".join(OTHERWISE)}')
    unit = str(rule.get("unit", ""))
    is_duration = field.message_type is not None and field.message_type.name == "Duration"
    if is_duration and unit and unit not in values.UNIT_SECONDS:
        raise ValueError(f'{where}.unit: "{unit}"; expected one of {", ".join(values.UNIT_SECONDS)}')
    columns: Any = rule.get("columns", [rule["column"]] if "column" in rule else [])
    if not isinstance(columns, list) or (not columns and "constant" not in rule):
        raise ValueError(f"{where}.columns: expected a list of columns, whose texts are joined")
    return FieldRule(
        name,
        field,
        tuple(str(column) for column in columns),
        str(rule["constant"]) if "constant" in rule else None,
        {
            **{str(word).lower(): str(meaning) for word, meaning in words.items()},
            **{str(word): str(meaning) for word, meaning in words.items()},
        },
        otherwise,
        str(rule.get("format", "")),
        unit,
        str(rule.get("separator", ",")),
        bool(rule.get("required", name in ("id", "created_at"))),
    )
