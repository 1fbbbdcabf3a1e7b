"""ClickHouse as chdb: MergeTree tables ordered by what dates their rows, merged to the end, texts as Enum (which
here costs a quarter less than LowCardinality), no Nullable (an instant that is not is 1970, a number that is not -1)."""

from __future__ import annotations

import pathlib

import chdb
import chdb.session
import pyarrow as pa

import dialect
import tables
from engines import measuring

SORTED_BY = {"tickets": "created_at", "surveys": "responded_at", "calls": "started_at", "agent_time": "from_at",
             "work_hours": "slot"}
TYPES = {"instant": "DateTime64(3, 'UTC')", "integer": "Int32", "small": "Int8"}


def chosen(column: str, kind: str) -> str:
    if kind == "text":
        return f"ifNull(toString({column}), '')"
    if kind == "instant":
        return f"ifNull({column}, toDateTime64(0, 3, 'UTC'))"
    return f"ifNull({column}, -1)"


class ClickHouse(measuring.SqlEngine):
    dialect = dialect.CLICKHOUSE

    def __init__(self, store: pathlib.Path, data: pathlib.Path) -> None:
        self._data = data
        self._names = {path.name: ["", *path.read_text().split()] for path in (data / "names").iterdir()}
        self._session = chdb.session.Session(str(store))
        self._session.query("create database if not exists bench")
        self._session.query("use bench")
        for setting, value in (("max_threads", measuring.THREADS), ("max_memory_usage", measuring.MEMORY_GIB << 30)):
            self._session.query(f"set {setting} = {value}")

    def load(self) -> None:
        for table, columns in tables.TABLES.items():
            types = ", ".join(f"{column} {self._type(table, column, kind, names)}" for column, kind, names in columns)
            self._session.query(f"create table {table} ({types}) engine = MergeTree order by {SORTED_BY.get(table, 'tuple()')}")
            values = ", ".join(chosen(column, kind) for column, kind, _ in columns)
            self._session.query(f"insert into {table} select {values} from file('{self._data / table}.parquet', Parquet)")
            self._session.query(f"optimize table {table} final")

    def _type(self, table: str, column: str, kind: str, names: str) -> str:
        if kind == "text":
            values = self._names[names]
            numbered = ", ".join(f"'{value}' = {number}" for number, value in enumerate(values))
            return f"Enum{8 if len(values) <= 128 else 16}({numbered})"
        return "Int64" if tables.raw_type(table, column, kind).itemsize == 8 and kind == "integer" else TYPES[kind]

    def ask(self, statement: str) -> pa.Table:
        return self._session.query(statement, "ArrowTable")

    def named(self, table: pa.Table) -> pa.Table:
        """Arrow has the codes of Enum columns."""
        for place, name in enumerate(table.column_names):
            if name in self._names:
                values = pa.array([self._names[name][code] for code in table.column(place).to_pylist()])
                table = table.set_column(place, name, values)
        return table

    def version(self) -> str:
        return f"ClickHouse {self._session.query('select version()').bytes().decode().strip().strip(chr(34))} (chdb {chdb.__version__})"

    def close(self) -> None:
        self._session.close()


if __name__ == "__main__":
    measuring.main(ClickHouse)
