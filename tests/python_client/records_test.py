"""Records, settings and administration through the client's methods."""

from __future__ import annotations

import pytest

from conftest import ticket, tickets
from supportkpi import AbortedError, AlreadyExistsError, Client, InvalidArgumentError, NotFoundError, UnavailableError
from supportkpi.v1 import settings_pb2


def test_a_record_is_stored_read_listed_and_deleted(supportkpi_client: Client):
    client = supportkpi_client
    assert client.upsert(tickets(2_500)).accepted == 2_500
    assert client.get_record("ticket", "t00007").ticket.channel == "email"
    listed = [record.ticket.id for record in client.list_records("ticket", page_size=400)]
    assert listed == [record.ticket.id for record in tickets(2_500)]
    some = list(client.list_records("ticket", id_prefix="t0001", start="2026-01-05T09:12:00Z", end="2026-01-05T09:15:00Z"))
    assert [record.ticket.id for record in some] == ["t00012", "t00013", "t00014"]
    assert client.delete_record("ticket", "t00007").deleted
    with pytest.raises(NotFoundError):
        client.get_record("ticket", "t00007")


def test_a_request_id_makes_a_repetition_harmless(supportkpi_client: Client):
    assert not supportkpi_client.upsert([ticket(1)], request_id="r").replayed
    assert supportkpi_client.upsert([ticket(1)], request_id="r").replayed
    with pytest.raises(AlreadyExistsError):
        supportkpi_client.upsert([ticket(2)], request_id="r")


def test_wrong_records_name_their_fields(supportkpi_client: Client):
    record = ticket(1)
    record.ticket.ClearField("created_at")
    record.ticket.replies = -1
    with pytest.raises(InvalidArgumentError) as caught:
        supportkpi_client.upsert([ticket(0), record])
    assert [violation.field for violation in caught.value.violations] == [
        "records[1].ticket.created_at", "records[1].ticket.replies"]
    assert all(violation.field in str(caught.value) for violation in caught.value.violations)


def test_settings_change_whole_by_field_and_by_version(supportkpi_client: Client):
    client = supportkpi_client
    client.update_settings(settings_pb2.Settings(time_zone="Europe/Berlin", fiscal_first_month=4))
    now = client.update_settings(settings_pb2.Settings(time_zone="Asia/Tokyo"), fields=["time_zone"])
    assert (now.time_zone, now.fiscal_first_month) == ("Asia/Tokyo", 4)
    stored = client.get_settings()
    assert (stored.settings, stored.version) == (now, 2)
    with pytest.raises(AbortedError):
        client.update_settings(now, expected_version=1)


def test_administration(desk: Client):
    before = desk.query("csat", "backlog", start="2025-01-01", end="2026-01-01", by=["team"])
    assert desk.compact_facts().facts.commit == desk.stats().facts.commit
    desk.rebuild_facts()
    assert list(desk.query("csat", "backlog", start="2025-01-01", end="2026-01-01", by=["team"])) == list(before)
    assert desk.server_info().limits.batch_records == 10_000
    assert isinstance(desk.data_issues(), list)


def test_waiting_for_a_server_that_is_not_there_ends(unanswered: Client):
    with pytest.raises(UnavailableError, match=r"within 0.3 s\n\(called 127.0.0.1:1 in plain text"):
        unanswered.wait_until_ready(0.3)
