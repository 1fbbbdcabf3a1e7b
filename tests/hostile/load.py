"""Callers who are many, who do not read, who leave in the middle, or who begin and do not go on."""

from __future__ import annotations

import concurrent.futures
import random
import threading
import time

from http2 import headers_of, message
from questions import CUSTOMER, question
from target import IMPORT, QUERY, STREAM, TENANT_MB, UPSERT, Attack, Target, attack, bearer

from supportkpi import instant
from supportkpi.v1 import kpi_service_pb2 as pb
from supportkpi.v1 import record_service_pb2 as records_pb
from supportkpi.v1 import records_pb2

_TOKEN = ("authorization", b"Bearer skpi_writer")
# 30,000 customers: as large an answer as one message may have.
_MANY = pb.Filter(any=pb.FilterList(filters=[pb.Filter(field="customer", prefix=f"c{n}") for n in (1, 2, 3)]))
_LARGE = question(group_by=CUSTOMER, filter=_MANY, layout=pb.ANSWER_LAYOUT_COLUMNS)
_DEAR = question(group_by=CUSTOMER, filter=_MANY, kpis=[pb.KpiSelection(kpi="resolution_time", statistic=f"p{n}", alias=f"a{n}")
                                                       for n in range(1, 17)])


def all_codes(codes: list[str]) -> str:
    return "+".join(sorted(set(codes)))


def at_once(target: Target, path: str, payload: bytes, count: int) -> str:
    """So many calls on one connection; how they ended."""
    target.sent += count * len(payload)
    call = target.channel().unary_unary(path, request_serializer=bytes, response_deserializer=bytes)
    futures = [call.future(payload, metadata=bearer("writer"), timeout=30) for _ in range(count)]
    return all_codes([future.code().name for future in futures])


ADMITTED = ("OK", "OK+RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED", "DEADLINE_EXCEEDED+RESOURCE_EXHAUSTED",
            "DEADLINE_EXCEEDED+OK+RESOURCE_EXHAUSTED")


@attack("500 questions at once", *ADMITTED, mb=60, cpu=4, within=5)
def many_questions(target: Target) -> str:
    return at_once(target, QUERY, question().SerializeToString(), 500)


@attack("6 dear questions at once", *ADMITTED, mb=TENANT_MB, cpu=20, within=5)
def many_dear_questions(target: Target) -> str:
    return at_once(target, QUERY, _DEAR.SerializeToString(), 6)


@attack("100 requests of 4 MB at once", *ADMITTED, "INVALID_ARGUMENT+RESOURCE_EXHAUSTED", mb=TENANT_MB, cpu=8, within=5)
def many_large_requests(target: Target) -> str:
    ticket = records_pb2.Ticket(id="large", created_at=instant("2026-01-05"), attributes={"a": "x" * 1000})
    records = records_pb.BatchUpsertRecordsRequest(records=[records_pb2.Record(ticket=ticket)] * 3_700)
    return at_once(target, UPSERT, records.SerializeToString(), 100)


@attack("32 answers in parts that nobody reads", "no answer", "RESOURCE_EXHAUSTED", mb=TENANT_MB, cpu=12, within=5)
def unread_streams(target: Target) -> str:
    body = message(pb.StreamQueryKpisRequest(query=_LARGE).SerializeToString())
    connection = target.connect(window=0)
    connection.settle()
    for stream in range(1, 64, 2):
        connection.call(stream, headers_of(STREAM, _TOKEN), body)
    return connection.outcome(63, seconds=2)


@attack("40 answers of a megabyte that nobody reads", "no answer", "RESOURCE_EXHAUSTED", mb=TENANT_MB, cpu=12, within=5)
def unread_answers(target: Target) -> str:
    body = message(_LARGE.SerializeToString())
    connection = target.connect(window=0)
    connection.settle()
    for stream in range(1, 80, 2):
        connection.call(stream, headers_of(QUERY, _TOKEN), body)
    return connection.outcome(79, seconds=2)


@attack("200 questions, each left at a time of its own", "CANCELLED", "CANCELLED+OK", "CANCELLED+RESOURCE_EXHAUSTED",
        "CANCELLED+OK+RESOURCE_EXHAUSTED", mb=TENANT_MB, cpu=12, within=5)
def left_questions(target: Target) -> str:
    call = target.channel().unary_unary(QUERY, request_serializer=bytes, response_deserializer=bytes)
    payload = _DEAR.SerializeToString()
    target.sent += 200 * len(payload)
    seconds = random.Random(1)

    def one(_: int) -> str:
        future = call.future(payload, metadata=bearer("writer"), timeout=30)
        time.sleep(seconds.random() * 0.1)
        future.cancel()
        return future.code().name

    with concurrent.futures.ThreadPoolExecutor(20) as threads:
        return all_codes(list(threads.map(one, range(200))))


@attack("100 questions with 1 ms each", "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED+OK", "DEADLINE_EXCEEDED+RESOURCE_EXHAUSTED",
        mb=TENANT_MB, cpu=4, within=5)
def hurried_questions(target: Target) -> str:
    call = target.channel().unary_unary(QUERY, request_serializer=bytes, response_deserializer=bytes)
    payload = _DEAR.SerializeToString()
    futures = [call.future(payload, metadata=bearer("writer"), timeout=0.001) for _ in range(100)]
    return all_codes([future.code().name for future in futures])


@attack("60 imports that open and say nothing", "RESOURCE_EXHAUSTED+RST 0+no answer", mb=16, cpu=1)
def silent_imports(target: Target) -> str:
    connection = target.connect()
    connection.settle()
    streams = range(1, 120, 2)
    for stream in streams:
        body = message(records_pb.ImportRecordsRequest(
            open=records_pb.ImportOpen(stream_id=f"silent{stream}", epoch=1)).SerializeToString())
        connection.call(stream, headers_of(IMPORT, _TOKEN), body, end=False)
    # Which of them are let in is a matter of threads; those that are get no answer however long they are waited for. The first
    # refusal spells its status out, the others name it by its place in the connection's table: of them the end is seen.
    return all_codes([connection.outcome(stream, seconds=0.1) for stream in streams])


@attack("16 imports of chunks that take a hundred times their bytes", "OK", "RESOURCE_EXHAUSTED", "INVALID_ARGUMENT",
        "RESOURCE_EXHAUSTED+no answer", "OK+RESOURCE_EXHAUSTED", "OK+RESOURCE_EXHAUSTED+RST 1",
        "RESOURCE_EXHAUSTED+RST 1", "OK+RST 1", mb=1_000, cpu=20, within=5)
def amplified_imports(target: Target) -> str:
    def field(number: int, payload: bytes) -> bytes:
        size, out = len(payload), b""
        while size > 127:
            out += bytes([size & 127 | 128])
            size >>= 7
        return bytes([number << 3 | 2]) + out + bytes([size]) + payload

    ticket = field(1, b"t") + field(4, b"\x08\x80\xea\xce\xca\x06") + b"\xa2\x02\x00" * 400_000
    connections = []
    for number in range(16):
        connection = target.connect(window=1 << 16)
        connection.settle()
        opened = records_pb.ImportRecordsRequest(open=records_pb.ImportOpen(stream_id=f"amplified{number}", epoch=1))
        body = message(opened.SerializeToString()) + b"".join(
            message(field(2, b"\x08" + bytes([position]) + field(2, field(1, ticket)))) for position in range(1, 4))
        sender = threading.Thread(target=connection.call, args=(1, headers_of(IMPORT, _TOKEN), body))
        sender.start()
        connections.append((connection, sender))
    outcomes = [connection.outcome(1, seconds=10) for connection, _ in connections]
    for connection, sender in connections:
        connection.socket.close()
        sender.join()
    return all_codes(outcomes)


@attack("200 connections that each ask and leave before the answer", "left", mb=200, cpu=12, within=5)
def leavers(target: Target) -> str:
    body = message(_LARGE.SerializeToString())
    for _ in range(200):
        connection = target.connect()
        connection.call(1, headers_of(QUERY, _TOKEN), body)
        connection.socket.close()
    return "left"


LOAD: list[Attack] = [many_questions, many_dear_questions, many_large_requests, unread_streams, unread_answers, left_questions,
                      hurried_questions, silent_imports, amplified_imports, leavers]
