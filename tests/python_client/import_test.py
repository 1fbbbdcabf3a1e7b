"""The import helper: batches, positions, resuming, breaks, policies."""

from __future__ import annotations

import pytest

from conftest import ticket, tickets
from supportkpi import AbortedError, Client, ImportStoppedError, SupportKpiError
from supportkpi.importing import CHUNK_BYTES_MAX, ImportRun
from supportkpi.v1 import record_service_pb2 as pb
from supportkpi.v1 import records_pb2 as R


def created(client: Client) -> float | None:
    return client.query("tickets_created", start="2026-01-01", end="2027-01-01").value


def test_progress_counts_durable_records(supportkpi_client: Client):
    seen = []
    summary = supportkpi_client.import_records(tickets(1_234), stream_id="s",
                                               on_progress=lambda done, now: seen.append((done, now.accepted)))
    assert seen == [(500, 500), (1_000, 1_000), (1_234, 1_234)]
    assert summary.accepted == created(supportkpi_client) == 1_234 and summary.commit >= 1
    assert (summary.replaced, summary.ignored_stale, summary.rejected_count, summary.skipped) == (0, 0, 0, 0)


def test_no_records_are_an_import_too(supportkpi_client: Client):
    assert supportkpi_client.import_records([], stream_id="s").accepted == 0


def test_an_import_that_broke_off_goes_on(supportkpi_client: Client):
    class Broken(Exception):
        pass

    def breaking():
        yield from tickets(1_700)
        raise Broken

    with pytest.raises(Broken):
        supportkpi_client.import_records(breaking(), stream_id="s")
    # what was on the way may be durable by now or not; chunks of 500 are
    summary = supportkpi_client.import_records(tickets(2_000), stream_id="s")
    assert summary.skipped in (0, 500, 1_000, 1_500) and summary.skipped + summary.accepted + summary.replaced == 2_000
    assert created(supportkpi_client) == 2_000
    again = supportkpi_client.import_records(tickets(2_000), stream_id="s")
    assert (again.skipped, again.accepted, again.replaced) == (2_000, 0, 0)


def test_chunks_of_another_size_are_another_stream(supportkpi_client: Client):
    supportkpi_client.import_records(tickets(1_000), stream_id="s", records_per_chunk=100)
    summary = supportkpi_client.import_records(tickets(1_000), stream_id="s", records_per_chunk=300)
    assert (summary.skipped, summary.replaced) == (0, 1_000)
    assert supportkpi_client.import_records(tickets(1_000), stream_id="s", records_per_chunk=100).skipped == 1_000


def test_a_higher_epoch_takes_over(supportkpi_client: Client):
    def takes_over():
        yield from tickets(600)
        supportkpi_client.import_records(tickets(10), stream_id="s", epoch=2)
        yield from tickets(5_000, first=600)

    with pytest.raises(AbortedError, match="epoch"):
        supportkpi_client.import_records(takes_over(), stream_id="s", epoch=1)
    with pytest.raises(SupportKpiError, match="higher"):
        supportkpi_client.import_records(tickets(10), stream_id="s", epoch=1)


def wrong(number: int) -> R.Record:
    return R.Record(ticket=R.Ticket(id=f"w{number}"))


def test_refused_records_come_with_place_fields_and_themselves(supportkpi_client: Client):
    records = [*tickets(600), wrong(1), ticket(600), wrong(2)]
    summary = supportkpi_client.import_records(records, stream_id="s")
    assert [rejected.index for rejected in summary.rejected] == [600, 602] and summary.rejected_count == 2
    assert summary.rejected[1].record == wrong(2)
    assert summary.rejected[0].violations[0].field == "ticket.created_at"
    assert str(summary.rejected[0]).startswith("record 600: ticket.created_at: missing")
    assert summary.accepted == created(supportkpi_client) == 601


def test_refused_records_can_go_to_a_function_or_end_the_import(supportkpi_client: Client):
    found = []
    summary = supportkpi_client.import_records([wrong(1), *tickets(3)], stream_id="a", on_rejected=found.append)
    assert [rejected.index for rejected in found] == [0] and not summary.rejected and summary.rejected_count == 1
    with pytest.raises(ImportStoppedError, match="1 records were refused, the first: record 1: ") as caught:
        supportkpi_client.import_records([ticket(9), wrong(1), *tickets(5_000)], stream_id="b", on_rejected="stop")
    assert caught.value.summary.accepted >= 1


def test_conflicts_can_end_the_import(supportkpi_client: Client):
    supportkpi_client.import_records(tickets(10), stream_id="a")
    newer = supportkpi_client.import_records(tickets(12), stream_id="b")
    assert (newer.accepted, newer.replaced) == (2, 10)
    supportkpi_client.upsert([ticket(1, version=7)])
    assert supportkpi_client.import_records([ticket(1, version=6)], stream_id="c").ignored_stale == 1
    with pytest.raises(ImportStoppedError, match="records 0 to 0: 0 replaced stored ones and 1 were older"):
        supportkpi_client.import_records([ticket(1, version=6)], stream_id="d", on_conflict="stop")


@pytest.mark.parametrize("options, words", [
    ({"records_per_chunk": 0}, "records_per_chunk: 0 is below 1"),
    ({"on_rejected": "ignore"}, "on_rejected: 'ignore'; expected"),
    ({"on_conflict": "skip"}, "on_conflict: 'skip'; expected"),
])
def test_wrong_options_are_named(unanswered: Client, options: dict, words: str):
    with pytest.raises(ValueError, match=words):
        unanswered.import_records([], stream_id="s", **options)


def test_chunks_stay_under_the_servers_bytes(supportkpi_client: Client):
    """Big records make chunks by bytes, the same ones in every run."""
    big = [R.Record(survey=R.Survey(id=f"s{number}", kind=R.SURVEY_KIND_CSAT, comment="x" * 4_000,
                                    attributes={f"k{at}": "y" * 250 for at in range(64)})) for number in range(600)]
    summary = supportkpi_client.import_records(big, stream_id="big")
    assert summary.accepted == 600 and not summary.rejected
    run = ImportRun("", "s", 1, 10_000, None, "collect", "newer")
    chunks = [chunk for chunk in (*map(run.add, big), run.finish()) if chunk]
    assert len(chunks) >= 3 and all(chunk.ByteSize() <= CHUNK_BYTES_MAX + 1_000 for chunk in chunks)
    assert [chunk.chunk.position for chunk in chunks] == list(range(1, len(chunks) + 1))


def test_chunks_that_became_durable_unheard_are_sent_again():
    """After a break the server tells what became of them; the counts are not lost."""
    run = ImportRun("", "s", 1, 2, None, "collect", "newer")
    assert not run.welcome(pb.ImportHello(durable_through=0, window_chunks=4))
    sent = [chunk for chunk in (*map(run.add, tickets(5)), run.finish()) if chunk]
    run.note(pb.ImportAck(durable_through=1, accepted=2))
    assert run.welcome(pb.ImportHello(durable_through=2, window_chunks=4)) == sent[1:]
    run.note(pb.ImportAck(durable_through=2, accepted=2, duplicate=True))
    run.note(pb.ImportAck(durable_through=3, accepted=1))
    assert run.all_acknowledged and run.summary.accepted == 5
