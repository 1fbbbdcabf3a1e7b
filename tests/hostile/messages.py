"""Messages that are none, are too large, or cost more than their bytes."""

from __future__ import annotations

import gzip
import struct

import january
from http2 import message
from target import IMPORT, QUERY, STREAM, UPSERT, Attack, Target, attack

from supportkpi.v1 import kpi_service_pb2 as pb
from supportkpi.v1 import record_service_pb2 as records_pb
from supportkpi.v1 import records_pb2


def varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number: int, payload: bytes) -> bytes:
    """A length-delimited field."""
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def nested(levels: int, number: int = 4) -> bytes:
    """filter.not.not.not..."""
    innermost = field(1, b"channel") + field(5, b"email")
    opened, length = [], len(innermost)
    for _ in range(levels):
        opened.append(bytes([number << 3 | 2]) + varint(length))
        length += len(opened[-1])
    return field(7, b"".join(reversed(opened)) + innermost)


def good() -> pb.QueryKpisRequest:
    return january.question("acme", "tickets_created")


def sends(name: str, path: str, payload: bytes, *answers: str, **bounds: float) -> Attack:
    """A well-framed message."""
    return attack(name, *answers, **bounds)(lambda target: target.unary(path, payload))


def frames(name: str, body: bytes, *answers: str, **bounds: float) -> Attack:
    """A question's body as it is, length prefix and all."""
    return attack(name, *answers, **bounds)(lambda target: target.raw(QUERY, body))


_GOOD = good().SerializeToString()
_INVALID = "INVALID_ARGUMENT"
_MIB = 1 << 20
_TICKET = field(1, b"t") + field(4, varint(8) + varint(1_767_600_000))


def ticket_with(events: bytes) -> bytes:
    return field(2, field(1, _TICKET + events))


def _import(target: Target, *bodies: bytes) -> str:
    return target.raw(IMPORT, b"".join(message(body) for body in bodies))


_OPEN = records_pb.ImportRecordsRequest(open=records_pb.ImportOpen(stream_id="hostile", epoch=1)).SerializeToString()


def _chunk(payload: bytes) -> bytes:
    return field(2, b"\x08\x01" + payload)


MESSAGES = [
    sends("1 garbage bytes", QUERY, b"hello", _INVALID),
    sends("2 a truncated field", QUERY, b"\x0a\x7f", _INVALID),
    sends("3 field number 0", QUERY, b"\x00\x00\x00", _INVALID),
    sends("3 a varint of 11 bytes", QUERY, b"\x08" + b"\xff" * 10 + b"\x01", _INVALID),
    sends("3 a length of 2^64 - 1", QUERY, b"\x0a" + b"\xff" * 9 + b"\x01", _INVALID),
    sends("4 a string that is no UTF-8", QUERY, b"\x0a\x02\xff\xfe", _INVALID),
    sends("5 filters nested 17 deep", QUERY, _GOOD + nested(17), _INVALID),
    sends("5 filters nested 41 deep", QUERY, _GOOD + nested(41), _INVALID),
    sends("6 filters nested 20,000 deep", QUERY, nested(20_000), _INVALID),
    sends("6 filters nested 500,000 deep", QUERY, nested(500_000), _INVALID),
    sends("7 200 unknown groups in one another", QUERY, b"\xa3\x06" * 200 + b"\xa4\x06" * 200, _INVALID),
    sends("7 a million unknown groups in one another", QUERY, b"\xa3\x06" * 1_000_000, _INVALID),
    sends("8 another wire type for each field", QUERY, b"".join(varint(n << 3) + b"\x01" for n in range(1, 20)), _INVALID),
    sends("9 an unknown field of 3 MiB", QUERY, _GOOD + field(1000, b"x" * 3 * _MIB), "OK", mb=24),
    sends("9 a million unknown fields", QUERY, _GOOD + b"\xc0\x3e\x01" * 1_000_000, "OK", mb=80, cpu=1),
    sends("10 a message of 5 MiB", QUERY, field(12, b"x" * 5 * _MIB), "RESOURCE_EXHAUSTED", mb=24),
    sends("10 a message of 17 MiB", QUERY, field(12, b"x" * 17 * _MIB), "RESOURCE_EXHAUSTED", mb=24),
    frames("11 a length prefix of 3 GB and no data", struct.pack(">BI", 0, 3_000_000_000), _INVALID, "RESOURCE_EXHAUSTED"),
    frames("12 a length prefix longer than the data", struct.pack(">BI", 0, 1000) + b"short", _INVALID, "RST 8", "INTERNAL"),
    frames("13 no message at all", b"", _INVALID),
    frames("14 two messages", message(_GOOD) * 2, "OK"),
    attack("15 30 kB of gzip that unpack to 30 MB", "UNIMPLEMENTED")(lambda target: target.raw(
        QUERY, message(gzip.compress(bytes(30_000_000), 6), 1), ("grpc-encoding", b"gzip"))),
    attack("15 the same with deflate", "UNIMPLEMENTED")(
        lambda target: target.raw(QUERY, message(bytes(1000), 1), ("grpc-encoding", b"deflate"))),
    attack("16 an encoding that there is not", "UNIMPLEMENTED", "OK", _INVALID)(
        lambda target: target.raw(QUERY, message(_GOOD, 1), ("grpc-encoding", b"zork"))),
    attack("16 a compressed message without an encoding", "UNIMPLEMENTED", "OK", _INVALID, "INTERNAL")(
        lambda target: target.raw(QUERY, message(_GOOD, 1))),
    frames("18 a message's flags are 2", message(_GOOD, 2), _INVALID, "INTERNAL", "UNIMPLEMENTED"),
    sends("19 2 million records of no bytes", UPSERT, b"\x12\x00" * 2_000_000, _INVALID, mb=16),
    sends("19 10,001 records", UPSERT, b"\x12\x00" * 10_001, _INVALID),
    sends("19 2 million names to group by", QUERY, _GOOD + b"\x32\x00" * 2_000_000, _INVALID, mb=16),
    sends("19 500,000 events of one ticket", UPSERT, ticket_with(b"\xa2\x02\x00" * 500_000), _INVALID, mb=160, cpu=2),
    sends("19 2 million tags of one ticket", UPSERT, ticket_with(b"\x7a\x00" * 2_000_000), _INVALID, mb=16),
    sends("19 400,000 tags of one ticket", UPSERT, ticket_with(b"\x7a\x00" * 400_000), _INVALID, mb=96, cpu=1),
    sends("19 300,000 attributes of one ticket", UPSERT,
          ticket_with(b"".join(field(35, field(1, str(n).encode())) for n in range(300_000))), _INVALID, mb=128, cpu=2),
    sends("19 450,000 values in a filter", QUERY, _GOOD + field(7, field(1, b"channel") + field(6, b"\x0a\x00" * 450_000)),
          _INVALID, mb=96, cpu=1),
    sends("a KPI's name of 4 MB", QUERY, field(2, field(1, b"k" * 4_000_000)), _INVALID, mb=48, cpu=1),
    sends("a filter text of 4 MB", QUERY, _GOOD + field(12, b"(" * 4_000_000), _INVALID, mb=96, cpu=1),
    sends("a filter text of 300,000 conditions", QUERY, _GOOD + field(12, b" AND ".join([b'team="a"'] * 300_000)), _INVALID,
          mb=96, cpu=1),
    sends("a tenant's name of 4 MB", QUERY, field(1, b"a" * 4_000_000), _INVALID, "PERMISSION_DENIED", mb=32),
    sends("a page token of 4 MB", QUERY, _GOOD + field(19, b"A" * 4_000_000), _INVALID, mb=48),
    sends("words of 4 MB", QUERY, field(2, field(1, b"csat")) + field(3, field(3, b"last " * 800_000)), _INVALID, mb=48),
    sends("no message of a stream", STREAM, b"\xff", _INVALID),
    attack("71 a chunk before open", "FAILED_PRECONDITION")(lambda target: _import(target, _chunk(b""))),
    attack("71 two opens", "FAILED_PRECONDITION")(lambda target: _import(target, _OPEN, _OPEN)),
    attack("71 a gap between chunks", "OUT_OF_RANGE")(
        lambda target: _import(target, _OPEN, field(2, b"\x08\x09" + ticket_with(b"")))),
    attack("71 garbage in the middle of an import", _INVALID)(lambda target: _import(target, _OPEN, b"hello")),
    attack("71 a chunk of 2 million empty records", _INVALID, mb=24)(
        lambda target: _import(target, _OPEN, field(2, b"\x12\x00" * 2_000_000))),
    attack("71 a chunk with 400,000 events", "OK", _INVALID, mb=160, cpu=3)(
        lambda target: _import(target, _OPEN, field(2, b"\x08\x01" + ticket_with(b"\xa2\x02\x00" * 400_000)))),
]


def records_of(*records: records_pb2.Record) -> bytes:
    return records_pb.BatchUpsertRecordsRequest(records=records).SerializeToString()
