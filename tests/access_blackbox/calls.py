"""Calls to a server as plain outcomes, and the details of an error."""

from __future__ import annotations

import dataclasses
import os
import time

import grpc
from google.protobuf import symbol_database
from google.rpc import error_details_pb2, status_pb2

from supportkpi.v1 import (admin_service_pb2, config_service_pb2, kpi_service_pb2, kpi_service_pb2_grpc, record_service_pb2,
                           record_service_pb2_grpc)

FILES = (kpi_service_pb2, record_service_pb2, config_service_pb2, admin_service_pb2)


@dataclasses.dataclass
class Outcome:
    """How a call ended."""

    code: str
    text: str = ""
    reason: str = ""
    metadata: dict[str, str] = dataclasses.field(default_factory=dict)
    retry_seconds: float | None = None

    def __str__(self) -> str:
        return f"{self.code} {self.reason} {self.text}"


def outcome_of(error: grpc.RpcError) -> Outcome:
    outcome = Outcome(error.code().name, error.details() or "")
    for key, value in error.trailing_metadata() or ():
        if key != "grpc-status-details-bin":
            continue
        for any_detail in status_pb2.Status.FromString(value).details:
            info, retry = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
            if any_detail.Unpack(info):
                outcome.reason, outcome.metadata = info.reason, dict(info.metadata)
            if any_detail.Unpack(retry):
                outcome.retry_seconds = retry.retry_delay.ToTimedelta().total_seconds()
    return outcome


def bearer(token: str) -> list[tuple[str, str]]:
    return [("authorization", f"Bearer {token}")]


def methods():
    """Every method of the API by path, from its description."""
    return {f"{service.full_name}/{method.name}": method for file in FILES
            for service in file.DESCRIPTOR.services_by_name.values() for method in service.methods}


def call(channel: grpc.Channel, path: str, request=None, metadata=(), timeout: float = 20) -> Outcome:
    """Calls any method with one request (by default an empty one)."""
    method = methods()[path]
    kinds = symbol_database.Default()
    request = request or kinds.GetSymbol(method.input_type.full_name)()
    response = kinds.GetSymbol(method.output_type.full_name)
    arguments = (f"/{path}", type(request).SerializeToString, response.FromString)
    try:
        if method.client_streaming:
            list(channel.stream_stream(*arguments)(iter([request]), metadata=metadata, timeout=timeout))
        elif method.server_streaming:
            list(channel.unary_stream(*arguments)(request, metadata=metadata, timeout=timeout))
        else:
            channel.unary_unary(*arguments)(request, metadata=metadata, timeout=timeout)
    except grpc.RpcError as error:
        return outcome_of(error)
    return Outcome("OK")


BINARY = [os.environ["SERVER"]]
LIST = "supportkpi.v1.KpiService/ListKpis"


def list_kpis(channel: grpc.Channel, token: str = "", **options) -> Outcome:
    """A read without arguments."""
    return call(channel, LIST, metadata=bearer(token) if token else (), **options)


def until(check, seconds: float = 10.0):
    """The first truthy value of `check()`."""
    end = time.monotonic() + seconds
    while True:
        value = check()
        if value or time.monotonic() > end:
            assert value, "it did not happen in time"
            return value
        time.sleep(0.05)


def stubs(channel: grpc.Channel):
    return kpi_service_pb2_grpc.KpiServiceStub(channel), record_service_pb2_grpc.RecordServiceStub(channel)
