"""Data frames: types, zones, categories, evidence, metadata."""

from __future__ import annotations

import json
import math

import pytest

pandas = pytest.importorskip("pandas")

from conftest import YEAR, ticket  # noqa: E402
from supportkpi import Client, Query, kpi  # noqa: E402


def test_buckets_are_the_index_in_the_questions_zone(desk: Client):
    frame = desk.query("csat", "backlog", by=["team"], grain="month", time_zone="America/New_York",
                       start="2025-01-01T05:00:00Z", end="2026-01-01T05:00:00Z").to_dataframe()
    assert isinstance(frame.index, pandas.DatetimeIndex) and str(frame.index.tz) == "America/New_York"
    assert frame.index.name == "bucket" and frame.index[0] == pandas.Timestamp("2025-01-01", tz="America/New_York")
    assert frame.index[-1].hour == 0 and len(frame.index.unique()) == 12
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "team": "category", "csat": "float64", "backlog": "float64"}


def test_frames_hold_what_the_rows_hold(desk: Client):
    answer = desk.query("csat", kpi("first_response_time", statistic="median"), by=["team", "channel"], grain="quarter", **YEAR)
    frame = answer.to_dataframe()
    assert len(frame) == len(answer)
    for record, (index, line) in zip(answer.records(), frame.iterrows()):
        assert index == record["start"] and line["team"] == (record["team"] or "(none)")
        for name in ("csat", "first_response_time"):
            assert math.isnan(line[name]) if record[name] is None else line[name] == record[name]


def test_without_buckets_there_is_a_plain_index(desk: Client):
    frame = desk.query("csat", by=["team"], **YEAR).to_dataframe()
    assert isinstance(frame.index, pandas.RangeIndex)
    assert frame.groupby("team", observed=True)["csat"].first().notna().any()


def test_calendar_parts_are_ordered_numbers(desk: Client):
    frame = desk.query("tickets_created", by=["weekday", "hour_of_day"], **YEAR).to_dataframe()
    assert frame["weekday"].cat.ordered and list(frame["weekday"].cat.categories) == [1, 2, 3, 4, 5, 6, 7]
    wide = frame.pivot_table(index="weekday", columns="hour_of_day", values="tickets_created", aggfunc="sum", observed=True)
    assert wide.sum().sum() == desk.query("tickets_created", **YEAR).value


def test_none_other_and_all_have_names_of_their_own(desk: Client):
    answer = desk.query(Query("csat", "tickets_resolved").between(**YEAR).by("team", "category").totals().subtotal("team"))
    frame = answer.to_dataframe()
    assert list(frame["team"].cat.categories)[-1] == "(none)"
    missing = answer.to_dataframe(none=None)
    assert missing["team"].isna().sum() == (frame["team"] == "(none)").sum() > 0
    totals = answer.totals_to_dataframe()
    assert ((totals["team"] == "(all)") & (totals["category"] == "(all)")).any()
    top = desk.query(Query("tickets_created").between(**YEAR).by("category").top(2)).to_dataframe(other="rest")
    assert list(top["category"]).count("rest") == 1


def test_a_value_that_reads_like_none_is_not_mixed_up(supportkpi_client: Client):
    supportkpi_client.upsert([ticket(1, team="(none)"), ticket(2)])
    answer = supportkpi_client.query("tickets_created", by=["team"], during="2026")
    with pytest.raises(ValueError, match=r"none: team has a value '\(none\)' of its own"):
        answer.to_dataframe()
    assert sorted(map(str, answer.to_dataframe(none="without")["team"])) == ["(none)", "without"]


def test_evidence_and_durations(desk: Client):
    answer = desk.query("csat", kpi("first_response_time", statistic="mean"), "cost_per_ticket", by=["team"], grain="month", **YEAR)
    frame = answer.to_dataframe(evidence=True, timedeltas=True)
    assert str(frame["first_response_time"].dtype).startswith("timedelta64")
    row = answer[0]
    assert frame["first_response_time"].iloc[0].total_seconds() == pytest.approx(row.cells[1].value)
    assert frame["csat.facts"].iloc[0] == row.cells[0].facts and str(frame["csat.facts"].dtype) == "int64"
    assert frame["csat.numerator"].iloc[0] == row.cells[0].numerator
    assert set(frame["cost_per_ticket.currency"].dropna()) <= {"EUR", ""}
    absent = frame[frame["csat"].isna()]
    assert len(absent) and set(absent["csat.absent_reason"]) == {"no_data"}
    assert frame["csat.absent_reason"].isna().sum() == frame["csat"].notna().sum()
    assert not frame["bucket.partial"].any()


def test_the_metadata_go_along_and_survive_json(desk: Client):
    answer = desk.query("csat", kpi("first_response_time", "p90", statistic="p90", clock="business"), by=["team"], **YEAR)
    attrs = json.loads(json.dumps(answer.to_dataframe().attrs))
    assert attrs["units"] == {"csat": "percent", "p90": "seconds"}
    assert attrs["kpis"]["p90"]["clock"] == "business" and attrs["kpis"]["csat"]["formula"]
    assert attrs["time_zone"] == "Europe/Berlin" and attrs["start"] == "2024-12-31T23:00:00Z"
    assert attrs["commit"] == answer.metadata.commit and attrs["data_until"]


def test_an_empty_answer_is_an_empty_frame(desk: Client):
    frame = desk.query("csat", by=["team"], grain="month", start="1990-01-01", end="1990-01-01").to_dataframe(evidence=True)
    assert len(frame) == 0 and {"team", "csat"} <= set(frame.columns)


def test_frames_page_by_page_are_the_whole_frame(wide: Client):
    query = Query("tickets_created").between("2026-01-05", "2026-01-08").every("minute").sparse()
    frames = list(wide.iter_dataframes(query, page_size=1_000))
    assert [len(frame) for frame in frames] == [1_000, 1_000, 1_000]
    pandas.testing.assert_frame_equal(pandas.concat(frames), wide.query(query).to_dataframe())
