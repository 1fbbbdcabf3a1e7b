"""A SaaS company: 2,000 flat tickets with satisfaction, 500 accounts, 24 months of customers won and lost."""

from __future__ import annotations

import csv
import datetime
import gzip
import json

import pytest

from expectations import Expectations, kpi
from supportkpi import Client, instant
from supportkpi.v1 import records_pb2 as pb


def _rows(folder, name):
    with gzip.open(folder / "ravenstack-saas" / f"ravenstack_{name}.csv.gz", "rt") as rows:
        yield from csv.DictReader(rows)


def ticket_records(folder):
    """A flat ticket for each row; a survey for each."""
    for account in _rows(folder, "accounts"):
        yield pb.Record(customer=pb.Customer(id=account["account_id"], plan=account["plan_tier"],
                                             segment=account["industry"], region=account["country"]))
    for row in _rows(folder, "support_tickets"):
        created = datetime.datetime.fromisoformat(row["submitted_at"]).replace(tzinfo=datetime.timezone.utc)
        resolved = created + datetime.timedelta(hours=float(row["resolution_time_hours"]))
        replied = created + datetime.timedelta(minutes=float(row["first_response_time_minutes"]))
        yield pb.Record(ticket=pb.Ticket(
            id=row["ticket_id"], created_at=instant(created), customer=row["account_id"], priority=row["priority"],
            status=pb.TICKET_STATUS_CLOSED, first_replied_at=instant(replied), resolved_at=instant(resolved),
            attributes={"escalated": row["escalation_flag"].lower()}))
        survey = pb.Survey(id=row["ticket_id"], kind=pb.SURVEY_KIND_CSAT, scale_min=1, scale_max=5,
                           ticket=row["ticket_id"], customer=row["account_id"], sent_at=instant(created))
        if row["satisfaction_score"]:
            survey.score = float(row["satisfaction_score"])
            survey.responded_at.CopyFrom(instant(created))
        yield pb.Record(survey=survey)


def period_records(months):
    """A customer period for each month of the reference."""
    for month in months:
        year, number = map(int, month["month"].split("-"))
        period = pb.CustomerPeriod(
            id=month["month"], to=instant(f"{year + number // 12}-{number % 12 + 1:02d}-01"),
            customers_at_start=month["customers_start"], customers_at_end=month["customers_end"],
            new_customers=month["customers_new"], lost_customers=month["customers_lost"])
        getattr(period, "from").CopyFrom(instant(f"{month['month']}-01"))
        yield pb.Record(customer_period=period)


@pytest.fixture(scope="module", name="expected")
def _expected(data):
    return json.loads((data / "ravenstack-saas" / "kpi_expected.json").read_text())


@pytest.fixture(scope="module", name="ask")
def _ask(server, data, expected):
    with Client(server.address, tenant="saas-company") as client:
        for stream, records in (("tickets", ticket_records(data)), ("periods", period_records(expected["months"]))):
            summary = client.import_records(records, stream_id=stream)
            assert not summary.rejected
        yield Expectations(client, "2023-01-01", "2025-01-01")


def figures(slice_):
    """What the reference has for a slice of the tickets: (KPI, value); all dated by the ticket's creation."""
    yield kpi("tickets_created"), slice_["tickets"]
    yield kpi("first_response_time", anchor="created"), slice_["first_response_minutes_mean"] * 60
    yield kpi("first_response_time", anchor="created", statistic="median"), slice_["first_response_minutes_median"] * 60
    yield kpi("resolution_time", anchor="created"), slice_["resolution_hours_mean"] * 3600
    yield kpi("resolution_time", anchor="created", statistic="median"), slice_["resolution_hours_median"] * 3600


def survey_figures(slice_):
    """The same of the surveys."""
    yield kpi("csat"), slice_["csat_top2_share"] * 100
    yield kpi("csat_score"), slice_["csat_mean"]
    yield kpi("survey_response_rate"), slice_["csat_response_rate"] * 100


def test_tickets_and_satisfaction_agree_with_the_reference(ask, expected):
    shapes = {"by_priority": ({"by": ("priority",)}, {"by": ("ticket.priority",)}),
              "by_industry": ({"by": ("customer.segment",)}, {"by": ("customer.segment",)}),
              "by_plan": ({"by": ("customer.plan",)}, {"by": ("customer.plan",)}),
              "by_month": ({"grain": "month"}, {"grain": "month"})}
    # Tickets of the last days are resolved and answered after the year's end: the range goes on until all are.
    for selection, value in [*figures(expected["ticket_total"]), *survey_figures(expected["ticket_total"])]:
        ask.check_total(selection.kpi, selection, value)
    for slice_name, (ticket_shape, survey_shape) in shapes.items():
        slices = expected[slice_name]
        for source, shape in ((figures, ticket_shape), (survey_figures, survey_shape)):
            columns = {name: list(source(slice_)) for name, slice_ in slices.items()}
            for index, (selection, _) in enumerate(next(iter(columns.values()))):
                wanted = {(name,): column[index][1] for name, column in columns.items()}
                ask.check(f"{slice_name} {selection.kpi}", selection, wanted, **shape)
    ask.assert_none_differ()


def test_retention_and_churn_agree_with_the_reference(ask, expected):
    for name, column in (("customer_retention_rate", "retention_rate"), ("customer_churn_rate", "customer_churn_rate")):
        wanted = {(month["month"],): None if month[column] is None else month[column] * 100
                  for month in expected["months"]}
        ask.check(name, kpi(name), wanted, grain="month")
    ask.assert_none_differ()
