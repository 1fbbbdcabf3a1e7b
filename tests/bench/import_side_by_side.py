"""Imports the same records into supportkpi, PostgreSQL and RocksDB, one after the other, and tells how fast. import.sh calls it.

supportkpi: the public import stream of a server on this machine. Durable: the last chunk is acknowledged, so synced and visible.
At rest: sealing, merging and compaction have come to their end, and a clean stop has sealed what was still in memory.
PostgreSQL: a cluster of its own in a temporary folder, as shipped (synchronous), on a socket; one COPY a table, read by the server
from files; the same primary keys and an index by time. At rest: after a checkpoint.
RocksDB: the rows of the records, ready in memory, as synced batches of as many as the import stream has under way; no checks, no
versions, no facts. At rest: no compaction is owed."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import glob
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from typing import Any

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / folder) for folder in ("support", "hostile")]

from meter import Meter  # noqa: E402  pylint: disable=wrong-import-position
from server_process import Server  # noqa: E402  pylint: disable=wrong-import-position

TABLES = {
    "tickets": """source text, id text, created_at timestamptz not null, customer text, segment text, channel text, type text,
        category text, priority text, team text, version bigint, primary key (source, id)""",
    "ticket_events": """source text, ticket text, id text, at timestamptz not null, kind smallint, status smallint, agent text,
        team text, actor smallint, actor_agent text, work_ms bigint, version bigint, primary key (source, ticket, id)""",
    "surveys": """source text, id text, sent_at timestamptz, responded_at timestamptz, kind smallint, scale_min float8,
        scale_max float8, score float8, ticket text, customer text, version bigint, primary key (source, id)""",
    "call_legs": """source text, call text, leg text, started_at timestamptz, answered_at timestamptz, ended_at timestamptz,
        direction smallint, outcome smallint, queue text, agent text, team text, queued_ms bigint, talk_ms bigint,
        version bigint, primary key (source, call, leg)""",
}
TIMES = {"tickets": "created_at", "ticket_events": "at", "surveys": "sent_at", "call_legs": "started_at"}

YEAR = {"start": "2025-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"}
QUESTIONS = {
    "tickets by month": {"kpis": [{"kpi": "tickets_created"}], "range": YEAR, "grain": {"unit": "GRAIN_UNIT_MONTH"}},
    "first reply, p90, by team": {"kpis": [{"kpi": "first_response_time", "statistic": "p90"}], "range": YEAR,
                                  "groupBy": ["team"]},
    "resolution by day": {"kpis": [{"kpi": "resolution_time"}], "range": YEAR, "grain": {"unit": "GRAIN_UNIT_DAY"}},
    "csat by channel and month": {"kpis": [{"kpi": "csat"}], "range": YEAR, "grain": {"unit": "GRAIN_UNIT_MONTH"},
                                  "groupBy": ["channel"]},
    "backlog by week": {"kpis": [{"kpi": "backlog"}], "range": YEAR, "grain": {"unit": "GRAIN_UNIT_WEEK"}},
    "repeat contacts by month": {"kpis": [{"kpi": "repeat_contact_rate"}], "range": YEAR, "grain": {"unit": "GRAIN_UNIT_MONTH"}},
    "no later ticket, by team": {"kpis": [{"kpi": "first_contact_resolution_rate", "variant": "no_repeat"}], "range": YEAR,
                                 "groupBy": ["team"]},
}


def output(*command: str | pathlib.Path) -> dict[str, Any]:
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


# -- supportkpi


@contextlib.contextmanager
def serving(binary: str, store: pathlib.Path, log: pathlib.Path, *flags: str) -> Iterator[Server]:
    with Server(*flags, "--tenant_records_per_second=0", "--tenant_calls_per_second=0", "--log_level=warning", "--grace=1s",
                "--metrics_listen=127.0.0.1:0", binary=binary, data_dir=str(store), log=str(log)) as server:
        yield server


def wait_for_rest(pid: int) -> float:
    """Until its processor time stands still for two seconds; the moment when it began to."""
    meter = Meter(pid)
    since, used = time.monotonic(), meter.cpu_seconds()
    while time.monotonic() - since < 2:
        time.sleep(0.1)
        if (now := meter.cpu_seconds()) - used > 0.02:
            since, used = time.monotonic(), now
    return since


def into_supportkpi(options: argparse.Namespace, folder: pathlib.Path) -> dict[str, Any]:
    with serving(options.server, folder / "supportkpi", folder / "log") as server:
        meter = Meter(server.process.pid)
        meter.begin()
        streamed = output(options.tools / "import_ways", "--way=stream", f"--folder={folder}", f"--target={server.address}")
        ended = time.monotonic()
        rest = wait_for_rest(server.process.pid)
        cpu, memory = meter.used_cpu_seconds(), meter.memory_mb()
        stop_begin = time.monotonic()
        server.stop()
        stop_seconds = time.monotonic() - stop_begin
    return {"seconds": streamed["seconds"], "rest_seconds": streamed["seconds"] + max(0.0, rest - ended) + stop_seconds,
            "cpu_seconds": cpu, "memory_mb": memory, "stop_seconds": stop_seconds}


# -- PostgreSQL


class PostgreSql:
    """A cluster in a folder; run by the user postgres where we are root, as it refuses root."""

    def __init__(self, binaries: str, folder: pathlib.Path) -> None:
        self._binaries, self._folder = binaries, folder
        folder.mkdir()
        self._as = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self._user = "postgres" if self._as else getpass.getuser()
        if self._as:
            shutil.chown(folder, "postgres")

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run([*self._as, f"{self._binaries}/{program}", *arguments], cwd=self._folder, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            said = [line for line in done.stdout.splitlines() if "rror" in line or "denied" in line] or done.stdout.splitlines()
            raise RuntimeError(f"{program}: {said[0] if said else done.returncode}")

    def ask(self, statement: str) -> str:
        return subprocess.run([f"{self._binaries}/psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-h", str(self._folder), "-U", self._user,
                               "-d", "postgres", "-c", statement], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()

    def __enter__(self) -> "PostgreSql":
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-A", "trust", "-U", self._user)
        self._run("pg_ctl", "-D", data, "-o", f"-k {self._folder} -c listen_addresses=''", "-l", str(self._folder / "log"), "-w", "start")
        return self

    def __exit__(self, *_: object) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "fast", "-w", "stop")


def into_postgresql(folder: pathlib.Path) -> dict[str, Any]:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not found:
        return {"skipped": "PostgreSQL is not installed; apt-get install postgresql"}
    with PostgreSql(found[-1], folder / "postgresql") as database:
        for table, columns in TABLES.items():
            database.ask(f"create table {table} ({columns})")
            database.ask(f"create index on {table} ({TIMES[table]})")
        begin = time.monotonic()
        tables = {}
        for table in TABLES:
            table_begin = time.monotonic()
            database.ask(f"copy {table} from '{folder}/{table}.tsv'")
            tables[table] = time.monotonic() - table_begin
        seconds = time.monotonic() - begin
        database.ask("checkpoint")
        rest_seconds = time.monotonic() - begin
        rows = sum(int(database.ask(f"select count(*) from {table}")) for table in TABLES)
        version = database.ask("show server_version")
    return {"version": version, "seconds": seconds, "rest_seconds": rest_seconds, "rows": rows, "table_seconds": tables}


# -- all three


def compare(options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="import-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        written = output(options.tools / "import_ways", "--way=write", f"--folder={folder}", f"--tickets={options.tickets}")
        run: dict[str, Any] = {"records": written, "processors": os.cpu_count(), "supportkpi": into_supportkpi(options, folder)}
        try:
            run["postgresql"] = into_postgresql(folder)
        except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
            run["postgresql"] = {"skipped": str(error)}
        run["rocksdb"] = output(options.tools / "import_ways", "--way=rocksdb", f"--folder={folder}", f"--path={folder}/rocksdb")
    if "rows" in run["postgresql"] and run["postgresql"]["rows"] != written["rows"]:
        raise RuntimeError(f"PostgreSQL has {run['postgresql']['rows']} rows of {written['rows']}")
    return run


def table_of(run: dict[str, Any]) -> str:
    tickets = run["records"]["tickets"]
    lines = [f"{tickets:,} tickets, {run['records']['rows']:,} rows (tickets, events, surveys, call legs)",
             f"{'':28} {'durable s':>10} {'tickets/s':>10} {'rows/s':>10} {'at rest s':>10} {'tickets/s':>10}"]
    for engine, title in (("supportkpi", "supportkpi, import stream"), ("postgresql", "PostgreSQL, COPY"),
                          ("rocksdb", "RocksDB alone, the rows")):
        got = run[engine]
        if "skipped" in got:
            lines.append(f"{title:28} not measured: {got['skipped']}")
            continue
        lines.append(f"{title:28} {got['seconds']:10.1f} {tickets / got['seconds']:10,.0f} {run['records']['rows'] / got['seconds']:10,.0f} "
                     f"{got['rest_seconds']:10.1f} {tickets / got['rest_seconds']:10,.0f}")
    return "\n".join(lines)


# -- questions while records come in


def asked(options: argparse.Namespace, server: Server, folder: pathlib.Path, repeat: int) -> dict[str, list[float]]:
    lines = subprocess.run([options.tools / "ask", f"--target={server.address}", f"--questions={folder}/questions.tsv", f"--repeat={repeat}"],
                           check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    times = {}
    for line in map(json.loads, lines):
        if "refusal" in line:
            raise RuntimeError(f"{line['name']}: {line['refusal']}")
        times[line["name"]] = line["warm_ms"]
    return times


def concurrent(options: argparse.Namespace) -> dict[str, Any]:
    """Half of the tickets are there, the other half comes in while it is asked."""
    half = options.tickets // 2
    with tempfile.TemporaryDirectory(prefix="import-") as name:
        folder = pathlib.Path(name)
        for part, first in (("there", 0), ("coming", half)):
            output(options.tools / "import_ways", "--way=write", f"--folder={folder / part}", f"--first={first}", f"--tickets={half}",
                   f"--of={options.tickets}")
        (folder / "questions.tsv").write_text("".join(f"{title}\t{json.dumps(request)}\n" for title, request in QUESTIONS.items()))
        # An answer that is held as it was is no answer to what has come in.
        with serving(options.server, folder / "supportkpi", folder / "log", "--answer_cache_mib=0") as server:
            stream = [str(options.tools / "import_ways"), "--way=stream", f"--target={server.address}"]
            output(*stream, f"--folder={folder / 'there'}")
            wait_for_rest(server.process.pid)
            alone = asked(options, server, folder, 20)
            coming: dict[str, Any] = {}
            thread = threading.Thread(target=lambda: coming.update(output(*stream, f"--folder={folder / 'coming'}", f"--tickets={half}",
                                                                          f"--tickets_per_second={options.tickets_per_second}")))
            thread.start()
            during: dict[str, list[float]] = {title: [] for title in QUESTIONS}
            while thread.is_alive():
                for title, times in asked(options, server, folder, 3).items():
                    if thread.is_alive():
                        during[title] += times
            thread.join()
            server.stop()
    return {"tickets_there": half, "tickets_coming": half, "tickets_per_second": half / coming["seconds"], "alone_ms": alone,
            "during_ms": during}


def concurrent_table(run: dict[str, Any]) -> str:
    lines = [f"{run['tickets_there']:,} tickets there, {run['tickets_per_second']:,.0f} tickets/s coming in",
             f"{'milliseconds':28} {'alone':>8} {'during':>8} {'times':>6} {'longest':>8}"]
    for title in QUESTIONS:
        alone, during = statistics.median(run["alone_ms"][title]), run["during_ms"][title]
        if during:
            lines.append(f"{title:28} {alone:8.2f} {statistics.median(during):8.2f} {statistics.median(during) / alone:6.1f} {max(during):8.2f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", required=True)
    parser.add_argument("--tools", required=True, type=pathlib.Path, help="folder with import_ways and ask")
    parser.add_argument("--folder", required=True, type=pathlib.Path, help="takes the JSON")
    parser.add_argument("--tickets", type=int, default=300_000)
    parser.add_argument("--concurrent", action="store_true")
    parser.add_argument("--tickets_per_second", type=float, default=5_000, help="with --concurrent")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    run, kind, show = (concurrent(options), "concurrent-import", concurrent_table) if options.concurrent else (compare(options), "import", table_of)
    file = options.folder / f"{kind}-{options.tickets}.json"
    file.write_text(json.dumps(run, indent=1) + "\n")
    print(show(run))
    print(f"\n{file}")


if __name__ == "__main__":
    main()
