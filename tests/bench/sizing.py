"""What a store of so many tickets needs: memory, disk, processor, and how long starts, stops, backups and restores take.

    python tests/bench/sizing.py --server build/release/src/server/supportkpid --loader million_tickets --tickets 1000000

`million_tickets` (built with -DSUPPORTKPI_BENCH=ON) loads the tickets, each with six events and a share of surveys, calls and
agent time, and asks every KPI; the server is the only one that is measured. With --store a copy of a store that it has loaded
before is measured instead, without the import. Needs the Python client."""

from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / folder) for folder in ("support", "hostile")]

from meter import Meter  # noqa: E402  pylint: disable=wrong-import-position
from server_process import Server  # noqa: E402  pylint: disable=wrong-import-position

from supportkpi import Client, instant  # noqa: E402  pylint: disable=wrong-import-position
from supportkpi.v1 import records_pb2  # noqa: E402  pylint: disable=wrong-import-position

# Written before the crash, and so derived anew after it: less than what is held in memory before it is sealed.
RECENT_TICKETS = 20_000


def folder_mb(folder: str) -> float:
    return sum(file.stat().st_size for file in pathlib.Path(folder).rglob("*") if file.is_file()) / 1e6


def seconds_of(step: Callable[[], object]) -> float:
    begin = time.monotonic()
    step()
    return time.monotonic() - begin


class Report:
    """Lines of a table, printed as they are known."""

    def __init__(self, tickets: int) -> None:
        self._tickets = tickets

    def add(self, what: str, value: float, unit: str, per_million: bool = False) -> None:
        told = f"{what:58} {value:10.1f} {unit:4}"
        if per_million and self._tickets != 1_000_000:
            told += f" {value * 1e6 / self._tickets:10.1f} {unit} for a million"
        print(told, flush=True)


@contextlib.contextmanager
def highest_memory(meter: Meter) -> Iterator[list[float]]:
    """The list holds the highest memory in MB at the end."""
    seen: list[float] = []
    meter.begin()
    before = meter.memory_mb()
    yield seen
    seen.append(before + meter.peak_mb())


class Sizing:
    """One server after the other on one store."""

    def __init__(self, options: argparse.Namespace, folder: pathlib.Path) -> None:
        self.options = options
        self.store, self.backups, self.restored = (str(folder / name) for name in ("store", "backups", "restored"))
        self.log = str(folder / "log")
        self.report = Report(options.tickets)

    def server(self, data_dir: str | None = None) -> Server:
        return Server(f"--backup_dir={self.backups}", "--tenant_calls_per_second=0", "--tenant_records_per_second=0",
                      binary=self.options.server, data_dir=data_dir or self.store, log=self.log)

    def started(self) -> tuple[Server, float]:
        """A server that answers, and the seconds until then."""
        server = self.server()
        seconds = seconds_of(server.start)
        begin = time.monotonic()
        with Client(server.address) as client:
            client.query("tickets_created", start="2025-01-01", end="2026-01-01")
        return server, seconds + time.monotonic() - begin

    def run(self, server: Server, *arguments: str) -> None:
        subprocess.run([self.options.server, *arguments, f"--target={server.address}"], check=True, stdout=subprocess.DEVNULL)

    def ask_all(self, server: Server, tickets: int) -> str:
        """Loads so many tickets and asks every KPI; what the program printed."""
        return subprocess.run([self.options.loader, f"--target={server.address}", f"--tickets={tickets}", "--repetitions=1",
                               "--dimensions=channel,priority"], check=True, capture_output=True, text=True).stdout

    def load(self, server: Server) -> None:
        meter = Meter(server.process.pid)
        with highest_memory(meter) as memory, Watched(meter) as watched:
            watched.until(self.ask_all(server, self.options.tickets))
        self.report.add("import and questions: highest memory", memory[0], "MB")
        self.report.add("import: seconds", watched.import_seconds, "s", True)
        self.report.add("import: CPU seconds of the server", watched.import_cpu_seconds, "s", True)
        self.report.add("import: tickets a second", self.options.tickets / watched.import_seconds, "/s")

    def measure(self) -> None:
        if self.options.store:
            shutil.copytree(self.options.store, self.store)
        else:
            with self.server() as server:
                self.load(server)
        server, seconds = self.started()
        self.report.add("start after a clean stop, until the first answer", seconds, "s", True)
        self.report.add("store on disk", folder_mb(self.store), "MB", True)
        meter = Meter(server.process.pid)
        self.report.add("memory after the start", meter.memory_mb(), "MB", True)
        with highest_memory(meter) as memory:
            cpu = meter.cpu_seconds()
            self.ask_all(server, 0)
        self.report.add("memory after every KPI was asked, its columns in memory", meter.memory_mb(), "MB", True)
        self.report.add("memory at its highest meanwhile", memory[0], "MB", True)
        self.report.add("CPU seconds of those questions, each twice", meter.cpu_seconds() - cpu, "s", True)
        self.back_up(server)
        self.crash(server)
        self.restore()

    def back_up(self, server: Server) -> None:
        seconds = seconds_of(lambda: self.run(server, "backup", "create", "--label=first"))
        self.report.add("first backup", seconds, "s", True)
        self.report.add("first backup on disk", folder_mb(self.backups), "MB", True)

    def crash(self, server: Server) -> None:
        at = instant("2025-06-01")
        tickets = (records_pb2.Record(ticket=records_pb2.Ticket(id=f"recent{number}", created_at=at, customer=f"c{number}"))
                   for number in range(RECENT_TICKETS))
        with Client(server.address) as client:
            client.import_records(tickets, stream_id="recent")
        before = folder_mb(self.backups)
        seconds = seconds_of(lambda: self.run(server, "backup", "create", "--label=second"))
        self.report.add(f"second backup, {RECENT_TICKETS:,} tickets later", seconds, "s")
        self.report.add("second backup on disk", folder_mb(self.backups) - before, "MB")
        assert server.process is not None
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        server, seconds = self.started()
        self.report.add(f"start after SIGKILL, {RECENT_TICKETS:,} tickets not sealed", seconds, "s")
        self.report.add("clean stop", seconds_of(server.stop), "s")

    def restore(self) -> None:
        seconds = seconds_of(lambda: subprocess.run(
            [self.options.server, "restore", f"--backup_dir={self.backups}", f"--data_dir={self.restored}"], check=True,
            stdout=subprocess.DEVNULL))
        self.report.add("restore, every byte checked", seconds, "s", True)


class Watched:
    """When the loader's import was over, and what the server had used by then: it says so in its first line."""

    _SECONDS = re.compile(r" in ([0-9.]+) s:")

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self.import_seconds = 0.0
        self.import_cpu_seconds = 0.0
        self._samples: list[tuple[float, float]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample)

    def _sample(self) -> None:
        begin = time.monotonic()
        while not self._stop.wait(0.2):
            self._samples.append((time.monotonic() - begin, self._meter.used_cpu_seconds()))

    def __enter__(self) -> "Watched":
        self._thread.start()
        return self

    def until(self, printed: str) -> None:
        self.import_seconds = float(self._SECONDS.search(printed)[1])
        self.import_cpu_seconds = max(cpu for at, cpu in self._samples if at <= self.import_seconds + 0.5)

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default=os.environ.get("SERVER", "supportkpid"), help="the server's binary")
    parser.add_argument("--loader", default="million_tickets", help="the program that loads and asks")
    parser.add_argument("--tickets", type=int, default=1_000_000, help="tickets to load; with --store those that it has")
    parser.add_argument("--store", help="a store that is loaded already; it is copied")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sizing-") as folder:
        Sizing(options, pathlib.Path(folder)).measure()


if __name__ == "__main__":
    main()
