"""A server that is stopped and started again under load: clients that retry see nothing, and nothing is lost."""

from __future__ import annotations

import datetime
import threading
import time

import grpc
from google.protobuf import timestamp_pb2

from calls import call, list_kpis, until
from server_process import Server
from supportkpi import Client
from supportkpi.v1 import admin_service_pb2, records_pb2


def ticket(name: str) -> records_pb2.Record:
    created = timestamp_pb2.Timestamp()
    created.FromDatetime(datetime.datetime(2025, 3, 1))
    return records_pb2.Record(ticket=records_pb2.Ticket(id=name, created_at=created, channel="email"))


class SamePort(Server):
    """Comes back on the port where it was."""

    def restart(self) -> None:
        port = self.address.rsplit(":", 1)[1]
        assert self.stop() == 0
        self._flags = (*[flag for flag in self._flags if not flag.startswith("--listen")], f"--listen=127.0.0.1:{port}")
        self.start()


class Load(threading.Thread):
    """Calls again and again until told to stop; keeps what failed and what was acknowledged."""

    def __init__(self, address: str, work) -> None:
        super().__init__()
        self.failures: list[Exception] = []
        self.done = 0
        self._address, self._work, self._over = address, work, threading.Event()
        self.start()

    def run(self) -> None:
        with Client(self._address) as client:
            while not self._over.is_set():
                try:
                    self._work(client, self.done)
                    self.done += 1
                except Exception as error:  # pylint: disable=broad-except
                    self.failures.append(error)

    def end(self) -> None:
        self._over.set()
        self.join(timeout=60)
        assert not self.is_alive()


def test_no_call_fails_over_three_restarts():
    with SamePort("--grace=10s") as server:
        def write(client: Client, number: int) -> None:
            client.records.BatchUpsertRecords(record_request(f"w{threading.get_ident()}-{number}"))

        def ask(client: Client, _: int) -> None:
            client.query("tickets_created", start="2025-01-01", end="2026-01-01", by=["channel"])

        loads = [Load(server.address, work) for work in (write, write, ask, ask)]
        for _ in range(3):
            before = [load.done for load in loads]
            until(lambda: all(load.done > done + 3 for load, done in zip(loads, before)), seconds=30)
            server.restart()
        before = [load.done for load in loads]
        until(lambda: all(load.done > done + 3 for load, done in zip(loads, before)), seconds=30)
        for load in loads:
            load.end()
        assert [repr(failure) for load in loads for failure in load.failures] == []
        with Client(server.address) as client:
            count = client.query("tickets_created", start="2025-01-01", end="2026-01-01").rows[0].cells[0].value
        assert count == loads[0].done + loads[1].done, "every acknowledged ticket, each once"


def record_request(name: str):
    from supportkpi.v1 import record_service_pb2  # pylint: disable=import-outside-toplevel

    return record_service_pb2.BatchUpsertRecordsRequest(records=[ticket(name)], request_id=name)


def test_an_import_goes_on_over_a_restart():
    total = 20_000
    with SamePort() as server:
        restarted = threading.Event()

        def progress(durable: int, _) -> None:
            if durable >= total // 5 and not restarted.is_set():
                restarted.set()
                threading.Thread(target=server.restart).start()

        with Client(server.address, timeout_seconds=120) as client:
            client.import_records((ticket(f"t{number}") for number in range(total)), stream_id="restart", records_per_chunk=500,
                                  on_progress=progress)
            assert restarted.is_set()
            until(lambda: server.process.poll() is None)
            count = client.query("tickets_created", start="2025-01-01", end="2026-01-01").rows[0].cells[0].value
        assert count == total


def test_health_says_so_before_calls_are_refused_and_calls_under_way_end():
    with Server("--drain=2s") as server, grpc.insecure_channel(server.address) as channel:
        check = channel.unary_unary("/grpc.health.v1.Health/Check", lambda data: data, lambda data: data)

        def health() -> bytes:
            return check(b"\x0a\x18supportkpi.v1.KpiService")

        assert health() == b"\x08\x01"
        begin = time.monotonic()
        server.process.terminate()
        until(lambda: health() == b"\x08\x02")
        assert list_kpis(channel).code == "OK", "balancers have time to look elsewhere"
        assert server.process.wait(timeout=30) == 0
        assert time.monotonic() - begin >= 2
        assert list_kpis(channel, timeout=2).code in ("UNAVAILABLE", "DEADLINE_EXCEEDED")


def test_after_a_clean_stop_nothing_is_left_to_derive():
    with SamePort() as server:
        with Client(server.address) as client:
            client.import_records((ticket(f"t{number}") for number in range(3000)), stream_id="seal")
            tail = client.admin.GetStats(admin_service_pb2.GetStatsRequest()).facts.tail_facts
            assert tail >= 3000
        server.restart()
        with Client(server.address) as client:
            facts = client.admin.GetStats(admin_service_pb2.GetStatsRequest()).facts
            assert facts.tail_facts == 0 and facts.sealed_facts >= 3000
            assert client.query("tickets_created", start="2025-01-01", end="2026-01-01").rows[0].cells[0].value == 3000


def test_a_second_signal_ends_it_at_once():
    with Server("--drain=60s") as server, grpc.insecure_channel(server.address) as channel:
        assert call(channel, "supportkpi.v1.KpiService/ListKpis").code == "OK"
        server.process.terminate()
        time.sleep(1.5)
        begin = time.monotonic()
        server.process.terminate()
        assert server.process.wait(timeout=10) != 0
        assert time.monotonic() - begin < 5
