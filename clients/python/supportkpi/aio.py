"""The client for asyncio: the methods of Client, awaited; what it iterates there it iterates asynchronously here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, overload

import grpc
import grpc.aio
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
AnyRecords = Union[Iterable[records_pb2.Record], AsyncIterable[records_pb2.Record]]


async def _add_metadata(connection: Connection, continuation: Any, details: Any, request: Any) -> Any:
    metadata = grpc.aio.Metadata(*(details.metadata or ()), *connection.metadata())
    return await continuation(details._replace(metadata=metadata), request)


# grpc.aio takes an interceptor for one kind of call only, the first kind that it is.
class _UnaryUnary(grpc.aio.UnaryUnaryClientInterceptor):  # type: ignore[misc, unused-ignore]
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def intercept_unary_unary(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await _add_metadata(self._connection, continuation, client_call_details, request)


class _UnaryStream(grpc.aio.UnaryStreamClientInterceptor):  # type: ignore[misc, unused-ignore]
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def intercept_unary_stream(self, continuation: Any, client_call_details: Any, request: Any) -> Any:
        return await _add_metadata(self._connection, continuation, client_call_details, request)


class _StreamStream(grpc.aio.StreamStreamClientInterceptor):  # type: ignore[misc, unused-ignore]
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def intercept_stream_stream(self, continuation: Any, client_call_details: Any, request_iterator: Any) -> Any:
        return await _add_metadata(self._connection, continuation, client_call_details, request_iterator)


class AsyncClient(ClientBase):
    """Client for asyncio: same arguments, same methods, same errors. Use it with `async with`, or await close().

    The connection opens with the first call and belongs to the event loop that runs then.
    """

    _lazy_channel: grpc.aio.Channel | None = None

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None,
                        trace: TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connection; calls under way are cancelled. The next call would open it again."""
        channel, self._lazy_channel = self._lazy_channel, None
        self._methods.clear()
        if channel is not None:
            await channel.close()

    @property
    def channel(self) -> grpc.aio.Channel:
        """The gRPC channel; opened at its first use."""
        if self._lazy_channel is None:
            connection = self._connection
            kinds = (_UnaryUnary, _UnaryStream, _StreamStream) if connection.token else ()
            interceptors = [kind(connection) for kind in kinds]
            if connection.tls:
                self._lazy_channel = grpc.aio.secure_channel(
                    connection.target, connection.tls.credentials(), connection.options(), interceptors=interceptors)
            else:
                self._lazy_channel = grpc.aio.insecure_channel(
                    connection.target, connection.options(), interceptors=interceptors)
        return self._lazy_channel

    async def wait_until_ready(self, seconds: float = 30.0) -> None:
        """Client.wait_until_ready."""
        try:
            await asyncio.wait_for(self.channel.channel_ready(), seconds)
        except asyncio.TimeoutError:
            raise self._not_ready(seconds) from None

    # --- questions

    async def query(self, *kpis: Union[Selection, calls.Question], start: Instant | None = None,
                    end: Instant | None = None, during: str = "", by: Iterable[str] = (), grain: str = "",
                    time_zone: str = "", timeout_seconds: float | None = None, **fields: Any) -> Answer:
        """Client.query."""
        request = calls.short_question(self.tenant, kpis, start, end, during, by, grain, time_zone, fields)
        return Answer(request, await self._run(calls.query(request), timeout_seconds))

    @overload
    async def batch_query(self, queries: Iterable[calls.Question], *, errors: Literal["raise"] = "raise",
                          timeout_seconds: float | None = None) -> list[Answer]: ...

    @overload
    async def batch_query(self, queries: Iterable[calls.Question], *, errors: Literal["return"],
                          timeout_seconds: float | None = None) -> list[Union[Answer, SupportKpiError]]: ...

    async def batch_query(self, queries: Iterable[calls.Question], *, errors: str = "raise",
                          timeout_seconds: float | None = None) -> Any:
        """Client.batch_query."""
        call = calls.batch_query(self.tenant, queries)
        response = await self._run(call, timeout_seconds)
        return list(calls.batch_answers(call.request, response, errors != "return"))

    async def query_pages(self, query: calls.Question, *, page_size: int = 10_000,
                          timeout_seconds: float | None = None) -> AsyncIterator[Answer]:
        """Client.query_pages."""
        request = calls.question(self.tenant, query)
        request.page_size = page_size
        while True:
            answer = Answer(request, await self._run(calls.query(request), timeout_seconds))
            yield answer
            if not answer.next_page_token:
                return
            request = calls.question(self.tenant, request)
            request.page_token = answer.next_page_token

    async def stream_query(self, query: calls.Question, *, rows_per_message: int = 1_000,
                           timeout_seconds: float | None = None) -> AsyncIterator[Answer]:
        """Client.stream_query."""
        stream = streaming.StreamedQuery(calls.question(self.tenant, query), rows_per_message)
        reconnects = Reconnects(self._policy)
        method = self._query_stream()
        while True:
            try:
                async for part in method(stream.request(), timeout=timeout_seconds):
                    reconnects.progressed()
                    yield stream.take(part)
                return
            except grpc.RpcError as raw:
                error = self._error(raw, timeout_seconds)
            await self._reconnect(reconnects.pause_seconds(error), error)

    async def query_rows(self, query: calls.Question, *, rows_per_message: int = 1_000) -> AsyncIterator[pb.Row]:
        """Client.query_rows."""
        async for part in self.stream_query(query, rows_per_message=rows_per_message):
            for row in part.rows:
                yield row

    async def iter_dataframes(self, query: calls.Question, *, page_size: int = 50_000,
                              **options: Any) -> AsyncIterator["pandas.DataFrame"]:
        """Client.iter_dataframes."""
        async for page in self.query_pages(query, page_size=page_size):
            yield page.to_dataframe(**options)

    async def validate_query(self, query: calls.Question, *,
                             timeout_seconds: float | None = None) -> pb.ValidateQueryResponse:
        """Client.validate_query."""
        return await self._run(calls.validate_query(self.tenant, query), timeout_seconds)

    async def list_kpis(self, *, timeout_seconds: float | None = None) -> list[pb.KpiDefinition]:
        """Client.list_kpis."""
        return list((await self._run(calls.list_kpis(self.tenant), timeout_seconds)).kpis)

    async def get_kpi(self, kpi: str, *, timeout_seconds: float | None = None) -> pb.KpiDefinition:
        """Client.get_kpi."""
        return (await self._run(calls.get_kpi(self.tenant, kpi), timeout_seconds)).kpi

    async def list_dimensions(self, *kpis: str, sample_values: int = 0,
                              timeout_seconds: float | None = None) -> list[pb.Dimension]:
        """Client.list_dimensions."""
        response = await self._run(calls.list_dimensions(self.tenant, kpis, sample_values), timeout_seconds)
        return list(response.dimensions)

    async def data_issues(self, *, timeout_seconds: float | None = None) -> list[pb.DataIssue]:
        """Client.data_issues."""
        return list((await self._run(calls.list_data_issues(self.tenant), timeout_seconds)).issues)

    # --- records

    async def upsert(self, records: Iterable[records_pb2.Record], request_id: str | None = None, *,
                     timeout_seconds: float | None = None) -> record_service_pb2.BatchUpsertRecordsResponse:
        """Client.upsert."""
        return await self._run(calls.upsert(self.tenant, records, request_id), timeout_seconds)

    async def get_record(self, kind: str, record_id: str, *, source: str = "", parent: str = "",
                         timeout_seconds: float | None = None) -> records_pb2.Record:
        """Client.get_record."""
        name = calls.record_name(kind, record_id, source, parent)
        return (await self._run(calls.get_record(self.tenant, name), timeout_seconds)).record

    async def list_records(self, kind: str, *, source: str | None = None, id_prefix: str = "", ticket: str = "",
                           customer: str = "", start: Instant | None = None, end: Instant | None = None,
                           page_size: int = 1_000,
                           timeout_seconds: float | None = None) -> AsyncIterator[records_pb2.Record]:
        """Client.list_records."""
        which = calls.record_filter(source, id_prefix, ticket, customer, start, end)
        token = ""
        while True:
            page = await self._run(calls.list_records(self.tenant, kind, which, page_size, token), timeout_seconds)
            for record in page.records:
                yield record
            token = page.next_page_token
            if not token:
                return

    async def delete_record(self, kind: str, record_id: str, *, source: str = "", parent: str = "",
                            version: int | None = None, request_id: str | None = None,
                            timeout_seconds: float | None = None) -> record_service_pb2.DeleteRecordResponse:
        """Client.delete_record."""
        name = calls.record_name(kind, record_id, source, parent)
        return await self._run(calls.delete_record(self.tenant, name, version, request_id), timeout_seconds)

    async def import_records(self, records: AnyRecords, *, stream_id: str, epoch: int = 1,
                             records_per_chunk: int = importing.CHUNK_RECORDS_DEFAULT,
                             on_progress: Progress | None = None, on_rejected: OnRejected = "collect",
                             on_conflict: str = "newer") -> ImportSummary:
        """Client.import_records; `records` may be an asynchronous iterable. The callbacks are ordinary functions."""
        run = importing.ImportRun(self.tenant, stream_id, epoch, records_per_chunk, on_progress, on_rejected, on_conflict)
        chunks = _chunks(run, records)
        reconnects = Reconnects(self._policy)
        while True:
            try:
                await self._import_once(run, chunks, reconnects)
                return run.summary
            except grpc.RpcError as raw:
                error = self._error(raw, None)
            await self._reconnect(reconnects.pause_seconds(error), error)

    async def _import_once(self, run: importing.ImportRun,
                           chunks: AsyncIterator[record_service_pb2.ImportRecordsRequest], reconnects: Reconnects) -> None:
        stream = self._import_stream()()
        try:
            await stream.write(run.open_request())
            for request in run.welcome((await self._next(stream)).hello):
                await stream.write(request)
            while True:
                while run.must_wait:
                    run.note((await self._next(stream)).ack)
                    reconnects.progressed()
                try:
                    chunk = await chunks.__anext__()
                except StopAsyncIteration:
                    break
                await stream.write(chunk)
            await stream.done_writing()
            while not run.all_acknowledged:
                run.note((await self._next(stream)).ack)
                reconnects.progressed()
            await self._read(stream)  # ends with the server's OK
        except asyncio.InvalidStateError:  # written to a stream that is over: its status says why
            code = await stream.code()
            raise self._ended(f"the import's stream ended: {code.name} {await stream.details()}") from None
        finally:
            stream.cancel()

    async def _next(self, stream: Any) -> record_service_pb2.ImportRecordsResponse:
        response = await self._read(stream)
        if response is None:
            raise self._ended("the server ended the import early")
        return response

    @staticmethod
    async def _read(stream: Any) -> record_service_pb2.ImportRecordsResponse | None:
        try:
            response = await stream.read()
        except StopAsyncIteration:  # what grpcio 1.51 does at the end if there are interceptors
            return None
        return response if isinstance(response, record_service_pb2.ImportRecordsResponse) else None

    # --- settings, administration

    async def get_settings(self, *, timeout_seconds: float | None = None) -> config_service_pb2.GetSettingsResponse:
        """Client.get_settings."""
        return await self._run(calls.get_settings(self.tenant), timeout_seconds)

    async def update_settings(self, settings: settings_pb2.Settings, *, fields: Iterable[str] = (),
                              expected_version: int | None = None,
                              timeout_seconds: float | None = None) -> settings_pb2.Settings:
        """Client.update_settings."""
        call = calls.update_settings(self.tenant, settings, fields, expected_version)
        return (await self._run(call, timeout_seconds)).settings

    async def server_info(self, *, timeout_seconds: float | None = None) -> admin_service_pb2.GetServerInfoResponse:
        """Client.server_info."""
        return await self._run(calls.server_info(), timeout_seconds)

    async def stats(self, *, timeout_seconds: float | None = None) -> admin_service_pb2.GetStatsResponse:
        """Client.stats."""
        return await self._run(calls.stats(self.tenant), timeout_seconds)

    async def rebuild_facts(self, *, timeout_seconds: float | None = None) -> admin_service_pb2.RebuildFactsResponse:
        """Client.rebuild_facts."""
        return await self._run(calls.rebuild_facts(self.tenant), timeout_seconds)

    async def compact_facts(self, *, timeout_seconds: float | None = None) -> admin_service_pb2.CompactFactsResponse:
        """Client.compact_facts."""
        return await self._run(calls.compact_facts(self.tenant), timeout_seconds)

    # --- running calls

    async def _run(self, call: calls.Call[Response], timeout_seconds: float | None) -> Response:
        timeout_seconds = self._deadline(call, timeout_seconds)
        attempts = Attempts(timeout_seconds, self._policy)
        method = self._unary(call)
        while True:
            try:
                response: Response = await method(call.request, timeout=attempts.remaining_seconds())
                return response
            except grpc.RpcError as raw:
                error = self._error(raw, timeout_seconds)
            await self._pause(attempts.pause_seconds(error), error)

    @staticmethod
    async def _pause(seconds: float | None, error: SupportKpiError) -> None:
        if seconds is None:
            raise error
        await asyncio.sleep(seconds)

    async def _reconnect(self, seconds: float | None, error: SupportKpiError) -> None:
        await self._pause(seconds, error)
        try:
            await asyncio.wait_for(self.channel.channel_ready(), seconds)
        except asyncio.TimeoutError:
            pass  # the next try finds out


async def _chunks(run: importing.ImportRun,
                  records: AnyRecords) -> AsyncIterator[record_service_pb2.ImportRecordsRequest]:
    if isinstance(records, AsyncIterable):
        async for record in records:
            request = run.add(record)
            if request is not None:
                yield request
    else:
        for record in records:
            request = run.add(record)
            if request is not None:
                yield request
    request = run.finish()
    if request is not None:
        yield request
