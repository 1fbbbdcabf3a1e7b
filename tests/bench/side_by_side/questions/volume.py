"""Volumes."""

from __future__ import annotations

from dialect import Dialect
from questions.question import Question, kpi, request

START, END = "2024-01-01", "2026-01-01"
ODD = ("2024-11-17 13:37:11.250", "2025-04-02 03:05:59")
FOUR_FIELDS = ('priority IN ("high", "urgent") AND channel != "phone" AND segment = "enterprise" '
               'AND category IN ("category-01", "category-04", "category-09", "category-16", "category-25")')
FOUR_FIELDS_SQL = ("priority in ('high', 'urgent') and channel != 'phone' and segment = 'enterprise' "
                   "and category in ('category-01', 'category-04', 'category-09', 'category-16', 'category-25')")


def heatmap(d: Dialect) -> str:
    hour, weekday = d.hour_and_weekday("created_at", "America/New_York")
    return f"""select {weekday} as weekday, {hour} as hour_of_day, count(*) as tickets_created
        from tickets where {d.within("created_at", "2025-01-01", END)} and spam = 0 group by 1, 2"""


QUESTIONS = [
    Question(
        "created_by_day", "tickets created by day, two years",
        request([kpi("tickets_created")], START, END, "day"),
        lambda d: f"""select {d.day("created_at")} as bucket, count(*) as tickets_created
            from tickets where {d.within("created_at", START, END)} and spam = 0 group by 1"""),
    Question(
        "created_by_month", "tickets created by month and channel, two years",
        request([kpi("tickets_created")], START, END, "month", ("channel",)),
        lambda d: f"""select {d.month("created_at")} as bucket, channel, count(*) as tickets_created
            from tickets where {d.within("created_at", START, END)} and spam = 0 group by 1, 2"""),
    Question(
        "created_by_channel", "tickets created by channel, two years",
        request([kpi("tickets_created")], START, END, group_by=("channel",)),
        lambda d: f"""select channel, count(*) as tickets_created
            from tickets where {d.within("created_at", START, END)} and spam = 0 group by 1"""),
    Question(
        "heatmap_new_york", "tickets created by weekday and hour in New York, a year",
        request([kpi("tickets_created")], "2025-01-01", END, group_by=("weekday", "hour_of_day"),
                time_zone="America/New_York"),
        heatmap),
    Question(
        "three_groupings", "tickets created by channel, category and team, an odd range",
        request([kpi("tickets_created")], *ODD, group_by=("channel", "category", "team")),
        lambda d: f"""select channel, category, team, count(*) as tickets_created
            from tickets where {d.within("created_at", *ODD)} and spam = 0 group by 1, 2, 3""",
        is_ad_hoc=True),
    Question(
        "filter_of_four_fields", "tickets created and mean first response by week, filtered by four fields, two years",
        request([kpi("tickets_created"), kpi("first_response_time", anchor="created")], START, END, "week",
                filter_text=FOUR_FIELDS),
        lambda d: f"""select {d.week("created_at")} as bucket, count(*) as tickets_created,
            {d.average_if(d.seconds("created_at", "first_replied_at"),
                          f"{d.is_set('first_replied_at')} and first_replied_at < {d.at(END)}")} as first_response_time
            from tickets where {d.within("created_at", START, END)} and spam = 0 and {FOUR_FIELDS_SQL} group by 1""",
        is_ad_hoc=True),
    Question(
        "top_customers", "the 50 customers with the most tickets, a year",
        request([kpi("tickets_created")], "2025-01-01", END, group_by=("customer",), filter_text="customer:*",
                top={"count": 50, "direction": "ORDER_DIRECTION_DESCENDING", "without_other": True}),
        lambda d: f"""select customer, count(*) as tickets_created
            from tickets where {d.within("created_at", "2025-01-01", END)} and spam = 0 and {d.has_customer()}
            group by 1 order by 2 desc, 1 limit 50"""),
]
