"""The client for ordinary code. AsyncClient (aio.py) has the same methods for asyncio."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, overload

import grpc
from google.protobuf.message import Message

from supportkpi import calls, importing, streaming
from supportkpi.answer import Answer
from supportkpi.base import ClientBase
from supportkpi.connection import Connection
from supportkpi.errors import SupportKpiError
from supportkpi.importing import ImportSummary, OnRejected, Progress
from supportkpi.query import Instant, Selection
from supportkpi.retrying import Attempts, Reconnects
from supportkpi.v1 import admin_service_pb2, config_service_pb2, record_service_pb2, records_pb2, settings_pb2
from supportkpi.v1 import kpi_service_pb2 as pb

if TYPE_CHECKING:
    import pandas

Response = TypeVar("Response", bound=Message)


class _AddMetadata(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor,  # type: ignore[misc, unused-ignore]
                   grpc.StreamUnaryClientInterceptor, grpc.StreamStreamClientInterceptor):
    """Adds the token to every call, those of the generated stubs too."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def _with(self, continuation: Any, details: Any, request: Any) -> Any:
        metadata = [*(details.metadata or ()), *self._connection.metadata()]
        return continuation(details._replace(metadata=metadata), request)

    def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return self._with(continuation, client_call_details, request)

    def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return self._with(continuation, client_call_details, request)

    def intercept_stream_unary(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        return self._with(continuation, client_call_details, request_iterator)

    def intercept_stream_stream(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        return self._with(continuation, client_call_details, request_iterator)


class Client(ClientBase):
    """Talks to one supportkpi server for one tenant. Use it as a context manager, or call close(). Threads may share it.

    target: HOST:PORT, grpc://HOST:PORT (plain text), grpcs://HOST:PORT (TLS), or a name of gRPC such as dns:///HOST:PORT
        and unix:PATH. Without a port 50051.
    tenant: whose data; empty: the token's tenant, else "default".
    token: a bearer token, or a function that gives the one to use now. Over a network only with TLS, or where grpc:// says
        that plain text is meant.
    tls: True, or Tls(...) with a private authority or a client certificate.
    timeout_seconds: the deadline of each call that is given none of its own; None: none. Streams have none.
    retries: whether calls that cannot have gone wrong halfway are tried again, up to four times within about 5 seconds:
        when the server cannot be reached, or when it says after which time to come back.

    The connection opens with the first call, so a client may be made before a process forks, if it is used only after.
    Methods raise SupportKpiError or a class of it.
    """

    _lazy_channel: grpc.Channel | None = None
    _opening = threading.Lock()  # threads that call first share one channel

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection; calls under way are cancelled. The next call would open it again."""
        channel, self._lazy_channel = self._lazy_channel, None
        self._methods.clear()
        if channel is not None:
            channel.close()

    @property
    def channel(self) -> grpc.Channel:
        """The gRPC channel; opened at its first use."""
        with self._opening:
            if self._lazy_channel is None:
                self._lazy_channel = self._open()
            return self._lazy_channel

    def _open(self) -> grpc.Channel:
        connection = self._connection
        if connection.tls:
            channel = grpc.secure_channel(connection.target, connection.tls.credentials(), connection.options())
        else:
            channel = grpc.insecure_channel(connection.target, connection.options())
        return grpc.intercept_channel(channel, _AddMetadata(connection)) if connection.token else channel

    def wait_until_ready(self, seconds: float = 30.0) -> None:
        """Waits until the server can be reached; UnavailableError if it cannot within that time."""
        try:
            grpc.channel_ready_future(self.channel).result(timeout=seconds)
        except grpc.FutureTimeoutError:
            raise self._not_ready(seconds) from None

    # --- questions

    def query(self, *kpis: Union[Selection, calls.Question], start: Instant | None = None, end: Instant | None = None,
              during: str = "", by: Iterable[str] = (), grain: str = "", time_zone: str = "",
              timeout_seconds: float | None = None, **fields: Any) -> Answer:
        """Asks one question: a Query, a QueryKpisRequest, or in short KPIs by id or as kpi(...), and

        start, end: the range, as datetimes with a zone, or text such as "2026-01-01" (midnight UTC); or
        during: the range in words, such as "last_30_days", "2026-Q1", "this_month";
        by: dimensions to group by; grain: minute, hour, day, week, month, quarter, year, fiscal_quarter, fiscal_year;
        time_zone: IANA name, default the tenant's; fields: further ones of QueryKpisRequest, such as filter_text, totals,
        order_by, limit.
        """
        request = calls.short_question(self.tenant, kpis, start, end, during, by, grain, time_zone, fields)
        return Answer(request, self._run(calls.query(request), timeout_seconds))

    @overload
    def batch_query(self, queries: Iterable[calls.Question], *, errors: Literal["raise"] = "raise",
                    timeout_seconds: float | None = None) -> list[Answer]: ...

    @overload
    def batch_query(self, queries: Iterable[calls.Question], *, errors: Literal["return"],
                    timeout_seconds: float | None = None) -> list[Union[Answer, SupportKpiError]]: ...

    def batch_query(self, queries: Iterable[calls.Question], *, errors: str = "raise",
                    timeout_seconds: float | None = None) -> Any:
        """Asks up to 32 questions on one snapshot of the data; the answers in their order. A question that fails is raised,
        or with errors="return" stands in its place as a SupportKpiError. The default deadline is twice the usual one."""
        call = calls.batch_query(self.tenant, queries)
        response = self._run(call, timeout_seconds)
        return list(calls.batch_answers(call.request, response, errors != "return"))

    def query_pages(self, query: calls.Question, *, page_size: int = 10_000,
                    timeout_seconds: float | None = None) -> Iterator[Answer]:
        """The answer page by page, all pages of one snapshot. Pages have 1 to 100,000 rows; totals come with the first.
        AbortedError: the data changed and the server no longer keeps the answer; ask again from the start."""
        request = calls.question(self.tenant, query)
        request.page_size = page_size
        while True:
            answer = Answer(request, self._run(calls.query(request), timeout_seconds))
            yield answer
            if not answer.next_page_token:
                return
            request = calls.question(self.tenant, request)
            request.page_token = answer.next_page_token

    def stream_query(self, query: calls.Question, *, rows_per_message: int = 1_000,
                     timeout_seconds: float | None = None) -> Iterator[Answer]:
        """The answer in parts as they come, whatever its size; the last part has the totals and the metadata. A stream
        that breaks goes on where it stopped. timeout_seconds is for each connection; default none."""
        stream = streaming.StreamedQuery(calls.question(self.tenant, query), rows_per_message)
        reconnects = Reconnects(self._policy)
        method = self._query_stream()
        while True:
            try:
                for part in method(stream.request(), timeout=timeout_seconds):
                    reconnects.progressed()
                    yield stream.take(part)
                return
            except grpc.RpcError as raw:
                error = self._error(raw, timeout_seconds)
            self._reconnect(reconnects.pause_seconds(error), error)

    def query_rows(self, query: calls.Question, *, rows_per_message: int = 1_000) -> Iterator[pb.Row]:
        """The rows of an answer of any size, one by one, in constant memory."""
        for part in self.stream_query(query, rows_per_message=rows_per_message):
            yield from part.rows

    def iter_dataframes(self, query: calls.Question, *, page_size: int = 50_000,
                        **options: Any) -> Iterator["pandas.DataFrame"]:
        """The answer as data frames, page by page; `options` are those of Answer.to_dataframe(). Needs `pandas`."""
        for page in self.query_pages(query, page_size=page_size):
            yield page.to_dataframe(**options)

    def validate_query(self, query: calls.Question, *, timeout_seconds: float | None = None) -> pb.ValidateQueryResponse:
        """Says in words what a question asks, without running it; where it cannot be asked, why, and the nearest one that
        can (Query.from_request makes a Query of it)."""
        return self._run(calls.validate_query(self.tenant, query), timeout_seconds)

    def list_kpis(self, *, timeout_seconds: float | None = None) -> list[pb.KpiDefinition]:
        """All KPIs with their definitions."""
        return list(self._run(calls.list_kpis(self.tenant), timeout_seconds).kpis)

    def get_kpi(self, kpi: str, *, timeout_seconds: float | None = None) -> pb.KpiDefinition:
        """One KPI's definition. NotFoundError names the nearest ids."""
        return self._run(calls.get_kpi(self.tenant, kpi), timeout_seconds).kpi

    def list_dimensions(self, *kpis: str, sample_values: int = 0,
                        timeout_seconds: float | None = None) -> list[pb.Dimension]:
        """What questions can group and filter by, only what all of these KPIs can have; with up to 1,000 values that occur."""
        return list(self._run(calls.list_dimensions(self.tenant, kpis, sample_values), timeout_seconds).dimensions)

    def data_issues(self, *, timeout_seconds: float | None = None) -> list[pb.DataIssue]:
        """What in the stored data deserves a look, most frequent first. The default deadline is four times the usual one."""
        return list(self._run(calls.list_data_issues(self.tenant), timeout_seconds).issues)

    # --- records

    def upsert(self, records: Iterable[records_pb2.Record], request_id: str | None = None, *,
               timeout_seconds: float | None = None) -> record_service_pb2.BatchUpsertRecordsResponse:
        """Stores up to 10,000 records, all or none. A repeat with the same request_id has no further effect; without one
        the client makes one up, so its own retries are harmless."""
        return self._run(calls.upsert(self.tenant, records, request_id), timeout_seconds)

    def get_record(self, kind: str, record_id: str, *, source: str = "", parent: str = "",
                   timeout_seconds: float | None = None) -> records_pb2.Record:
        """One record as stored; kind: ticket, ticket_event, survey, call_leg, agent_time, customer_period, support_cost,
        customer or agent; parent: the ticket of an event, the call of a leg. NotFoundError: there is none."""
        name = calls.record_name(kind, record_id, source, parent)
        return self._run(calls.get_record(self.tenant, name), timeout_seconds).record

    def list_records(self, kind: str, *, source: str | None = None, id_prefix: str = "", ticket: str = "",
                     customer: str = "", start: Instant | None = None, end: Instant | None = None, page_size: int = 1_000,
                     timeout_seconds: float | None = None) -> Iterator[records_pb2.Record]:
        """The stored records of a kind in the order of their ids, fetched page by page; all conditions hold together."""
        which = calls.record_filter(source, id_prefix, ticket, customer, start, end)
        token = ""
        while True:
            page = self._run(calls.list_records(self.tenant, kind, which, page_size, token), timeout_seconds)
            yield from page.records
            token = page.next_page_token
            if not token:
                return

    def delete_record(self, kind: str, record_id: str, *, source: str = "", parent: str = "", version: int | None = None,
                      request_id: str | None = None,
                      timeout_seconds: float | None = None) -> record_service_pb2.DeleteRecordResponse:
        """Deletes a record of this version or a lower one (default: whatever is stored); older versions that come later
        do not bring it back."""
        name = calls.record_name(kind, record_id, source, parent)
        return self._run(calls.delete_record(self.tenant, name, version, request_id), timeout_seconds)

    def import_records(self, records: Iterable[records_pb2.Record], *, stream_id: str, epoch: int = 1,
                       records_per_chunk: int = importing.CHUNK_RECORDS_DEFAULT, on_progress: Progress | None = None,
                       on_rejected: OnRejected = "collect", on_conflict: str = "newer") -> ImportSummary:
        """Sends any number of records in constant memory and returns when all are durable.

        stream_id: names the import, at most 58 characters. Chunks that an earlier run with the same stream_id and
            records_per_chunk made durable are skipped, so an import that broke off goes on where it stopped when it is
            called again with the same records in the same order. Other records need another stream_id.
        epoch: give a higher one to take over from a run that may still be alive; that one gets AbortedError.
        on_progress: gets the number of records that are durable, and the summary so far, after each chunk.
        on_rejected: "collect" keeps refused records in the summary and goes on; a function gets each of them instead;
            "stop" raises ImportStoppedError at the first.
        on_conflict: "newer": a record replaces the stored one of its id if its version is higher or equal, else it is
            ignored. "stop" raises ImportStoppedError after the first chunk in which a record met a stored one.

        A connection that breaks is opened again, as `retries` says, and nothing is lost or stored twice.
        """
        run = importing.ImportRun(self.tenant, stream_id, epoch, records_per_chunk, on_progress, on_rejected, on_conflict)
        chunks = _chunks(run, iter(records))
        reconnects = Reconnects(self._policy)
        while True:
            try:
                self._import_once(run, chunks, reconnects)
                return run.summary
            except grpc.RpcError as raw:
                error = self._error(raw, None)
            self._reconnect(reconnects.pause_seconds(error), error)

    def _import_once(self, run: importing.ImportRun, chunks: Iterator[record_service_pb2.ImportRecordsRequest],
                     reconnects: Reconnects) -> None:
        outgoing: queue.SimpleQueue[record_service_pb2.ImportRecordsRequest | None] = queue.SimpleQueue()
        incoming = self._import_stream()(iter(outgoing.get, None))
        try:
            outgoing.put(run.open_request())
            for request in run.welcome(self._next(incoming).hello):
                outgoing.put(request)
            while True:
                while run.must_wait:
                    run.note(self._next(incoming).ack)
                    reconnects.progressed()
                chunk = next(chunks, None)
                if chunk is None:
                    break
                outgoing.put(chunk)
            while not run.all_acknowledged:
                run.note(self._next(incoming).ack)
                reconnects.progressed()
        except BaseException:
            incoming.cancel()
            raise
        finally:
            outgoing.put(None)
        for _ in incoming:  # ends with the server's OK
            pass

    def _next(self, incoming: Any) -> record_service_pb2.ImportRecordsResponse:
        try:
            response: record_service_pb2.ImportRecordsResponse = next(incoming)
        except StopIteration:
            raise self._ended("the server ended the import early") from None
        return response

    # --- settings, administration

    def get_settings(self, *, timeout_seconds: float | None = None) -> config_service_pb2.GetSettingsResponse:
        """The tenant's settings and their version."""
        return self._run(calls.get_settings(self.tenant), timeout_seconds)

    def update_settings(self, settings: settings_pb2.Settings, *, fields: Iterable[str] = (),
                        expected_version: int | None = None, timeout_seconds: float | None = None) -> settings_pb2.Settings:
        """Replaces the tenant's settings, or only the named top-level `fields`; returns those in force now. AbortedError
        if expected_version is given and is not their version any more. It is not retried."""
        call = calls.update_settings(self.tenant, settings, fields, expected_version)
        return self._run(call, timeout_seconds).settings

    def server_info(self, *, timeout_seconds: float | None = None) -> admin_service_pb2.GetServerInfoResponse:
        """What server this is, and its limits."""
        return self._run(calls.server_info(), timeout_seconds)

    def stats(self, *, timeout_seconds: float | None = None) -> admin_service_pb2.GetStatsResponse:
        """How much the tenant holds."""
        return self._run(calls.stats(self.tenant), timeout_seconds)

    def rebuild_facts(self, *, timeout_seconds: float | None = None) -> admin_service_pb2.RebuildFactsResponse:
        """Derives all facts of the tenant anew; answers do not change. The default deadline is 20 times the usual one."""
        return self._run(calls.rebuild_facts(self.tenant), timeout_seconds)

    def compact_facts(self, *, timeout_seconds: float | None = None) -> admin_service_pb2.CompactFactsResponse:
        """Seals and merges facts now; answers do not change. The default deadline is 20 times the usual one."""
        return self._run(calls.compact_facts(self.tenant), timeout_seconds)

    # --- running calls

    def _run(self, call: calls.Call[Response], timeout_seconds: float | None) -> Response:
        timeout_seconds = self._deadline(call, timeout_seconds)
        attempts = Attempts(timeout_seconds, self._policy)
        method: Callable[..., Response] = self._unary(call)
        while True:
            try:
                return method(call.request, timeout=attempts.remaining_seconds())
            except grpc.RpcError as raw:
                error = self._error(raw, timeout_seconds)
            self._pause(attempts.pause_seconds(error), error)

    @staticmethod
    def _pause(seconds: float | None, error: SupportKpiError) -> None:
        if seconds is None:
            raise error
        time.sleep(seconds)

    def _reconnect(self, seconds: float | None, error: SupportKpiError) -> None:
        """Pauses, then gives the channel as long again to connect: an older gRPC does so only while somebody waits for it."""
        self._pause(seconds, error)
        ready = grpc.channel_ready_future(self.channel)
        try:
            ready.result(timeout=seconds)
        except grpc.FutureTimeoutError:
            ready.cancel()  # the next try finds out


def _chunks(run: importing.ImportRun,
            records: Iterator[records_pb2.Record]) -> Iterator[record_service_pb2.ImportRecordsRequest]:
    for record in records:
        request = run.add(record)
        if request is not None:
            yield request
    request = run.finish()
    if request is not None:
        yield request
