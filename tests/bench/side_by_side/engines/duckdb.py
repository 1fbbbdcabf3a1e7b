"""DuckDB in a file of its own: tables sorted by what dates their rows, texts as ENUM, instants as TIMESTAMP."""

from __future__ import annotations

import pathlib

import duckdb
import pyarrow as pa

import dialect
import tables
from engines import measuring

SORTED_BY = {"tickets": "created_at", "surveys": "responded_at", "calls": "started_at", "agent_time": "from_at"}


class DuckDb(measuring.SqlEngine):
    dialect = dialect.DUCKDB

    def __init__(self, store: pathlib.Path, data: pathlib.Path) -> None:
        self._data = data
        self._connection = duckdb.connect(str(store / "bench.duckdb"))
        self._connection.execute(f"set threads = {measuring.THREADS}")
        self._connection.execute(f"set memory_limit = '{measuring.MEMORY_GIB}GiB'")
        self._connection.execute("set timezone = 'UTC'")

    def load(self) -> None:
        for names in sorted((self._data / "names").iterdir()):
            values = ", ".join(f"'{name}'" for name in names.read_text().split())
            self._connection.execute(f"create type {names.name}_name as enum ({values})")
        for table, columns in tables.TABLES.items():
            chosen = ", ".join(
                f"{column}::{f'{names}_name' if kind == 'text' else 'timestamp'} as {column}" if kind in ("text", "instant") else column
                for column, kind, names in columns)
            order = f" order by {SORTED_BY[table]}" if table in SORTED_BY else ""
            self._connection.execute(f"create table {table} as select {chosen} from read_parquet('{self._data / table}.parquet'){order}")
        self._connection.execute("checkpoint")

    def ask(self, statement: str) -> pa.Table:
        return self._connection.sql(statement).to_arrow_table()

    def version(self) -> str:
        return f"DuckDB {duckdb.__version__}"

    def close(self) -> None:
        self._connection.close()


if __name__ == "__main__":
    measuring.main(DuckDb)
