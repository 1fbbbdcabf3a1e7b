"""What calls raise: one class a status code, with the wrong fields, the reason for programs and when to try again."""

from __future__ import annotations

import dataclasses
from typing import Any, NamedTuple

import grpc
from google.protobuf import message
from google.rpc import error_details_pb2, status_pb2


class FieldViolation(NamedTuple):
    """One wrong field of a request."""

    field: str
    """Path in the request, such as "kpis[0].anchor"; empty in the last one of a list that was cut."""
    description: str
    """What is wrong, and what is allowed."""


@dataclasses.dataclass(frozen=True)
class ErrorStatus:
    """What the server or gRPC said."""

    code: grpc.StatusCode
    message: str
    violations: tuple[FieldViolation, ...] = ()
    reason: str = ""
    metadata: tuple[tuple[str, str], ...] = ()
    retry_after_seconds: float | None = None
    request_id: str = ""
    hint: str = ""


class SupportKpiError(grpc.RpcError):  # type: ignore[misc, unused-ignore]  # without its stubs grpc is Any
    """A call failed. It is a grpc.RpcError too: code() and details() are those of gRPC."""

    def __init__(self, status: ErrorStatus) -> None:
        super().__init__(status)
        self.status = status

    def code(self) -> grpc.StatusCode:
        """The gRPC status code."""
        return self.status.code

    def details(self) -> str:
        """The server's message."""
        return self.status.message

    @property
    def message(self) -> str:
        """The server's message: "<field.path>: <what is wrong>; <what is allowed>"."""
        return self.status.message

    @property
    def violations(self) -> tuple[FieldViolation, ...]:
        """The wrong fields of the request; empty where no field is to blame."""
        return self.status.violations

    @property
    def reason(self) -> str:
        """A stable word for programs, such as "QUEUE_FULL"; the code's name where there is no better one."""
        return self.status.reason

    @property
    def metadata(self) -> dict[str, str]:
        """What else the server says for programs, such as the reference of an internal error."""
        return dict(self.status.metadata)

    @property
    def retry_after_seconds(self) -> float | None:
        """So long the server asks to wait before the next try; None: it does not say that another try helps."""
        return self.status.retry_after_seconds

    @property
    def request_id(self) -> str:
        """Finds the call in the server's log; empty where the server did not answer."""
        return self.status.request_id

    def __str__(self) -> str:
        text = f"{self.status.code.name}: {self.status.message}"
        lines = [f"  {violation.field or '...'}: {violation.description}" for violation in self.status.violations]
        if len(lines) > 1:
            text += "\n" + "\n".join(lines)
        return f"{text}\n{self.status.hint}" if self.status.hint else text


class InvalidArgumentError(SupportKpiError):
    """The request is wrong; `violations` name the fields. Nothing was done."""


class NotFoundError(SupportKpiError):
    """There is no such thing; the message names near ones."""


class AlreadyExistsError(SupportKpiError):
    """The request_id was used with another request. Nothing was done."""


class FailedPreconditionError(SupportKpiError):
    """Something else has to be done first. Nothing was done."""


class AbortedError(SupportKpiError):
    """Somebody else was faster: other settings, a newer import, data that changed under a page token."""


class OutOfRangeError(SupportKpiError):
    """A chunk of an import came out of order."""


class ResourceExhaustedError(SupportKpiError):
    """A limit or a quota was met; nothing was done. With `retry_after_seconds` trying again helps."""


class UnauthenticatedError(SupportKpiError):
    """The token or the client certificate is missing, wrong or no longer valid."""


class PermissionDeniedError(SupportKpiError):
    """The token does not allow this call or this tenant."""


class UnavailableError(SupportKpiError):
    """The server could not be reached, or is stopping; gRPC tried several times."""


class DeadlineExceededError(SupportKpiError):
    """No answer in time. A write may have been done; send it again with the same request_id."""


class CancelledError(SupportKpiError):
    """The call was cancelled."""


class UnimplementedError(SupportKpiError):
    """This server does not know the call: it is older than the client."""


class InternalError(SupportKpiError):
    """The server failed; `metadata["reference"]` finds the reason in its log."""


_CLASSES: dict[grpc.StatusCode, type[SupportKpiError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidArgumentError,
    grpc.StatusCode.NOT_FOUND: NotFoundError,
    grpc.StatusCode.ALREADY_EXISTS: AlreadyExistsError,
    grpc.StatusCode.FAILED_PRECONDITION: FailedPreconditionError,
    grpc.StatusCode.ABORTED: AbortedError,
    grpc.StatusCode.OUT_OF_RANGE: OutOfRangeError,
    grpc.StatusCode.RESOURCE_EXHAUSTED: ResourceExhaustedError,
    grpc.StatusCode.UNAUTHENTICATED: UnauthenticatedError,
    grpc.StatusCode.PERMISSION_DENIED: PermissionDeniedError,
    grpc.StatusCode.UNAVAILABLE: UnavailableError,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlineExceededError,
    grpc.StatusCode.CANCELLED: CancelledError,
    grpc.StatusCode.UNIMPLEMENTED: UnimplementedError,
    grpc.StatusCode.INTERNAL: InternalError,
    grpc.StatusCode.UNKNOWN: InternalError,
    grpc.StatusCode.DATA_LOSS: InternalError,
}


def make_error(status: ErrorStatus) -> SupportKpiError:
    """The exception of the status' class."""
    return _CLASSES.get(status.code, SupportKpiError)(status)


def _hint(code: grpc.StatusCode, answered: bool, where: str, timeout_seconds: float | None) -> str:
    if answered:
        return ""
    if code is grpc.StatusCode.UNAVAILABLE:
        return (f"({where}. Usual causes: the server does not run or listens elsewhere; it wants TLS and the client "
                "speaks plain text, or the other way round; a name or certificate that does not fit)")
    if code is grpc.StatusCode.DEADLINE_EXCEEDED and timeout_seconds is not None:
        return f"({where}, no answer within {timeout_seconds:g} s; give timeout_seconds to wait longer)"
    return ""


def unavailable(text: str, hint: str) -> SupportKpiError:
    """What gRPC would have raised, had it noticed by itself."""
    return UnavailableError(ErrorStatus(grpc.StatusCode.UNAVAILABLE, text, hint=hint))


def unreachable(text: str, where: str) -> SupportKpiError:
    """The same where nobody answered: with the usual causes."""
    return unavailable(text, _hint(grpc.StatusCode.UNAVAILABLE, False, where, None))


def from_status(status: status_pb2.Status) -> SupportKpiError:
    """The exception that says what a google.rpc.Status says, such as one item's of a batch."""
    code = next((code for code in grpc.StatusCode if code.value[0] == status.code), grpc.StatusCode.UNKNOWN)
    return make_error(_from_details(status, ErrorStatus(code, status.message)))


def _from_details(details: status_pb2.Status, bare: ErrorStatus) -> ErrorStatus:
    changes: dict[str, Any] = {}
    for packed in details.details:
        bad_request, info = error_details_pb2.BadRequest(), error_details_pb2.ErrorInfo()
        retry = error_details_pb2.RetryInfo()
        if packed.Unpack(bad_request):
            changes["violations"] = tuple(
                FieldViolation(violation.field, violation.description) for violation in bad_request.field_violations)
        elif packed.Unpack(info):
            changes["reason"] = info.reason
            changes["metadata"] = tuple(sorted(info.metadata.items()))
        elif packed.Unpack(retry):
            changes["retry_after_seconds"] = retry.retry_delay.seconds + retry.retry_delay.nanos / 1e9
    return dataclasses.replace(bare, **changes)


def from_rpc_error(error: Any, where: str, timeout_seconds: float | None = None) -> SupportKpiError:
    """The exception for what gRPC raised, with the details that the server sent. `where` says whom was called how."""
    if isinstance(error, SupportKpiError):
        return error
    code: grpc.StatusCode = error.code()
    trailers = {str(key): value for key, value in (error.trailing_metadata() or ())}
    packed = trailers.get("grpc-status-details-bin")
    status = ErrorStatus(code, error.details() or code.name.lower().replace("_", " "),
                         request_id=str(trailers.get("x-request-id", "")),
                         hint=_hint(code, packed is not None, where, timeout_seconds))
    if not packed:
        return make_error(status)
    details = status_pb2.Status()
    try:
        details.ParseFromString(packed if isinstance(packed, bytes) else packed.encode("latin-1"))
    except message.DecodeError:  # a proxy mangled it: the code and message are still true
        return make_error(status)
    return make_error(_from_details(details, status))
