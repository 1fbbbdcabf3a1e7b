"""A tour of supportkpi, cell by cell, over the demo help desk's year (bash clients/quickstart.sh loads it).

Run it whole (python tour.py [FOLDER] writes the charts there), or cell by cell in an editor that knows `# %%`.
SUPPORTKPI_TARGET names another server than 127.0.0.1:50051.
"""

# %% A client, and where charts go
import os
import pathlib
import sys

from supportkpi import Client, InvalidArgumentError, Query, field, kpi

client = Client(os.environ.get("SUPPORTKPI_TARGET", "127.0.0.1:50051"))
folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 and not sys.argv[1].startswith("-") else ".")
charts = []


def show(name, answer, **options):
    """Saves the chart of an answer; a notebook would show it."""
    figure = answer.plot(**options)
    figure.savefig(folder / f"{len(charts) + 1:02d}-{name}.png", dpi=100)
    charts.append(name)
    return figure


# %% The year in numbers
YEAR = "2025"
numbers = client.query(
    "tickets_created", "csat", "nps", kpi("first_response_time", statistic="median", clock="business"),
    "first_contact_resolution_rate", "cost_per_ticket", during=YEAR)
print(numbers)
show("numbers", numbers, title="The year in numbers")

# %% How much comes in: weeks, with the product launch in May
volume = Query("tickets_created", "backlog").during(YEAR).every("week")
show("weeks", client.query(volume), title="Tickets created, and the backlog they leave")

# %% When do customers call? In their own time zone
show("calls", client.query(Query("calls_offered").during(YEAR).in_zone("America/New_York").by("weekday", "hour_of_day")),
     title="Calls by weekday and hour, New York time")

# %% Speed in working time, by team
speed = client.query(
    kpi("first_response_time", "first_response_median", statistic="median", clock="business"),
    kpi("first_response_time", "first_response_p90", statistic="p90", clock="business"),
    kpi("first_response_within_target", clock="business"), during=YEAR, by=["team"])
print(speed)
show("speed", speed, title="First response in working time")

# %% Satisfaction by team over the quarters; gaps are quarters without an answer
show("satisfaction", client.query("csat", "survey_response_rate", during=YEAR, by=["team"], grain="quarter"))

# %% The three busiest categories and all others together, exact for the median too
top = Query("tickets_created", kpi("resolution_time", "resolution_median", statistic="median")).during(YEAR).by("category").top(3)
print(client.query(top))
show("categories", client.query(top), title="The busiest categories")

# %% Who waits longest? Two dimensions make a heatmap
show("resolution", client.query(kpi("resolution_time", "resolution_p90", statistic="p90"), during=YEAR, by=["team", "priority"]))

# %% The hours of the day, in Berlin
show("hours", client.query("tickets_per_hour", during=YEAR, by=["hour_of_day"], time_zone="Europe/Berlin"),
     title="Tickets an hour, Berlin time")

# %% Only some of the facts: conditions are Python
urgent = field("priority").is_in(["high", "urgent"]) & (field("channel") != "phone")
print("Filter text:", urgent)
show("urgent", client.query(Query("resolution_rate", "reopen_rate").during(YEAR).by("channel").where(urgent)),
     title="Urgent tickets that did not come by phone")

# %% Data frames for everything else
frame = client.query("tickets_created", "csat", during=YEAR, by=["team"], grain="month").to_dataframe()
by_team = frame.pivot_table(index=frame.index, columns="team", values="csat", observed=True)
print(by_team.round(1).tail(3))
print("Units:", frame.attrs["units"], "- commit", frame.attrs["commit"])

# %% The evidence beside a number
row = client.query("csat", during=YEAR, by=["team"]).rows[0]
cell = row.cells[0]
print(f"{row.keys[0].value}: {cell.value:.1f} % is {cell.numerator:.0f} of {cell.denominator:.0f} answers; "
      f"left out: {', '.join(f'{note.count} {note.rule}' for note in cell.left_out) or 'nothing'}")

# %% A year beside the one before it would be one more question; a wrong one says what was meant
try:
    client.query("first_respons_time", during=YEAR)
except InvalidArgumentError as error:
    print(error)

# %% Where money goes
show("money", client.query("support_cost", "cost_per_ticket", during=YEAR, by=["team"], grain="quarter"), title="What support costs")

# %%
client.close()
print(f"{len(charts)} charts in {folder.resolve()}")
