"""Limits by tenant, deadlines, and strangers who open connections and say nothing."""

from __future__ import annotations

import datetime
import queue
import resource
import socket
import time

import grpc

from authority import entry
from calls import call, list_kpis, outcome_of, stubs, until
from google.protobuf import timestamp_pb2
from server_process import Server
from supportkpi.v1 import kpi_service_pb2, record_service_pb2, records_pb2


def tickets(first: int, count: int) -> list[records_pb2.Record]:
    created = timestamp_pb2.Timestamp()
    created.FromDatetime(datetime.datetime(2025, 3, 1))
    return [records_pb2.Record(ticket=records_pb2.Ticket(id=f"t{first + i}", created_at=created)) for i in range(count)]


class OpenImport:
    """An import that stays open: a call that lasts as long as the test wants."""

    def __init__(self, channel: grpc.Channel, name: str, tenant: str = "") -> None:
        self.sent: queue.Queue = queue.Queue()
        self.sent.put(record_service_pb2.ImportRecordsRequest(open=record_service_pb2.ImportOpen(stream_id=name, tenant=tenant)))
        self.call = stubs(channel)[1].ImportRecords(iter(self.sent.get, None), timeout=60)
        self.position = 0

    def hello(self):
        return next(self.call).hello

    def send(self, records) -> None:
        self.position += 1
        self.sent.put(record_service_pb2.ImportRecordsRequest(
            chunk=record_service_pb2.ImportChunk(position=self.position, records=records)))

    def close(self) -> None:
        self.sent.put(None)
        assert list(self.call) is not None


def test_calls_at_a_time_by_tenant():
    with Server("--tenant_concurrent_calls=3") as server, grpc.insecure_channel(server.address) as channel:
        kpis = kpi_service_pb2.QueryKpisRequest(kpis=[kpi_service_pb2.KpiSelection(kpi="csat")], range={"words": "2025"})

        def query(tenant: str = ""):
            kpis.tenant = tenant
            return call(channel, "supportkpi.v1.KpiService/QueryKpis", kpis)

        imports = [OpenImport(channel, f"i{number}") for number in range(2)]
        for one in imports:
            one.hello()
        assert query().code == "OK", "the third"
        imports.append(OpenImport(channel, "i2"))
        imports[-1].hello()
        refused = query()
        assert (refused.code, refused.reason) == ("RESOURCE_EXHAUSTED", "TENANT_CONCURRENCY"), "the fourth"
        assert refused.metadata == {"limit": "tenant_concurrent_calls", "allowed": "3"} and refused.retry_seconds > 0
        assert query("other").code == "OK", "another tenant's"
        imports.pop().close()
        until(lambda: query().code == "OK")
        for one in imports:
            one.close()


def test_calls_a_second_by_tenant_and_when_to_come_back():
    with Server("--tenant_calls_per_second=3") as server, grpc.insecure_channel(server.address) as channel:
        begin = time.monotonic()
        outcomes = [list_kpis(channel) for _ in range(30)]
        allowed = 6 + 3 * (time.monotonic() - begin)
        assert 6 <= sum(outcome.code == "OK" for outcome in outcomes) <= allowed + 1
        refused = next(outcome for outcome in outcomes if outcome.code != "OK")
        assert (refused.code, refused.reason) == ("RESOURCE_EXHAUSTED", "TENANT_RATE")
        assert refused.text == "tenant_calls_per_second: the tenant makes more than 3 calls a second; try again later"
        assert 0 < refused.retry_seconds <= 0.34
        for _ in range(3):
            while (refused := list_kpis(channel)).code == "OK":
                pass
            time.sleep(refused.retry_seconds + 0.002)
            assert list_kpis(channel).code == "OK", "who comes back when told is let in"


def test_one_tenants_haste_is_not_anothers_wait(tmp_path):
    (tmp_path / "credentials.yaml").write_text("tokens:\n" + entry("a", "skpi_a", "acme", "read") + entry("b", "skpi_b", "b", "read"))
    with (Server("--tenant_calls_per_second=4", f"--credentials_file={tmp_path}/credentials.yaml") as server,
          grpc.insecure_channel(server.address) as channel):
        refused = 0
        for _ in range(5):
            refused += sum(list_kpis(channel, "skpi_a").code != "OK" for _ in range(15))
            assert list_kpis(channel, "skpi_b").code == "OK"
        assert refused > 10


def test_records_a_second_are_refused_in_batches_and_paced_in_imports():
    with Server("--tenant_records_per_second=1000") as server, grpc.insecure_channel(server.address) as channel:
        def upsert(first: int, count: int, tenant: str):
            return call(channel, "supportkpi.v1.RecordService/BatchUpsertRecords",
                        record_service_pb2.BatchUpsertRecordsRequest(records=tickets(first, count), tenant=tenant))

        assert upsert(0, 2000, "batch").code == "OK"
        refused = upsert(2000, 1000, "batch")
        assert (refused.code, refused.reason) == ("RESOURCE_EXHAUSTED", "TENANT_RECORD_RATE")
        time.sleep(refused.retry_seconds + 0.01)
        assert upsert(2000, 1000, "batch").code == "OK"

        stream = OpenImport(channel, "paced", "import")
        stream.hello()
        begin = time.monotonic()
        for chunk in range(8):
            stream.send(tickets(chunk * 500, 500))
        acknowledged = 0
        while acknowledged < 8:
            acknowledged = next(stream.call).ack.durable_through
        took = time.monotonic() - begin
        stream.close()
        # 4,000 records, 2,000 of them at once: the last chunk is looked at when those before it are paid for.
        assert 1.4 <= took <= 6, took


def test_a_paced_import_can_be_left_and_the_server_stops():
    with Server("--tenant_records_per_second=1", "--grace=2s") as server, grpc.insecure_channel(server.address) as channel:
        left, kept = OpenImport(channel, "left"), OpenImport(channel, "kept", "other")
        for stream in (left, kept):
            stream.hello()
            stream.send(tickets(0, 100))  # must now wait for more than a minute
            assert next(stream.call).ack.accepted == 100
            stream.send(tickets(100, 100))
        left.call.cancel()
        assert list_kpis(channel).code == "OK"
        begin = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - begin < 6
        try:
            list(kept.call)
            assert False, "it was not finished"
        except grpc.RpcError as error:
            assert outcome_of(error).reason == "DRAINING"


def test_memory_by_tenant_is_refused_before_it_is_taken():
    ticket = records_pb2.Record(ticket=records_pb2.Ticket(id="t", tags=[""] * 250_000))  # some 50 bytes each in memory
    upsert = record_service_pb2.BatchUpsertRecordsRequest(records=[ticket])
    path = "supportkpi.v1.RecordService/BatchUpsertRecords"
    with Server("--tenant_memory_mib=8") as server, grpc.insecure_channel(server.address) as channel:
        refused = call(channel, path, upsert)
        assert (refused.code, refused.reason) == ("RESOURCE_EXHAUSTED", "TENANT_MEMORY"), refused
        assert refused.metadata == {"limit": "tenant_memory_mib", "allowed": "8"}
        assert refused.retry_seconds is None, "it would not fit later either"
        assert call(channel, path, record_service_pb2.BatchUpsertRecordsRequest(records=tickets(0, 1000))).code == "OK"
    with Server("--tenant_memory_mib=64") as server, grpc.insecure_channel(server.address) as channel:
        assert call(channel, path, upsert).code == "INVALID_ARGUMENT", "it fits, and is wrong"


def test_repeat_contacts_of_more_tickets_than_may_be_held_are_refused_and_nothing_else_is():
    def outcome(channel, kpi: str):
        request = kpi_service_pb2.QueryKpisRequest(kpis=[{"kpi": kpi}], range={"words": "2025"})
        return call(channel, "supportkpi.v1.KpiService/QueryKpis", request)

    path = "supportkpi.v1.RecordService/BatchUpsertRecords"
    with Server("--repeat_index_mib=1") as server, grpc.insecure_channel(server.address) as channel:
        most = (1 << 20) // 76  # bytes that a ticket takes of the index
        for first, count in ((0, 5_000), (5_000, 5_000), (10_000, most - 10_000)):
            assert call(channel, path, record_service_pb2.BatchUpsertRecordsRequest(records=tickets(first, count))).code == "OK"
        assert outcome(channel, "repeat_contacts").code == "OK", "%d fit" % most
        assert call(channel, path, record_service_pb2.BatchUpsertRecordsRequest(records=tickets(most, 1))).code == "OK"
        refused = outcome(channel, "repeat_contacts")
        assert refused.code == "RESOURCE_EXHAUSTED"
        assert refused.text == ("repeat_index_mib: what tells repeat contacts of %d tickets takes about 2 MiB; at most 1; the server's "
                                "setting bounds it, whatever range is asked for" % (most + 1))
        assert outcome(channel, "tickets_created").code == "OK"


def test_no_call_takes_longer_than_the_longest_deadline():
    with Server("--deadline_max=1s", "--deadline_default=500ms") as server, grpc.insecure_channel(server.address) as channel:
        info = stubs(channel)[0].ListKpis(kpi_service_pb2.ListKpisRequest(), timeout=3600)
        assert info.kpis
        held = OpenImport(channel, "held")
        assert held.hello() is not None, "streams are not calls with one answer: they may last"
        time.sleep(1.5)
        held.send(tickets(0, 1))
        assert next(held.call).ack.accepted == 1
        held.close()


def test_strangers_who_say_nothing_keep_nobody_out():
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit[1], limit[1]))
    with Server() as server:
        host, port = server.address.rsplit(":", 1)
        strangers = []
        for _ in range(1000):
            stranger = socket.create_connection((host, int(port)), timeout=5)
            stranger.setblocking(False)
            strangers.append(stranger)
        with grpc.insecure_channel(server.address) as channel:
            assert list_kpis(channel, timeout=10).code == "OK"

        def closed() -> int:
            count = 0
            for stranger in strangers:
                try:
                    while stranger.recv(4096):
                        pass
                    count += 1
                except BlockingIOError:
                    pass
                except OSError:
                    count += 1
            return count

        until(lambda: closed() == len(strangers), seconds=12)  # the handshake is given five seconds
        for stranger in strangers:
            stranger.close()


def test_more_streams_than_a_connection_may_have():
    """gRPC's own client waits for a free one; other connections are not concerned."""
    with Server("--connection_streams_max=4", "--tenant_concurrent_calls=0") as server, \
            grpc.insecure_channel(server.address, [("grpc.use_local_subchannel_pool", 1)]) as channel:
        imports = [OpenImport(channel, f"i{number}") for number in range(4)]
        for one in imports:
            one.hello()
        assert list_kpis(channel, timeout=1).code == "DEADLINE_EXCEEDED"
        with grpc.insecure_channel(server.address, [("grpc.use_local_subchannel_pool", 1)]) as other:
            assert list_kpis(other).code == "OK"
        imports.pop().close()
        assert list_kpis(channel).code == "OK"
        for one in imports:
            one.close()


def test_a_connection_grows_old_and_calls_do_not_notice():
    with Server("--connection_age=1s", "--connection_age_grace=1s") as server, \
            grpc.insecure_channel(server.address, [("grpc.enable_retries", 1)]) as channel:
        end = time.monotonic() + 4
        while time.monotonic() < end:
            assert list_kpis(channel).code == "OK"
            time.sleep(0.01)
        stream = OpenImport(channel, "old")
        stream.hello()
        try:
            list(stream.call)
            assert False, "it was cut"
        except grpc.RpcError as error:
            assert error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
