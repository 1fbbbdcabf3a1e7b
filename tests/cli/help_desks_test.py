"""Exports of help desks become the records that they mean; the numbers were worked out by hand from the fixtures."""

from __future__ import annotations

import json
import re

import pytest

from conftest import FIXTURES
from supportkpi import kpi
from supportkpi.v1 import records_pb2

MARCH = {"start": "2026-03-01", "end": "2026-04-01"}


def values(client, *kpis, by=(), **fields):
    """Keys to the values of the row."""
    answer = client.query(*kpis, by=by, **{**MARCH, **fields})
    return {
        tuple("" if key.none else key.value for key in row.keys): [
            cell.value if cell.HasField("value") else None for cell in row.cells
        ]
        for row in answer.rows
    }


@pytest.fixture
def zendesk(cli):
    done = cli(
        "import", "zendesk", FIXTURES / "zendesk", "--bots", "assistant@acme.example", "--field", "360055=category"
    )
    assert done.code == 1  # two rows are wrong
    return done


def test_zendesk_counts(zendesk, client):
    # 4106 is merged, 4108 deleted, 4109 rejected
    assert values(client, "tickets_created", by=["channel"]) == {("chat",): [1], ("email",): [4], ("web",): [1]}
    assert values(client, "tickets_created", by=["category"]) == {
        ("billing",): [2],
        ("export",): [2],
        ("login",): [1],
        ("renewal",): [1],
        ("spam",): [0],
    }
    included = client.query(kpi("tickets_created", include=["deleted", "merged"]), **MARCH)
    assert included.value == 8


def test_zendesk_times(zendesk, client):
    assert values(client, "first_response_time", by=["ticket"]) == {
        ("zendesk/4101",): [47 * 60],
        ("zendesk/4102",): [90 * 60],
        ("zendesk/4103",): [30 * 60],
        ("zendesk/4104",): [8 * 3600],
        ("zendesk/4105",): [2 * 3600],
        ("zendesk/4107",): [15 * 60],
    }
    resolved = values(client, "resolution_time", "first_resolution_time", by=["ticket"])
    assert resolved["zendesk/4101",] == [227 * 60, 227 * 60]
    assert resolved["zendesk/4103",] == [None, 90 * 60]  # reopened since
    assert values(client, "reopen_events", "backlog") == {(): [1, 1]}


def test_zendesk_history(zendesk, client):
    assert values(client, "backlog", by=["team"], end="2026-03-02T14:00:00Z")["Support EU",] == [1]
    assert values(client, "backlog", by=["team"], end="2026-03-02T17:00:00Z")["Support US",] == [1]
    assert values(client, "first_response_time", by=["agent"])["bill.carter@acme.example",] == [5 * 3600]
    # 4103 became high at the instant of its first reply
    by_priority = values(client, "first_response_time", by=["priority"])
    assert (by_priority["normal",], by_priority["high",]) == ([(47 + 90 + 120 + 15) / 4 * 60], [30 * 60])
    assert values(client, "backlog", by=["priority"])["high",] == [1]
    assert client.get_record("ticket", "4106", source="zendesk").ticket.merged_into == "4102"
    merging = client.list_records("ticket_event", source="zendesk", ticket="4102")
    assert [
        event.ticket_event.id
        for event in merging
        if event.ticket_event.kind == records_pb2.TICKET_EVENT_KIND_PRIVATE_NOTE
    ]
    moved = client.get_record("ticket_event", "770018:assignment", source="zendesk", parent="4104").ticket_event
    assert (moved.old_team, moved.team, moved.agent) == ("Support EU", "Support US", "bill.carter@acme.example")


def test_zendesk_surveys_and_people(zendesk, client):
    assert values(client, "csat", "survey_response_rate") == {(): [50, pytest.approx(200 / 3)]}
    assert values(client, "tickets_created", by=["customer.organization"])["Petrov Foods",] == [2]
    bot = client.get_record("agent", "assistant@acme.example").agent
    assert bot.kind == records_pb2.AGENT_KIND_BOT and bot.name == "Acme Assistant"
    assert client.get_record("ticket", "4105", source="zendesk").ticket.origin == records_pb2.TICKET_ORIGIN_AGENT
    assert client.get_record("customer", "zendesk:362001").customer.organization == "Novak Logistics"


def test_zendesk_rejected_rows(zendesk, home):
    rejected = [json.loads(line) for line in (home / "zendesk.rejected.jsonl").read_text().splitlines()]
    assert [(row["id"], row["where"]) for row in rejected] == [("35005", "line 5"), ("4109", "tickets[4]")]
    assert rejected[1]["reason"].startswith('created_at: "yesterday" is not an instant; expected')
    assert rejected[1]["row"]["id"] == 4109
    assert zendesk.last_line.startswith("Error: 2 rows were rejected, the first: ") and '"great"' in zendesk.last_line


def test_zendesk_again_changes_nothing(zendesk, cli, client):
    before = values(client, "tickets_created", "first_response_time", "backlog", "csat")
    again = cli(
        "import", "zendesk", FIXTURES / "zendesk", "--bots", "assistant@acme.example", "--field", "360055=category"
    )
    assert re.search(r"new +│ +0", again.out) and re.search(r"replaced +│ +76", again.out)
    assert values(client, "tickets_created", "first_response_time", "backlog", "csat") == before


def test_zendesk_order_of_files_does_not_matter(cli, client, zendesk):
    before = values(client, "tickets_created", "first_response_time", "resolution_time", by=["ticket"])
    other = "other-order"
    files = sorted((FIXTURES / "zendesk").iterdir(), reverse=True)
    assert cli("--tenant", other, "import", "zendesk", *files, "--bots", "assistant@acme.example").code == 1
    client.tenant = other
    assert values(client, "tickets_created", "first_response_time", "resolution_time", by=["ticket"]) == before


def test_zendesk_names_by_choice(cli, client):
    cli("import", "zendesk", FIXTURES / "zendesk", "--agents-by", "name", "--customers-by", "email", "--source", "acme")
    ticket = client.get_record("ticket", "4101", source="acme").ticket
    assert (ticket.agent, ticket.customer) == ("Ana Brandt", "kim.novak@customer.example")


def test_freshdesk(cli, client):
    files = sorted((FIXTURES / "freshdesk").glob("*.json"))
    done = cli("import", "freshdesk", *files, "--bots", "Freddy", "--field", "cf_product=attributes.product")
    assert done.code == 1 and "ratings.default_question" in done.last_line  # one rating is none of Freshdesk
    assert "status of your own" in done.err
    assert values(client, "tickets_created", by=["channel"]) == {
        ("chat",): [1],
        ("email",): [2],
        ("phone",): [0],
        ("web",): [1],
    }  # one is spam
    assert values(client, "tickets_created", by=["attributes.product"])["checkout",] == [4]
    # 302: a bot answered first, then an agent by a public note; 304 an agent wrote
    assert values(client, "first_response_time", by=["ticket"]) == {
        ("freshdesk/301",): [45 * 60],
        ("freshdesk/302",): [2 * 3600],
        ("freshdesk/303",): [90],
    }
    assert values(client, "csat", "csat_score") == {(): [50, (5 + 3) / 2]}
    assert values(client, "backlog", by=["team"])["Checkout",] == [2]


def test_freshdesk_activities_show_every_resolution(cli, client):
    assert cli("import", "freshdesk", FIXTURES / "freshdesk-activities").code == 0
    assert values(client, "reopen_events", "first_resolution_time", "resolution_time") == {(): [1, 4 * 3600, 30 * 3600]}
    step = next(client.list_records("ticket_event", ticket="301", source="freshdesk", id_prefix="301")).ticket_event
    assert step.source == "freshdesk"


def test_freshdesk_csv_export(cli, client, home):
    done = cli(
        "import",
        "csv",
        "-m",
        "freshdesk-tickets",
        "--time-zone",
        "Europe/Berlin",
        FIXTURES / "freshdesk" / "tickets-export.csv",
    )
    assert done.code == 1 and 'column "Created time" is empty' in done.last_line
    assert values(client, "first_response_time", "resolution_time", "handle_time") == {(): [45 * 60, 4 * 3600, 25 * 60]}
    assert (
        client.get_record("ticket", "401", source="freshdesk").ticket.created_at.ToJsonString()
        == "2026-03-02T09:00:00Z"
    )
    corrected = (
        (home / "tickets-export.rejected.csv").read_text().replace("Checkout,,", "Checkout,2026-03-03 08:00:00,")
    )
    (home / "corrected.csv").write_text(corrected)
    assert cli("import", "csv", "-m", "freshdesk-tickets", "--time-zone", "Europe/Berlin", "corrected.csv").code == 0
    assert values(client, "tickets_created") == {(): [3]}


def test_intercom(cli, client):
    assert cli("import", "intercom", FIXTURES / "intercom", "--field", "issue_type=category").code == 0
    # 2001: a bot first, a human's assignment with words; 2003: an admin wrote, so the clock starts with the customer
    assert values(client, "first_response_time", by=["ticket"]) == {
        ("intercom/2001",): [1800],
        ("intercom/2002",): [3600],
        ("intercom/2003",): [3600],
    }
    assert values(client, "reopen_events", "first_resolution_time", "resolution_time") == {(): [1, 2 * 3600, 25 * 3600]}
    assert values(client, "tickets_by_status", by=["status"], end="2026-03-03")["pending",] == [1]
    assert values(client, "csat", "survey_response_rate") == {(): [100, 50]}
    assert values(client, "tickets_created", by=["team", "channel"]) == {
        ("Success", "chat"): [1],
        ("Success", "email"): [1],
        ("Support", "chat"): [1],
    }
    assert values(client, "tickets_created", by=["category"]) == {("Billing",): [3]}


def test_intercom_assigned_to_nobody(cli, client, home):
    parts = [
        {
            "id": "1",
            "part_type": "assignment",
            "created_at": 1772445700,
            "author": {"type": "admin", "id": 9},
            "assigned_to": to,
        }
        for to in ({"type": "admin", "id": "9"}, {"type": "nobody_admin", "id": None})
    ]
    parts[1].update(id="2", created_at=1772445800)
    conversation = {
        "type": "conversation",
        "id": "1",
        "created_at": 1772445600,
        "updated_at": 1772445900,
        "state": "open",
    }
    conversation["conversation_parts"] = {"conversation_parts": parts, "total_count": 2}
    (home / "one.json").write_text(json.dumps(conversation))
    assert cli("import", "intercom", "one.json").code == 0
    assert values(client, "backlog", by=["agent"], end="2026-03-02T10:02:30Z") == {("intercom:9",): [1]}
    assert values(client, "backlog", by=["agent"], end="2026-03-03") == {("",): [1]}


def test_an_unknown_object_is_told(cli, home):
    (home / "odd.json").write_text('[{"colour": "red"}]')
    done = cli("import", "zendesk", "odd.json")
    assert (
        done.code == 1 and "not an object of a zendesk export that is read; read are tickets, audits" in done.last_line
    )
