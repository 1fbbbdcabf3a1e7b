"""Surveys, calls and agents' time."""

from __future__ import annotations

from dialect import Dialect
from questions.question import Question, kpi, request

START, END = "2024-01-01", "2026-01-01"
NPS = "100.0 * ({promoters} - {detractors}) / count(*)"


def nps(d: Dialect) -> str:
    return NPS.format(promoters=d.count_if("score >= 9"), detractors=d.count_if("score <= 6"))


def utilization(d: Dialect) -> str:
    """A stretch that crosses a week's end counts in both weeks; none is longer than a day."""
    week, last = d.week("from_at"), d.week("to_at")
    next_week = f"{d.later(week, 'week')}" if d.is_duckdb else f"toDateTime64({week} + interval 1 week, 3, 'UTC')"
    this_week = last if d.is_duckdb else f"toDateTime64({last}, 3, 'UTC')"
    rows = d.within("from_at", "2024-12-29", END)
    return f"""select bucket, agent, 100.0 * sum(if(state in ('handling', 'other_support_work'), ms, 0)) / sum(ms) as utilization
        from (select {week} as bucket, agent, state, {d.ms(f"least(to_at, {next_week})")} - {d.ms("from_at")} as ms
              from agent_time where {rows}
              union all select {last} as bucket, agent, state, {d.ms("to_at")} - {d.ms(this_week)} as ms
              from agent_time where {rows} and {last} > {week}) stretches
        where bucket >= {d.at("2024-12-30")} and bucket < {d.at("2025-12-29")} group by 1, 2"""


def service_level(d: Dialect) -> str:
    wait = d.seconds("started_at", "answered_at")
    return f"""select queue, {d.hour("started_at")} as hour_of_day,
        100.0 * {d.count_if(f"outcome = 'answered' and {wait} <= 20")}
            / {d.count_if("outcome not in ('abandoned_in_ivr', 'failed')")} as service_level,
        {d.quantile_if(0.9, wait, "outcome = 'answered'")} as speed_to_answer
        from calls where {d.within("started_at", "2025-01-01", END)} group by 1, 2"""


QUESTIONS = [
    Question(
        "csat_by_channel", "CSAT by the ticket's channel and month, two years",
        request([kpi("csat")], START, END, "month", ("ticket.channel",)),
        lambda d: f"""select {d.month("s.responded_at")} as bucket, t.channel as channel,
            100.0 * {d.count_if("s.score >= 4")} / count(*) as csat
            from surveys s join tickets t on t.id = s.ticket
            where s.kind = 'csat' and {d.within("s.responded_at", START, END)} group by 1, 2"""),
    Question(
        "nps_by_segment", "NPS by the customer's segment and quarter, two years",
        request([kpi("nps")], START, END, "quarter", ("customer.segment",), filter_text="customer:*"),
        lambda d: f"""select {d.quarter("s.responded_at")} as bucket, c.segment as segment, {nps(d)} as nps
            from surveys s join customers c on c.id = s.customer
            where s.kind = 'nps' and {d.within("s.responded_at", START, END)} group by 1, 2"""),
    Question(
        "calls_by_queue", "calls offered, answered and the share abandoned by queue and day, two years",
        request([kpi("calls_offered"), kpi("calls_answered"), kpi("abandon_rate")], START, END, "day", ("queue",)),
        lambda d: f"""select {d.day("started_at")} as bucket, queue,
            {d.count_if("outcome not in ('abandoned_in_ivr', 'failed')")} as calls_offered,
            {d.count_if("outcome = 'answered'")} as calls_answered,
            100.0 * {d.count_if("outcome = 'abandoned_in_queue'")}
                / nullif({d.count_if("outcome not in ('abandoned_in_ivr', 'failed')")}, 0) as abandon_rate
            from calls where {d.within("started_at", START, END)} group by 1, 2"""),
    Question(
        "service_level_by_hour", "service level and wait p90 by queue and hour of the day, a year",
        request([kpi("service_level"), kpi("speed_to_answer", statistic="p90")], "2025-01-01", END,
                group_by=("queue", "hour_of_day")),
        service_level, is_ad_hoc=True),
    Question(
        "utilization_by_agent", "utilization by agent and week, 52 weeks",
        request([kpi("utilization")], "2024-12-30", "2025-12-29", "week", ("agent",)),
        utilization),
]
