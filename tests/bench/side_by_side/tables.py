"""The tables of the data set: their columns, and how they are written. Instants are milliseconds since 1970 UTC, names are codes
into a list; NONE is no value. Each column goes into FOLDER/columns/TABLE.COLUMN (raw little-endian, as wide as its type says) and,
as a table of instants, integers and texts, into FOLDER/TABLE.parquet."""

from __future__ import annotations

import pathlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

NONE = -1
# Column, type (instant, integer, small, text), and for texts the list of names.
TABLES: dict[str, list[tuple[str, str, str]]] = {
    "tickets": [
        ("id", "integer", ""), ("created_at", "instant", ""), ("customer", "integer", ""), ("segment", "text", "segment"),
        ("channel", "text", "channel"), ("type", "text", "type"), ("category", "text", "category"),
        ("priority", "text", "priority"), ("team", "text", "team"), ("agent", "text", "agent"), ("spam", "small", ""),
        ("status", "text", "status"), ("first_replied_at", "instant", ""), ("first_resolved_at", "instant", ""),
        ("resolved_at", "instant", ""), ("replies", "small", ""), ("contacts", "small", ""), ("reopens", "small", ""),
        ("agents_involved", "small", ""), ("handle_ms", "integer", ""),
    ],
    "surveys": [
        ("ticket", "integer", ""), ("kind", "text", "kind"), ("sent_at", "instant", ""), ("responded_at", "instant", ""),
        ("score", "small", ""), ("customer", "integer", ""),
    ],
    "calls": [
        ("id", "integer", ""), ("ticket", "integer", ""), ("queue", "text", "queue"), ("started_at", "instant", ""),
        ("answered_at", "instant", ""), ("ended_at", "instant", ""), ("ivr_ms", "integer", ""), ("queued_ms", "integer", ""),
        ("ring_ms", "integer", ""), ("talk_ms", "integer", ""), ("hold_ms", "integer", ""), ("wrap_up_ms", "integer", ""),
        ("outcome", "text", "outcome"), ("agent", "text", "agent"), ("team", "text", "team"), ("customer", "integer", ""),
    ],
    "agent_time": [
        ("agent", "text", "agent"), ("team", "text", "team"), ("state", "text", "state"), ("from_at", "instant", ""),
        ("to_at", "instant", ""),
    ],
    "customers": [("id", "integer", ""), ("segment", "text", "segment"), ("region", "text", "region"), ("plan", "text", "plan")],
    "periods": [
        ("from_at", "instant", ""), ("to_at", "instant", ""), ("segment", "text", "segment"), ("region", "text", "region"),
        ("customers_at_start", "integer", ""), ("customers_at_end", "integer", ""), ("new_customers", "integer", ""),
        ("revenue", "integer", ""), ("acquisition_cost", "integer", ""),
    ],
    # Working milliseconds of a schedule before an hour, the instant at which that begins, and whether it is worked. The slot, twice
    # the hours since 1970 plus the schedule, is one small key, which both engines join faster than two.
    "work_hours": [("slot", "integer", ""), ("hour_ms", "integer", ""), ("worked_ms", "integer", ""), ("open", "small", "")],
    "team_schedules": [("team", "text", "team"), ("schedule", "small", "")],
}
RAW_TYPES = {"instant": np.dtype("<i8"), "integer": np.dtype("<i4"), "small": np.dtype("i1"), "text": np.dtype("<i2")}


def raw_type(table: str, column: str, type_name: str) -> np.dtype:
    wide = table == "work_hours" and column.endswith("_ms")
    return np.dtype("<i8") if wide else RAW_TYPES[type_name]


def write_names(folder: pathlib.Path, names: dict[str, list[str]]) -> None:
    (folder / "names").mkdir(exist_ok=True)
    for name, values in names.items():
        (folder / "names" / name).write_text("".join(f"{value}\n" for value in values))


class Writers:
    """Writes rows of tables, chunk by chunk."""

    def __init__(self, folder: pathlib.Path, names: dict[str, list[str]]) -> None:
        self._folder = folder
        self._names = {name: pa.array(values) for name, values in names.items()}
        self._parquet: dict[str, pq.ParquetWriter] = {}
        (folder / "columns").mkdir(exist_ok=True)
        for old in (folder / "columns").iterdir():
            old.unlink()

    def __enter__(self) -> "Writers":
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self._parquet.values():
            writer.close()

    def __call__(self, table: str, columns: dict[str, np.ndarray]) -> None:
        arrays: dict[str, pa.Array] = {}
        for column, type_name, names in TABLES[table]:
            values = columns[column]
            raw = values.astype(raw_type(table, column, type_name))
            assert np.array_equal(raw, values), f"{table}.{column} does not fit its type"
            with open(self._folder / "columns" / f"{table}.{column}", "ab") as file:
                raw.tofile(file)
            mask = values == NONE
            if type_name == "text":
                arrays[column] = pa.DictionaryArray.from_arrays(pa.array(raw, mask=mask), self._names[names])
            elif type_name == "instant":
                arrays[column] = pa.array(raw, mask=mask).cast(pa.timestamp("ms"))
            else:
                arrays[column] = pa.array(raw, mask=mask)
        rows = pa.table(arrays)
        if table not in self._parquet:
            self._parquet[table] = pq.ParquetWriter(self._folder / f"{table}.parquet", rows.schema, compression="zstd")
        self._parquet[table].write_table(rows)
