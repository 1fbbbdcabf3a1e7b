"""Charts: the right kind for the question, with the values of the answer, units and what is left out."""

from __future__ import annotations

import math

import pytest

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")

from conftest import YEAR  # noqa: E402
from supportkpi import Client, Query, kpi  # noqa: E402


@pytest.fixture(autouse=True)
def _close():
    yield
    matplotlib.pyplot.close("all")


def texts(figure) -> str:
    return " ".join(text.get_text() for text in figure.findobj(matplotlib.text.Text))


def test_buckets_make_a_line_for_each_group_in_a_panel_for_each_kpi(desk: Client):
    answer = desk.query("csat", kpi("first_response_time", "p90", statistic="p90", clock="business"), by=["team"],
                        grain="month", **YEAR)
    figure = answer.plot()
    panels = [axes for axes in figure.axes if axes.lines]
    teams = {key.value or "(none)" for row in answer for key in row.keys}
    assert len(panels) == 2 and panels[1].get_ylabel() in ("hours", "days")
    lines = {line.get_label(): line for line in panels[0].lines if not line.get_label().startswith("_")}
    assert set(lines) == teams
    for team in teams:
        rows = [row for row in answer if (row.keys[0].value or "(none)") == team]
        expected = [row.cells[0].value if row.cells[0].HasField("value") else math.nan for row in rows]
        drawn = [float(value) for value in lines[team].get_ydata()]
        assert len(drawn) == 12
        assert all(math.isnan(a) and math.isnan(b) or a == b for a, b in zip(drawn, expected)), team
    assert "CSAT, p90 by team, each month" in texts(figure) and "Europe/Berlin" in texts(figure)


def test_groups_make_bars_best_first(desk: Client):
    answer = desk.query("tickets_created", "csat", by=["category"], **YEAR)
    figure = answer.plot(title="What people ask")
    bars = [[patch.get_width() for patch in axes.patches] for axes in figure.axes]
    assert bars[0] == sorted((row.cells[0].value for row in answer), reverse=True)
    assert "What people ask" in texts(figure) and "%, higher is better" in texts(figure)


def test_an_order_of_the_question_is_kept(desk: Client):
    answer = desk.query(Query("tickets_created").between(**YEAR).by("category").order_by("tickets_created"))
    widths = [patch.get_width() for patch in answer.plot().axes[0].patches]
    assert widths == [row.cells[0].value for row in answer] == sorted(widths)


def test_two_dimensions_make_a_heatmap(desk: Client):
    answer = desk.query("tickets_created", by=["hour_of_day", "weekday"], **YEAR)
    axes = answer.plot().axes[0]
    mesh = axes.collections[0].get_array()
    assert mesh.size == 7 * 24 and float(mesh.sum()) == desk.query("tickets_created", **YEAR).value
    assert [label.get_text() for label in axes.get_yticklabels()][0] == "Mon"


def test_an_hour_of_day_makes_upright_bars_in_order(desk: Client):
    axes = desk.query("tickets_per_hour", by=["hour_of_day"], **YEAR).plot().axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()][:3] == ["00", "01", "02"]


def test_one_row_makes_figures(desk: Client):
    assert f"{desk.query('csat', **YEAR).value:.1f} %" in texts(desk.query("csat", "backlog", **YEAR).plot())


def test_groups_beyond_the_limit_are_said_to_be_left_out(desk: Client):
    figure = desk.query("tickets_created", by=["team", "category"], grain="quarter", **YEAR).plot(groups_max=3)
    lines = [line for line in figure.axes[0].lines if not line.get_label().startswith("_")]
    assert len(lines) == 3 and "the 3 groups with the most facts, of " in texts(figure)


def test_cut_buckets_are_marked(desk: Client):
    figure = desk.query("tickets_created", grain="week", start="2025-01-08", end="2025-03-01").plot()
    assert "hollow: a bucket cut by the range" in texts(figure)
    hollow = [line for line in figure.axes[0].lines if line.get_markerfacecolor() == "white"]
    assert len(hollow[0].get_xdata()) == 2


def test_it_draws_in_a_figure_of_the_caller_and_what_it_is_told(desk: Client, tmp_path):
    mine = matplotlib.figure.Figure(layout="constrained")
    answer = desk.query("csat", "nps", by=["team"], **YEAR)
    assert answer.plot("nps", figure=mine) is mine and len(mine.axes) == 1
    mine.savefig(tmp_path / "nps.png")
    assert (tmp_path / "nps.png").stat().st_size > 5_000


def test_what_cannot_be_drawn_is_refused(desk: Client):
    with pytest.raises(ValueError, match="'ces' is not in the answer; expected some of csat"):
        desk.query("csat", by=["team"], **YEAR).plot("ces")
    with pytest.raises(ValueError, match="no rows"):
        desk.query("csat", by=["team"], start="1990-01-01", end="1990-01-01").plot()
    with pytest.raises(ValueError, match="too many for one chart"):
        desk.query(*(kpi("csat", f"c{number}") for number in range(13)), **YEAR).plot()


def test_no_values_and_zeros_make_honest_axes(supportkpi_client: Client):
    figure = supportkpi_client.query("csat", "tickets_created", grain="day", start="2026-01-01", end="2026-01-08").plot()
    assert "no values" in texts(figure) and not len(figure.axes[0].get_yticks())
    assert figure.axes[1].get_ylim() == (0, 1)
