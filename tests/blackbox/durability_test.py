"""What was acknowledged is there: after SIGKILL in the middle of an import, after a restart, after a rebuild."""

from __future__ import annotations

import threading

import grpc
import pytest

from server_process import Server
from supportkpi import Client
from supportkpi.demo import profile, year
from supportkpi.demo.settings import settings
from supportkpi.v1 import admin_service_pb2
from supportkpi.v1 import kpi_service_pb2 as pb

SCALE = 0.02


def digest(client: Client) -> list[tuple]:
    """Every KPI by quarter and team where it can be, as comparable values."""
    lines = []
    for kpi in client.kpis.ListKpis(pb.ListKpisRequest()).kpis:
        selection = pb.KpiSelection(kpi=kpi.id)
        if kpi.id == "time_in_status":
            selection.parameters["status"] = "open"
        by = [kpi.id.removesuffix("_share")] if kpi.id in ("channel_share", "type_share", "category_share") else []
        by += ["team"] if "team" in kpi.dimensions else []
        answer = client.query(selection, start=profile.BEGIN, end=profile.END, by=by, grain="quarter", totals=True)
        for row in [*answer.rows, *answer.totals]:
            cell = row.cells[0]
            lines.append((kpi.id, row.bucket.label, tuple(key.value for key in row.keys), cell.value, cell.absent_reason,
                          cell.numerator, cell.denominator, cell.facts))
    return lines


@pytest.fixture(name="records", scope="module")
def _records():
    return list(year.records(seed=7, scale=SCALE))


def import_until_killed(server: Server, client: Client, records: list, after: int) -> int:
    """Kills the server once so many records are acknowledged; how many were."""
    acknowledged = 0

    def progress(done: int, _: object) -> None:
        nonlocal acknowledged
        acknowledged = done
        if done >= after:
            threading.Thread(target=server.kill).start()

    with pytest.raises((grpc.RpcError, StopIteration, RuntimeError)):
        client.import_records(records, stream_id="crash", records_per_chunk=100, on_progress=progress)
    server.process.wait()
    return acknowledged


def test_a_killed_import_goes_on_where_it_stopped_and_answers_as_if_never_broken(records):
    with Server() as reference, Client(reference.address) as client:
        client.update_settings(settings())
        client.import_records(records, stream_id="whole")
        expected = digest(client)
    server = Server()
    try:
        server.start()
        for after in (3_000, 20_000, 45_000):
            with Client(server.address, retries=False) as client:
                client.update_settings(settings())
                acknowledged = import_until_killed(server, client, records, after)
                assert acknowledged >= after
            server.start()
            with Client(server.address) as client:
                client.wait_until_ready()
                open_only = client.import_records([], stream_id="crash")
                assert open_only.accepted == 0
        with Client(server.address) as client:
            summary = client.import_records(records, stream_id="crash", records_per_chunk=100)
            assert not summary.rejected
            assert summary.accepted < len(records), "the import began anew instead of going on"
            assert digest(client) == expected
    finally:
        server.__exit__()


def test_answers_do_not_change_by_compaction_rebuild_and_restart(records):
    server = Server("--tail_facts=5000")
    try:
        server.start()
        with Client(server.address) as client:
            client.update_settings(settings())
            client.import_records(records, stream_id="whole")
            expected = digest(client)
            client.admin.CompactFacts(admin_service_pb2.CompactFactsRequest())
            assert digest(client) == expected
            client.admin.RebuildFacts(admin_service_pb2.RebuildFactsRequest())
            assert digest(client) == expected
        assert server.stop() == 0
        server.start()
        with Client(server.address) as client:
            client.wait_until_ready()
            assert digest(client) == expected
    finally:
        server.__exit__()


def test_a_second_server_on_the_same_folder_is_refused():
    with Server() as server:
        second = Server(data_dir=server.data_dir)
        with pytest.raises(RuntimeError, match="ended at once"):
            second.start()
