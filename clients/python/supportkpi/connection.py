"""How a client reaches its server: address, TLS, token, the channel's settings. No calls here."""

from __future__ import annotations

import dataclasses
import importlib.resources
import ipaddress
import pathlib
from collections.abc import Callable
from typing import Union

import grpc

VERSION = "0.1.0"
DEFAULT_PORT = 50051
PemSource = Union[str, pathlib.Path, bytes]
Token = Union[str, Callable[[], str]]


@dataclasses.dataclass(frozen=True)
class Tls:
    """Encryption. Certificates and keys are PEM: bytes, or the path of a file that is read when the channel opens."""

    ca_certificate: PemSource | None = None
    """Who signs servers; None: the authorities that gRPC brings along."""
    client_certificate: PemSource | None = None
    """What the client shows, for mutual TLS; together with client_key."""
    client_key: PemSource | None = None
    """The key of client_certificate."""
    server_name: str = ""
    """The name that the server's certificate must hold; empty: that of the target."""

    def credentials(self) -> grpc.ChannelCredentials:
        """Reads the files; ValueError if only one of certificate and key is given."""
        if (self.client_certificate is None) != (self.client_key is None):
            raise ValueError("tls: client_certificate and client_key go together; give both or none")
        return grpc.ssl_channel_credentials(
            root_certificates=_pem(self.ca_certificate), private_key=_pem(self.client_key),
            certificate_chain=_pem(self.client_certificate))


def _pem(source: PemSource | None) -> bytes | None:
    if source is None or isinstance(source, bytes):
        return source
    return pathlib.Path(source).expanduser().read_bytes()


def service_config() -> str:
    """The retry policy and load balancing of every client of this service, as gRPC's service config in JSON."""
    return importlib.resources.files("supportkpi").joinpath("service_config.json").read_text("utf-8")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(rest: str) -> tuple[str, str]:
    """(host, host:port) of HOST, HOST:PORT, [V6] or [V6]:PORT."""
    if rest.startswith("["):
        host, _, tail = rest[1:].partition("]")
        return host, rest if tail.startswith(":") else f"{rest}:{DEFAULT_PORT}"
    host, colon, port = rest.partition(":")
    if colon and not (port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"target: {rest!r} has no port from 1 to 65535; expected HOST:PORT, grpc://HOST:PORT, "
                         "grpcs://HOST:PORT or a name of gRPC such as dns:///HOST:PORT and unix:PATH")
    return host, rest if colon else f"{rest}:{DEFAULT_PORT}"


@dataclasses.dataclass(frozen=True)
class Connection:
    """Everything that a channel needs, checked."""

    target: str
    """As gRPC names it."""
    tls: Tls | None
    token: Token | None
    retries: bool

    @classmethod
    def of(cls, target: str, tls: Tls | bool | None, token: Token | None, retries: bool) -> "Connection":
        """Reads a target: HOST:PORT, grpc://HOST:PORT (plain text), grpcs://HOST:PORT (TLS), or a name of gRPC itself
        such as dns:///HOST:PORT and unix:PATH. ValueError if it cannot be meant, or would show a token to the network
        without anybody having asked for plain text."""
        if tls is True:
            tls = Tls()
        scheme, separator, rest = target.partition("://")
        if separator and scheme in ("grpc", "grpcs"):
            host, name = _split(rest)
            if scheme == "grpcs":
                tls = tls or Tls()
            elif tls:
                raise ValueError(f"target: {target!r} asks for plain text and tls is given; write grpcs:// or leave tls out")
            return cls(name, tls or None, token, retries)
        if separator or target.startswith(("unix:", "dns:", "ipv4:", "ipv6:", "xds:")):
            local, name = target.startswith("unix:"), target
        else:
            host, name = _split(target)
            local = _is_loopback(host)
        if token and not tls and not local:
            raise ValueError(f"token: {target!r} would get it in plain text over a network; give tls=True or "
                             "grpcs://HOST:PORT, or write grpc://HOST:PORT if plain text is meant")
        return cls(name, tls or None, token, retries)

    def describe(self) -> str:
        """For messages: whom the client calls, and how."""
        return f"called {self.target} {'with TLS' if self.tls else 'in plain text'}"

    def options(self) -> list[tuple[str, str | int]]:
        """Of the channel. Answers may be of any size, since the server bounds them; dead connections are noticed in 40 s."""
        options: list[tuple[str, str | int]] = [
            ("grpc.max_receive_message_length", -1),
            ("grpc.keepalive_time_ms", 30_000),
            ("grpc.keepalive_timeout_ms", 10_000),
            ("grpc.initial_reconnect_backoff_ms", 200),
            ("grpc.max_reconnect_backoff_ms", 5_000),
            ("grpc.primary_user_agent", f"supportkpi-python/{VERSION}"),
        ]
        if self.retries:
            options.append(("grpc.service_config", service_config()))
        else:
            options.append(("grpc.enable_retries", 0))
        if self.tls and self.tls.server_name:
            options.append(("grpc.ssl_target_name_override", self.tls.server_name))
        return options

    def metadata(self) -> list[tuple[str, str]]:
        """What every call carries."""
        if not self.token:
            return []
        return [("authorization", f"Bearer {self.token() if callable(self.token) else self.token}")]
