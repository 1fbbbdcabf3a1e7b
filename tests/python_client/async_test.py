"""AsyncClient is Client, awaited."""

from __future__ import annotations

import asyncio
import inspect
import threading

import pytest

from conftest import YEAR, tickets
from supportkpi import AsyncClient, Client, InvalidArgumentError, Query, UnavailableError, field, kpi
from supportkpi.testing import Server
from supportkpi.v1 import records_pb2

QUESTION = (Query("csat", kpi("first_response_time", statistic="p90")).between(**YEAR).by("team").every("month")
            .where(field("channel") != "phone").totals())


def test_both_clients_have_the_same_methods_and_arguments():
    def public(kind: type) -> dict:
        return {name: value for name, value in vars(kind).items()
                if not name.startswith("_") and callable(value)}

    assert set(public(Client)) == set(public(AsyncClient))
    for name, method in public(Client).items():
        twin = public(AsyncClient)[name]
        ours, theirs = inspect.signature(method).parameters, inspect.signature(twin).parameters
        assert list(ours) == list(theirs), name
        for parameter in ours:
            assert ours[parameter].default == theirs[parameter].default, (name, parameter)
        assert inspect.iscoroutinefunction(twin) or inspect.isasyncgenfunction(twin), name
        assert inspect.isgeneratorfunction(method) == inspect.isasyncgenfunction(twin), name
    assert inspect.signature(Client.__init__) == inspect.signature(AsyncClient.__init__)


def test_answers_pages_and_streams_are_those_of_the_client(desk: Client):
    async def ask():
        async with AsyncClient(desk.target) as client:
            await client.wait_until_ready()
            answer, twice = await asyncio.gather(client.query(QUESTION), client.query("nps", during="2025"))
            pages = [page async for page in client.query_pages(QUESTION, page_size=20)]
            parts = [part async for part in client.stream_query(QUESTION, rows_per_message=20)]
            rows = [row async for row in client.query_rows(QUESTION)]
            batch = await client.batch_query([QUESTION, Query("csatt").during("2025")], errors="return")
            ids = [record.customer.id async for record in client.list_records("customer", page_size=500)]
            return answer, twice, pages, parts, rows, batch, ids

    answer, nps, pages, parts, rows, batch, ids = asyncio.run(ask())
    whole = desk.query(QUESTION)
    assert list(answer) == list(whole) == rows and list(answer.totals) == list(whole.totals)
    assert nps.value == desk.query("nps", during="2025").value
    assert len(pages) > 2 and [row for page in pages for row in page] == rows
    assert len(parts) > 2 and [row for part in parts for row in part] == rows
    assert list(batch[0]) == rows and isinstance(batch[1], InvalidArgumentError)
    assert ids == [record.customer.id for record in desk.list_records("customer")]


def test_unary_methods_answer(supportkpi_server: Server):
    async def ask():
        async with supportkpi_server.async_client(tenant="async-methods") as client:
            await client.upsert(tickets(3))
            assert (await client.get_record("ticket", "t00001")).ticket.id == "t00001"
            assert (await client.delete_record("ticket", "t00001")).deleted
            assert len(await client.list_kpis()) > 60 and (await client.get_kpi("csat")).id == "csat"
            assert (await client.validate_query(Query("csat").during("2025"))).valid
            assert await client.list_dimensions("csat")
            assert await client.data_issues() == []
            settings = (await client.get_settings()).settings
            settings.time_zone = "Asia/Tokyo"
            assert (await client.update_settings(settings)).time_zone == "Asia/Tokyo"
            assert (await client.server_info()).version
            assert (await client.rebuild_facts()).facts.commit == (await client.compact_facts()).facts.commit
            assert (await client.stats()).facts.commit >= 2
            with pytest.raises(InvalidArgumentError, match="did you mean"):
                await client.query("csatt", during="2025")
    asyncio.run(ask())


def test_an_import_from_an_asynchronous_source_survives_a_crash(own_server: Server):
    port = int(own_server.address.rpartition(":")[2])
    killed = threading.Event()

    def restart():
        own_server.kill()
        own_server.start(port)

    def progress(done: int, _: object) -> None:
        if done >= 2_000 and not killed.is_set():
            killed.set()
            threading.Thread(target=restart).start()

    async def source():
        for record in tickets(6_000):
            yield record
            if record.ticket.id.endswith("00"):
                await asyncio.sleep(0)

    async def load() -> None:
        async with own_server.async_client() as client:
            summary = await client.import_records(source(), stream_id="s", records_per_chunk=50, on_progress=progress)
            assert killed.is_set() and summary.accepted + summary.replaced == 6_000
            assert (await client.query("tickets_created", during="2026")).value == 6_000
            again = await client.import_records(iter(tickets(6_000)), stream_id="s", records_per_chunk=50)
            assert again.skipped == 6_000
            bad = [*tickets(1, first=7_000), records_pb2.Record()]
            assert [r.index for r in (await client.import_records(bad, stream_id="t")).rejected] == [1]
    asyncio.run(load())


def test_errors_tell_whom_it_called():
    async def ask() -> None:
        async with AsyncClient("127.0.0.1:1", retries=False) as client:
            with pytest.raises(UnavailableError, match="Usual causes"):
                await client.list_kpis()
            with pytest.raises(UnavailableError, match="within 0.2 s"):
                await client.wait_until_ready(0.2)
            with pytest.raises(UnavailableError):
                await client.import_records([], stream_id="s")
    asyncio.run(ask())
