"""HTTP/2 as no library speaks it, connections that come in floods, and streams that stop half way."""

from __future__ import annotations

import random
import socket
import struct

from http2 import (CONTINUATION, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PING, RST_STREAM, SETTINGS, WINDOW_UPDATE, Connection,
                   frame, headers_of, literal, message)
from messages import good
from target import IMPORT, QUERY, UPSERT, Attack, Target, attack

_GOOD = message(good().SerializeToString())
_TOKEN = ("authorization", b"Bearer skpi_writer")


def calls(name: str, *answers: str, path: str = QUERY, more: tuple[tuple[str, bytes], ...] = (), body: bytes = _GOOD,
          token: str = "writer", **changed: str) -> Attack:
    """A good question whose headers are changed."""
    return attack(name, *answers)(lambda target: target.raw(path, body, *more, token=token, **changed))


def writes(name: str, *answers: str, data: bytes, preface: bool = True) -> Attack:
    """Bytes on a connection."""
    def run(target: Target) -> str:
        connection = target.connect(preface=preface)
        if preface:
            connection.settle()
        connection.send(data)
        return connection.outcome(seconds=1)
    return attack(name, *answers)(run)


_CLOSED = ("closed", "UNAVAILABLE", "GOAWAY 1", "GOAWAY 6", "GOAWAY 9", "GOAWAY 2", "GOAWAY 11", "no answer")
_WITH_TOKEN = headers_of(QUERY, _TOKEN)

STRANGE_CALLS = [
    calls("20 a method that there is not", "UNIMPLEMENTED", path="/supportkpi.v1.KpiService/Nothing"),
    calls("20 a service that there is not", "UNIMPLEMENTED", path="/supportkpi.v1.Nothing/QueryKpis"),
    calls("20 a path without its slash", "UNIMPLEMENTED", "UNKNOWN", path="supportkpi.v1.KpiService/QueryKpis"),
    calls("20 a path that only begins as a method", "UNIMPLEMENTED", path=QUERY + "/../../x"),
    calls("20 a path of 8,000 bytes", "UNIMPLEMENTED", path="/" + "a" * 8000),
    calls("21 GET", "UNKNOWN", method="GET"),
    *(calls(f"22 without {name}", "UNKNOWN", without=name) for name in (":method", ":scheme", ":path", ":authority", "te")),
    calls("22 te: chunked", "UNKNOWN", te="chunked"),
    calls("23 content-type: application/json", "OK", content_type="application/json"),
    *(calls(f"24 grpc-timeout: {value}", "OK", more=(("grpc-timeout", value.encode()),))
      for value in ("banana", "-1S", "9999999999H")),
    calls("25 grpc-timeout: 0n", "DEADLINE_EXCEEDED", more=(("grpc-timeout", b"0n"),)),
    calls("26 headers of 100 kB", "RESOURCE_EXHAUSTED", *_CLOSED,
          more=tuple((f"x-{n}", b"v" * 8000) for n in range(12))),
    calls("27 a binary header that is no base64", "UNAVAILABLE", *_CLOSED, more=(("x-bin", b"!!!"),)),
    *(calls(f"29 a header's value with {what}", "OK", *_CLOSED, more=(("x-request-id", value),))
      for what, value in (("a new line", b"a\nb"), ("NUL", b"a\0b"), ("bytes that are no text", b"\xff\xfe"))),
    calls("30 an upper-case header", "OK", *_CLOSED, more=(("X-Upper", b"1"),)),
    calls("36 no token", "UNAUTHENTICATED", token=""),
    calls("37 a token that has expired", "UNAUTHENTICATED", token="old"),
    calls("38 a token of nobody's", "UNAUTHENTICATED", token="nobody"),
    calls("38 a JWT with alg none", "UNAUTHENTICATED", token="", more=(
        ("authorization", b"Bearer eyJhbGciOiJub25lIn0.eyJ0ZW5hbnQiOiJhY21lIn0."),)),
    calls("39 a token of 5 KiB", "UNAUTHENTICATED", token="", more=(("authorization", b"Bearer " + b"a" * 5120),)),
    calls("40 two tokens", "UNAUTHENTICATED", more=(_TOKEN,)),
    calls("40 100 tokens", "UNAUTHENTICATED", more=(_TOKEN,) * 100),
    calls("43 a reader writes", "PERMISSION_DENIED", path=UPSERT, token="reader"),
    calls("a reader imports", "PERMISSION_DENIED", path=IMPORT, token="reader"),
    writes("31 an even stream", *_CLOSED, data=frame(HEADERS, END_HEADERS, 2, _WITH_TOKEN)),
    writes("31 a stream again", *_CLOSED, "OK", "INVALID_ARGUMENT",
           data=frame(HEADERS, END_HEADERS | END_STREAM, 1, _WITH_TOKEN) * 2),
    writes("32 HTTP/1.1", *_CLOSED, data=b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", preface=False),
    writes("32 a TLS hello", *_CLOSED, data=bytes.fromhex("16030100c8010000c40303") + bytes(200), preface=False),
    writes("32 a megabyte of random bytes", *_CLOSED, data=random.Random(1).randbytes(1_000_000), preface=False),
    writes("33 a frame of 2^24 - 1 bytes", *_CLOSED, data=b"\xff\xff\xff\x00\x00\x00\x00\x00\x01" + bytes(100_000)),
    writes("33 SETTINGS of 5 bytes", *_CLOSED, data=frame(SETTINGS, payload=bytes(5))),
    writes("33 WINDOW_UPDATE by 0", *_CLOSED, data=frame(WINDOW_UPDATE, payload=bytes(4))),
    writes("33 WINDOW_UPDATE over 2^31", *_CLOSED, data=frame(WINDOW_UPDATE, payload=b"\x7f\xff\xff\xff") * 3),
    writes("33 CONTINUATION first", *_CLOSED, data=frame(CONTINUATION, 0, 1, b"x")),
    writes("33 an index that the table of headers has not", *_CLOSED,
           data=frame(HEADERS, END_HEADERS | END_STREAM, 1, b"\xff\xff\xff\xff\x0f")),
    writes("33 a table of headers of 4 GB", *_CLOSED, data=frame(SETTINGS, payload=struct.pack(">HI", 1, 0xffffffff)) +
           frame(HEADERS, END_HEADERS, 1, b"\x3f\xff\xff\xff\xff\x0f" + _WITH_TOKEN)),
    writes("34 20 pings", "GOAWAY 11", data=frame(PING, payload=bytes(8)) * 20),
]


@attack("28 300 streams where 256 may be", "OK", "closed", "UNAVAILABLE", "RST 7", "RST 11", "no answer", mb=12, cpu=1)
def streams_beyond_the_limit(target: Target) -> str:
    connection = target.connect()
    connection.settle()
    for stream in range(1, 601, 2):
        connection.call(stream, _WITH_TOKEN, end=False)
    return connection.outcome(599, seconds=1)


@attack("a flood of 20,000 streams that are reset at once", "no answer", *_CLOSED, mb=700, cpu=12, within=5)
def reset_flood(target: Target) -> str:
    connection = target.connect()
    connection.settle()
    stop = struct.pack(">I", 8)
    for first in range(1, 40_001, 2_000):
        connection.send(b"".join(frame(HEADERS, END_HEADERS, stream, _WITH_TOKEN) + frame(RST_STREAM, 0, stream, stop)
                                 for stream in range(first, first + 2_000, 2)))
    return connection.outcome(39_999, seconds=0.5)


@attack("20,000 streams of one who never acknowledges our settings", "no answer", *_CLOSED, mb=700, cpu=12, within=5)
def streams_without_acknowledgement(target: Target) -> str:
    connection = target.connect(acknowledges=False)
    for first in range(1, 40_001, 2_000):
        connection.send(b"".join(frame(HEADERS, END_HEADERS, stream, _WITH_TOKEN) for stream in range(first, first + 2_000, 2)))
    return connection.outcome(39_999, seconds=0.5)


@attack("a header of 3 MB in pieces", "no answer", "RESOURCE_EXHAUSTED", *_CLOSED, mb=120, cpu=8, within=5)
def header_in_pieces(target: Target) -> str:
    connection = target.connect()
    connection.settle()
    header = b"\x00\x01x" + b"\x7f" + b"\xff\xff\xff\x7f"  # a value of 256 MB begins
    connection.send(frame(HEADERS, 0, 1, header) + frame(CONTINUATION, 0, 1, b"v" * 16_000) * 190)
    return connection.outcome(seconds=1)


@attack("100,000 frames of CONTINUATION without a byte", "no answer", *_CLOSED, mb=120, cpu=2)
def empty_continuations(target: Target) -> str:
    connection = target.connect()
    connection.settle()
    connection.send(frame(HEADERS, 0, 1, _WITH_TOKEN) + frame(CONTINUATION, 0, 1) * 100_000)
    return connection.outcome(seconds=0.5)


@attack("100,000 SETTINGS", "no answer", *_CLOSED, mb=60, cpu=3, within=5)
def settings_flood(target: Target) -> str:
    connection = target.connect(acknowledges=False)
    connection.settle()
    connection.send(frame(SETTINGS, payload=struct.pack(">HI", 4, 65_535)) * 100_000)
    return connection.outcome(seconds=0.5)


@attack("100,000 frames of DATA without a byte", "no answer", "INVALID_ARGUMENT", *_CLOSED, mb=150, cpu=6)
def empty_data(target: Target) -> str:
    connection = target.connect()
    connection.settle()
    connection.call(1, _WITH_TOKEN, end=False)
    connection.send(frame(0, 0, 1) * 100_000)
    return connection.outcome(seconds=0.5)


@attack("1,500 connections that say nothing", "open", mb=60, cpu=4)
def silent_connections(target: Target) -> str:
    host, port = target.address.rsplit(":", 1)
    for _ in range(1_500):
        target.hold.enter_context(socket.create_connection((host, int(port)), timeout=5))
    return "open"


@attack("300 connections that begin HTTP/2 and then say nothing", "open", mb=60, cpu=4)
def idle_connections(target: Target) -> str:
    for _ in range(300):
        target.connect()
    return "open"


@attack("500 connections one after the other", "closed", mb=24, cpu=3)
def short_connections(target: Target) -> str:
    for _ in range(500):
        with Connection(target.address) as connection:
            connection.settle()
            target.sent += connection.sent
    return "closed"


@attack("256 questions whose message never comes", "no answer", mb=16, cpu=1)
def headers_only(target: Target) -> str:
    connection = target.connect()
    connection.settle()
    for stream in range(1, 512, 2):
        connection.call(stream, _WITH_TOKEN, end=False)
    return connection.outcome(511, seconds=0.3)


@attack("64 questions that stop in the middle of a message of 4 MB", "no answer", mb=40, cpu=1)
def half_messages(target: Target) -> str:
    """HTTP/2 lets each send only as much as its window."""
    connection = target.connect()
    connection.settle()
    for stream in range(1, 128, 2):
        connection.call(stream, _WITH_TOKEN, struct.pack(">BI", 0, 4_000_000) + b"x" * 60_000, end=False)
    return connection.outcome(127, seconds=0.5)


@attack("a message that comes byte by byte", "INVALID_ARGUMENT", "OK", mb=4, cpu=1)
def byte_by_byte(target: Target) -> str:
    connection = target.connect()
    connection.settle()
    connection.call(1, _WITH_TOKEN, end=False)
    for byte in _GOOD[:-1]:
        connection.send(frame(0, 0, 1, bytes([byte])))
    connection.send(frame(0, END_STREAM, 1, _GOOD[-1:]))
    return connection.outcome()


@attack("GOAWAY and then questions", "OK", *_CLOSED)
def calls_after_goaway(target: Target) -> str:
    connection = target.connect()
    connection.settle()
    connection.send(frame(GOAWAY, payload=bytes(8)))
    connection.call(1, _WITH_TOKEN, _GOOD)
    return connection.outcome(seconds=1)


@attack("300 headers that are each put into the table", "OK", "RESOURCE_EXHAUSTED", *_CLOSED, mb=4)
def table_of_headers(target: Target) -> str:
    connection = target.connect()
    connection.settle()
    indexed = b"".join(b"\x40" + literal(f"x-{n}", b"v" * 20)[1:] for n in range(300))
    connection.call(1, _WITH_TOKEN + indexed, _GOOD)
    return connection.outcome(seconds=1)


TRANSPORT = [*STRANGE_CALLS, streams_beyond_the_limit, reset_flood, streams_without_acknowledgement, header_in_pieces,
             empty_continuations, settings_flood, empty_data, silent_connections, idle_connections, short_connections,
             headers_only, half_messages, byte_by_byte, calls_after_goaway, table_of_headers]
