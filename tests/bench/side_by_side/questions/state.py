"""What stands open. Counts at bucket ends are running sums of creations and resolutions, which is what costs least in SQL."""

from __future__ import annotations

from collections.abc import Callable

from dialect import Dialect
from questions.question import Question, kpi, request

START, END = "2025-01-01", "2026-01-01"
FIELDS = "category in ('category-00', 'category-02', 'category-11') and channel in ('email', 'web') and segment != 'partner'"


def backlog(d: Dialect, bucket: Callable[[str], str], keys: str = "", where: str = "") -> str:
    comma, where = (f", {keys}" if keys else ""), (f" and {where}" if where else "")
    partition = f"partition by {keys} " if keys else ""

    def changes(column: str, sign: str) -> str:
        # What came before the range counts from its first bucket on.
        return f"""select {bucket(f"greatest({column}, {d.at(START)})")} as bucket{comma}, {sign}cast(count(*) as bigint) as change
            from tickets
            where {d.is_set(column)} and {column} < {d.at(END)} and spam = 0{where} group by bucket{comma}"""

    return f"""select bucket{comma}, sum(sum(change)) over ({partition}order by bucket) as backlog
        from ({changes("created_at", "")} union all {changes("resolved_at", "-")}) changes group by bucket{comma}"""


def backlog_age(d: Dialect) -> str:
    """Most tickets stand open at no month's end, so those that do are found first, each with its first month and the month of
    its resolution."""
    if d.is_duckdb:
        return f"""with open as (
                select team, created_at, date_trunc('month', greatest(created_at, {d.at(START)})) as first_month,
                    date_trunc('month', coalesce(least(resolved_at, {d.at(END)}), {d.at(END)})) as resolved_month
                from tickets where spam = 0 and created_at < {d.at(END)} and (resolved_at is null or resolved_at >= {d.at(START)})),
            months as (select unnest(generate_series({d.at(START)}, {d.at("2025-12-01")}, interval 1 month)) as month)
            select month as bucket, team, {d.quantile(0.5, d.seconds("created_at", "month + interval 1 month"))} as backlog_age
            from (select * from open where first_month < resolved_month) open
            join months on month >= first_month and month < resolved_month group by 1, 2"""
    month_end = "toDateTime64(addMonths(toDate('2025-01-01'), number + 1), 3, 'UTC')"
    resolved = f"if({d.is_set('resolved_at')}, least(resolved_at, last), last)"
    return f"""with {d.at(START)} as first, {d.at(END)} as last
        select addMonths(toDate('2025-01-01'), number) as bucket, team,
            {d.quantile(0.5, d.seconds("created_at", month_end))} as backlog_age
        from (select team, created_at, arrayJoin(range(toUInt8(dateDiff('month', first, greatest(created_at, first))),
                                                       toUInt8(dateDiff('month', first, {resolved})))) as number
              from tickets where spam = 0 and created_at < last and (not ({d.is_set("resolved_at")}) or resolved_at >= first))
        group by 1, 2"""


QUESTIONS = [
    Question(
        "backlog_by_day", "backlog at the end of each day of a year",
        request([kpi("backlog")], START, END, "day"),
        lambda d: backlog(d, d.day)),
    Question(
        "backlog_by_team", "backlog by team at the month ends of a year",
        request([kpi("backlog")], START, END, "month", ("team",)),
        lambda d: backlog(d, d.month, "team")),
    Question(
        "backlog_filtered", "backlog by priority at the week ends of a year, filtered by three fields",
        request([kpi("backlog")], START, END, "week", ("priority",),
                filter_text='category IN ("category-00", "category-02", "category-11") AND channel IN ("email", "web") '
                            'AND segment != "partner"'),
        lambda d: backlog(d, d.week, "priority", FIELDS), is_ad_hoc=True),
    Question(
        "backlog_age_by_team", "median age of the backlog by team at the month ends of a year",
        request([kpi("backlog_age", statistic="median")], START, END, "month", ("team",)),
        backlog_age, is_ad_hoc=True),
]
