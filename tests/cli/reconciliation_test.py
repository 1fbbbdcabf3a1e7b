"""Their numbers beside ours, and the reason of each difference."""

from __future__ import annotations

import csv
import io
import json

import pytest

from conftest import FIXTURES
from supportkpi.importers import reconciliation as why

ZENDESK = FIXTURES / "zendesk"


@pytest.fixture
def differences(cli):
    """(ticket, metric, clock) to the reason."""
    assert cli("config", "apply", FIXTURES / "config" / "settings.yaml").code == 0
    cli("import", "zendesk", ZENDESK, "--bots", "assistant@acme.example")
    done = cli("reconcile", "zendesk", ZENDESK, "-o", "csv")
    assert done.code == 0
    return {(row["ticket"], row["metric"], row["clock"]): row for row in csv.DictReader(io.StringIO(done.out))}


def reason(differences, ticket, metric, clock="calendar"):
    return differences[ticket, metric, clock]["reason"]


def test_reasons(differences):
    assert reason(differences, "4102", "reply_time_in_minutes") == why.BOT
    assert reason(differences, "4102", "reply_time_in_minutes", "business") == why.BOT
    assert reason(differences, "4103", "full_resolution_time_in_minutes") == why.REOPENED
    assert reason(differences, "4104", "reply_time_in_minutes", "business") == why.LAST_SCHEDULE
    assert reason(differences, "4105", "reply_time_in_minutes") == why.FROM_CREATION
    assert reason(differences, "4107", "agent_wait_time_in_minutes") == why.NO_STATES
    assert why.UNEXPLAINED not in {row["reason"] for row in differences.values()}


def test_both_numbers_stand_beside_each_other(differences):
    row = differences["4104", "reply_time_in_minutes", "business"]
    # 10:00-15:00 UTC in Berlin's hours, 15:00-18:00 in New York's; by New York's alone from 14:00
    assert (float(row["theirs"]), float(row["ours"])) == (240 * 60, 480 * 60)


def test_what_agrees_is_not_listed(differences):
    assert ("4101", "reply_time_in_minutes", "calendar") not in differences
    assert not [key for key in differences if key[0] == "4101"]


def test_tables_and_json(cli, differences):
    table = cli("reconcile", "zendesk", ZENDESK)
    assert "their metrics beside ours" in table.out and "why they differ" in table.out
    parsed = json.loads(cli("reconcile", "zendesk", ZENDESK, "-o", "json").out)
    replies = next(line for line in parsed if line["metric"] == "reply_time_in_minutes" and line["clock"] == "calendar")
    assert (replies["tickets"], replies["equal"]) == (6, 4)
    assert {"reason": why.BOT, "tickets": 1, "such_as": ["4102"]} in replies["differences"]


def test_without_schedules_the_advice_is_to_set_one(cli):
    cli("import", "intercom", FIXTURES / "intercom")
    done = cli("reconcile", "intercom", FIXTURES / "intercom")
    assert "no schedule is set for the ticket's team" in done.out


def test_solved_versus_closed(cli, home):
    created, stats = "2026-03-02T09:00:00Z", {"first_responded_at": None, "resolved_at": "2026-03-02T10:00:00Z"}
    ticket = {
        "id": 1,
        "requester_id": 5,
        "status": 5,
        "priority": 1,
        "source": 1,
        "created_at": created,
        "updated_at": created,
        "responder_id": 7,
        "stats": {**stats, "closed_at": "2026-03-04T10:00:00Z"},
        "conversations": [
            {"id": 2, "user_id": 7, "incoming": False, "private": False, "created_at": "2026-03-02T09:30:00Z"}
        ],
    }
    (home / "tickets.json").write_text(json.dumps([ticket]))
    assert cli("import", "freshdesk", "tickets.json").code == 0
    # the source counts the closing
    ticket["stats"]["resolved_at"] = "2026-03-04T10:00:00Z"
    (home / "tickets.json").write_text(json.dumps([ticket]))
    assert why.CLOSED.split(":")[0] in cli("reconcile", "freshdesk", "tickets.json").out


def test_an_export_without_metrics_is_told(cli):
    done = cli("reconcile", "zendesk", ZENDESK / "ticket_events.json")
    assert done.code == 2 and "carry no metrics of zendesk's own" in done.last_line
