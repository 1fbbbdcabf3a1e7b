"""What the engines inside Python have in common: the same two steps, each measured in a process of its own, with its outcome as a
file of JSON. `python -m engines.duckdb load|ask --data FOLDER --store FOLDER --out FILE [--repeat N]`."""

from __future__ import annotations

import abc
import argparse
import datetime
import json
import pathlib
import time
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from dialect import Dialect
from questions import QUESTIONS

THREADS = 2
MEMORY_GIB = 5


def peak_memory_bytes(pid: int | str = "self") -> int:
    """VmHWM: the most memory that the process ever had."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def folder_bytes(folder: pathlib.Path) -> int:
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def plain(value: Any) -> Any:
    """A cell as JSON holds it; dates and instants as milliseconds."""
    if isinstance(value, datetime.datetime):
        return int(value.replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)
    if isinstance(value, datetime.date):
        return plain(datetime.datetime(value.year, value.month, value.day))
    if isinstance(value, bytes):
        return value.decode()
    return value if isinstance(value, (str, int, type(None))) else float(value)


class SqlEngine(abc.ABC):
    """One that runs inside this process."""

    dialect: Dialect

    @abc.abstractmethod
    def load(self) -> None:
        """Makes the tables from the Parquet files."""

    @abc.abstractmethod
    def ask(self, statement: str) -> pa.Table:
        """Runs a statement and fetches its result as Arrow columns."""

    def named(self, table: pa.Table) -> pa.Table:
        """The same with names where the engine gives codes; done when the time has been taken."""
        return table

    @abc.abstractmethod
    def version(self) -> str: ...

    @abc.abstractmethod
    def close(self) -> None: ...


def ask_all(engine: SqlEngine, repeat: int) -> dict[str, Any]:
    asked: dict[str, Any] = {}

    def ask_once(statements: list[str]) -> tuple[float, list[pa.Table]]:
        begin = time.perf_counter()
        tables = [engine.ask(statement) for statement in statements]
        return (time.perf_counter() - begin) * 1000, tables

    for question in QUESTIONS:
        cold_ms, tables = ask_once(question.statements(engine.dialect))
        answers = [
            {"columns": table.column_names, "rows": [[plain(value) for value in row] for row in
                                                     zip(*(column.to_pylist() for column in table.columns), strict=True)]}
            for table in map(engine.named, tables)
        ]
        asked[question.name] = {"cold_ms": cold_ms, "answers": answers}
    for question in QUESTIONS:
        statements = question.statements(engine.dialect)
        cpu_before = time.process_time()
        asked[question.name]["warm_ms"] = [ask_once(statements)[0] for _ in range(repeat)]
        asked[question.name]["cpu_ms"] = (time.process_time() - cpu_before) * 1000 / repeat
    return asked


def main(engine_class: Callable[[pathlib.Path, pathlib.Path], SqlEngine]) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=["load", "ask"])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--store", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    options.store.mkdir(parents=True, exist_ok=True)
    engine = engine_class(options.store, options.data)
    outcome: dict[str, Any] = {"version": engine.version()}
    begin = time.perf_counter()
    if options.step == "load":
        engine.load()
    else:
        outcome["questions"] = ask_all(engine, options.repeat)
    engine.close()
    outcome["seconds"] = time.perf_counter() - begin
    outcome["peak_memory_bytes"] = peak_memory_bytes()
    outcome["disk_bytes"] = folder_bytes(options.store)
    options.out.write_text(json.dumps(outcome))
