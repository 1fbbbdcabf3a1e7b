"""A client of the supportkpi service: typed calls, an import that resumes, and a short way to ask."""

from __future__ import annotations

import dataclasses
import datetime
import queue
import uuid
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Union

import grpc
from google.protobuf import timestamp_pb2

from supportkpi.v1 import admin_service_pb2, admin_service_pb2_grpc
from supportkpi.v1 import config_service_pb2, config_service_pb2_grpc
from supportkpi.v1 import kpi_service_pb2 as pb
from supportkpi.v1 import kpi_service_pb2_grpc
from supportkpi.v1 import record_service_pb2, record_service_pb2_grpc
from supportkpi.v1 import records_pb2, settings_pb2

Instant = Union[str, datetime.datetime, timestamp_pb2.Timestamp]
Selection = Union[str, pb.KpiSelection]


def instant(value: Instant) -> timestamp_pb2.Timestamp:
    """An instant from a datetime with a zone, or from text such as "2026-01-01" (midnight UTC) or RFC 3339."""
    if isinstance(value, timestamp_pb2.Timestamp):
        return value
    if isinstance(value, str):
        value = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        if value.tzinfo is None:
            value = value.replace(tzinfo=datetime.timezone.utc)
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone; give it one, or write it as text")
    stamp = timestamp_pb2.Timestamp()
    stamp.FromDatetime(value.astimezone(datetime.timezone.utc))
    return stamp


@dataclasses.dataclass
class ImportSummary:
    """What became of the records of an import."""

    accepted: int = 0
    replaced: int = 0
    ignored_stale: int = 0
    rejected: list[record_service_pb2.RejectedRecord] = dataclasses.field(default_factory=list)


class Client:
    """Talks to one supportkpi server for one tenant. Use it as a context manager, or call close()."""

    def __init__(self, target: str = "127.0.0.1:50051", *, tenant: str = "", timeout_seconds: float = 30.0) -> None:
        self._channel = grpc.insecure_channel(target, options=[("grpc.max_receive_message_length", -1)])
        self._timeout = timeout_seconds
        self.target = target
        self.tenant = tenant
        self.records = record_service_pb2_grpc.RecordServiceStub(self._channel)
        self.kpis = kpi_service_pb2_grpc.KpiServiceStub(self._channel)
        self.config = config_service_pb2_grpc.ConfigServiceStub(self._channel)
        self.admin = admin_service_pb2_grpc.AdminServiceStub(self._channel)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection."""
        self._channel.close()

    def wait_until_ready(self, seconds: float = 30.0) -> None:
        """Waits until the server answers; raises grpc.FutureTimeoutError if it does not."""
        grpc.channel_ready_future(self._channel).result(timeout=seconds)

    def upsert(self, records: Iterable[records_pb2.Record],
               request_id: str | None = None) -> record_service_pb2.BatchUpsertRecordsResponse:
        """Stores up to 10,000 records, all or none. A repeat with the same request_id has no further effect."""
        request = record_service_pb2.BatchUpsertRecordsRequest(
            tenant=self.tenant, request_id=request_id or str(uuid.uuid4()), records=records)
        return self.records.BatchUpsertRecords(request, timeout=self._timeout)

    def update_settings(self, settings: settings_pb2.Settings) -> settings_pb2.Settings:
        """Replaces the tenant's settings."""
        request = config_service_pb2.UpdateSettingsRequest(tenant=self.tenant, settings=settings)
        return self.config.UpdateSettings(request, timeout=self._timeout).settings

    def query(self, *kpis: Selection, start: Instant, end: Instant, by: Iterable[str] = (), grain: str = "",
              time_zone: str = "", **fields: object) -> pb.QueryKpisResponse:
        """Asks for KPIs by id or as KpiSelection. `grain` is day, week, month, ...; `fields` are further fields of
        QueryKpisRequest such as filter, totals, order_by, limit."""
        request = pb.QueryKpisRequest(
            tenant=self.tenant, range=pb.TimeRange(start=instant(start), end=instant(end)), group_by=list(by),
            time_zone=time_zone, **fields)
        for kpi in kpis:
            request.kpis.append(pb.KpiSelection(kpi=kpi) if isinstance(kpi, str) else kpi)
        if grain:
            request.grain.unit = pb.GrainUnit.Value(f"GRAIN_UNIT_{grain.upper()}")
        return self.kpis.QueryKpis(request, timeout=self._timeout)

    def data_issues(self) -> list[pb.DataIssue]:
        """What in the stored data deserves a look."""
        request = pb.ListDataIssuesRequest(tenant=self.tenant)
        return list(self.kpis.ListDataIssues(request, timeout=self._timeout * 4).issues)

    def import_records(self, records: Iterable[records_pb2.Record], *, stream_id: str, epoch: int = 1,
                       records_per_chunk: int = 500,
                       on_progress: Callable[[int, ImportSummary], None] | None = None) -> ImportSummary:
        """Sends records through the import stream and returns when all are durable.

        Chunks that an earlier run with the same stream_id made durable are skipped, so an import that broke off goes
        on where it stopped when it is called again with the same records. Give a higher epoch to take over a stream
        from a run that may still be alive. `on_progress` gets the number of durable chunks' records and the summary.
        """
        return _ImportRun(self, stream_id, epoch, records_per_chunk, on_progress).run(iter(records))


class _ImportRun:
    """One run of the import stream. Requests go out from gRPC's thread through a bounded queue: at most the server's
    window of chunks is under way."""

    def __init__(self, client: Client, stream_id: str, epoch: int, records_per_chunk: int,
                 on_progress: Callable[[int, ImportSummary], None] | None) -> None:
        self._client = client
        self._open = record_service_pb2.ImportRecordsRequest(
            open=record_service_pb2.ImportOpen(tenant=client.tenant, stream_id=stream_id, epoch=epoch))
        self._per_chunk = records_per_chunk
        self._on_progress = on_progress
        self._requests: queue.Queue[record_service_pb2.ImportRecordsRequest | None] = queue.Queue()
        self._summary = ImportSummary()
        self._sent: dict[int, int] = {}  # position -> records up to and with that chunk

    def _outgoing(self) -> Iterator[record_service_pb2.ImportRecordsRequest]:
        while (request := self._requests.get()) is not None:
            yield request

    def run(self, records: Iterator[records_pb2.Record]) -> ImportSummary:
        self._requests.put(self._open)
        answers = self._client.records.ImportRecords(self._outgoing())
        try:
            hello = next(answers).hello
            self._exchange(records, answers, hello)
        finally:
            self._requests.put(None)
        for answer in answers:
            self._note(answer.ack)
        return self._summary

    def _exchange(self, records: Iterator[records_pb2.Record],
                  answers: Iterator[record_service_pb2.ImportRecordsResponse],
                  hello: record_service_pb2.ImportHello) -> None:
        position, durable, total = 0, hello.durable_through, 0
        per_chunk = min(self._per_chunk, hello.max_chunk_records or self._per_chunk)
        while chunk := [record for _, record in zip(range(per_chunk), records)]:
            position += 1
            total += len(chunk)
            self._sent[position] = total
            if position <= hello.durable_through:
                continue
            self._requests.put(record_service_pb2.ImportRecordsRequest(
                chunk=record_service_pb2.ImportChunk(position=position, records=chunk)))
            while position - durable >= max(hello.window_chunks, 1):
                durable = self._note(next(answers).ack)

    def _note(self, ack: record_service_pb2.ImportAck) -> int:
        summary = self._summary
        summary.accepted += ack.accepted
        summary.replaced += ack.replaced
        summary.ignored_stale += ack.ignored_stale
        summary.rejected.extend(ack.rejected)
        if self._on_progress:
            self._on_progress(self._sent.get(ack.durable_through, 0), summary)
        return ack.durable_through
