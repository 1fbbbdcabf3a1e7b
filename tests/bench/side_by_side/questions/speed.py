"""How fast customers are answered and helped."""

from __future__ import annotations

from dialect import Dialect
from questions.question import Question, kpi, request

START, END = "2024-01-01", "2026-01-01"
ODD = ("2025-02-11 07:15:00", "2025-05-23 19:45:30.125")
NARROW = ("2025-08-19 05:12:44.500", "2025-09-25 17:03:09")


def worked_seconds(d: Dialect, end: str, start_date: str, end_date: str) -> tuple[str, str]:
    """Working time from a ticket's creation to the instant `end`, by the schedule of its team, in seconds, and what it is
    selected from."""
    source = f"""(select * from tickets where {d.within(end, start_date, end_date)} and spam = 0) t
        join team_schedules s on s.team = t.team
        join work_hours b on b.slot = {d.slot("s.schedule", "t.created_at")}
        join work_hours e on e.slot = {d.slot("s.schedule", f"t.{end}")}"""
    return f"(({d.worked_ms('e', f't.{end}')}) - ({d.worked_ms('b', 't.created_at')})) / 1000.0", source


def first_response_business(d: Dialect) -> str:
    worked, source = worked_seconds(d, "first_replied_at", START, END)
    return f"""select {d.week("t.first_replied_at")} as bucket, t.channel as channel, avg({worked}) as first_response_time
        from {source} group by 1, 2"""


def resolution_business_p90(d: Dialect) -> str:
    worked, source = worked_seconds(d, "resolved_at", "2025-01-01", END)
    return f"""select {d.month("t.resolved_at")} as bucket, t.team as team, {d.quantile(0.9, worked)} as resolution_time
        from {source} group by 1, 2"""


def narrow(d: Dialect) -> list[str]:
    fields = "channel = 'chat' and priority = 'urgent' and category in ('category-03', 'category-07') and spam = 0"
    response = d.seconds("created_at", "first_replied_at")
    return [
        f"select count(*) as tickets_created from tickets where {d.within('created_at', *NARROW)} and {fields}",
        f"""select {d.quantiles([0.5, 0.9], response, ["median", "p90"])}
            from tickets where {d.within("first_replied_at", *NARROW)} and {fields}""",
    ]


QUESTIONS = [
    Question(
        "first_response_by_team", "first response mean and p90 by team and month, two years",
        request([kpi("first_response_time", "mean"), kpi("first_response_time", "p90", statistic="p90")], START, END, "month",
                ("team",)),
        lambda d: f"""select {d.month("first_replied_at")} as bucket, team,
            avg({d.seconds("created_at", "first_replied_at")}) as mean,
            {d.quantile(0.9, d.seconds("created_at", "first_replied_at"))} as p90
            from tickets where {d.within("first_replied_at", START, END)} and spam = 0 group by 1, 2"""),
    Question(
        "first_response_business", "first response in working time, mean by channel and week, two years",
        request([kpi("first_response_time", clock="CLOCK_BUSINESS")], START, END, "week", ("channel",)),
        first_response_business),
    Question(
        "resolution_by_priority", "resolution median and p95 by priority, two years",
        request([kpi("resolution_time", "median", statistic="median"), kpi("resolution_time", "p95", statistic="p95")], START, END,
                group_by=("priority",)),
        lambda d: f"""select priority, {d.quantiles([0.5, 0.95], d.seconds("created_at", "resolved_at"), ["median", "p95"])}
            from tickets where {d.within("resolved_at", START, END)} and spam = 0 group by 1"""),
    Question(
        "first_response_p99_by_agent", "first response p99 by agent, an odd range",
        request([kpi("first_response_time", statistic="p99")], *ODD, group_by=("agent",)),
        lambda d: f"""select agent, {d.quantile(0.99, d.seconds("created_at", "first_replied_at"))} as first_response_time
            from tickets where {d.within("first_replied_at", *ODD)} and spam = 0 group by 1""",
        is_ad_hoc=True),
    Question(
        "resolution_p90_three_groupings", "resolution p90 by category, priority and segment, a year",
        request([kpi("resolution_time", statistic="p90")], "2025-01-01", END, group_by=("category", "priority", "segment")),
        lambda d: f"""select category, priority, segment,
            {d.quantile(0.9, d.seconds("created_at", "resolved_at"))} as resolution_time
            from tickets where {d.within("resolved_at", "2025-01-01", END)} and spam = 0 group by 1, 2, 3""",
        is_ad_hoc=True),
    Question(
        "resolution_business_p90", "resolution in working time, p90 by team and month, a year",
        request([kpi("resolution_time", statistic="p90", clock="CLOCK_BUSINESS")], "2025-01-01", END, "month", ("team",)),
        resolution_business_p90, is_ad_hoc=True),
    Question(
        "narrow_filter", "tickets, first response median and p90 over 37 odd days, filtered by three fields",
        request([kpi("tickets_created"), kpi("first_response_time", "median", statistic="median"),
                 kpi("first_response_time", "p90", statistic="p90")], *NARROW,
                filter_text='channel = "chat" AND priority = "urgent" AND category IN ("category-03", "category-07")'),
        narrow, is_ad_hoc=True),
]
