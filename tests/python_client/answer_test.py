"""Answers: both layouts, pages, streams, dictionaries, text."""

from __future__ import annotations

import datetime

import pytest

from conftest import YEAR
from supportkpi import Client, Query, kpi
from supportkpi.columns import columns_of
from supportkpi.v1 import kpi_service_pb2 as pb

ROWS = pb.ANSWER_LAYOUT_ROWS
QUESTIONS = {
    "one number": Query("csat").between(**YEAR),
    "groups with none": Query("csat", "nps", "cost_per_ticket", "longest_wait").between(**YEAR).by("team").totals(),
    "buckets": Query("tickets_created", "backlog").between(**YEAR).every("month").totals(),
    "both, and subtotals": Query("csat", kpi("first_response_time", clock="business")).between(**YEAR).by("team", "channel")
    .every("quarter").totals().subtotal("team").subtotal(over_buckets=True),
    "top and other": Query("tickets_created", kpi("resolution_time", statistic="median")).between(**YEAR).by("category").top(3),
    "calendar": Query("calls_offered", "abandon_rate").between(**YEAR).by("weekday", "hour_of_day"),
    "no rows": Query("tickets_created").between("1990-01-01", "1990-02-01").by("team"),
    "empty range": Query("tickets_created").between("2025-01-01", "2025-01-01"),
    "partial buckets": Query("csat").between("2025-01-15T12:00:00Z", "2025-03-03").every("week"),
}


def plain(rows) -> list:
    """Rows, with "all groups" said in one of its two ways: without keys."""
    found = []
    for row in rows:
        copy = pb.Row()
        copy.CopyFrom(row)
        if all(key.all for key in copy.keys):
            del copy.keys[:]
        found.append(copy)
    return found


def as_rows(client: Client, query: Query):
    request = query.to_request()
    request.layout = ROWS
    return client.query(request)


@pytest.mark.parametrize("name", QUESTIONS)
def test_rows_and_columns_say_the_same(desk: Client, name: str):
    columns, rows = desk.query(QUESTIONS[name]), as_rows(desk, QUESTIONS[name])
    assert columns.request.layout == pb.ANSWER_LAYOUT_COLUMNS and not columns.message.rows
    assert list(rows.message.rows) == list(rows.rows) and not rows.message.HasField("columns")
    assert list(columns.rows) == list(rows.rows)
    assert list(columns.totals) == plain(rows.totals)
    assert list(columns.records()) == list(rows.records())
    assert str(columns) == str(rows)


@pytest.mark.parametrize("name", QUESTIONS)
def test_columns_of_rows_make_the_same_rows_again(desk: Client, name: str):
    rows = as_rows(desk, QUESTIONS[name])
    from supportkpi.columns import Rows
    assert list(Rows(rows.columns)) == list(rows.rows)
    assert list(Rows(rows.total_columns)) == plain(rows.totals)
    assert len(columns_of([], ["team"], ["csat"]).keys) == 1


def test_an_answer_is_a_sequence_of_rows(desk: Client):
    answer = desk.query("csat", by=["team"], **YEAR)
    assert len(answer) == len(answer.rows) > 3
    assert answer[0] == answer.rows[0] and answer[-1] == list(answer)[-1] and answer[1:3] == list(answer)[1:3]
    assert repr(answer) == f"<Answer: {len(answer)} rows of csat>"
    with pytest.raises(IndexError):
        answer.rows[len(answer)]
    with pytest.raises(ValueError, match="one row and one KPI"):
        _ = answer.value


def test_records_are_plain_values_in_the_questions_zone(desk: Client):
    records = list(desk.query("csat", kpi("nps", "promoters"), by=["team"], grain="month", time_zone="Europe/Berlin",
                              **YEAR).records())
    assert records[0]["start"] == datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=1)))
    assert records[0]["start"].utcoffset() == datetime.timedelta(hours=1)
    assert records[0]["bucket"] == "2025-01" and set(records[0]) == {"bucket", "start", "end", "team", "csat", "promoters"}
    assert any(record["csat"] is None for record in records)


def test_the_table_shows_units_and_reasons(desk: Client):
    text = str(desk.query("csat", kpi("first_response_time", statistic="median", clock="business"), "cost_per_ticket",
                          by=["team"], grain="quarter", **YEAR))
    first, ruler, *lines = text.splitlines()
    assert first.split() == ["period", "team", "csat", "first_response_time", "cost_per_ticket"]
    assert set(ruler) == {"-", " "} and " EUR" in lines[0] and " %" in text and "(no data)" in text and " min" in text


def test_pages_are_the_whole_answer(wide: Client):
    query = Query("tickets_created").between("2026-01-05", "2026-01-08").every("minute").sparse()
    whole = wide.query(query)
    pages = list(wide.query_pages(query, page_size=700))
    assert [len(page) for page in pages] == [700, 700, 700, 700, 200]
    assert [row for page in pages for row in page] == list(whole.rows)
    assert {page.metadata.commit for page in pages} == {whole.metadata.commit}


def test_a_stream_is_the_whole_answer(wide: Client):
    query = Query("tickets_created").between("2026-01-05", "2026-01-08").every("minute").sparse().totals()
    whole = wide.query(query)
    parts = list(wide.stream_query(query, rows_per_message=500))
    assert len(parts) >= 6 and max(len(part) for part in parts) <= 500
    assert [row for part in parts for row in part] == list(whole.rows)
    assert list(parts[-1].totals) == list(whole.totals) and parts[-1].metadata.commit == whole.metadata.commit
    assert list(wide.query_rows(query)) == list(whole.rows)


def test_an_older_server_that_only_knows_rows_is_understood(desk: Client):
    """What a server without columns sends is the rows layout, whatever was asked."""
    query = QUESTIONS["both, and subtotals"]
    answer = as_rows(desk, query)
    answer.request.layout = pb.ANSWER_LAYOUT_COLUMNS
    assert list(answer.records()) == list(desk.query(query).records())
