"""A report of all KPI families over the demo help desk's year, as tables."""

from __future__ import annotations

import dataclasses

from rich.console import Console
from rich.table import Table

from supportkpi.answer import Answer
from supportkpi.client import Client
from supportkpi.demo import profile
from supportkpi.query import Selection, kpi
from supportkpi.text import bucket_text, format_cell, key_text
from supportkpi.v1 import kpi_service_pb2 as pb


@dataclasses.dataclass(frozen=True)
class Section:
    """One table: KPIs as columns, groups or buckets as rows."""

    title: str
    kpis: tuple[Selection, ...]
    by: tuple[str, ...] = ()
    grain: str = ""


BUSINESS = "business"
SECTIONS = (
    Section("Volume and state, by quarter",
            ("tickets_created", "tickets_resolved", "resolution_events", "reopen_events", "backlog", "interactions"),
            grain="quarter"),
    Section("Volume and state, by channel",
            ("tickets_created", "channel_share", "tickets_per_hour", "unresolved_share", "resolution_rate"),
            by=("channel",)),
    Section("Speed in working time, by team",
            (kpi("first_response_time", "first_response_median", statistic="median", clock=BUSINESS),
             kpi("first_response_time", "first_response_p90", statistic="p90", clock=BUSINESS),
             kpi("first_response_within_target", clock=BUSINESS),
             kpi("response_time", "response_median", statistic="median", clock=BUSINESS),
             kpi("resolution_time", "resolution_median", statistic="median", clock=BUSINESS),
             "handle_time"),
            by=("team",)),
    Section("Outcome, by category",
            ("first_contact_resolution_rate", "reopen_rate", "repeat_contact_rate", "transferred_share",
             kpi("requester_wait_time", "requester_wait_median", statistic="median"),
             kpi("agent_wait_time", "agent_wait_median", statistic="median")),
            by=("category",)),
    Section("Surveys, by the ticket's channel",
            ("csat", "csat_score", "nps", "ces", "quality_rate", "survey_response_rate"), by=("ticket.channel",)),
    Section("Calls, by queue",
            ("calls_inbound", "calls_answered", "abandon_rate", "speed_to_answer", "service_level", "transfer_rate",
             "leg_talk_time"), by=("queue",)),
    Section("Agents' time, by team", ("utilization", "occupancy", "online_share"), by=("team",)),
    Section("Customers, by segment",
            ("customer_retention_rate", "customer_churn_rate", "customer_acquisition_cost", "customer_lifetime_value"),
            by=("segment",)),
    Section("Money, by team", ("support_cost", "cost_per_ticket"), by=("team",)),
)


def table_of(answer: Answer, title: str) -> Table:
    """An answer as a table: one line a row, one column a KPI."""
    table = Table(title=title, title_justify="left", title_style="bold")
    first = answer.rows[0] if answer.rows else pb.Row()
    if first.bucket.label:
        table.add_column("period")
    for key in first.keys:
        table.add_column(key.dimension)
    units = []
    for used in answer.metadata.kpis:
        table.add_column(used.alias.replace("_", " "), justify="right")
        units.append(used.unit)
    for row in answer.rows:
        names = [bucket_text(row.bucket)] if first.bucket.label else []
        names += [key_text(key) for key in row.keys]
        table.add_row(*names, *(format_cell(cell, unit) for cell, unit in zip(row.cells, units)))
    return table


def print_report(client: Client, console: Console) -> None:
    """Asks every section and prints it, then the data issues."""
    slowest = 0.0
    for section in SECTIONS:
        answer = client.query(*section.kpis, start=profile.BEGIN, end=profile.END, by=section.by, grain=section.grain)
        slowest = max(slowest, answer.metadata.duration.ToNanoseconds() / 1e6)
        console.print(table_of(answer, section.title))
    console.print(f"Computed from the facts when asked; the slowest of these took the server {slowest:.0f} ms.\n")
    issues = Table(title="Data issues", title_justify="left", title_style="bold")
    for heading in ("kind", "records", "first of them"):
        issues.add_column(heading)
    for issue in client.data_issues():
        issues.add_row(issue.kind, f"{issue.count:,}", ", ".join(issue.first_ids[:3]))
    console.print(issues)
