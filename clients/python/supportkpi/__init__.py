"""supportkpi: any support KPI, exactly, from a gRPC metrics service.

Client and AsyncClient talk to a server; Query, kpi and field build questions; Answer gives rows, data frames and plots.
"""

from supportkpi.aio import AsyncClient
from supportkpi.answer import Answer
from supportkpi.client import Client
from supportkpi.connection import VERSION as __version__
from supportkpi.connection import Tls
from supportkpi.errors import (
    AbortedError, AlreadyExistsError, CancelledError, DeadlineExceededError, FailedPreconditionError, FieldViolation,
    InternalError, InvalidArgumentError, NotFoundError, OutOfRangeError, PermissionDeniedError, ResourceExhaustedError,
    SupportKpiError, UnauthenticatedError, UnavailableError, UnimplementedError)
from supportkpi.filters import Condition, Field, all_of, any_of, attribute, field, quote, quote_field
from supportkpi.importing import ImportStoppedError, ImportSummary, RejectedRecord
from supportkpi.query import Query, instant, kpi

__all__ = [
    "AbortedError", "AlreadyExistsError", "Answer", "AsyncClient", "CancelledError", "Client", "Condition",
    "DeadlineExceededError", "FailedPreconditionError", "Field", "FieldViolation", "ImportStoppedError", "ImportSummary",
    "InternalError", "InvalidArgumentError", "NotFoundError", "OutOfRangeError", "PermissionDeniedError", "Query",
    "RejectedRecord", "ResourceExhaustedError", "SupportKpiError", "Tls", "UnauthenticatedError", "UnavailableError",
    "UnimplementedError", "__version__", "all_of", "any_of", "attribute", "field", "instant", "kpi", "quote",
    "quote_field",
]
