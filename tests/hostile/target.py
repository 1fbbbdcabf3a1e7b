"""The server under attack: ways to reach it, what an attack is, and how it is measured."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable

import grpc
from http2 import Connection, headers_of, message
from meter import Meter

from supportkpi import instant
from supportkpi.v1 import kpi_service_pb2 as pb
from supportkpi.v1 import kpi_service_pb2_grpc

CUSTOMERS = 70_000
QUERY = "/supportkpi.v1.KpiService/QueryKpis"
STREAM = "/supportkpi.v1.KpiService/StreamQueryKpis"
UPSERT = "/supportkpi.v1.RecordService/BatchUpsertRecords"
IMPORT = "/supportkpi.v1.RecordService/ImportRecords"
GET = "/supportkpi.v1.RecordService/GetRecord"

# What an input may cost where it has no bounds of its own: less than a question that is worth answering.
MOST_MB = 8.0
MOST_CPU_SECONDS = 0.3
# What one tenant's calls may hold (tenant_memory_mib), and what may be above it: a step of each thread, states that are put
# together, room of the transport.
TENANT_MB = 512 * 1.3
# How soon a question of another tenant's connection is answered after, or during, an attack. The machine may be busy.
ANSWERED_WITHIN_SECONDS = 2.0


def bearer(token: str) -> list[tuple[str, str]]:
    return [("authorization", f"Bearer skpi_{token}")]


class Target:
    """`hold` keeps what an attack opened until the server was asked whether it still answers."""

    def __init__(self, address: str, pid: int) -> None:
        self.address = address
        self.meter = Meter(pid)
        self.hold = contextlib.ExitStack()
        self.sent = 0
        self._connections: list[Connection] = []
        self._channel = grpc.insecure_channel(address, [("grpc.use_local_subchannel_pool", 1)])

    def close(self) -> None:
        self._channel.close()

    # -- ways in

    def connect(self, **options) -> Connection:
        connection = self.hold.enter_context(Connection(self.address, **options))
        self._connections.append(connection)
        return connection

    def channel(self) -> grpc.Channel:
        return self.hold.enter_context(grpc.insecure_channel(
            self.address, [("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", -1),
                           ("grpc.enable_retries", 0)]))

    def raw(self, path: str, body: bytes, *more: tuple[str, bytes], token: str = "writer", end: bool = True, **changed) -> str:
        """One call on a connection of its own: its headers as `headers_of` says, its body as it is."""
        connection = self.connect()
        connection.settle()
        credentials = [("authorization", f"Bearer skpi_{token}".encode())] if token else []
        connection.call(1, headers_of(path, *credentials, *more, **changed), body, end)
        return connection.outcome()

    def unary(self, path: str, payload: bytes, metadata=None, token: str = "writer") -> str:
        """A well-formed call with any bytes as its message."""
        self.sent += len(payload)
        call = self.channel().unary_unary(path, request_serializer=bytes, response_deserializer=bytes)
        try:
            call(payload, metadata=bearer(token) if metadata is None else metadata, timeout=30)
        except grpc.RpcError as error:
            return error.code().name
        return "OK"

    def framed(self, path: str, payload: bytes, flag: int = 0, **options) -> str:
        return self.raw(path, message(payload, flag), **options)

    def answered(self) -> int:
        """So many connections that the attack opened are still open."""
        return sum(not connection.is_closed for connection in self._connections)

    # -- what others notice

    def ask(self) -> float:
        """Seconds that a normal question of another connection takes; 10 where it is not answered."""
        begin = time.monotonic()
        request = pb.QueryKpisRequest(tenant="other", kpis=[pb.KpiSelection(kpi="tickets_created")],
                                      range=pb.TimeRange(start=instant("2026-01-01"), end=instant("2026-02-01")))
        try:
            answer = kpi_service_pb2_grpc.KpiServiceStub(self._channel).QueryKpis(request, timeout=10, metadata=bearer("everywhere"))
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED, error
            return time.monotonic() - begin
        assert answer.rows[0].cells[0].value == 1
        return time.monotonic() - begin

    def connect_anew(self) -> None:
        """A new connection's call; an error where it is not answered."""
        with grpc.insecure_channel(self.address, [("grpc.use_local_subchannel_pool", 1)]) as channel:
            kpi_service_pb2_grpc.KpiServiceStub(channel).GetKpi(pb.GetKpiRequest(kpi="csat"), timeout=10,
                                                                metadata=bearer("everywhere"))

    def end_attack(self) -> float:
        """Closes what was held; kilobytes that were sent."""
        self.hold.close()
        sent = self.sent + sum(connection.sent for connection in self._connections)
        self.sent, self._connections = 0, []
        return sent / 1000


@dataclasses.dataclass
class Attack:
    """`run` sends the input and says how it ended: one of `answers`."""

    name: str
    answers: tuple[str, ...]
    run: Callable[[Target], str]
    most_mb: float = MOST_MB
    most_cpu_seconds: float = MOST_CPU_SECONDS
    answered_within_seconds: float = ANSWERED_WITHIN_SECONDS


@dataclasses.dataclass
class Measured:
    """A row of the table."""

    name: str
    answer: str
    sent_kb: float
    peak_mb: float
    most_mb: float
    cpu_seconds: float
    most_cpu_seconds: float
    seconds: float


def measure(target: Target, attack: Attack) -> tuple[Measured, float]:
    """As measure_once; a second time where the first was dearer than it may be: the server's own work of sealing and merging
    facts counts too, when it falls into the same moment."""
    row, answered_after = measure_once(target, attack)
    if row.peak_mb <= row.most_mb and row.cpu_seconds <= row.most_cpu_seconds and answered_after <= attack.answered_within_seconds:
        return row, answered_after
    return measure_once(target, attack)


def measure_once(target: Target, attack: Attack) -> tuple[Measured, float]:
    """The row, and how long a normal question took right after the attack, with all that it opened still open."""
    target.meter.begin()
    try:
        answer = attack.run(target)
        seconds = target.meter.seconds()
        answered_after = target.ask()
        if answered_after <= attack.answered_within_seconds:
            target.connect_anew()
        target.meter.wait_until_idle()
        peak_mb, cpu_seconds = target.meter.peak_mb(), target.meter.used_cpu_seconds()
    finally:
        sent_kb = target.end_attack()
    return Measured(attack.name, answer, sent_kb, peak_mb, attack.most_mb, cpu_seconds, attack.most_cpu_seconds,
                    seconds), answered_after


def attack(name: str, *answers: str, mb: float = MOST_MB, cpu: float = MOST_CPU_SECONDS,
           within: float = ANSWERED_WITHIN_SECONDS) -> Callable[[Callable[[Target], str]], Attack]:
    """Makes an Attack of the function below it."""
    return lambda run: Attack(name, answers, run, mb, cpu, within)
