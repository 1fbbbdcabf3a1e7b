"""Many KPIs at once: a dashboard of 30 days, and everything over everything."""

from __future__ import annotations

from dialect import Dialect
from questions.question import Question, kpi, request

DASHBOARD = ("2025-10-02", "2025-11-01")
EVERYTHING = ("2024-01-01", "2026-01-01")


def calls(d: Dialect, start: str, end: str, bucket: str = "") -> str:
    """A call that runs on past the range's end counts as offered, and as answered if it is by then, but in no mean."""
    wait = d.seconds("started_at", "answered_at")
    offered = d.count_if(f"outcome not in ('abandoned_in_ivr', 'failed') or ended_at >= {d.at(end)}")
    in_time = d.count_if(f"outcome = 'answered' and answered_at < {d.at(end)} and {wait} <= 20")
    return f"""select {bucket} {offered} as calls_offered, 100.0 * {in_time} / {offered} as service_level,
        {d.average_if(wait, f"outcome = 'answered' and ended_at < {d.at(end)}")} as speed_to_answer
        from calls where {d.within("started_at", start, end)}"""


def dashboard(d: Dialect) -> list[str]:
    first = d.seconds("created_at", "first_replied_at")
    whole = d.seconds("created_at", "resolved_at")
    changes = " union all ".join(
        f"""select {d.day(f"greatest({column}, {d.at(DASHBOARD[0])})")} as bucket, {sign}cast(count(*) as bigint) as change from tickets
            where {d.is_set(column)} and {column} < {d.at(DASHBOARD[1])} and spam = 0 group by 1"""
        for column, sign in (("created_at", ""), ("resolved_at", "-")))
    return [
        f"""select {d.day("created_at")} as bucket, count(*) as tickets_created
            from tickets where {d.within("created_at", *DASHBOARD)} and spam = 0 group by 1""",
        f"""select {d.day("first_replied_at")} as bucket, avg({first}) as first_response_mean,
            {d.quantile(0.9, first)} as first_response_p90
            from tickets where {d.within("first_replied_at", *DASHBOARD)} and spam = 0 group by 1""",
        f"""select {d.day("resolved_at")} as bucket, count(*) as tickets_resolved, {d.quantile(0.5, whole)} as resolution_median,
            100.0 * {d.count_if("replies = 1 and reopens = 0")} / count(*) as first_contact_resolution_rate
            from tickets where {d.within("resolved_at", *DASHBOARD)} and spam = 0 group by 1""",
        f"select bucket, sum(sum(change)) over (order by bucket) as backlog from ({changes}) changes group by bucket",
        f"""select {d.day("responded_at")} as bucket,
            100.0 * {d.count_if("kind = 'csat' and score >= 4")} / nullif({d.count_if("kind = 'csat'")}, 0) as csat,
            100.0 * ({d.count_if("kind = 'nps' and score >= 9")} - {d.count_if("kind = 'nps' and score <= 6")})
                / nullif({d.count_if("kind = 'nps'")}, 0) as nps
            from surveys where {d.within("responded_at", *DASHBOARD)} group by 1""",
        f"{calls(d, *DASHBOARD, bucket=d.day('started_at') + ' as bucket,')} group by 1",
    ]


def everything(d: Dialect) -> list[str]:
    first = d.seconds("created_at", "first_replied_at")
    whole = d.seconds("created_at", "resolved_at")
    return [
        f"""select count(*) as tickets_created, {d.count_if(f"not ({d.is_set('resolved_at')})")} as backlog
            from tickets where {d.within("created_at", *EVERYTHING)} and spam = 0""",
        f"""select avg({first}) as first_response_mean, {d.quantile(0.9, first)} as first_response_p90
            from tickets where {d.within("first_replied_at", *EVERYTHING)} and spam = 0""",
        f"""select count(*) as tickets_resolved, {d.quantiles([0.5, 0.95], whole, ["resolution_median", "resolution_p95"])},
            100.0 * {d.count_if("replies = 1 and reopens = 0")} / count(*) as first_contact_resolution_rate,
            100.0 * {d.count_if(d.is_set("first_resolved_at"))} / count(*) as reopen_rate
            from tickets where {d.within("resolved_at", *EVERYTHING)} and spam = 0""",
        f"""select 100.0 * {d.count_if("kind = 'csat' and score >= 4")} / {d.count_if("kind = 'csat'")} as csat,
            100.0 * ({d.count_if("kind = 'nps' and score >= 9")} - {d.count_if("kind = 'nps' and score <= 6")})
                / {d.count_if("kind = 'nps'")} as nps from surveys where {d.within("responded_at", *EVERYTHING)}""",
        calls(d, *EVERYTHING),
        f"""select avg(ms) / 1000.0 as handle_time from (
            select handle_ms as ms from tickets where {d.within("resolved_at", *EVERYTHING)} and spam = 0 and handle_ms >= 0
            union all select talk_ms + hold_ms + wrap_up_ms as ms from calls
            where {d.within("ended_at", *EVERYTHING)} and outcome = 'answered') work""",
    ]


QUESTIONS = [
    Question(
        "dashboard", "a dashboard of twelve KPIs by day, 30 days",
        request([
            kpi("tickets_created"), kpi("tickets_resolved"), kpi("backlog"),
            kpi("first_response_time", "first_response_mean"),
            kpi("first_response_time", "first_response_p90", statistic="p90"),
            kpi("resolution_time", "resolution_median", statistic="median"), kpi("first_contact_resolution_rate"), kpi("csat"),
            kpi("nps"), kpi("calls_offered"), kpi("service_level"), kpi("speed_to_answer"),
        ], *DASHBOARD, "day"),
        dashboard),
    Question(
        "everything", "fifteen KPIs over everything",
        request([
            kpi("tickets_created"), kpi("tickets_resolved"), kpi("backlog"),
            kpi("first_response_time", "first_response_mean"),
            kpi("first_response_time", "first_response_p90", statistic="p90"),
            kpi("resolution_time", "resolution_median", statistic="median"),
            kpi("resolution_time", "resolution_p95", statistic="p95"), kpi("first_contact_resolution_rate"), kpi("reopen_rate"),
            kpi("csat"), kpi("nps"), kpi("calls_offered"), kpi("service_level"), kpi("speed_to_answer"), kpi("handle_time"),
        ], *EVERYTHING),
        everything),
]
