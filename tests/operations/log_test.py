"""The log of a real server: JSON, with what an operator needs and nothing that is not theirs."""

from __future__ import annotations

import time

import grpc
import pytest

from conftest import WatchedServer
from supportkpi.v1 import kpi_service_pb2, kpi_service_pb2_grpc, record_service_pb2, record_service_pb2_grpc, records_pb2

SECRET = "jane.doe@example.org"


def question(kpi: str = "tickets_created", filter_text: str = "") -> kpi_service_pb2.QueryKpisRequest:
    request = kpi_service_pb2.QueryKpisRequest(kpis=[kpi_service_pb2.KpiSelection(kpi=kpi)], filter_text=filter_text)
    request.range.words = "2025"
    return request


def calls_of(server: WatchedServer) -> list[dict]:
    return [line for line in server.lines() if "request_id" in line]


def test_every_call_can_have_a_line_and_none_quotes_a_value(tmp_path):
    with WatchedServer(tmp_path, "--log_calls=all", "--log_level=debug") as server, grpc.insecure_channel(server.address) as channel:
        stub = kpi_service_pb2_grpc.KpiServiceStub(channel)
        trace = "4bf92f3577b34da6a3ce929d0e0e4736"
        metadata = (("x-request-id", "order-7"), ("traceparent", f"00-{trace}-00f067aa0ba902b7-01"),
                    ("authorization", "Bearer very-secret-token"))
        _, call = stub.QueryKpis.with_call(question(filter_text=f'agent = "{SECRET}"'), metadata=metadata)
        sent = dict(call.trailing_metadata())
        assert sent["x-request-id"] == "order-7"
        assert sent["traceparent"].startswith(f"00-{trace}-") and not sent["traceparent"].endswith("00f067aa0ba902b7-01")
        stub.QueryKpis(question(filter_text=f'agent = "{SECRET}"'))
        stub.QueryKpis(question(filter_text='agent = "other"'))
        for wrong in (question(SECRET), question(filter_text=f'{SECRET} = "x"'), question(filter_text=f'agent = "{SECRET}')):
            with pytest.raises(grpc.RpcError):
                stub.QueryKpis(wrong)
        ticket = records_pb2.Ticket(id=SECRET, channel="email")
        request = record_service_pb2.BatchUpsertRecordsRequest(records=[records_pb2.Record(ticket=ticket)])
        with pytest.raises(grpc.RpcError):
            record_service_pb2_grpc.RecordServiceStub(channel).BatchUpsertRecords(request)
    lines = calls_of(server)
    assert len(lines) == 7
    first = lines[0]
    assert first["level"] == "info"
    assert first["message"] == "call"
    assert first["method"] == "supportkpi.v1.KpiService/QueryKpis"
    assert (first["code"], first["tenant"], first["request_id"]) == ("OK", "default", "order-7")
    assert (first["trace_id"], first["span_id"]) == (trace, sent["traceparent"].split("-")[2])
    assert first["duration_ms"] > 0 and first["facts_read"] == 0 and first["rows"] >= 0
    assert time.strptime(first["time"], "%Y-%m-%dT%H:%M:%S.%fZ")
    assert lines[1]["question_digest"] == first["question_digest"] != lines[2]["question_digest"]
    assert [line["code"] for line in lines[3:]] == ["INVALID_ARGUMENT"] * 4
    text = server.log_path.read_text()
    for secret in (SECRET, "jane", "very-secret-token", "other"):
        assert secret not in text


def test_slow_questions_have_a_line_by_themselves(tmp_path):
    with WatchedServer(tmp_path, "--slow_question=1ms") as server, grpc.insecure_channel(server.address) as channel:
        records = record_service_pb2_grpc.RecordServiceStub(channel)
        for batch in range(5):
            request = record_service_pb2.BatchUpsertRecordsRequest()
            for number in range(10_000):
                ticket = records_pb2.Ticket(id=f"{batch}-{number}", channel="email")
                ticket.created_at.seconds = 1_735_700_000 + batch * 10_000 + number
                request.records.append(records_pb2.Record(ticket=ticket))
            records.BatchUpsertRecords(request)
        stub = kpi_service_pb2_grpc.KpiServiceStub(channel)
        request = question()
        request.grain.unit = kpi_service_pb2.GRAIN_UNIT_DAY
        request.group_by.extend(["channel", "hour_of_day"])
        stub.QueryKpis(request, timeout=60)
        stub.ListKpis(kpi_service_pb2.ListKpisRequest())
    slow = [line for line in server.lines() if line["message"] == "slow question"]
    assert len(slow) == 1
    assert slow[0]["level"] == "warning"
    assert slow[0]["duration_ms"] > 1
    assert slow[0]["facts_read"] >= 50_000
    assert slow[0]["rows"] > 0
    assert len(calls_of(server)) == 1, "calls that went well have no line by default"


def test_the_log_can_be_for_people(tmp_path):
    with WatchedServer(tmp_path, "--log_format=text"):
        pass
    lines = (tmp_path / "log").read_text().splitlines()
    assert any(" info supportkpid serves port=" in line for line in lines)
    assert lines[-1].endswith(" info supportkpid stops")


def test_the_life_of_the_server_is_told(tmp_path):
    with WatchedServer(tmp_path) as server:
        pass
    messages = [line["message"] for line in server.lines()]
    assert messages[-1] == "supportkpid stops"
    serves = next(line for line in server.lines() if line["message"] == "supportkpid serves")
    assert serves["port"] == int(server.address.split(":")[1])
    assert serves["version"]
