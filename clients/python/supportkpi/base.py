"""What Client and AsyncClient share: everything but waiting. No I/O here."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import Any

from supportkpi import calls, errors, importing, streaming
from supportkpi.connection import Connection, Tls, Token
from supportkpi.errors import SupportKpiError
from supportkpi.retrying import ONE_ATTEMPT, shared_policy
from supportkpi.v1 import admin_service_pb2_grpc, config_service_pb2_grpc, kpi_service_pb2_grpc, record_service_pb2_grpc
from supportkpi.v1 import kpi_service_pb2 as pb
from supportkpi.v1 import record_service_pb2


class ClientBase(abc.ABC):
    """Where the server is, how calls are made of the channel, and what their failures are."""

    def __init__(self, target: str = "127.0.0.1:50051", *, tenant: str = "", token: Token | None = None,
                 tls: Tls | bool | None = None, timeout_seconds: float | None = 30.0, retries: bool = True) -> None:
        self._connection = Connection.of(target, tls, token, retries)
        self._timeout = timeout_seconds
        self._policy = shared_policy() if retries else ONE_ATTEMPT
        self._methods: dict[str, Callable[..., Any]] = {}
        self.target = target
        self.tenant = tenant

    @property
    @abc.abstractmethod
    def channel(self) -> Any:
        """The gRPC channel; opened at its first use."""

    @property
    def records(self) -> record_service_pb2_grpc.RecordServiceStub:
        """The generated stub of RecordService, for what the methods here do not offer."""
        return record_service_pb2_grpc.RecordServiceStub(self.channel)  # type: ignore[no-untyped-call]

    @property
    def kpis(self) -> kpi_service_pb2_grpc.KpiServiceStub:
        """The generated stub of KpiService."""
        return kpi_service_pb2_grpc.KpiServiceStub(self.channel)  # type: ignore[no-untyped-call]

    @property
    def config(self) -> config_service_pb2_grpc.ConfigServiceStub:
        """The generated stub of ConfigService."""
        return config_service_pb2_grpc.ConfigServiceStub(self.channel)  # type: ignore[no-untyped-call]

    @property
    def admin(self) -> admin_service_pb2_grpc.AdminServiceStub:
        """The generated stub of AdminService."""
        return admin_service_pb2_grpc.AdminServiceStub(self.channel)  # type: ignore[no-untyped-call]

    def _unary(self, call: calls.Call[Any]) -> Callable[..., Any]:
        method = self._methods.get(call.method)
        if method is None:
            method = self.channel.unary_unary(call.method, request_serializer=type(call.request).SerializeToString,
                                              response_deserializer=call.response_type.FromString)
            self._methods[call.method] = method
        return method

    def _query_stream(self) -> Callable[..., Any]:
        method: Callable[..., Any] = self.channel.unary_stream(
            streaming.METHOD, request_serializer=pb.StreamQueryKpisRequest.SerializeToString,
            response_deserializer=pb.StreamQueryKpisResponse.FromString)
        return method

    def _import_stream(self) -> Callable[..., Any]:
        method: Callable[..., Any] = self.channel.stream_stream(
            importing.METHOD, request_serializer=record_service_pb2.ImportRecordsRequest.SerializeToString,
            response_deserializer=record_service_pb2.ImportRecordsResponse.FromString)
        return method

    def _deadline(self, call: calls.Call[Any], timeout_seconds: float | None) -> float | None:
        """The seconds that a call has in all."""
        if timeout_seconds is None and self._timeout is not None:
            return self._timeout * call.timeout_factor
        return timeout_seconds

    def _error(self, raw: Any, timeout_seconds: float | None) -> SupportKpiError:
        return errors.from_rpc_error(raw, self._connection.describe(), timeout_seconds)

    def _not_ready(self, seconds: float) -> SupportKpiError:
        return errors.unreachable(f"the server could not be reached within {seconds:g} s", self._connection.describe())

    def _ended(self, text: str) -> SupportKpiError:
        """The server ended a stream before its time; that can be taken up again."""
        return errors.unavailable(text, f"({self._connection.describe()})")
