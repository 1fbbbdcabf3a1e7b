"""Questions: the short form, the builder, conditions and their text."""

from __future__ import annotations

import datetime
import json

import pytest

from conftest import BEGIN, YEAR, ticket
from supportkpi import (
    Answer, Client, InvalidArgumentError, NotFoundError, Query, SupportKpiError, all_of, any_of, attribute, field, instant,
    kpi, quote, quote_field)
from supportkpi.v1 import kpi_service_pb2 as pb

NASTY = ["plain", "two words", 'say "hi"', "it's", "back\\slash", "star*", "*", "a\\*b", "line\nbreak", "tab\there", "\\b",
         "AND", "NOT x", "(", ",", "-5", "ünï", "日本", "😀", "control\x01", "trailing\\", "a\\", "%", "#", "{}"]


def values(answer: Answer) -> list[tuple]:
    return [tuple(record.items()) for record in answer.records()]


def test_the_short_form_and_the_builder_ask_the_same(desk: Client):
    short = desk.query("csat", kpi("first_response_time", "p90", statistic="p90", clock="business"), **YEAR, by=["team"],
                       grain="month", time_zone="America/New_York", totals=True)
    built = desk.query(Query("csat").kpis(kpi("first_response_time", "p90", statistic="p90", clock="business"))
                       .between(**YEAR).by("team").every("month").in_zone("America/New_York").totals())
    assert values(short) == values(built)
    assert list(short.totals) == list(built.totals)
    assert short.metadata.time_zone == "America/New_York"
    assert short.metadata.kpis[1].statistic == "p90" and short.metadata.kpis[1].clock == pb.CLOCK_BUSINESS
    assert len(short.rows) % 13 == 0 and short.totals, "Berlin's year touches thirteen months of New York"


def test_a_query_is_not_changed_by_its_methods():
    base = Query("csat").during("2025")
    text = str(base)
    base.by("team").every("week", 2, first_weekday="sunday").where(field("channel") == "email").top(3).limit(5)
    base.having("csat > 3").order_by("-csat").subtotal("team").sparse().totals().in_zone("Asia/Tokyo")
    assert repr(base) == f"Query({str(base.to_request())!r})"
    assert str(base) == text


def test_every_part_of_the_builder_reaches_the_message():
    request = (Query("csat", "nps").between("2026-01-01", BEGIN).by("team", "channel").every("week", 2, first_weekday="Sunday",
               origin="2026-01-02T17:00", fiscal_first_month=4).in_zone("Asia/Tokyo")
               .where(field("channel") == "email", "priority = high").where(field("agent").present())
               .having(field("csat") < 80, "csat.facts > 3").totals().subtotal("team", over_buckets=True)
               .top(5, "nps", direction="ascending", minimum_facts=7, dimension="team", other=False)
               .order_by("-csat", "bucket").limit(9).sparse()).to_request("acme")
    expected = pb.QueryKpisRequest(
        tenant="acme", kpis=[pb.KpiSelection(kpi="csat"), pb.KpiSelection(kpi="nps")],
        range=pb.TimeRange(start=instant("2026-01-01"), end=instant(BEGIN)), group_by=["team", "channel"],
        grain=pb.Grain(unit=pb.GRAIN_UNIT_WEEK, count=2, first_weekday=pb.WEEKDAY_SUNDAY, origin="2026-01-02T17:00",
                       fiscal_first_month=4),
        time_zone="Asia/Tokyo", filter_text="priority = high", having=pb.Filter(field="csat", less_than="80"),
        having_text="csat.facts > 3", totals=True, subtotals=[pb.Subtotal(group_by=["team"], over_buckets=True)],
        top=pb.Top(count=5, by="nps", direction=pb.ORDER_DIRECTION_ASCENDING, minimum_facts=7, dimension="team",
                   without_other=True),
        order_by=[pb.OrderBy(column="csat", direction=pb.ORDER_DIRECTION_DESCENDING),
                  pb.OrderBy(column="bucket", direction=pb.ORDER_DIRECTION_ASCENDING)], limit=9,
        bucket_fill=pb.BUCKET_FILL_SPARSE)
    expected.filter.all.filters.extend([pb.Filter(field="channel", equals="email"), pb.Filter(field="agent", present=True)])
    assert request == expected
    assert Query.from_request(request).to_request() == request


@pytest.fixture(scope="module", name="nasty")
def _nasty(supportkpi_server):
    with supportkpi_server.client(tenant="nasty") as client:
        client.upsert([ticket(number, category=value, attributes={"my key": value, "a.b": value})
                       for number, value in enumerate(NASTY)])
        yield client


def count(client: Client, *conditions) -> float | None:
    return client.query(Query("tickets_created").between("2026-01-01", "2026-02-01").where(*conditions)).value


@pytest.mark.parametrize("value", NASTY)
def test_a_value_means_itself_as_a_tree_and_as_text(nasty: Client, value: str):
    for condition in (field("category") == value, attribute("my key") == value, attribute("a.b") == value,
                      field("category").is_in([value]), field("category").starts_with(value[:1]) & (field("category") == value)):
        assert count(nasty, condition) == 1
        assert count(nasty, str(condition)) == 1, str(condition)
        assert count(nasty, ~condition) == len(NASTY) - 1
        assert count(nasty, str(~condition)) == len(NASTY) - 1
    assert count(nasty, f"category = {quote(value)}") == 1
    assert count(nasty, f"{quote_field('attributes.my key')} = {quote(value)}") == 1


def test_conditions_join_as_trees_and_as_text(nasty: Client):
    either = any_of(field("category") == "plain", field("category") == "star*", field("category") == "none of them")
    both = all_of(either, ~(field("category") == "plain"), field("channel").present())
    starts = field("category").starts_with("a\\")
    for condition, expected in ((either, 2), (both, 1), (starts, 2), (field("team").missing(), len(NASTY)),
                                (field("team") == "x", 0), (field("team") != "x", len(NASTY)),
                                ((field("category") == "plain") | both, 2)):
        assert count(nasty, condition) == expected
        assert count(nasty, str(condition)) == expected, str(condition)
    assert count(nasty, either, "category = plain") == 1
    assert count(nasty, "category = plain OR category = AND_", 'channel = "chat"') == 1


def test_numbers_and_instants_compare(desk: Client):
    everything = desk.query("tickets_resolved", **YEAR).value
    halves = [desk.query(Query("tickets_resolved").between(**YEAR).where(condition)).value
              for condition in (field("created_at") < datetime.datetime(2025, 7, 1, tzinfo=datetime.timezone.utc),
                                field("created_at") >= datetime.datetime(2025, 7, 1, tzinfo=datetime.timezone.utc))]
    assert sum(halves) == everything and min(halves) > 0


def test_conditions_refuse_what_python_would_misread():
    with pytest.raises(TypeError, match="no truth of its own"):
        bool(field("a") == "b")
    with pytest.raises(TypeError, match="no truth"):
        _ = (field("a") == "b") and (field("c") == "d")
    with pytest.raises(TypeError, match="brackets"):
        _ = (field("a") == "b") & "c"  # type: ignore[operator]
    with pytest.raises(TypeError, match="expected text, a number"):
        _ = field("a") == None  # noqa: E711
    with pytest.raises(ValueError, match="time zone"):
        _ = field("a") > datetime.datetime(2026, 1, 1)
    with pytest.raises(ValueError, match="at least one"):
        field("a").is_in([])
    with pytest.raises(TypeError):
        hash(field("a"))


@pytest.mark.parametrize("wrong, words", [
    (lambda c: c.query("csat"), "range: give start and end, or during"),
    (lambda c: c.query("csat", start="2026-01-01"), "range"),
    (lambda c: c.query("csat", during="2025", start="2026-01-01", end="2026-02-01"), "range"),
    (lambda c: c.query("csat", during="2025", grain="fortnight"), "'fortnight' is unknown; expected one of minute, hour, day"),
    (lambda c: c.query("csat", during="2025", by="team"), r"expected a list of dimensions such as \['team'\]"),
    (lambda c: c.query(Query("csat").during("2025"), by=["team"]), "says everything itself"),
    (lambda c: c.query("csat", Query("nps"), during="2025"), "stands alone"),
    (lambda c: c.query("csat", start=datetime.datetime(2026, 1, 1), end="2026-02-01"), "time zone"),
    (lambda c: c.query(kpi("csat", clock="wall"), during="2025"), "'wall' is unknown; expected one of calendar, business"),
    (lambda c: c.get_record("tickets", "1"), "'tickets' is unknown; expected one of ticket, ticket_event"),
    (lambda c: c.batch_query(["csat"]), "no question"),
])
def test_mistakes_in_python_are_named_before_anything_is_sent(unanswered: Client, wrong, words: str):
    with pytest.raises((TypeError, ValueError), match=words):
        wrong(unanswered)


def test_mistakes_that_the_server_finds_carry_their_fields(desk: Client):
    with pytest.raises(InvalidArgumentError) as caught:
        desk.query("csatt", "nsp", during="2025")
    assert "csat" in str(caught.value) and caught.value.violations[0].field == "kpis[0].kpi"
    assert caught.value.code().name == "INVALID_ARGUMENT" and caught.value.details() == caught.value.message
    with pytest.raises(NotFoundError, match="first_response_time"):
        desk.get_kpi("first_respons_time")


def test_parameters_and_options_of_a_kpi(desk: Client):
    answer = desk.query(
        kpi("repeat_contact_rate", "two_weeks", parameters={"window": datetime.timedelta(days=14)}),
        kpi("repeat_contact_rate", "quarter", parameters={"window": "90d"}),
        kpi("tickets_created", "mail", where=field("channel") == "email"),
        kpi("tickets_created", "mail_as_text", where='channel = "email"'),
        kpi("tickets_created", "all"), **YEAR)
    record = next(answer.records())
    assert record["two_weeks"] < record["quarter"]
    assert record["mail"] == record["mail_as_text"] < record["all"]
    assert answer.metadata.kpis[0].parameters["window"] in ("14d", "1209600s")


def test_several_questions_on_one_snapshot(desk: Client):
    queries = [Query("csat").during("2025"), Query("csatt").during("2025"), Query("nps").between(**YEAR).by("team")]
    answers = desk.batch_query(queries, errors="return")
    assert isinstance(answers[0], Answer) and isinstance(answers[1], InvalidArgumentError) and isinstance(answers[2], Answer)
    assert answers[1].violations[0].field.endswith("kpis[0].kpi")
    assert values(answers[0]) == values(desk.query(queries[0]))
    assert answers[0].metadata.commit == answers[2].metadata.commit
    with pytest.raises(SupportKpiError, match="csatt"):
        desk.batch_query(queries)


def test_a_question_is_explained_and_repaired(desk: Client):
    good = desk.validate_query(Query("csat").during("2025").by("team"))
    assert good.valid and "csat" in good.explanation.lower()
    bad = desk.validate_query(Query("csatt").during("2025"))
    assert not bad.valid and bad.problems[0].field == "kpis[0].kpi"
    assert desk.query(Query.from_request(bad.nearest)).value is not None


def test_the_catalogue_and_the_dimensions(desk: Client):
    definitions = desk.list_kpis()
    assert len(definitions) == desk.server_info().kpi_count > 60
    assert desk.get_kpi("csat") == next(kpi for kpi in definitions if kpi.id == "csat")
    dimensions = {dimension.name: dimension for dimension in desk.list_dimensions("csat", sample_values=10)}
    assert dimensions["ticket.channel"].sample_values and dimensions["ticket.channel"].groupable
    assert json.dumps(sorted(dimensions["ticket.channel"].sample_values)).count("email") == 1
