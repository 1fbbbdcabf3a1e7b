"""How well customers are helped. A ticket is a repeat contact if the latest event of the same customer and category before its
creation (a creation, a first or a last resolution) lies inside the window: a window function over all events finds it in one pass,
which costs both engines less than an ASOF join or a join by customer and category. (No two such events of this data set lie at the
same millisecond; the comparison of answers would tell.)"""

from __future__ import annotations

from dialect import Dialect
from questions.question import Question, kpi, request

START, END = "2024-01-01", "2026-01-01"


def has_customer(d: Dialect) -> str:
    return f"spam = 0 and {d.has_customer()}"


def repeats(d: Dialect, start: str, window_days: int, since: str) -> str:
    """Tickets with a customer created from start on, each with is_repeat. Events before `since`, the window's length before
    start, cannot matter."""
    events = " union all ".join(
        f"""select customer, category, channel, {column} as moment, {int(column == "created_at")} as is_creation
            from tickets where {has_customer(d)} and {d.within(column, since, END)}"""
        for column in ("created_at", "resolved_at", "first_resolved_at"))
    window_ms = window_days * 86_400_000
    return f"""(select moment as created_at, category, channel, customer, before_ms is not null and
            {d.ms("moment")} - before_ms <= {window_ms} as is_repeat
        from (select moment, category, channel, customer, is_creation, {d.previous(d.ms("moment"), "customer, category", "moment")}
              as before_ms from ({events}) events) x
        where is_creation = 1 and moment >= {d.at(start)}) r"""


def repeat_contacts(d: Dialect) -> str:
    return f"""select {d.month("created_at")} as bucket, category, {d.count_if("is_repeat")} as repeat_contacts,
        100.0 * {d.count_if("is_repeat")} / count(*) as repeat_contact_rate
        from {repeats(d, "2025-01-01", 7, "2024-12-25")} group by 1, 2"""


def repeat_customers(d: Dialect) -> str:
    return f"""select {d.quarter("created_at")} as bucket, channel, {d.distinct("customer")} as repeat_contact_customers
        from {repeats(d, "2025-01-01", 14, "2024-12-18")} where is_repeat group by 1, 2"""


def no_repeat(d: Dialect) -> str:
    """Of resolved tickets, those whose customer did not write about the same category in the seven days after. Here an ASOF join
    costs no more than a window."""
    found = "n.at is not null" if d.is_duckdb else f"n.at > {d.at('1970-01-01')}"
    repeated = d.count_if(f"{found} and {d.ms('n.at')} - {d.ms('t.resolved_at')} <= {7 * 86_400_000}")
    return f"""select {d.month("t.resolved_at")} as bucket, t.team as team,
        100.0 - 100.0 * {repeated} / count(*) as first_contact_resolution_rate
        from (select * from tickets where spam = 0 and {d.within("resolved_at", "2025-01-01", END)}) t
        asof left join (select customer, category, created_at as at from tickets
            where {has_customer(d)} and {d.within("created_at", "2025-01-01", "2026-01-09")}) n
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
