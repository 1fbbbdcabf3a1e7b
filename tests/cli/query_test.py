"""supportkpi query and the lists, over a handful of tickets whose numbers are plain to see."""

from __future__ import annotations

import csv
import io
import json

import pytest

from supportkpi import instant
from supportkpi.cli import show, words
from supportkpi.cli.exits import Fault
from supportkpi.v1 import kpi_service_pb2 as pb
from supportkpi.v1 import records_pb2

pytest.importorskip("rich")


def _record(number: int, month: int, channel: str, minutes: int | None) -> records_pb2.Record:
    created = instant(f"2025-{month:02d}-10T10:00:00Z")
    ticket = records_pb2.Ticket(id=f"{number}", created_at=created, channel=channel, team="support")
    if minutes is not None:
        reply = records_pb2.TicketEvent(id="r", kind=records_pb2.TICKET_EVENT_KIND_AGENT_REPLY, actor_agent="ana")
        reply.at.FromSeconds(created.seconds + 60 * minutes)
        ticket.events.append(reply)
    return records_pb2.Record(ticket=ticket)


@pytest.fixture
def data(client):
    """1 to 4 by email and chat, in January and February, replied after 10, 20, 40 minutes and not at all."""
    cost = records_pb2.SupportCost(id="c", team="support", amount=records_pb2.Money(currency="EUR", minor_units=10050))
    getattr(cost, "from").CopyFrom(instant("2025-01-01"))
    cost.to.CopyFrom(instant("2025-02-01"))
    client.upsert(
        [
            _record(1, 1, "email", 10),
            _record(2, 1, "email", 20),
            _record(3, 2, "chat", 40),
            _record(4, 2, "email\x1b[31m", None),
            records_pb2.Record(support_cost=cost),
        ]
    )


def table(text: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("│┃").replace("┃", "│").split("│")]
        for line in text.splitlines()
        if line[:1] in "│┃"
    ]


def test_table(cli, data):
    done = cli("query", "tickets_created", "first_response_time.median", "-b", "channel", "-r", "2025", "--totals")
    assert done.code == 0
    assert table(done.out) == [
        ["channel", "tickets_created", "first_response_time_median"],
        ["chat", "1", "40.0 min"],
        ["email", "2", "15.0 min"],
        ["email\N{REPLACEMENT CHARACTER}[31m", "1", "- (no data)"],
        ["(all)", "4", "20.0 min"],
    ]
    assert "data until 2025-02-10T10:40:00Z" in done.err


def test_grain_top_having_order(cli, data):
    assert table(cli("query", "tickets_created", "-g", "month", "-r", "2025-01..2025-03").out)[1:] == [
        ["2025-01", "2"],
        ["2025-02", "2"],
        ["2025-03", "0"],
    ]
    assert table(cli("query", "tickets_created", "-b", "channel", "-r", "2025", "--top", "1").out)[1:] == [
        ["email", "2"],
        ["(other)", "2"],
    ]
    assert table(cli("query", "first_response_time", "-b", "channel", "-r", "2025", "--bottom", "1", "--no-other").out)[
        1:
    ] == [["chat", "40.0 min"]]
    assert table(cli("query", "tickets_created", "-b", "channel", "-r", "2025", "--having", "tickets_created > 1").out)[
        1:
    ] == [["email", "2"]]
    rows = table(
        cli("query", "tickets_created", "-b", "channel", "-r", "2025", "-s", "tickets_created:desc", "--limit", "1").out
    )
    assert rows[1:] == [["email", "2"]]
    assert table(cli("query", "tickets_created", "-r", "2025", "-f", 'channel = "chat"', "-f", "team = support").out)[
        1:
    ] == [["1"]]


def test_a_range_of_days_holds_both_ends(cli, data):
    assert table(cli("query", "tickets_created", "--from", "2025-01-10", "--to", "2025-02-10").out)[1:] == [["4"]]
    assert table(cli("query", "tickets_created", "--from", "2025-01-11", "--to", "2025-02-09").out)[1:] == [["0"]]
    assert table(cli("query", "tickets_created", "--from", "2025-01-10T10:00:00Z", "--to", "2025-02-10T10:00:00Z").out)[
        1:
    ] == [["2"]]


def test_csv(cli, data):
    done = cli(
        "query", "tickets_created", "support_cost", "-b", "team", "-g", "month", "-r", "2025-01..2025-02", "-o", "csv"
    )
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [row["tickets_created"] for row in rows] == ["2", "2"]
    assert (rows[0]["support_cost"], rows[0]["support_cost.currency"], rows[0]["start"]) == (
        "100.5",
        "EUR",
        "2025-01-01T00:00:00Z",
    )
    evidence = cli("query", "first_response_time", "-r", "2024", "-o", "csv", "--evidence").out.splitlines()
    assert evidence == [
        "first_response_time,first_response_time.absent,first_response_time.numerator,first_response_time.denominator,"
        "first_response_time.facts,first_response_time.left_out",
        ",no data,,,0,0",
    ] or evidence[1].startswith(",no data,")


def test_csv_has_a_header_without_rows_and_totals_on_request(cli, data):
    none = cli(
        "query", "tickets_created", "-b", "channel", "-r", "2025", "--having", "tickets_created > 99", "-o", "csv"
    )
    assert none.out == "channel,tickets_created\n"
    totals = cli(
        "query", "tickets_created", "-b", "team,channel", "-r", "2025", "-o", "csv", "--totals", "--subtotals", "team"
    )
    assert totals.out.splitlines()[-2:] == ["(all),(all),4", "support,(all),4"]


def test_json_and_json_lines(cli, data):
    parsed = json.loads(cli("query", "tickets_created", "-r", "2025", "-o", "json").out)
    assert parsed["rows"][0]["cells"][0]["value"] == 4 and parsed["metadata"]["kpis"][0]["kpi"] == "tickets_created"
    lines = [
        json.loads(line)
        for line in cli(
            "query", "tickets_created", "csat", "-b", "channel", "-r", "2025", "-o", "jsonl"
        ).out.splitlines()
    ]
    assert lines[0] == {"channel": "chat", "tickets_created": 1, "csat": None}


def test_the_same_digits_in_every_output(cli, data):
    arguments = ["query", "first_response_time.p90", "tickets_created", "-b", "channel", "-r", "2025", "-g", "month"]
    by_csv = [
        (row["time"], row["channel"], row["first_response_time_p90"])
        for row in csv.DictReader(io.StringIO(cli(*arguments, "-o", "csv").out))
    ]
    by_lines = [
        (
            row["time"],
            row["channel"],
            "" if row["first_response_time_p90"] is None else f"{row['first_response_time_p90']}",
        )
        for row in map(json.loads, cli(*arguments, "-o", "jsonl").out.splitlines())
    ]
    assert by_csv == by_lines and len(by_csv) == 36


def test_a_question_as_json_can_be_asked_again(cli, data, home):
    (home / "q.json").write_text(cli("query", "tickets_created", "-b", "channel", "-r", "2025", "-o", "request").out)
    assert table(cli("query", "--question", "q.json").out) == table(
        cli("query", "tickets_created", "-b", "channel", "-r", "2025").out
    )


def test_sparklines(cli, data):
    done = cli("query", "tickets_created", "-r", "2025-01..2025-04", "-g", "month", "--sparklines")
    assert table(done.out)[1] == ["tickets_created", "", "██▁▁", "2", "0", "0", "2", "4"]
    assert show.sparkline([1, None, 3]) == "▁·█" and show.sparkline([]) == "" and show.sparkline([2, 2]) == "▄▄"


@pytest.mark.parametrize("suffix, begin", [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_charts(cli, data, home, suffix, begin):
    pytest.importorskip("matplotlib")
    assert (
        cli("query", "tickets_created", "-g", "month", "-r", "2025", "-b", "channel", "--chart", f"a.{suffix}").code
        == 0
    )
    assert (home / f"a.{suffix}").read_bytes().startswith(begin)
    assert "end it in .png, .svg or .pdf" in cli("query", "csat", "--chart", "a.bmp").last_line


def test_explain(cli, data):
    done = cli("query", "csat", "-r", "2025", "--explain")
    assert done.code == 0 and done.out.startswith("csat: 100 x positive answers")
    wrong = cli("query", "csat", "-b", "queue", "--explain")
    assert wrong.code == 2 and "nearest question: removed" in wrong.out


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["csta"], 'unknown kpi "csta"; did you mean "csat"?'),
        (["csat", "-b", "teem"], 'did you mean "team" or "test"? (--by)'),
        (["csat", "-b", "queue"], "`supportkpi dimensions csat` lists those it has (--by)"),
        (["csat", "-f", "channel ="], "(--filter)"),
        (["csat", "-z", "Mars"], "(--time-zone)"),
        (["csat", "-r", "2025-02-31"], "(--last, --range, --from or --to)"),
        (["csat", "--last", "3x"], "is no stretch of time"),
        (["csat", "--last", "3d", "-r", "2025"], "three ways to say the same"),
        (["csat", "-g", "fortnight"], "is no grain"),
        (["csat;rm"], "is no KPI"),
        (["csat:variant"], "expected NAME=VALUE"),
        (["csat@atomic"], "clock"),
        (["csat", "--top", "3"], "say by what with --by"),
        (["csat", "--top", "3", "--bottom", "3", "-b", "team"], "give one of them"),
        (["csat", "--no-other"], "need --top or --bottom"),
        (["csat", "--sparklines"], "needs --grain"),
        (["csat", "-s", "csat:down"], "expected COLUMN"),
        (["csat", "--from", "2025-01-01", "--to", "2025-01-02T00:00:00Z"], "give two days"),
        (["csat", "--from", "2025-01-01T00:00:00", "--to", "2025-01-02T00:00:00"], "has no offset"),
        (["csat", "--to", "2025-01-02"], "--to needs --from"),
        ([], "which KPI?"),
        (["csat", "--limit", "0"], "--limit"),
        (["csat", "--outpt", "csv"], "--output"),
    ],
)
def test_what_cannot_be_meant_is_told_in_one_line(cli, arguments, message):
    done = cli("query", *arguments)
    assert done.code == 2 and message in done.last_line and done.out == ""


def test_kpis(cli):
    every = table(cli("kpis").out)
    assert len(every) > 70 and ["nps", "index", "higher"] == next(row[:3] for row in every if row[0] == "nps")
    assert "promoter" in cli("kpis", "nps").out and [row[0] for row in table(cli("kpis", "promoter").out)][1:]
    assert json.loads(cli("kpis", "csat", "-o", "json").out)[0]["id"] == "csat"
    assert 'no KPI has "frobnicate"' in cli("kpis", "frobnicate").last_line


def test_dimensions(cli, data):
    rows = {row[0]: row for row in table(cli("dimensions", "tickets_created").out)}
    assert rows["channel"][1:4] == ["text", "group, filter", "3"] and "chat" in rows["channel"][4]
    assert "\x1b" not in cli("dimensions").out
    assert cli("dimensions", "csta").code == 2


def test_issues(cli, client):
    assert cli("issues", "--fail").out == "no issues\n"
    client.upsert(
        [
            records_pb2.Record(
                ticket_event=records_pb2.TicketEvent(
                    ticket="nowhere",
                    id="1",
                    kind=records_pb2.TICKET_EVENT_KIND_CUSTOMER_MESSAGE,
                    at=instant("2025-01-01"),
                )
            )
        ]
    )
    done = cli("issues", "--fail")
    assert done.code == 1 and table(done.out)[1][:2] == ["event_without_ticket", "1 ticket event"]


def test_words_of_kpis():
    found = words.selection("quick=service_level:threshold=10s,attribution=actor,include=spam+test")
    assert (found.alias, found.kpi, found.attribution, list(found.include), dict(found.parameters)) == (
        "quick",
        "service_level",
        "actor",
        ["spam", "test"],
        {"threshold": "10s"},
    )
    found = words.selection("first_response_time.p99.9@business")
    assert (found.alias, found.statistic, found.clock) == (
        "first_response_time_p99_9_business",
        "p99.9",
        pb.CLOCK_BUSINESS,
    )
    assert words.selection("csat", "business").clock == pb.CLOCK_BUSINESS


@pytest.mark.parametrize(
    "text, meant",
    [
        ("30d", "last_30_days"),
        ("1w", "last_week"),
        ("6mo", "last_6_months"),
        ("12 weeks", "last_12_weeks"),
        ("90min", "last_90_minutes"),
        ("2fiscal-years", "last_2_fiscal_years"),
        ("", "last_30_days"),
    ],
)
def test_words_of_ranges(text, meant):
    assert words.time_range(text, "", "", "").words == meant


@pytest.mark.parametrize(
    "text, unit, count",
    [("week", "WEEK", 0), ("15min", "MINUTE", 15), ("2w", "WEEK", 2), ("fiscal-quarter", "FISCAL_QUARTER", 0)],
)
def test_words_of_grains(text, unit, count):
    found = words.grain(text)
    assert (found.unit, found.count) == (pb.GrainUnit.Value(f"GRAIN_UNIT_{unit}"), count)
    assert words.grain("week", "sun").first_weekday == pb.WEEKDAY_SUNDAY
    with pytest.raises(Fault):
        words.grain("week", "t")
