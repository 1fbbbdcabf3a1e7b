"""How well customers are helped. Repeat contacts are found with ASOF joins: the latest event of the same customer and category
before a ticket's creation; a creation, a first or a last resolution inside the window makes it a repeat contact. (No two such
events of this data set lie at the same millisecond.)"""

from __future__ import annotations

from dialect import Dialect
from questions.question import Question, kpi, request

START, END = "2024-01-01", "2026-01-01"


def repeats(d: Dialect, start: str, window_days: int, since: str) -> str:
    """Tickets with a customer created from start on, each with is_repeat. Events before `since`, the window's length before
    start, cannot matter."""
    has = f"spam = 0 and {d.has_customer()}"
    events = " union all ".join(
        f"select customer, category, {column} as at from tickets where {has} and {d.within(column, since, END)}"
        for column in ("created_at", "resolved_at", "first_resolved_at"))
    window_ms = window_days * 86_400_000
    found = "e.at is not null and" if d.is_duckdb else f"e.at > {d.at('1970-01-01')} and"
    asof = "asof left join" if d.is_duckdb else "asof left join"
    return f"""(select t.created_at as created_at, t.category as category, t.channel as channel, t.customer as customer,
            {found} {d.ms("t.created_at")} - {d.ms("e.at")} <= {window_ms} as is_repeat
        from (select * from tickets where {has} and {d.within("created_at", start, END)}) t
        {asof} ({events}) e on t.customer = e.customer and t.category = e.category and t.created_at > e.at) r"""


def repeat_contacts(d: Dialect) -> str:
    return f"""select {d.month("created_at")} as bucket, category, {d.count_if("is_repeat")} as repeat_contacts,
        100.0 * {d.count_if("is_repeat")} / count(*) as repeat_contact_rate
        from {repeats(d, "2025-01-01", 7, "2024-12-25")} group by 1, 2"""


def repeat_customers(d: Dialect) -> str:
    return f"""select {d.quarter("created_at")} as bucket, channel, {d.distinct("customer")} as repeat_contact_customers
        from {repeats(d, "2025-01-01", 14, "2024-12-18")} where is_repeat group by 1, 2"""


def no_repeat(d: Dialect) -> str:
    """Of resolved tickets, those whose customer wrote about the same category at most seven days later."""
    window_ms = 7 * 86_400_000
    has = "customer is not null" if d.is_duckdb else "customer >= 0"
    found = "n.at is not null and" if d.is_duckdb else f"n.at > {d.at('1970-01-01')} and"
    # A customer that is not must not meet another one: it has no next ticket.
    return f"""select {d.month("t.resolved_at")} as bucket, t.team as team,
        100.0 - 100.0 * {d.count_if(f"{found} {d.ms('n.at')} - {d.ms('t.resolved_at')} <= {window_ms}")} / count(*)
            as first_contact_resolution_rate
        from (select * from tickets where spam = 0 and {d.within("resolved_at", "2025-01-01", END)}) t
        asof left join (select customer, category, created_at as at from tickets
            where spam = 0 and {has} and {d.within("created_at", "2025-01-01", "2026-01-09")}) n
        on t.customer = n.customer and t.category = n.category and t.resolved_at < n.at group by 1, 2"""


QUESTIONS = [
    Question(
        "top_agents", "the 20 agents that resolved most, a quarter",
        request([kpi("tickets_resolved")], "2025-07-01", "2025-10-01", group_by=("agent",),
                top={"count": 20, "direction": "ORDER_DIRECTION_DESCENDING", "without_other": True}),
        lambda d: f"""select agent, count(*) as tickets_resolved
            from tickets where {d.within("resolved_at", "2025-07-01", "2025-10-01")} and spam = 0
            group by 1 order by 2 desc, 1 limit 20"""),
    Question(
        "first_contact_resolution", "first contact resolution by category and month, two years",
        request([kpi("first_contact_resolution_rate")], START, END, "month", ("category",)),
        lambda d: f"""select {d.month("resolved_at")} as bucket, category,
            100.0 * {d.count_if("replies = 1 and reopens = 0")} / count(*) as first_contact_resolution_rate
            from tickets where {d.within("resolved_at", START, END)} and spam = 0 group by 1, 2"""),
    Question(
        "repeat_contacts", "repeat contacts and their rate by category and month, a year",
        request([kpi("repeat_contacts"), kpi("repeat_contact_rate")], "2025-01-01", END, "month", ("category",)),
        repeat_contacts),
    Question(
        "repeat_customers", "distinct customers with repeat contacts in 14 days by channel and quarter, a year",
        request([kpi("repeat_contact_customers", parameters={"window": "14d"})], "2025-01-01", END, "quarter", ("channel",)),
        repeat_customers, is_ad_hoc=True),
    Question(
        "no_repeat", "tickets solved without a repeat in 7 days by team and month, a year",
        request([kpi("first_contact_resolution_rate", variant="no_repeat")], "2025-01-01", END, "month", ("team",)),
        no_repeat, is_ad_hoc=True),
]
