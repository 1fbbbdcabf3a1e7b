"""5,000 calls of a telecom help line: calls, waits, talk and satisfaction by month, agent, topic, hour, weekday, day."""

from __future__ import annotations

import csv
import datetime
import gzip
import json

import pytest

from expectations import Expectations, kpi
from supportkpi import Client, instant
from supportkpi.v1 import records_pb2 as pb

WEEKDAYS = {"Mon": "1", "Tue": "2", "Wed": "3", "Thu": "4", "Fri": "5", "Sat": "6", "Sun": "7"}


def records(folder):
    """A call of one leg for each row; a survey for each rating."""
    with gzip.open(folder / "call-centre" / "call_centre.csv.gz", "rt") as rows:
        for row in csv.DictReader(rows):
            start = datetime.datetime.fromisoformat(f"{row['Date']}T{row['Time']}+00:00")
            leg = pb.CallLeg(call=row["Call Id"], leg="1", direction=pb.CALL_DIRECTION_INBOUND, queue="help line",
                             started_at=instant(start), agent=row["Agent"], topic=row["Topic"])
            if row["Answered (Y/N)"] != "Y":
                leg.outcome = pb.CALL_OUTCOME_ABANDONED_IN_QUEUE
                leg.ended_at.CopyFrom(instant(start))
                yield pb.Record(call_leg=leg)
                continue
            wait = int(row["Speed of answer in seconds"])
            hours, minutes, seconds = map(int, row["AvgTalkDuration"].split(":"))
            talk = hours * 3600 + minutes * 60 + seconds
            leg.outcome = pb.CALL_OUTCOME_ANSWERED
            leg.queued.seconds, leg.talk.seconds = wait, talk
            leg.answered_at.CopyFrom(instant(start + datetime.timedelta(seconds=wait)))
            leg.ended_at.CopyFrom(instant(start + datetime.timedelta(seconds=wait + talk)))
            yield pb.Record(call_leg=leg)
            # Dated by the call's start, as the reference does.
            yield pb.Record(survey=pb.Survey(
                id=row["Call Id"], kind=pb.SURVEY_KIND_CSAT, scale_min=1, scale_max=5, call=row["Call Id"],
                score=float(row["Satisfaction rating"]), sent_at=instant(start), responded_at=instant(start),
                agent=row["Agent"], attributes={"topic": row["Topic"]}))


@pytest.fixture(scope="module", name="ask")
def _ask(server, data):
    with Client(server.address, tenant="call-centre") as client:
        summary = client.import_records(records(data), stream_id="call-centre")
        assert not summary.rejected
        yield Expectations(client, "2021-01-01", "2021-04-01")


def figures(slice_):
    """What the reference has for a slice of the calls: (KPI, value)."""
    yield kpi("calls_offered"), slice_["calls"]
    yield kpi("calls_inbound"), slice_["calls"]
    yield kpi("calls_answered"), slice_["answered"]
    yield kpi("calls_abandoned"), slice_["abandoned"]
    yield kpi("speed_to_answer"), slice_["asa_seconds_mean"]
    if "answered_within" not in slice_:
        return
    yield kpi("abandon_rate"), slice_["abandonment_rate"] * 100
    yield kpi("speed_to_answer", statistic="median"), slice_["asa_seconds_median"]
    for threshold, share in slice_["service_level_of_offered"].items():
        yield kpi("service_level", parameters={"threshold": f"{threshold}s"}), share * 100
    yield kpi("leg_talk_time", statistic="sum"), slice_["talk_seconds_total"]
    yield kpi("leg_talk_time"), slice_["talk_seconds_mean"]
    yield kpi("leg_talk_time", statistic="median"), slice_["talk_seconds_median"]


SLICES = {
    "by_month": {"grain": "month"}, "by_agent": {"by": ("agent",)}, "by_topic": {"by": ("topic",)},
    "by_month_and_topic": {"grain": "month", "by": ("topic",)}, "by_hour": {"by": ("hour_of_day",)},
    "by_weekday": {"by": ("weekday",)}, "by_date": {"grain": "day"},
}


def key(slice_name, name):
    if slice_name == "by_hour":
        return (str(int(name)),)
    if slice_name == "by_weekday":
        return (WEEKDAYS[name],)
    return tuple(name.split("|"))


def test_calls_agree_with_the_reference(ask, data):
    expected = json.loads((data / "call-centre" / "kpi_expected.json").read_text())
    for selection, value in figures(expected["total"]):
        ask.check_total(selection.kpi, selection, value)
    ask.check_total("p90", kpi("speed_to_answer", statistic="p90"), expected["total"]["asa_seconds_p90_linear"])
    for slice_name, shape in SLICES.items():
        slices = expected[slice_name]
        columns = {name: list(figures(slice_)) for name, slice_ in slices.items()}
        for index, (selection, _) in enumerate(next(iter(columns.values()))):
            wanted = {key(slice_name, name): column[index][1] for name, column in columns.items()}
            ask.check(f"{slice_name} {selection.kpi}", selection, wanted, **shape)
    ask.assert_none_differ()


def test_satisfaction_agrees_with_the_reference(ask, data):
    expected = json.loads((data / "call-centre" / "kpi_expected.json").read_text())
    shapes = {"by_month": {"grain": "month"}, "by_agent": {"by": ("agent",)},
              "by_topic": {"by": ("attributes.topic",)}}
    ask.check_total("csat", kpi("csat"), expected["total"]["csat_top2_share"] * 100)
    ask.check_total("csat_score", kpi("csat_score"), expected["total"]["csat_mean"])
    for slice_name, shape in shapes.items():
        slices = expected[slice_name]
        ask.check(f"{slice_name} csat", kpi("csat"),
                  {(name,): slice_["csat_top2_share"] * 100 for name, slice_ in slices.items()}, **shape)
        ask.check(f"{slice_name} csat_score", kpi("csat_score"),
                  {(name,): slice_["csat_mean"] for name, slice_ in slices.items()}, **shape)
    ask.assert_none_differ()
