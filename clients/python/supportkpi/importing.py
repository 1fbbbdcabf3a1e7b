"""The import stream: chunks, window, acknowledged positions, what to send again after a break. No I/O here: Client and
AsyncClient send what this says and hand it what came."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Callable
from typing import Union

from supportkpi.errors import FieldViolation
from supportkpi.v1 import record_service_pb2 as pb
from supportkpi.v1 import records_pb2

METHOD = "/supportkpi.v1.RecordService/ImportRecords"
CHUNK_RECORDS_DEFAULT = 500
# Under the server's 4 MiB, with room for the frame around the records.
CHUNK_BYTES_MAX = 3_900_000


@dataclasses.dataclass(frozen=True)
class RejectedRecord:
    """A record that was not stored."""

    index: int
    """Its place in the import, from 0."""
    violations: tuple[FieldViolation, ...]
    """What is wrong with it; the fields are paths in the record, such as "ticket.created_at"."""
    record: records_pb2.Record
    """The record itself."""

    def __str__(self) -> str:
        return f"record {self.index}: " + "; ".join(f"{field}: {text}" for field, text in self.violations)


@dataclasses.dataclass
class ImportSummary:
    """What became of the records of an import."""

    accepted: int = 0
    """Records that were not stored before."""
    replaced: int = 0
    """Records that replaced an older or equal version."""
    ignored_stale: int = 0
    """Records that were older than the stored ones or their deletion, and changed nothing."""
    rejected_count: int = 0
    """Records that were refused."""
    rejected: list[RejectedRecord] = dataclasses.field(default_factory=list)
    """The refused ones, at most 100 of a chunk; empty if `on_rejected` is a function."""
    skipped: int = 0
    """Records that an earlier run with the same stream_id made durable; they were not sent."""
    commit: int = 0
    """The tenant's commit that made the last chunk visible."""


class ImportStoppedError(Exception):
    """An import stopped because it was told to: on_rejected="stop" or on_conflict="stop". What was acknowledged until
    then is durable."""

    def __init__(self, message: str, summary: ImportSummary) -> None:
        super().__init__(message, summary)
        self.summary = summary

    def __str__(self) -> str:
        return str(self.args[0])


Progress = Callable[[int, ImportSummary], None]
OnRejected = Union[str, Callable[[RejectedRecord], None]]


@dataclasses.dataclass(frozen=True)
class _Chunk:
    request: pb.ImportRecordsRequest
    first_index: int

    @property
    def end_index(self) -> int:
        return self.first_index + len(self.request.chunk.records)


class ImportRun:
    """The state of one import over any number of connections."""

    def __init__(self, tenant: str, stream_id: str, epoch: int, records_per_chunk: int, on_progress: Progress | None,
                 on_rejected: OnRejected, on_conflict: str) -> None:
        if records_per_chunk < 1:
            raise ValueError(f"records_per_chunk: {records_per_chunk} is below 1")
        if not callable(on_rejected) and on_rejected not in ("collect", "stop"):
            raise ValueError(f'on_rejected: {on_rejected!r}; expected "collect", "stop" or a function')
        if on_conflict not in ("newer", "stop"):
            raise ValueError(f'on_conflict: {on_conflict!r}; expected "newer" or "stop"')
        # Positions count chunks, so a stream that was begun with chunks of another size is another stream.
        suffix = "" if records_per_chunk == CHUNK_RECORDS_DEFAULT else f":{records_per_chunk}"
        self._open = pb.ImportRecordsRequest(
            open=pb.ImportOpen(tenant=tenant, stream_id=stream_id + suffix, epoch=epoch))
        self._per_chunk = records_per_chunk
        self._on_progress, self._on_rejected, self._on_conflict = on_progress, on_rejected, on_conflict
        self.summary = ImportSummary()
        self._unacknowledged: collections.deque[_Chunk] = collections.deque()
        self._building: list[records_pb2.Record] = []
        self._building_bytes = 0
        self._position = 0
        self._index = 0
        self._durable_at_start: int | None = None
        self._window = 1

    def open_request(self) -> pb.ImportRecordsRequest:
        """First on every connection."""
        return self._open

    def welcome(self, hello: pb.ImportHello) -> list[pb.ImportRecordsRequest]:
        """What to send again on this connection. Chunks that became durable without our hearing of it are among them:
        the server then tells what became of them."""
        if self._durable_at_start is None:
            self._durable_at_start = hello.durable_through
        self._window = max(hello.window_chunks, 1)
        return [chunk.request for chunk in self._unacknowledged]

    def add(self, record: records_pb2.Record) -> pb.ImportRecordsRequest | None:
        """A chunk to send if one is full."""
        size = record.ByteSize() + 8
        full = len(self._building) >= self._per_chunk or self._building_bytes + size > CHUNK_BYTES_MAX
        done = self.finish() if full and self._building else None
        self._building.append(record)
        self._building_bytes += size
        return done

    def finish(self) -> pb.ImportRecordsRequest | None:
        """The last chunk to send, if there is one."""
        if not self._building:
            return None
        self._position += 1
        first_index, self._index = self._index, self._index + len(self._building)
        records, self._building, self._building_bytes = self._building, [], 0
        if self._position <= (self._durable_at_start or 0):
            self.summary.skipped = self._index
            return None
        chunk = _Chunk(pb.ImportRecordsRequest(chunk=pb.ImportChunk(position=self._position, records=records)), first_index)
        self._unacknowledged.append(chunk)
        return chunk.request

    @property
    def must_wait(self) -> bool:
        """So many chunks are on the way that an acknowledgement has to come first."""
        return len(self._unacknowledged) >= self._window

    @property
    def all_acknowledged(self) -> bool:
        """Nothing is on the way."""
        return not self._unacknowledged

    def note(self, ack: pb.ImportAck) -> None:
        """An acknowledgement. ImportStoppedError if the caller wants an end at what it says."""
        chunk = self._unacknowledged.popleft()
        summary = self.summary
        summary.accepted += ack.accepted
        summary.replaced += ack.replaced
        summary.ignored_stale += ack.ignored_stale
        summary.rejected_count += ack.rejected_count
        summary.commit = max(summary.commit, ack.commit)
        for rejected in ack.rejected:
            self._note_rejected(chunk, rejected)
        if self._on_progress:
            self._on_progress(chunk.end_index, summary)
        if ack.rejected_count and self._on_rejected == "stop":
            raise ImportStoppedError(f"{ack.rejected_count} records were refused, the first: {summary.rejected[0]}", summary)
        if self._on_conflict == "stop" and ack.replaced + ack.ignored_stale:
            raise ImportStoppedError(
                f"records {chunk.first_index} to {chunk.end_index - 1}: {ack.replaced} replaced stored ones and "
                f"{ack.ignored_stale} were older than stored ones", summary)

    def _note_rejected(self, chunk: _Chunk, rejected: pb.RejectedRecord) -> None:
        prefix = f"records[{rejected.index}]."
        found = RejectedRecord(
            index=chunk.first_index + rejected.index,
            violations=tuple(
                FieldViolation(violation.field[len(prefix):] if violation.field.startswith(prefix) else violation.field,
                               violation.description) for violation in rejected.violations),
            record=chunk.request.chunk.records[rejected.index])
        if callable(self._on_rejected):
            self._on_rejected(found)
        else:
            self.summary.rejected.append(found)
