"""Every unary call as a value: method, request, type of the response. Both clients run these; nothing here does I/O."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar, Union

from google.protobuf import field_mask_pb2
from google.protobuf.message import Message

from supportkpi.answer import Answer
from supportkpi.errors import SupportKpiError, from_status
from supportkpi.query import Instant, Query, Selection, enum_value, instant
from supportkpi.v1 import admin_service_pb2, config_service_pb2, record_service_pb2, records_pb2, settings_pb2
from supportkpi.v1 import kpi_service_pb2 as pb

Response = TypeVar("Response", bound=Message)
Question = Union[Query, pb.QueryKpisRequest]


@dataclasses.dataclass(frozen=True)
class Call(Generic[Response]):
    """One call."""

    method: str
    request: Message
    response_type: type[Response]
    timeout_factor: float = 1.0
    """The default deadline times this."""


def _kpi(method: str, request: Message, response_type: type[Response], factor: float = 1.0) -> Call[Response]:
    return Call(f"/supportkpi.v1.KpiService/{method}", request, response_type, factor)


def _record(method: str, request: Message, response_type: type[Response]) -> Call[Response]:
    return Call(f"/supportkpi.v1.RecordService/{method}", request, response_type)


def _config(method: str, request: Message, response_type: type[Response]) -> Call[Response]:
    return Call(f"/supportkpi.v1.ConfigService/{method}", request, response_type)


def _admin(method: str, request: Message, response_type: type[Response], factor: float = 1.0) -> Call[Response]:
    return Call(f"/supportkpi.v1.AdminService/{method}", request, response_type, factor)


# --- questions

def question(tenant: str, asked: Question) -> pb.QueryKpisRequest:
    """The message of a question: the client's tenant unless it names one, columns unless it says how."""
    if isinstance(asked, Query):
        request = asked.to_request()
    elif isinstance(asked, pb.QueryKpisRequest):
        request = pb.QueryKpisRequest()
        request.CopyFrom(asked)
    else:
        raise TypeError(f"{asked!r} is no question; expected Query or QueryKpisRequest")
    request.tenant = request.tenant or tenant
    if request.layout == pb.ANSWER_LAYOUT_UNSPECIFIED:
        request.layout = pb.ANSWER_LAYOUT_COLUMNS
    return request


def short_question(tenant: str, kpis: tuple[Union[Selection, Question], ...], start: Instant | None,
                   end: Instant | None, during: str, by: Iterable[str], grain: str, time_zone: str,
                   fields: dict[str, Any]) -> pb.QueryKpisRequest:
    """The message of a question in the short form of query()."""
    if len(kpis) == 1 and isinstance(kpis[0], (Query, pb.QueryKpisRequest)):
        if start is not None or end is not None or during or by or grain or time_zone or fields:
            raise TypeError("a Query says everything itself; build range, groups and grain into it")
        return question(tenant, kpis[0])
    if (start is None) != (end is None) or bool(during) == (start is not None):
        raise ValueError('range: give start and end, or during (words such as "last_30_days")')
    if isinstance(by, str):
        raise TypeError(f"by: got the text {by!r}; expected a list of dimensions such as [{by!r}]")
    request = pb.QueryKpisRequest(group_by=list(by), time_zone=time_zone, **fields)
    if start is not None and end is not None:
        request.range.CopyFrom(pb.TimeRange(start=instant(start), end=instant(end)))
    else:
        request.range.words = during
    for kpi in kpis:
        if isinstance(kpi, (Query, pb.QueryKpisRequest)):
            raise TypeError("a Query stands alone; ask several with batch_query()")
        request.kpis.append(pb.KpiSelection(kpi=kpi) if isinstance(kpi, str) else kpi)
    if grain:
        request.grain.unit = enum_value(pb.GrainUnit, "GRAIN_UNIT", grain, "grain")
    return question(tenant, request)


def query(request: pb.QueryKpisRequest) -> Call[pb.QueryKpisResponse]:
    """QueryKpis."""
    return _kpi("QueryKpis", request, pb.QueryKpisResponse)


def batch_query(tenant: str, asked: Iterable[Question]) -> Call[pb.BatchQueryKpisResponse]:
    """BatchQueryKpis."""
    request = pb.BatchQueryKpisRequest(tenant=tenant, queries=[question(tenant, one) for one in asked])
    return _kpi("BatchQueryKpis", request, pb.BatchQueryKpisResponse, 2.0)


def batch_answers(request: Message, response: pb.BatchQueryKpisResponse,
                  raise_errors: bool) -> Iterator[Union[Answer, SupportKpiError]]:
    """One answer or error for each question of a batch; with raise_errors the first error is raised."""
    assert isinstance(request, pb.BatchQueryKpisRequest)
    for asked, item in zip(request.queries, response.items):
        if item.status.code == 0:
            yield Answer(asked, item.answer)
            continue
        error = from_status(item.status)
        if raise_errors:
            raise error
        yield error


def validate_query(tenant: str, asked: Question) -> Call[pb.ValidateQueryResponse]:
    """ValidateQuery."""
    return _kpi("ValidateQuery", pb.ValidateQueryRequest(query=question(tenant, asked)), pb.ValidateQueryResponse)


def list_kpis(tenant: str) -> Call[pb.ListKpisResponse]:
    """ListKpis."""
    return _kpi("ListKpis", pb.ListKpisRequest(tenant=tenant), pb.ListKpisResponse)


def get_kpi(tenant: str, kpi: str) -> Call[pb.GetKpiResponse]:
    """GetKpi."""
    return _kpi("GetKpi", pb.GetKpiRequest(tenant=tenant, kpi=kpi), pb.GetKpiResponse)


def list_dimensions(tenant: str, kpis: Iterable[str], sample_values: int) -> Call[pb.ListDimensionsResponse]:
    """ListDimensions."""
    request = pb.ListDimensionsRequest(tenant=tenant, kpis=kpis, sample_values=sample_values)
    return _kpi("ListDimensions", request, pb.ListDimensionsResponse)


def list_data_issues(tenant: str) -> Call[pb.ListDataIssuesResponse]:
    """ListDataIssues."""
    return _kpi("ListDataIssues", pb.ListDataIssuesRequest(tenant=tenant), pb.ListDataIssuesResponse, 4.0)


# --- records

def upsert(tenant: str, records: Iterable[records_pb2.Record],
           request_id: str | None) -> Call[record_service_pb2.BatchUpsertRecordsResponse]:
    """BatchUpsertRecords."""
    request = record_service_pb2.BatchUpsertRecordsRequest(
        tenant=tenant, request_id=request_id or str(uuid.uuid4()), records=records)
    return _record("BatchUpsertRecords", request, record_service_pb2.BatchUpsertRecordsResponse)


def record_name(kind: str, record_id: str, source: str, parent: str) -> record_service_pb2.RecordName:
    """The name of a record of a kind such as "ticket"."""
    return record_service_pb2.RecordName(
        kind=enum_value(records_pb2.RecordKind, "RECORD_KIND", kind, "kind"), id=record_id, source=source, parent=parent)


def get_record(tenant: str, name: record_service_pb2.RecordName) -> Call[record_service_pb2.GetRecordResponse]:
    """GetRecord."""
    return _record("GetRecord", record_service_pb2.GetRecordRequest(tenant=tenant, name=name),
                   record_service_pb2.GetRecordResponse)


def delete_record(tenant: str, name: record_service_pb2.RecordName, version: int | None,
                  request_id: str | None) -> Call[record_service_pb2.DeleteRecordResponse]:
    """DeleteRecord."""
    request = record_service_pb2.DeleteRecordRequest(tenant=tenant, name=name, version=version,
                                                     request_id=request_id or str(uuid.uuid4()))
    return _record("DeleteRecord", request, record_service_pb2.DeleteRecordResponse)


def record_filter(source: str | None, id_prefix: str, ticket: str, customer: str, start: Instant | None,
                  end: Instant | None) -> record_service_pb2.RecordFilter:
    """Which records to list."""
    return record_service_pb2.RecordFilter(
        source=source, id_prefix=id_prefix, ticket=ticket, customer=customer,
        start=None if start is None else instant(start), end=None if end is None else instant(end))


def list_records(tenant: str, kind: str, which: record_service_pb2.RecordFilter, page_size: int,
                 page_token: str) -> Call[record_service_pb2.ListRecordsResponse]:
    """ListRecords."""
    request = record_service_pb2.ListRecordsRequest(
        tenant=tenant, kind=enum_value(records_pb2.RecordKind, "RECORD_KIND", kind, "kind"), filter=which,
        page_size=page_size, page_token=page_token)
    return _record("ListRecords", request, record_service_pb2.ListRecordsResponse)


# --- settings, administration

def get_settings(tenant: str) -> Call[config_service_pb2.GetSettingsResponse]:
    """GetSettings."""
    return _config("GetSettings", config_service_pb2.GetSettingsRequest(tenant=tenant),
                   config_service_pb2.GetSettingsResponse)


def update_settings(tenant: str, settings: settings_pb2.Settings, fields: Iterable[str],
                    expected_version: int | None) -> Call[config_service_pb2.UpdateSettingsResponse]:
    """UpdateSettings."""
    request = config_service_pb2.UpdateSettingsRequest(
        tenant=tenant, settings=settings, expected_version=expected_version)
    paths = list(fields)
    if paths:
        request.update_mask.CopyFrom(field_mask_pb2.FieldMask(paths=paths))
    return _config("UpdateSettings", request, config_service_pb2.UpdateSettingsResponse)


def server_info() -> Call[admin_service_pb2.GetServerInfoResponse]:
    """GetServerInfo."""
    return _admin("GetServerInfo", admin_service_pb2.GetServerInfoRequest(), admin_service_pb2.GetServerInfoResponse)


def stats(tenant: str) -> Call[admin_service_pb2.GetStatsResponse]:
    """GetStats."""
    return _admin("GetStats", admin_service_pb2.GetStatsRequest(tenant=tenant), admin_service_pb2.GetStatsResponse)


def rebuild_facts(tenant: str) -> Call[admin_service_pb2.RebuildFactsResponse]:
    """RebuildFacts."""
    return _admin("RebuildFacts", admin_service_pb2.RebuildFactsRequest(tenant=tenant),
                  admin_service_pb2.RebuildFactsResponse, 20.0)


def compact_facts(tenant: str) -> Call[admin_service_pb2.CompactFactsResponse]:
    """CompactFacts."""
    return _admin("CompactFacts", admin_service_pb2.CompactFactsRequest(tenant=tenant),
                  admin_service_pb2.CompactFactsResponse, 20.0)
