"""A question over January 2026, for the tests to change."""

from __future__ import annotations

from supportkpi import instant
from supportkpi.v1 import kpi_service_pb2 as pb


def question(tenant: str, kpi: str, /, **changes: object) -> pb.QueryKpisRequest:
    """One KPI, with fields replaced: lists, messages and plain values alike."""
    request = pb.QueryKpisRequest(tenant=tenant, kpis=[pb.KpiSelection(kpi=kpi)],
                                  range=pb.TimeRange(start=instant("2026-01-01"), end=instant("2026-02-01")))
    for name, value in changes.items():
        request.ClearField(name)
        if isinstance(value, list):
            getattr(request, name).extend(value)
        elif hasattr(value, "SerializeToString"):
            getattr(request, name).CopyFrom(value)
        else:
            setattr(request, name, value)
    return request
