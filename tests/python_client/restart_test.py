"""The server dies or is stopped in the middle of streams and imports, and returns on its port: nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import threading

import pytest

from conftest import tickets
from supportkpi import Answer, Client, Query
from supportkpi.retrying import Reconnects
from supportkpi.testing import Server

# 17,280 rows of eight KPIs, some megabytes: more than fits into the buffers on the way, so that the stream has to be resumed.
LONG = (Query("tickets_created", "backlog", "reopen_rate", "csat", "unanswered_tickets", "resolution_rate", "tickets_resolved",
              "repeat_contact_rate").between("2026-01-05", "2026-01-11").every("minute").by("channel", "team", "agent"))


def cells_of(answer: Answer) -> list[tuple]:
    """Each row's bucket, channel and first two values, read from the columns."""
    columns = answer.columns
    buckets = [bucket.start.seconds for bucket in columns.buckets]
    channels = columns.keys[0]
    return [(buckets[bucket], channels.values[code], created, backlog) for bucket, code, created, backlog in zip(
        columns.bucket_codes, channels.codes, columns.cells[0].values, columns.cells[1].values)]


def port_of(server: Server) -> int:
    return int(server.address.rpartition(":")[2])


@pytest.fixture(name="reconnects")
def _reconnects(monkeypatch) -> list:
    """The errors after which a stream was opened again."""
    seen: list = []
    original = Reconnects.pause_seconds

    def noting(self, error):
        seen.append(error)
        return original(self, error)
    monkeypatch.setattr(Reconnects, "pause_seconds", noting)
    return seen


def test_a_stream_goes_on_after_the_server_died(own_server: Server, reconnects: list):
    with own_server.client() as client:
        client.import_records(tickets(2_000), stream_id="s")
        whole = cells_of(client.query(LONG))
        rows = []
        for number, part in enumerate(client.stream_query(LONG, rows_per_message=100)):
            rows += cells_of(part)
            if number == 2:
                port = port_of(own_server)
                own_server.kill()
                own_server.start(port)
        assert len(reconnects) >= 1 and rows == whole and len(rows) == 17_280


def test_an_asynchronous_stream_too(own_server: Server, reconnects: list):
    async def ask() -> tuple[list, list]:
        async with own_server.async_client() as client:
            await client.import_records(tickets(2_000), stream_id="s")
            whole = cells_of(await client.query(LONG))
            rows, number = [], 0
            async for part in client.stream_query(LONG, rows_per_message=100):
                rows += cells_of(part)
                number += 1
                if number == 3:
                    port = port_of(own_server)
                    own_server.kill()
                    await asyncio.to_thread(own_server.start, port)
            return whole, rows
    whole, rows = asyncio.run(ask())
    assert len(reconnects) >= 1 and rows == whole and len(rows) == 17_280


@pytest.mark.parametrize("how", ["kill", "stop"])
def test_an_import_goes_on_after_the_server_died_or_was_stopped(own_server: Server, reconnects: list, how: str):
    port = port_of(own_server)
    ended = threading.Event()

    def restart() -> None:
        getattr(own_server, how)()
        own_server.start(port)

    def progress(done: int, _: object) -> None:
        if done >= 2_000 and not ended.is_set():
            ended.set()
            threading.Thread(target=restart).start()

    def created(client: Client) -> float | None:
        return client.query("tickets_created", during="2026").value

    with own_server.client() as client:
        summary = client.import_records(tickets(8_000), stream_id="s", records_per_chunk=50, on_progress=progress)
        assert ended.is_set() and reconnects
        assert summary.accepted + summary.replaced == 8_000 and summary.skipped == 0
        assert created(client) == 8_000
