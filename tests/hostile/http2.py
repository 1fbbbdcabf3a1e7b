"""HTTP/2 by hand: frames that no library would send."""

from __future__ import annotations

import re
import select
import socket
import struct
import time

import grpc

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 4, 6, 7, 8, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1
CODES = {code.value[0]: code.name for code in grpc.StatusCode}


def frame(kind: int, flags: int = 0, stream: int = 0, payload: bytes = b"") -> bytes:
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def _length(count: int) -> bytes:
    """HPACK's number with a prefix of 7 bits."""
    if count < 127:
        return bytes([count])
    out, rest = b"\x7f", count - 127
    while rest > 127:
        out += bytes([rest & 127 | 128])
        rest >>= 7
    return out + bytes([rest])


def literal(name: str, value: bytes) -> bytes:
    """A header that is not put into the table of headers."""
    return b"\x00" + _length(len(name)) + name.encode() + _length(len(value)) + value


def headers_of(path: str, *more: tuple[str, bytes], without: str = "", **changed: str) -> bytes:
    """The headers of a call; `method`, `te`, ... replace the usual ones, one may be left out, more may follow."""
    usual = {":method": "POST", ":scheme": "http", ":path": path, ":authority": "localhost", "te": "trailers",
             "content-type": "application/grpc"}
    for name, value in changed.items():
        name = name.replace("_", "-")
        usual[":" + name if ":" + name in usual else name] = value
    usual.pop(without, None)
    return b"".join(literal(name, value.encode()) for name, value in usual.items()) + b"".join(
        literal(name, value) for name, value in more)


def message(payload: bytes, flag: int = 0) -> bytes:
    return struct.pack(">BI", flag, len(payload)) + payload


class Connection:
    """A connection on which everything is sent as it is given. `window`: what each stream lets the server send."""

    def __init__(self, address: str, window: int = 1 << 20, acknowledges: bool = True, preface: bool = True) -> None:
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), timeout=20)
        self.sent = 0
        self.window = window
        self._acknowledges = acknowledges
        self._received = b""
        self._frames: list[tuple[int, int, int, bytes]] = []
        self.is_closed = False
        if preface:
            self.send(PREFACE + frame(SETTINGS, payload=struct.pack(">HI", 4, window)))

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Until the peer closes; what it no longer takes is dropped."""
        try:
            self.socket.sendall(data)
            self.sent += len(data)
        except OSError:
            self.is_closed = True

    def call(self, stream: int, headers: bytes, body: bytes = b"", end: bool = True) -> None:
        """Headers and data, in frames as long as they may be."""
        out = frame(HEADERS, END_HEADERS | (END_STREAM if end and not body else 0), stream, headers)
        for at in range(0, len(body), 16384):
            piece = body[at:at + 16384]
            out += frame(DATA, END_STREAM if end and at + 16384 >= len(body) else 0, stream, piece)
        self.send(out)

    def settle(self, seconds: float = 5) -> None:
        """Waits until the server has acknowledged our settings, and acknowledges its own."""
        self._read(lambda: any(kind == SETTINGS and flags & ACK for kind, flags, _, _ in self._frames), seconds)

    def _read(self, is_enough, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not is_enough():
            if self.is_closed or time.monotonic() > end:
                return False
            readable, _, _ = select.select([self.socket], [], [], max(0.0, end - time.monotonic()))
            if not readable:
                return False
            try:
                data = self.socket.recv(1 << 16)
            except OSError:
                data = b""
            if not data:
                self.is_closed = True
            self._received += data
            self._take_frames()
        return True

    def _take_frames(self) -> None:
        while len(self._received) >= 9:
            length = int.from_bytes(self._received[:3], "big")
            if len(self._received) < 9 + length:
                return
            kind, flags, stream = struct.unpack(">BBI", self._received[3:9])
            payload, self._received = self._received[9:9 + length], self._received[9 + length:]
            self._frames.append((kind, flags, stream, payload))
            if kind == SETTINGS and not flags & ACK and self._acknowledges:
                self.send(frame(SETTINGS, ACK))
            if kind == DATA and payload and self.window:
                update = struct.pack(">I", len(payload))
                self.send(frame(WINDOW_UPDATE, 0, 0, update) + frame(WINDOW_UPDATE, 0, stream, update))

    def outcome(self, stream: int = 1, seconds: float = 10) -> str:
        """How the stream ended: the status's name, RST n, GOAWAY n, closed, or no answer."""
        self._read(lambda: self._end_of(stream) is not None, seconds)
        return self._end_of(stream) or ("closed" if self.is_closed else "no answer")

    def _end_of(self, stream: int) -> str | None:
        goaway = None
        for kind, _, its_stream, payload in self._frames:
            if kind == HEADERS and its_stream == stream and (status := _grpc_status(payload)) is not None:
                return status
            if kind == RST_STREAM and its_stream == stream:
                return f"RST {int.from_bytes(payload, 'big')}"
            if kind == GOAWAY and (code := int.from_bytes(payload[4:8], "big")):
                goaway = f"GOAWAY {code}"
        return goaway


def _grpc_status(headers: bytes) -> str | None:
    # The server spells a header out the first time that a connection meets it.
    found = re.search(rb"grpc-status([\x01\x02])", headers)
    if found is None:
        return None
    at = found.end()
    return CODES[int(headers[at:at + found[1][0]])]
