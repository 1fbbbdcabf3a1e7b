"""Many small tenants beside one large one: load, disk, memory, starts, and each tenant's first question.

    python tests/bench/tenants.py --server build/release/src/server/supportkpid --loader build/release/tests/bench/million_tickets

`million_tickets` (built with -DSUPPORTKPI_BENCH=ON) loads flat tickets: --large of the default tenant, --tickets of each of
--tenants others. Every question is asked over RPC, alone; answers held from before are off, as are limits of rate. Needs the
Python client."""

from __future__ import annotations

import argparse
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

sys.path[:0] = [str(pathlib.Path(__file__).parents[1] / folder) for folder in ("support", "hostile")]

from meter import Meter  # noqa: E402  pylint: disable=wrong-import-position
from server_process import Server  # noqa: E402  pylint: disable=wrong-import-position
from sizing import folder_mb, highest_memory  # noqa: E402  pylint: disable=wrong-import-position

from supportkpi import Client, Query, kpi  # noqa: E402  pylint: disable=wrong-import-position

# Tenants are in memory for so long after their last use, so that a run sees them leave.
IDLE_SECONDS = 20
# Of these tenants the first question's time is told; all of them are asked in the end.
SAMPLE = 200
QUESTION = (Query("tickets_created", kpi("first_response_time", statistic="p90"))
            .between("2025-01-01", "2026-01-01").by("channel").every("month"))


def say(what: str, value: float, unit: str) -> None:
    print(f"{what:66} {value:12,.1f} {unit}", flush=True)


class Run:
    """One store, loaded once; servers started on it one after the other."""

    def __init__(self, options: argparse.Namespace, folder: pathlib.Path) -> None:
        self._options = options
        self._store, self._log = folder / "store", str(folder / "log")
        self._names = [f"t{number}" for number in range(options.tenants)]
        random.Random(1).shuffle(self._names)

    def _server(self) -> Server:
        return Server("--tenant_calls_per_second=0", "--tenant_records_per_second=0", "--answer_cache_mib=0",
                      f"--tenant_idle={IDLE_SECONDS}s", binary=self._options.server, data_dir=str(self._store), log=self._log)

    def _loads(self, server: Server, *flags: str) -> str:
        command = [self._options.loader, f"--target={server.address}", "--flat", "--repetitions=0", *flags]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def load(self) -> None:
        options = self._options
        with self._server() as server:
            meter = Meter(server.process.pid)
            with highest_memory(meter) as memory:
                print(self._loads(server, f"--tickets={options.large}"), flush=True)
                say("memory with the large tenant loaded", meter.memory_mb(), "MB")
                print(self._loads(server, f"--tickets={options.tickets}", f"--tenants={options.tenants}"), flush=True)
                say("memory right after the load", meter.memory_mb(), "MB")
            say("memory at its highest meanwhile", memory[0], "MB")
            time.sleep(1.5 * IDLE_SECONDS)
            say("memory once the tenants are idle", meter.memory_mb(), "MB")
            begin = time.monotonic()
        say("clean stop", time.monotonic() - begin, "s")
        say("store on disk", folder_mb(str(self._store)), "MB")

    def _ask(self, client: Client, tenant: str) -> float:
        """Milliseconds; the answer must hold the tenant's tickets."""
        request = QUESTION.to_request(tenant)
        begin = time.perf_counter()
        answer = client.query(request)
        took = (time.perf_counter() - begin) * 1e3
        created = sum(row.cells[0].value for row in answer.rows)
        expected = self._options.tickets if tenant else self._options.large
        assert created == expected, f"{tenant}: {created} tickets, expected {expected}"
        return took

    def _asked(self, client: Client, tenants: list[str], what: str) -> None:
        took = sorted(self._ask(client, tenant) for tenant in tenants)
        say(f"{what}: median", statistics.median(took), "ms")
        say(f"{what}: p99", took[len(took) * 99 // 100], "ms")

    def start(self, how: str, then_kill: bool = False) -> None:
        begin = time.monotonic()
        with self._server() as server, Client(server.address) as client:
            self._ask(client, self._names[0])
            say(f"start after {how}, until the first answer of a small tenant", time.monotonic() - begin, "s")
            meter = Meter(server.process.pid)
            say("memory then", meter.memory_mb(), "MB")
            say("the large tenant's first question", self._ask(client, ""), "ms")
            say("the same again", min(self._ask(client, "") for _ in range(5)), "ms")
            sample = self._names[1:1 + SAMPLE]
            self._asked(client, sample, f"first question of {len(sample)} small tenants")
            self._asked(client, sample, "the same again")
            begin = time.monotonic()
            for name in self._names:
                self._ask(client, name)
            say("every tenant asked in turn", time.monotonic() - begin, "s")
            say("memory then", meter.memory_mb(), "MB")
            say("the large tenant's question then", self._ask(client, ""), "ms")
            if then_kill:
                server.kill()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--server", default=os.environ.get("SERVER", "supportkpid"), help="the server's binary")
    parser.add_argument("--loader", default="million_tickets", help="the program that loads")
    parser.add_argument("--tenants", type=int, default=5000, help="small tenants")
    parser.add_argument("--tickets", type=int, default=2000, help="tickets of each of them")
    parser.add_argument("--large", type=int, default=1_000_000, help="tickets of the large tenant")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tenants-") as folder:
        run = Run(options, pathlib.Path(folder))
        run.load()
        run.start("a clean stop", then_kill=True)
        run.start("SIGKILL")


if __name__ == "__main__":
    main()
