"""An IT service desk's log: 24,918 incidents with resolutions, reopenings and a backlog, 2016 to 2017."""

from __future__ import annotations

import csv
import datetime
import io
import json
import zipfile

import pytest

from expectations import Expectations, kpi
from supportkpi import Client, instant
from supportkpi.v1 import kpi_service_pb2
from supportkpi.v1 import records_pb2 as pb

STATES = {"New": pb.TICKET_STATUS_NEW, "Active": pb.TICKET_STATUS_OPEN, "Awaiting User Info": pb.TICKET_STATUS_PENDING,
          "Awaiting Problem": pb.TICKET_STATUS_ON_HOLD, "Awaiting Vendor": pb.TICKET_STATUS_ON_HOLD,
          "Awaiting Evidence": pb.TICKET_STATUS_ON_HOLD, "Resolved": pb.TICKET_STATUS_SOLVED,
          "Closed": pb.TICKET_STATUS_CLOSED}


def _instant(text):
    parsed = datetime.datetime.strptime(text, "%d/%m/%Y %H:%M")
    return instant(parsed.replace(tzinfo=datetime.timezone.utc))


def log_rows(folder):
    """The rows of the event log; its second `category` is the subcategory."""
    with zipfile.ZipFile(folder / "itsm-incidents" / "incident_event_log.zip") as archive:
        with archive.open(archive.namelist()[0]) as file:
            rows = csv.reader(io.TextIOWrapper(file, "utf-8"))
            header = next(rows)
            header[header.index("category") + 1] = "subcategory"
            for row in rows:
                yield {name: "" if value == "?" else value for name, value in zip(header, row)}


def _ticket(row):
    return pb.Ticket(id=row["number"], created_at=_instant(row["opened_at"]), channel=row["contact_type"],
                     priority=row["priority"], category=row["category"], customer=row["caller_id"],
                     team=row["assignment_group"], attributes={"made_sla": row["made_sla"]})


def flat_tickets(folder):
    """One flat ticket for each incident as its last row tells; one without resolved_at stays open, as the reference
    counts it."""
    last = {row["number"]: row for row in log_rows(folder)}
    for row in last.values():
        ticket = _ticket(row)
        ticket.status = pb.TICKET_STATUS_OPEN
        if row["resolved_at"]:
            ticket.status = pb.TICKET_STATUS_CLOSED
            ticket.resolved_at.CopyFrom(_instant(row["resolved_at"]))
        yield pb.Record(ticket=ticket)


def tickets_with_events(folder):
    """One ticket for each incident, with an event for each change of state and of assignment group."""
    tickets = {}
    for place, row in enumerate(log_rows(folder)):
        ticket, state, group = tickets.get(row["number"]) or (_ticket(row), "New", row["assignment_group"])
        at = _instant(row["sys_updated_at"])
        if row["ident_state"] not in ("-100", state):
            state = row["ident_state"]
            ticket.events.add(id=f"{place:06d}s", at=at, kind=pb.TICKET_EVENT_KIND_STATUS_CHANGE, status=STATES[state])
        if row["assignment_group"] != group:
            ticket.events.add(id=f"{place:06d}g", at=at, kind=pb.TICKET_EVENT_KIND_ASSIGNMENT,
                              team=row["assignment_group"], old_team=group)
            group = row["assignment_group"]
        tickets[row["number"]] = (ticket, state, group)
    for ticket, _, group in tickets.values():
        ticket.team = group
        yield pb.Record(ticket=ticket)


@pytest.fixture(scope="module", name="expected")
def _expected(data):
    return json.loads((data / "itsm-incidents" / "kpi_expected.json").read_text())


@pytest.fixture(scope="module", name="client")
def _client(server, data):
    with Client(server.address, tenant="it-service-desk", timeout_seconds=120) as client:
        assert not client.import_records(flat_tickets(data), stream_id="flat").rejected
        yield client


def figures(slice_):
    """(KPI, value), all dated by the incident's opening."""
    yield kpi("tickets_created"), slice_["incidents"]
    yield kpi("resolution_time", anchor="created", statistic="mean"), slice_["resolution_seconds_mean"]
    yield kpi("resolution_time", anchor="created", statistic="median"), slice_["resolution_seconds_median"]
    yield kpi("resolution_rate"), 100 * slice_["with_resolved_at"] / slice_["incidents"]


def test_incidents_agree_with_the_reference(client, expected):
    ask = Expectations(client, "2016-02-01", "2017-06-01")
    for selection, value in figures(expected["total"]):
        ask.check_total(selection.kpi, selection, value)
    for slice_name, shape in (("by_priority", {"by": ("priority",)}), ("by_channel", {"by": ("channel",)}),
                              ("by_opened_month", {"grain": "month"}), ("top_groups", {"by": ("team",)})):
        columns = {name: list(figures(slice_)) for name, slice_ in expected[slice_name].items()}
        for index, (selection, _) in enumerate(next(iter(columns.values()))):
            wanted = {("none" if name == "?" else name,): column[index][1] for name, column in columns.items()}
            ask.check(f"{slice_name} {selection.kpi}", selection, wanted, **shape)
    ask.check("opened", kpi("tickets_created"), {(m,): n for m, n in expected["opened_by_month"].items()}, grain="month")
    ask.check("resolved", kpi("tickets_resolved"), {(m,): n for m, n in expected["resolved_by_month"].items()},
              grain="month")
    ask.assert_none_differ()


def test_the_backlog_of_every_week_agrees_with_the_reference(client, expected):
    days = sorted(expected["backlog_at_00_00"])
    # Weeks that end on the reference's Tuesdays at midnight.
    grain = kpi_service_pb2.Grain(unit=kpi_service_pb2.GRAIN_UNIT_WEEK, first_weekday=kpi_service_pb2.WEEKDAY_TUESDAY)
    request = kpi_service_pb2.QueryKpisRequest(tenant=client.tenant, grain=grain, kpis=[kpi("backlog")])
    request.range.start.CopyFrom(instant("2016-02-23"))
    request.range.end.CopyFrom(instant(days[-1]))
    rows = client.kpis.QueryKpis(request).rows
    backlog = {row.bucket.end.ToDatetime().date().isoformat(): row.cells[0].value for row in rows}
    assert backlog == expected["backlog_at_00_00"]


def test_the_event_log_imports_whole_and_states_follow_it(server, data, expected):
    with Client(server.address, tenant="it-service-desk-events", timeout_seconds=120) as client:
        assert not client.import_records(tickets_with_events(data), stream_id="events").rejected
        ask = Expectations(client, "2016-02-01", "2017-06-01")
        ask.check("opened", kpi("tickets_created"), {(m,): n for m, n in expected["opened_by_month"].items()},
                  grain="month")
        ask.check_total("all end resolved", kpi("resolution_rate"), 100.0)
        ask.check_total("none is left", kpi("backlog"), 0.0)
        ask.assert_none_differ()
