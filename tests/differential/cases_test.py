"""The worked examples of the contract's section 6 and its section 7's cases, by name, with values computed by hand."""

import datetime
import itertools
import math
import os

import pytest

import api as server_api
from model import civil, records

HOUR, DAY = civil.HOUR, civil.DAY
numbers = itertools.count(1)


def at(text):
    """'2026-03-01 10:00' in UTC -> milliseconds."""
    return int(datetime.datetime.fromisoformat(text).replace(tzinfo=datetime.timezone.utc).timestamp() * 1000)


@pytest.fixture(scope="session")
def server():
    with server_api.Server(binary=os.environ["SERVER"]) as running:
        yield server_api.Api(running.address)


@pytest.fixture
def help_desk(server):
    return HelpDesk(server)


class HelpDesk:
    """A tenant of its own: records in, cells out."""

    def __init__(self, api, **settings):
        self.api, self.tenant = api, "case-%d" % next(numbers)

    def settings(self, **fields):
        self.api.set_up(self.tenant, records.Settings(**fields))
        return self

    def has(self, *found):
        self.api.upsert(self.tenant, list(found))
        return self

    def ask(self, kpi, start, end, zone="UTC", grain=None, group_by=(), filter=None, totals=False, **selection):
        question = {"range": (at(start), at(end)), "time_zone": zone, "grain": grain, "group_by": list(group_by),
                    "filter": filter, "kpis": [dict(selection, kpi=kpi)]}
        response = self.api.ask(self.tenant, question)
        return response.totals if totals else response.rows

    def cell(self, kpi, start="2020-01-01 00:00", end="2030-01-01 00:00", **more):
        rows = self.ask(kpi, start, end, **more)
        assert len(rows) == 1
        return rows[0].cells[0]

    def value(self, kpi, *span, **more):
        cell = self.cell(kpi, *span, **more)
        return cell.value if cell.HasField("value") else None

    def by_group(self, kpi, *span, **more):
        return {row.keys[0].value or None: row.cells[0].value for row in self.ask(kpi, *span, **more)}


def reason(api, cell):
    return api.kpi_service.AbsentReason.Name(cell.absent_reason).replace("ABSENT_REASON_", "")


def ticket(name, created, *events, **fields):
    made = dict(fields, kind="ticket", id=name, created_at=at(created))
    if events:
        made["events"] = [dict(event, id="%02d" % place) for place, event in enumerate(events)]
    return made


def status(when, state, **more):
    return dict(more, at=at(when), event_kind="status_change", status=state)


def reply(when, agent="ann", **more):
    return dict(more, at=at(when), event_kind="agent_reply", actor_agent=agent)


def message(when):
    return {"at": at(when), "event_kind": "customer_message"}


def to_team(when, team, old):
    return {"at": at(when), "event_kind": "assignment", "team": team, "old_team": old}


def survey(name, kind, score, low, high, when="2026-01-05 10:00", **more):
    return dict({"kind": "survey", "id": name, "survey_kind": kind, "scale_min": low, "scale_max": high, "score": score,
                 "sent_at": at(when) - 1000, "responded_at": at(when)}, **more)


def working_hours(opens, closes, zone, weekdays=range(1, 6), **more):
    version = {"from": None, "weekly": [(day, opens, closes) for day in weekdays], "holidays": set(), "special": {}, "breaks": []}
    version.update(more)
    return {"zone": zone, "versions": [version]}


def period(name, start, end, **fields):
    return dict(fields, kind="customer_period", id=name, **{"from": at(start), "to": at(end)})


# Section 6

def test_nps_with_80_percent_promoters_and_15_percent_detractors_is_65(help_desk):
    scores = [10] * 8 + [9] * 8 + [7] + [6, 0, 3]
    help_desk.has(*[survey("s%d" % n, "nps", score, 0, 10) for n, score in enumerate(scores)])
    assert help_desk.value("nps") == 65


def test_retention_and_churn(help_desk):
    help_desk.has(period("p", "2026-01-01", "2026-02-01", customers_at_start=100, customers_at_end=90, new_customers=15))
    span = ("2026-01-01", "2026-02-01")
    assert help_desk.value("customer_retention_rate", *span) == 75
    assert help_desk.value("customer_churn_rate", *span) == 25


def test_acquisition_cost(help_desk):
    help_desk.has(period("p", "2026-01-01", "2026-02-01", new_customers=20000,
                         acquisition_cost={"currency": "EUR", "minor_units": 1000000}))
    cell = help_desk.cell("customer_acquisition_cost", "2026-01-01", "2026-02-01")
    assert (cell.value, cell.currency, cell.numerator, cell.denominator) == (0.5, "EUR", 1000000, 20000)


def test_90_of_100_tickets_resolved(help_desk, server):
    for n in range(90):
        help_desk.has(ticket("t%d" % n, "2026-01-05 10:00", status("2026-01-05 11:00", "solved")))
    help_desk.has(*[ticket("u%d" % n, "2026-01-05 10:00") for n in range(10)])
    assert help_desk.value("resolution_rate") == 90
    assert help_desk.value("resolved_to_unresolved") == 9
    other = HelpDesk(server).has(ticket("t", "2026-01-05 10:00", status("2026-01-05 11:00", "solved")))
    cell = other.cell("resolved_to_unresolved")
    assert not cell.HasField("value") and reason(server, cell) == "ZERO_DENOMINATOR"


def test_csat_on_several_scales(help_desk):
    help_desk.has(*[survey("a%d" % score, "csat", score, 1, 5) for score in (5, 4, 3, 2, 1)])
    assert help_desk.value("csat") == 40
    help_desk.has(*[survey("b%d" % score, "csat", score, 1, 7) for score in (7, 6, 5)])
    help_desk.has(*[survey("c%d" % score, "csat", score, 1, 3) for score in (3, 2)])
    cell = help_desk.cell("csat")
    assert (cell.numerator, cell.denominator, cell.value) == (5, 10, 50)


def test_business_hours_over_a_change_of_the_clock(help_desk):
    help_desk.settings(schedules={"office": working_hours(9 * HOUR, 17 * HOUR, "America/New_York")}, default_schedule="office")
    help_desk.has(ticket("t", "2026-03-06 21:30", reply("2026-03-09 13:45")))  # 16:30 EST, 09:45 EDT
    assert help_desk.value("first_response_time", clock="business") == 4500


@pytest.mark.parametrize("asked,answered,hours", [("2026-03-07 20:00", "2026-03-08 20:00", 7),
                                                  ("2026-10-31 20:00", "2026-11-01 20:00", 9)])
def test_the_night_shift_when_the_clock_changes(help_desk, asked, answered, hours):
    help_desk.settings(schedules={"night": working_hours(22 * HOUR, 6 * HOUR, "America/New_York", range(1, 8))},
                       default_schedule="night")
    help_desk.has(ticket("t", asked, reply(answered)))
    assert help_desk.value("first_response_time", clock="business") == hours * 3600


def test_late_august_in_utc_is_september_in_shanghai(help_desk):
    help_desk.has(ticket("t", "2026-08-31 23:30"))
    rows = help_desk.ask("tickets_created", "2026-08-01", "2026-10-01", zone="Asia/Shanghai", grain={"unit": "month"})
    assert {row.bucket.label: row.cells[0].value for row in rows if row.cells[0].value} == {"2026-09": 1}


@pytest.mark.parametrize("day,following,week", [("2027-01-01", "2027-01-02", "2026-W53"), ("2024-12-30", "2024-12-31", "2025-W01")])
def test_iso_weeks(help_desk, day, following, week):
    rows = help_desk.ask("tickets_created", day, following, grain={"unit": "week"})
    assert [row.bucket.label for row in rows] == [week]


def test_retention_with_a_joiner_who_left_too(help_desk):
    help_desk.has(period("p", "2026-01-01", "2026-02-01", customers_at_start=100, customers_at_end=89, new_customers=15,
                         lost_customers=26))
    assert help_desk.value("customer_retention_rate", "2026-01-01", "2026-02-01") == 74
    assert help_desk.value("customer_churn_rate", "2026-01-01", "2026-02-01") == 26


# Section 7

def test_01_created_before_the_range_and_answered_in_it(help_desk):
    help_desk.has(ticket("t", "2026-01-31 22:00", reply("2026-02-01 02:00")))
    span = ("2026-02-01", "2026-03-01")
    assert help_desk.value("first_response_time", *span) == 4 * 3600
    assert help_desk.value("tickets_created", *span) == 0


def test_02_an_unanswered_ticket_has_no_duration(help_desk, server):
    help_desk.has(ticket("t", "2026-02-01 10:00"), ticket("u", "2026-02-01 10:00", status("2026-02-01 12:00", "solved")))
    cell = help_desk.cell("first_response_time")
    assert not cell.HasField("value") and reason(server, cell) == "NO_DATA"
    assert help_desk.value("unanswered_tickets") == 1
    assert help_desk.value("unanswered_tickets", "2026-02-01", "2026-02-01 11:00") == 2


def test_03_answered_outside_business_hours(help_desk, server):
    help_desk.settings(schedules={"office": working_hours(9 * HOUR, 17 * HOUR, "UTC")}, default_schedule="office")
    help_desk.has(ticket("t", "2026-01-10 10:00", reply("2026-01-10 12:00")))  # a Saturday
    cell = help_desk.cell("first_response_time", clock="business")
    assert cell.HasField("value") and cell.value == 0
    bare = HelpDesk(server).has(ticket("t", "2026-01-10 10:00", reply("2026-01-10 12:00")))
    cell = bare.cell("first_response_time", clock="business")
    assert not cell.HasField("value") and reason(server, cell) == "NO_SCHEDULE"


def test_04_the_schedule_or_the_team_changes_in_mid_wait(help_desk, server):
    office = working_hours(9 * HOUR, 17 * HOUR, "UTC", range(1, 8))
    office["versions"].append(dict(office["versions"][0], weekly=[(day, 10 * HOUR, 12 * HOUR) for day in range(1, 8)]))
    office["versions"][1]["from"] = civil.day_number(2026, 1, 6)
    help_desk.settings(schedules={"office": office}, default_schedule="office")
    help_desk.has(ticket("t", "2026-01-05 16:00", reply("2026-01-06 11:00")))
    assert help_desk.value("first_response_time", clock="business") == 2 * 3600
    moved = HelpDesk(server).settings(
        schedules={"day": working_hours(9 * HOUR, 17 * HOUR, "UTC", range(1, 8)),
                   "late": working_hours(12 * HOUR, 20 * HOUR, "UTC", range(1, 8))},
        team_schedules={"one": "day", "two": "late"})
    moved.has(ticket("t", "2026-01-05 10:00", to_team("2026-01-05 11:00", "two", "one"), reply("2026-01-05 13:00"), team="two"))
    assert moved.value("first_response_time", clock="business") == 2 * 3600  # 10-11 by day, 12-13 by late


def test_04_one_ticket_without_a_schedule_beside_one_that_asks_for_none(help_desk, server):
    help_desk.has(ticket("was pending", "2026-01-05 10:00", status("2026-01-05 11:00", "pending"), status("2026-01-05 13:00", "solved")),
                  ticket("was not", "2026-01-05 10:00", status("2026-01-05 13:00", "solved")))
    asked = {"clock": "business", "parameters": {"status": "pending"}}
    assert help_desk.value("time_in_status", statistic="mean", **asked) == 0
    cell = help_desk.cell("time_in_status", statistic="stddev", **asked)
    assert not cell.HasField("value") and reason(server, cell) == "TOO_FEW_FACTS"
    assert [(note.rule, note.count) for note in cell.left_out] == [("no_schedule", 1)]


def test_04_a_sum_over_one_ticket_that_lacks_a_schedule_for_a_part_of_the_time(help_desk, server):
    help_desk.settings(schedules={"day": working_hours(9 * HOUR, 17 * HOUR, "UTC")}, team_schedules={"red": "day"})
    help_desk.has(ticket("moved", "2026-01-05 10:00", to_team("2026-01-05 10:00", "red", ""), status("2026-01-05 11:00", "pending"),
                         to_team("2026-01-05 12:00", "blue", "red"), status("2026-01-05 13:00", "solved")))
    for statistic in ("sum", "mean", "stddev"):
        cell = help_desk.cell("time_in_status", clock="business", parameters={"status": "pending"}, statistic=statistic)
        assert not cell.HasField("value") and reason(server, cell) == "NO_SCHEDULE", statistic


def test_04_a_later_team_without_a_schedule_does_not_unjudge_a_reply_in_time(help_desk, server):
    help_desk.settings(schedules={"day": working_hours(9 * HOUR, 17 * HOUR, "UTC")}, team_schedules={"red": "day"})
    help_desk.has(ticket("in time", "2026-03-02 10:00", to_team("2026-03-02 10:00", "red", ""), reply("2026-03-02 10:10"),
                         to_team("2026-03-02 10:30", "blue", "red"), channel="chat"))
    for end in ("2026-03-02 10:20", "2026-04-01 00:00"):
        cell = help_desk.cell("first_response_within_target", "2026-03-01 00:00", end, clock="business")
        assert (cell.numerator, cell.denominator, cell.value) == (1, 1, 100), end
    # Answered after the clock had stopped for want of a schedule: nobody can say.
    help_desk.has(ticket("too late to say", "2026-03-02 10:00", to_team("2026-03-02 10:00", "red", ""),
                         to_team("2026-03-02 10:30", "blue", "red"), reply("2026-03-02 10:40"), channel="chat"))
    cell = help_desk.cell("first_response_within_target", "2026-03-01 00:00", "2026-04-01 00:00", clock="business")
    assert (cell.numerator, cell.denominator) == (1, 1)
    assert [(note.rule, note.count) for note in cell.left_out] == [("no_schedule", 1)]
    # Not answered at all: not judged.
    help_desk.has(ticket("open", "2026-03-02 10:00", to_team("2026-03-02 10:00", "red", ""),
                         to_team("2026-03-02 10:30", "blue", "red"), channel="chat"))
    assert help_desk.cell("first_response_within_target", "2026-03-01 00:00", "2026-04-01 00:00", clock="business") == cell


@pytest.mark.parametrize("asked,answered,seconds", [("2026-03-08 05:00", "2026-03-08 12:00", 0),
                                                    ("2026-11-01 04:00", "2026-11-01 12:00", 2 * 1800)])
def test_05_an_interval_inside_the_hour_that_is_skipped_or_repeated(help_desk, asked, answered, seconds):
    opens = 2 * HOUR if seconds == 0 else HOUR
    help_desk.settings(schedules={"odd": working_hours(opens, opens + HOUR // 2, "America/New_York", range(1, 8))},
                       default_schedule="odd")
    help_desk.has(ticket("t", asked, reply(answered)))
    assert help_desk.value("first_response_time", clock="business") == seconds


def test_06_a_ticket_open_for_years(help_desk):
    help_desk.settings(schedules={"always": working_hours(9 * HOUR, 17 * HOUR, "UTC")}, default_schedule="always")
    help_desk.has(ticket("t", "2010-01-04 00:00", status("2026-01-05 00:00", "solved")))
    days = (datetime.date(2026, 1, 5) - datetime.date(2010, 1, 4)).days
    assert help_desk.value("resolution_time") == days * 86400
    weekdays = days // 7 * 5  # both Mondays: whole weeks
    assert days % 7 == 0
    assert help_desk.value("resolution_time", clock="business") == weekdays * 8 * 3600


def test_07_solved_reopened_and_solved(help_desk):
    help_desk.has(ticket("t", "2026-01-05 08:00", status("2026-01-05 10:00", "solved"), status("2026-01-05 11:00", "open"),
                         status("2026-01-05 14:00", "solved")))
    assert help_desk.value("resolution_time") == 6 * 3600
    assert help_desk.value("first_resolution_time") == 2 * 3600
    assert help_desk.value("tickets_resolved") == 1
    assert help_desk.value("resolution_events") == 2


def test_08_reopened_after_the_range_or_inside_it(help_desk):
    help_desk.has(ticket("t", "2026-01-05 08:00", status("2026-01-05 10:00", "solved"), status("2026-01-07 11:00", "open")))
    assert help_desk.value("tickets_resolved", "2026-01-05", "2026-01-06") == 1
    assert help_desk.value("tickets_resolved", "2026-01-05", "2026-01-08") == 0


def test_09_the_backlog_of_a_group_as_the_ticket_was_then(help_desk):
    help_desk.has(ticket("t", "2026-01-05 08:00", to_team("2026-01-07 08:00", "two", "one"), team="two", version=1))
    span = ("2026-01-05", "2026-01-06")
    assert help_desk.by_group("backlog", *span, group_by=["team"]) == {"one": 1}
    assert help_desk.by_group("backlog", *span, group_by=["team"], attribution="current") == {"two": 1}


def test_10_a_changed_answer_and_the_latest_of_a_ticket(help_desk):
    help_desk.has(ticket("t", "2026-01-04 08:00"), survey("s", "csat", 1, 1, 5, ticket="t", version=1))
    help_desk.has(survey("s", "csat", 5, 1, 5, ticket="t", version=2))
    help_desk.has(survey("s", "csat", 2, 1, 5, ticket="t", version=1))
    assert help_desk.value("csat") == 100
    help_desk.has(survey("later", "csat", 1, 1, 5, "2026-01-06 10:00", ticket="t"))
    assert help_desk.value("csat") == 50
    assert help_desk.value("csat", variant="latest_per_ticket") == 0


def test_11_a_survey_before_its_ticket(help_desk):
    help_desk.has(survey("s", "csat", 5, 1, 5, ticket="t"))
    assert help_desk.by_group("csat", "2020-01-01", "2030-01-01", group_by=["ticket.type"]) == {None: 100}
    help_desk.has(ticket("t", "2026-01-04 08:00", type="question"))
    assert help_desk.by_group("csat", "2020-01-01", "2030-01-01", group_by=["ticket.type"]) == {"question": 100}


def test_12_scales(help_desk, server):
    help_desk.has(survey("turned", "csat", 1, 1, 5, direction="low_is_good"))
    assert help_desk.value("csat") == 100
    assert help_desk.value("csat_score") == 5
    bare = survey("bare", "csat", 3, 1, 5)
    del bare["scale_min"], bare["scale_max"]
    for wrong in (bare, survey("eleven", "nps", 11, 0, 10), survey("half", "nps", 3.5, 0, 10)):
        with pytest.raises(server.grpc.RpcError) as refused:
            help_desk.has(wrong)
        assert refused.value.code().name == "INVALID_ARGUMENT"
    help_desk.has(survey("zero", "nps", 0, 0, 10))
    assert help_desk.value("nps") == -100


def leg(call, name, start, answered, ended, **more):
    return dict({"kind": "call_leg", "call": call, "leg": name, "started_at": at(start), "answered_at": at(answered),
                 "ended_at": at(ended), "outcome": "answered", "talk": at(ended) - at(answered)}, **more)


def test_13_a_call_with_a_transfer(help_desk):
    help_desk.has(leg("c", "1", "2026-01-05 10:00:00", "2026-01-05 10:00:15", "2026-01-05 10:05:00", agent="ann"),
                  leg("c", "2", "2026-01-05 10:04:00", "2026-01-05 10:04:30", "2026-01-05 10:10:00", agent="bob"))
    assert help_desk.value("calls_offered") == 1
    assert help_desk.value("speed_to_answer") == 15
    assert help_desk.value("transfer_rate") == 100
    assert help_desk.value("leg_talk_time", statistic="sum") == 285 + 330
    assert help_desk.value("leg_talk_time", variant="call") == 585  # 10:00:15 to 10:10:00


def test_13_of_waits_that_began_together_and_run_still_the_first_name_is_told(help_desk):
    began = "2026-01-05 08:00:00"
    running = {"kind": "call_leg", "call": "call10"}
    help_desk.has(dict(running, leg="1", started_at=at(began)), dict(running, leg="2", started_at=at("2026-01-05 08:00:41"), topic="pay"),
                  ticket("t15", began))
    def longest():
        return help_desk.cell("longest_wait", "2026-01-05", "2026-01-06", parameters={"include_open": "true"})
    assert (longest().value, longest().record) == (16 * 3600, "call10")
    help_desk.has(ticket("b1", began))
    assert (longest().value, longest().record) == (16 * 3600, "b1")
    help_desk.has(ticket("a1", "2026-01-05 08:00:01"))
    assert (longest().value, longest().record) == (16 * 3600, "b1")


def shift(name, start, end, state, **more):
    return dict(more, kind="agent_time", id=name, agent="ann", state=state, **{"from": at(start), "to": at(end)})


def test_14_shifts_over_midnight_and_over_each_other(help_desk):
    help_desk.has(shift("a", "2026-01-05 22:00", "2026-01-06 02:00", "available"),
                  shift("b", "2026-01-05 23:00", "2026-01-06 01:00", "handling"))
    rows = help_desk.ask("agent_state_time", "2026-01-05", "2026-01-07", grain={"unit": "day"}, group_by=["state"])
    found = {(row.bucket.label, row.keys[0].value): row.cells[0].value for row in rows}
    assert found == {("2026-01-05", "available"): 3600, ("2026-01-05", "handling"): 3600,
                     ("2026-01-06", "available"): 3600, ("2026-01-06", "handling"): 3600}
    assert help_desk.value("occupancy") == 50


def test_15_the_month_before_march_is_february(help_desk):
    help_desk.has(ticket("f", "2026-02-28 23:59"), ticket("m", "2026-03-01 00:00"))
    rows = help_desk.ask("tickets_created", "2026-02-01", "2026-04-01", grain={"unit": "month"})
    assert [(row.bucket.label, row.cells[0].value) for row in rows] == [("2026-02", 1), ("2026-03", 1)]


def test_16_distinct_customers_of_a_quarter(help_desk):
    for n, day in enumerate(("2026-01-10", "2026-01-12", "2026-02-10", "2026-02-12")):
        help_desk.has(ticket("t%d" % n, day, customer="c", issue_key="k"))
    rows = help_desk.ask("repeat_contact_customers", "2026-01-01", "2026-04-01", grain={"unit": "month"})
    assert [row.cells[0].value for row in rows] == [1, 1, 0]
    rows = help_desk.ask("repeat_contact_customers", "2026-01-01", "2026-04-01", grain={"unit": "quarter"})
    assert [row.cells[0].value for row in rows] == [1]


def test_17_a_deletion_removes_a_record_from_every_number(help_desk):
    help_desk.has(ticket("t", "2026-01-05 08:00", status("2026-01-05 10:00", "solved"), customer="c"),
                  ticket("u", "2026-01-05 08:00"))
    help_desk.api.delete(help_desk.tenant, ("ticket", "", "", "t"), 9)
    assert help_desk.value("tickets_created") == 1
    assert help_desk.value("tickets_resolved") == 0
    help_desk.has(ticket("t", "2026-01-05 08:00", status("2026-01-05 10:00", "solved"), customer="c", version=3))
    assert help_desk.value("tickets_created") == 1


def test_18_two_currencies_in_one_sum(help_desk, server):
    def cost(name, currency):
        return {"kind": "support_cost", "id": name, "from": at("2026-01-01"), "to": at("2026-02-01"), "cost_kind": "staff",
                "amount": {"currency": currency, "minor_units": 1250}}
    help_desk.has(cost("a", "EUR"), cost("b", "USD"))
    with pytest.raises(server.grpc.RpcError) as refused:
        help_desk.value("support_cost", "2026-01-01", "2026-02-01")
    assert refused.value.code().name == "FAILED_PRECONDITION"
    assert "EUR" in refused.value.details() and "USD" in refused.value.details()
    assert help_desk.by_group("support_cost", "2026-01-01", "2026-02-01", group_by=["currency"]) == {"EUR": 12.5, "USD": 12.5}


def test_19_the_balance_of_the_backlog(help_desk):
    help_desk.has(
        ticket("a", "2026-01-04 08:00", to_team("2026-01-05 09:00", "two", "one"), team="two"),
        ticket("b", "2026-01-05 08:00", to_team("2026-01-05 08:30", "one", "two"), status("2026-01-05 10:00", "solved"),
               status("2026-01-05 11:00", "open"), to_team("2026-01-05 12:00", "two", "one"), team="two"),
        ticket("c", "2026-01-05 13:00", to_team("2026-01-05 14:00", "two", "one"), status("2026-01-05 14:00", "solved"), team="two"))
    day, before = ("2026-01-05", "2026-01-06"), ("2026-01-04", "2026-01-05")
    for group, opening, created, reopened, came, resolved, gone, closing in (
            ("one", 1, 1, 1, 1, 1, 3, 0), ("two", 0, 1, 0, 3, 1, 1, 2)):
        def of(kpi, span, **more):
            return help_desk.by_group(kpi, *span, group_by=["team"], **more).get(group, 0)
        assert of("backlog", before) == opening
        assert of("tickets_created", day, attribution="event") == created
        assert of("reopen_events", day) == reopened
        assert of("moved_in", day) == came
        assert of("resolution_events", day) == resolved
        assert of("moved_out", day) == gone
        assert of("backlog", day) == closing
        balance = (of("backlog", before) + of("tickets_created", day, attribution="event") + of("reopen_events", day) +
                   of("moved_in", day) - of("resolution_events", day) - of("moved_out", day))
        assert balance == closing
    assert help_desk.value("moved_in", *day) == 0  # no such field groups or filters: moves cancel


def test_19_the_balance_of_tickets_without_events(help_desk):
    help_desk.has(ticket("reopened", "2026-01-05 08:00", first_resolved_at=at("2026-01-05 10:00"), resolved_at=at("2026-01-07 10:00"), reopens=1),
                  ticket("once", "2026-01-05 08:00", resolved_at=at("2026-01-05 10:00")),
                  ticket("open", "2026-01-05 08:00"))
    for day, created, resolved, closing in ((5, 3, 1, 2), (6, 0, 0, 2), (7, 0, 1, 1)):
        span = "2026-01-%02d" % day, "2026-01-%02d" % (day + 1)
        assert help_desk.value("tickets_created", *span) == created
        assert help_desk.value("resolution_events", *span) == resolved
        assert help_desk.value("reopen_events", *span) == 0
        assert help_desk.value("backlog", *span) == closing
    for kpi in ("resolution_events", "reopen_events"):
        left_out = help_desk.cell(kpi, "2026-01-05", "2026-01-06").left_out
        assert [(note.rule, note.count) for note in left_out] == [("unknown_reopening", 1)]


def test_the_longest_wait_says_of_how_many(help_desk):
    help_desk.has(ticket("a", "2026-01-05 08:00", reply("2026-01-05 09:00")), ticket("b", "2026-01-05 08:00", reply("2026-01-05 10:00")))
    cell = help_desk.cell("longest_wait", "2026-01-05", "2026-01-06")
    assert (cell.value, cell.record, cell.denominator, cell.HasField("numerator")) == (7200, "b", 2, False)
    assert help_desk.cell("longest_wait", "2026-01-06", "2026-01-07").denominator == 0


def test_a_leg_of_which_no_seconds_are_known_is_left_out_of_handle_time(help_desk):
    def answered(call, **seconds):
        made = leg(call, "1", "2026-01-05 09:00:00", "2026-01-05 09:01:00", "2026-01-05 09:11:00", agent="ann")
        del made["talk"]
        return dict(made, **seconds)
    help_desk.has(answered("a", talk=600_000), answered("b"), answered("c", wrap_up=0))
    cell = help_desk.cell("handle_time", "2026-01-05", "2026-01-06")
    assert (cell.value, cell.denominator, cell.facts) == (300, 2, 2)
    assert [(note.rule, note.count) for note in cell.left_out] == [("unknown_work", 1)]


def test_a_survey_answered_after_the_range_is_with_who_held_its_ticket_at_the_sending(help_desk):
    help_desk.has(
        ticket("t", "2026-01-05 08:00", {"at": at("2026-01-05 08:00"), "event_kind": "assignment", "agent": "ann", "old_agent": ""},
               {"at": at("2026-01-07 08:00"), "event_kind": "assignment", "agent": "bob", "old_agent": "ann"}, agent="bob"),
        survey("s", "csat", 5, 1, 5, "2026-01-08 10:00", sent_at=at("2026-01-06 10:00"), ticket="t", agent="zoe"))
    for end, holder, rate in (("2026-01-07", "ann", 0), ("2026-01-09", "bob", 100)):
        assert help_desk.by_group("survey_response_rate", "2026-01-05", end, group_by=["ticket.agent"]) == {holder: rate}
        assert help_desk.by_group("survey_response_rate", "2026-01-05", end, group_by=["agent"]) == {"zoe": rate}


def test_20_the_same_digits_after_compaction_and_rebuilding(help_desk):
    for n in range(30):
        help_desk.has(ticket("t%d" % n, "2026-01-05 08:00", reply("2026-01-05 09:%02d" % n)))
    asked = [help_desk.value("first_response_time", statistic=name) for name in ("mean", "p90", "stddev")]
    api, tenant = help_desk.api, help_desk.tenant
    api.admin_stub.CompactFacts(api.admin_service.CompactFactsRequest(tenant=tenant))
    assert [help_desk.value("first_response_time", statistic=name) for name in ("mean", "p90", "stddev")] == asked
    api.admin_stub.RebuildFacts(api.admin_service.RebuildFactsRequest(tenant=tenant))
    assert [help_desk.value("first_response_time", statistic=name) for name in ("mean", "p90", "stddev")] == asked
    assert asked[0] == 3600 + 29 * 30 and math.isclose(asked[1], 3600 + 26.1 * 60)
