"""The catalogue as it is served: complete, self-explaining, and the same as in the README."""

from __future__ import annotations

import pytest
from google.protobuf import json_format

import readme_table
from supportkpi import Client
from supportkpi.v1 import kpi_service_pb2 as pb

# Section 4 of the definitions.
IDS = """tickets_created tickets_per_hour tickets_resolved resolution_events reopen_events moved_in moved_out
tickets_by_status backlog backlog_to_volume unresolved_share backlog_age channel_share type_share category_share
interactions volume_spike first_response_time response_time unanswered_tickets first_response_within_target
resolution_time first_resolution_time resolution_within_target requester_wait_time agent_wait_time on_hold_time
time_in_status handle_time longest_wait reassignments transferred_share first_contact_resolution_rate resolution_rate
resolved_to_unresolved reopen_rate repeat_contacts repeat_contact_rate repeat_contact_customers csat csat_score nps
nps_promoters nps_passives nps_detractors ces ces_score quality_rate survey_response_rate calls_inbound calls_offered
calls_answered calls_abandoned inbound_failed_calls callbacks returned_calls abandon_rate failed_call_rate transfer_rate
speed_to_answer service_level leg_talk_time agent_state_time utilization occupancy online_share customer_retention_rate
customer_churn_rate customer_acquisition_cost customer_lifetime_value support_cost ticket_cost cost_per_ticket
cost_per_interaction""".split()
# A share of a field is asked grouped by that field.
SHARES = ("channel_share", "type_share", "category_share")


@pytest.fixture(name="client", scope="module")
def _client(server):
    with Client(server.address, tenant="catalogue") as client:
        yield client


@pytest.fixture(name="kpis", scope="module")
def _kpis(client):
    return list(client.kpis.ListKpis(pb.ListKpisRequest()).kpis)


def test_every_kpi_of_the_definitions_is_there(kpis):
    assert sorted(kpi.id for kpi in kpis) == sorted(IDS)


def test_every_row_explains_itself(kpis):
    for kpi in kpis:
        assert kpi.title and kpi.formula and kpi.anchors and kpi.asked_by and kpi.clocks, kpi.id
        assert kpi.unit and kpi.direction and kpi.version >= 1, kpi.id
        for parameter in kpi.parameters:
            assert parameter.name and parameter.description, kpi.id


def test_every_example_request_works(client, kpis):
    for kpi in kpis:
        request = json_format.Parse(kpi.example_request, pb.QueryKpisRequest())
        request.tenant = client.tenant
        assert kpi.id in [selection.kpi for selection in request.kpis]
        client.kpis.QueryKpis(request, timeout=20)


def test_every_dimension_that_is_listed_can_be_grouped_by(client, kpis):
    for kpi in kpis:
        for dimension in kpi.dimensions:
            if dimension.endswith("attributes"):
                dimension += ".any"
            selection = pb.KpiSelection(kpi=kpi.id)
            if kpi.id == "time_in_status":
                selection.parameters["status"] = "open"
            by = {dimension, kpi.id.removesuffix("_share")} if kpi.id in SHARES else {dimension}
            client.query(selection, start="2026-01-01", end="2026-02-01", by=sorted(by), grain="month")


def test_the_table_of_the_readme_is_the_catalogue(client):
    assert readme_table.table_in_readme() == readme_table.table(client)
