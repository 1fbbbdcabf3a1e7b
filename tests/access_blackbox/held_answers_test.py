"""Answers that are held are given to whoever may have them, and to nobody else: every call is admitted by itself."""

from __future__ import annotations

import grpc
import pytest

from authority import entry
from calls import bearer, outcome_of
from server_process import Server
from supportkpi.v1 import kpi_service_pb2, kpi_service_pb2_grpc, record_service_pb2, record_service_pb2_grpc, records_pb2


def question(tenant: str = "") -> kpi_service_pb2.QueryKpisRequest:
    return kpi_service_pb2.QueryKpisRequest(tenant=tenant, kpis=[kpi_service_pb2.KpiSelection(kpi="tickets_created")],
                                            range={"words": "2025"})


def write(channel: grpc.Channel, tenant: str, count: int, metadata=()) -> None:
    request = record_service_pb2.BatchUpsertRecordsRequest(tenant=tenant)
    for number in range(count):
        ticket = records_pb2.Ticket(id=f"t{number}")
        ticket.created_at.seconds = 1_750_000_000
        request.records.append(records_pb2.Record(ticket=ticket))
    record_service_pb2_grpc.RecordServiceStub(channel).BatchUpsertRecords(request, metadata=metadata)


def test_each_tenant_gets_its_own_and_a_stranger_none(tmp_path):
    (tmp_path / "credentials.yaml").write_text(
        "tokens:\n" + entry("acme", "skpi_acme", "acme", "read, write") + entry("other", "skpi_other", "other", "read, write")
        + entry("writer", "skpi_writer", "acme", "write") + entry("old", "skpi_old", "acme", "read", "2020-01-01T00:00:00Z"))
    with Server(f"--credentials_file={tmp_path}/credentials.yaml") as server, grpc.insecure_channel(server.address) as channel:
        kpis = kpi_service_pb2_grpc.KpiServiceStub(channel)
        write(channel, "", 3, bearer("skpi_acme"))
        write(channel, "", 5, bearer("skpi_other"))
        for _ in range(3):
            for tenant, count in (("acme", 3), ("other", 5)):
                answer = kpis.QueryKpis(question(), metadata=bearer(f"skpi_{tenant}"))
                assert answer.rows[0].cells[0].value == count
            for request, token, code in ((question("acme"), "skpi_other", "PERMISSION_DENIED"),
                                         (question(), "skpi_writer", "PERMISSION_DENIED"),
                                         (question(), "skpi_old", "UNAUTHENTICATED"), (question(), "skpi_none", "UNAUTHENTICATED")):
                with pytest.raises(grpc.RpcError) as error:
                    kpis.QueryKpis(request, metadata=bearer(token))
                assert outcome_of(error.value).code == code


def test_a_held_answer_counts_among_the_calls_of_a_second():
    with Server("--tenant_calls_per_second=2") as server, grpc.insecure_channel(server.address) as channel:
        write(channel, "acme", 1)
        outcomes = []
        for _ in range(12):
            try:
                kpi_service_pb2_grpc.KpiServiceStub(channel).QueryKpis(question("acme"))
                outcomes.append("OK")
            except grpc.RpcError as error:
                outcomes.append(outcome_of(error).reason)
        assert outcomes[0] == "OK"
        assert "TENANT_RATE" in outcomes


def test_every_write_is_seen_at_once():
    with Server("--tenant_calls_per_second=0") as server, grpc.insecure_channel(server.address) as channel:
        kpis = kpi_service_pb2_grpc.KpiServiceStub(channel)
        for count in range(1, 60):
            write(channel, "acme", count)  # one more than before
            for _ in range(2):
                assert kpis.QueryKpis(question("acme")).rows[0].cells[0].value == count


def test_an_answer_that_is_too_large_is_refused_every_time():
    """Of two questions about the same groups, the one with the larger answer; what it gave was not held for the next caller."""
    with Server() as server:
        unlimited = [("grpc.max_receive_message_length", -1)]
        with grpc.insecure_channel(server.address, options=unlimited) as channel:
            kpis = kpi_service_pb2_grpc.KpiServiceStub(channel)
            for first in range(0, 14_000, 1000):
                request = record_service_pb2.BatchUpsertRecordsRequest(tenant="acme")
                for number in range(first, first + 1000):
                    ticket = records_pb2.Ticket(id=f"t{number}", channel=f"{number:0250}")
                    ticket.created_at.seconds = 1_750_000_000
                    request.records.append(records_pb2.Record(ticket=ticket))
                record_service_pb2_grpc.RecordServiceStub(channel).BatchUpsertRecords(request)
            asked = question("acme")
            asked.group_by.append("channel")
            fits = kpi_service_pb2.QueryKpisRequest(limit=10_000)
            fits.MergeFrom(asked)
            asked.kpis.append(kpi_service_pb2.KpiSelection(kpi="tickets_resolved"))
            for _ in range(3):
                assert len(kpis.QueryKpis(fits).rows) == 10_000
                with pytest.raises(grpc.RpcError) as error:
                    kpis.QueryKpis(asked)
                assert outcome_of(error.value).code == "RESOURCE_EXHAUSTED"
                assert outcome_of(error.value).reason == "RESPONSE_SIZE"
