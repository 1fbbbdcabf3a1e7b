"""Broken requests: each gets a clear error, writes nothing, and leaves the server answering."""

from __future__ import annotations

import grpc
import january
import pytest
from google.protobuf import any_pb2  # noqa: F401  registers Any for the details

from supportkpi import Client, instant
from supportkpi.v1 import kpi_service_pb2 as pb
from supportkpi.v1 import record_service_pb2
from supportkpi.v1 import records_pb2

QUERY = "/supportkpi.v1.KpiService/QueryKpis"
UPSERT = "/supportkpi.v1.RecordService/BatchUpsertRecords"


@pytest.fixture(name="client")
def _client(server):
    with Client(server.address, tenant="broken") as client:
        yield client


def raw(server, method: str, payload: bytes) -> grpc.RpcError:
    """Sends bytes as they are; the error."""
    with grpc.insecure_channel(server.address) as channel:
        call = channel.unary_unary(method, request_serializer=bytes, response_deserializer=bytes)
        with pytest.raises(grpc.RpcError) as caught:
            call(payload, timeout=20)
        return caught.value


@pytest.mark.parametrize("payload", [b"hello", b"\x0a\x7f", b"\x00\x00\x00", b"\x0a\x02\xff\xfe"])
def test_bytes_that_are_no_message_are_invalid(server, payload):
    error = raw(server, QUERY, payload)
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert f"not a valid QueryKpisRequest ({len(payload)} bytes)" in error.details()


def test_deep_nesting_is_refused(server):
    deep = b""
    for _ in range(20_000):  # filter.not.not...
        deep = b"\x22" + _varint(len(deep)) + deep
    error = raw(server, QUERY, b"\x3a" + _varint(len(deep)) + deep)
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT


def _varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def test_millions_of_empty_records_are_counted_before_they_are_parsed(server):
    error = raw(server, UPSERT, b"\x12\x00" * 1_000_000)
    assert error.code() in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.RESOURCE_EXHAUSTED)
    assert "10000" in error.details().replace(",", "")


def ask(client: Client, **changes: object) -> pb.QueryKpisRequest:
    return january.question(client.tenant, "csat", **changes)


S = pb.KpiSelection
BAD_QUESTIONS = [
    ("a KPI with a typo", {"kpis": [S(kpi="csatt")]}, ["csatt", "did you mean", "csat"]),
    ("no KPI", {"kpis": []}, ["kpis"]),
    ("65 KPIs", {"kpis": [S(kpi="csat", alias=f"a{i}") for i in range(65)]}, ["65", "64"]),
    ("an alias twice", {"kpis": [S(kpi="csat"), S(kpi="csat")]}, ["csat", "kpis[1]"]),
    ("start after end", {"range": pb.TimeRange(start=instant("2026-02-01"), end=instant("2026-01-01"))}, ["after"]),
    ("no range", {"range": pb.TimeRange()}, ["range"]),
    ("an unknown zone", {"time_zone": "Mars/Base"}, ["Mars/Base"]),
    ("a path as a zone", {"time_zone": "../etc/passwd"}, ["zone"]),
    ("an unknown dimension", {"group_by": ["chanel"]}, ["chanel", "channel"]),
    ("a dimension twice", {"group_by": ["channel", "channel"]}, ["channel"]),
    ("a dimension the KPI cannot have", {"kpis": [S(kpi="occupancy")], "group_by": ["channel"]},
     ["occupancy", "channel"]),
    ("a statistic of a count", {"kpis": [S(kpi="tickets_created", statistic="p90")]}, ["tickets_created", "p90"]),
    ("a percentile beyond 100", {"kpis": [S(kpi="resolution_time", statistic="p101")]}, ["101"]),
    ("a business clock for a count", {"kpis": [S(kpi="tickets_created", clock=pb.CLOCK_BUSINESS)]}, ["clock"]),
    ("an unknown variant", {"kpis": [S(kpi="csat", variant="happy")]}, ["happy"]),
    ("an unknown anchor", {"kpis": [S(kpi="csat", anchor="yesterday")]}, ["yesterday"]),
    ("an unknown parameter", {"kpis": [S(kpi="csat", parameters={"windo": "3d"})]}, ["windo"]),
    ("too many buckets", {"grain": pb.Grain(unit=pb.GRAIN_UNIT_MINUTE)}, ["44640", "10000"]),
    ("minutes that do not divide the hour", {"grain": pb.Grain(unit=pb.GRAIN_UNIT_MINUTE, count=7)}, ["7"]),
    ("an unknown enum number", {"grain": pb.Grain(unit=77)}, ["77"]),
    ("an empty list of values", {"filter": pb.Filter(field="channel", **{"in": pb.ValueList()})}, ["filter"]),
    ("an empty all", {"filter": pb.Filter(all=pb.FilterList())}, ["filter"]),
    ("a filter without condition", {"filter": pb.Filter(field="channel")}, ["filter"]),
    ("a negative limit", {"limit": -1}, ["limit", "-1"]),
    ("a tenant that is a path", {"tenant": "a/../b"}, ["tenant"]),
]


@pytest.mark.parametrize("what,changes,words", BAD_QUESTIONS, ids=[row[0] for row in BAD_QUESTIONS])
def test_a_bad_question_is_told_what_is_wrong(client, what, changes, words):
    del what
    with pytest.raises(grpc.RpcError) as caught:
        client.kpis.QueryKpis(ask(client, **changes), timeout=20)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT, caught.value.details()
    for word in words:
        assert word in caught.value.details(), caught.value.details()
    assert len(caught.value.details()) <= 1024


def test_details_carry_the_field_and_stay_small(client):
    with pytest.raises(grpc.RpcError) as caught:
        client.kpis.QueryKpis(ask(client, kpis=[S(kpi="csatt")]), timeout=20)
    details = dict(caught.value.trailing_metadata())["grpc-status-details-bin"]
    assert b"type.googleapis.com/google.rpc.BadRequest" in details
    assert b"type.googleapis.com/google.rpc.ErrorInfo" in details
    assert b"kpis[0]" in details
    assert len(details) < 4096


R = records_pb2
AT = instant("2026-01-05")
BAD_RECORDS = [
    ("no kind", R.Record(), ["records[0]"]),
    ("a ticket without id", R.Record(ticket=R.Ticket(created_at=AT)), ["records[0].ticket.id"]),
    ("a ticket without creation", R.Record(ticket=R.Ticket(id="t")), ["records[0].ticket.created_at"]),
    ("a score outside its scale", R.Record(survey=R.Survey(
        id="s", kind=R.SURVEY_KIND_CSAT, scale_min=1, scale_max=5, score=11, responded_at=AT)), ["11", "1", "5"]),
    ("an NPS score of 3.5", R.Record(survey=R.Survey(
        id="s", kind=R.SURVEY_KIND_NPS, score=3.5, responded_at=AT)), ["3.5"]),
    ("a score without a scale", R.Record(survey=R.Survey(
        id="s", kind=R.SURVEY_KIND_CSAT, score=3, responded_at=AT)), ["scale"]),
    ("a score that is no number", R.Record(survey=R.Survey(
        id="s", kind=R.SURVEY_KIND_CSAT, scale_min=1, scale_max=5, score=float("nan"), responded_at=AT)), ["score"]),
    ("negative work", R.Record(ticket=R.Ticket(id="t", created_at=AT, replies=-5)), ["-5"]),
    ("a ticket of next year", R.Record(ticket=R.Ticket(id="t", created_at=instant("2400-01-01"))), ["created_at"]),
    ("a period that ends before it begins", R.Record(support_cost=R.SupportCost(
        id="c", to=AT, amount=R.Money(currency="EUR"), **{"from": instant("2026-02-01")})), ["records[0].support_cost"]),
    ("a currency that is none", R.Record(ticket=R.Ticket(
        id="t", created_at=AT, cost=R.Money(currency="euro", minor_units=1))), ["euro"]),
    ("an event of no kind", R.Record(ticket_event=R.TicketEvent(ticket="t", id="e", at=AT)), ["kind"]),
    ("an unknown enum number", R.Record(ticket=R.Ticket(id="t", created_at=AT, status=99)), ["99"]),
]


@pytest.mark.parametrize("what,record,words", BAD_RECORDS, ids=[row[0] for row in BAD_RECORDS])
def test_a_bad_record_is_refused_with_all_that_came_with_it(client, what, record, words):
    del what
    good = R.Record(ticket=R.Ticket(id="good", created_at=AT))
    with pytest.raises(grpc.RpcError) as caught:
        client.upsert([record, good])
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT, caught.value.details()
    for word in words:
        assert word in caught.value.details(), caught.value.details()
    answer = client.query("tickets_created", start="2026-01-01", end="2026-02-01")
    assert answer.rows[0].cells[0].value == 0


def test_an_import_keeps_the_good_rows_and_names_the_bad(client):
    records = [R.Record(ticket=R.Ticket(id="a", created_at=AT)), R.Record(ticket=R.Ticket(id="b")),
               R.Record(ticket=R.Ticket(id="c", created_at=AT))]
    with Client(client.target, tenant="import-errors") as other:
        summary = other.import_records(records, stream_id="s")
        assert [rejected.index for rejected in summary.rejected] == [1]
        assert summary.accepted == 2
        assert other.query("tickets_created", start="2026-01-01", end="2026-02-01").rows[0].cells[0].value == 2




def test_a_request_id_with_another_payload_is_a_conflict(client):
    ticket = R.Record(ticket=R.Ticket(id="x", created_at=instant("2020-01-01")))
    first = client.upsert([ticket], request_id="r1")
    again = client.upsert([ticket], request_id="r1")
    assert again.replayed and again.commit == first.commit
    with pytest.raises(grpc.RpcError) as caught:
        client.upsert([R.Record(ticket=R.Ticket(id="y", created_at=instant("2020-01-01")))], request_id="r1")
    assert caught.value.code() == grpc.StatusCode.ALREADY_EXISTS
    assert "r1" in caught.value.details()


def test_unknown_records_and_kpis_are_not_found(client):
    with pytest.raises(grpc.RpcError) as caught:
        client.kpis.GetKpi(pb.GetKpiRequest(kpi="first_respons_time"))
    assert caught.value.code() == grpc.StatusCode.NOT_FOUND
    assert "first_response_time" in caught.value.details()
    with pytest.raises(grpc.RpcError) as caught:
        client.records.GetRecord(record_service_pb2.GetRecordRequest(
            tenant=client.tenant, name=record_service_pb2.RecordName(kind=R.RECORD_KIND_TICKET, id="never")))
    assert caught.value.code() == grpc.StatusCode.NOT_FOUND


def test_an_import_chunk_out_of_order_is_told_the_expected_position(client):
    pb2 = record_service_pb2
    requests = [pb2.ImportRecordsRequest(open=pb2.ImportOpen(tenant=client.tenant, stream_id="gap", epoch=1)),
                pb2.ImportRecordsRequest(chunk=pb2.ImportChunk(
                    position=3, records=[R.Record(ticket=R.Ticket(id="t", created_at=AT))]))]
    with pytest.raises(grpc.RpcError) as caught:
        list(client.records.ImportRecords(iter(requests), timeout=20))
    assert caught.value.code() == grpc.StatusCode.OUT_OF_RANGE
    assert "3" in caught.value.details() and "1" in caught.value.details()
