"""Answers as charts: lines over time, bars of groups, heatmaps of two dimensions, figures alone."""

from __future__ import annotations

import dataclasses
import datetime
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import matplotlib.dates
import matplotlib.pyplot
from google.protobuf import timestamp_pb2
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from supportkpi import text
from supportkpi.columns import OTHER
from supportkpi.v1 import kpi_service_pb2 as pb

if TYPE_CHECKING:
    from supportkpi.answer import Answer

PANELS_MAX = 12
BARS_MAX = 30
# Okabe and Ito's colours, which people with any colour vision can tell apart; grey is kept for what is not one group.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#882255", "#332288", "#117733", "#999933")
GREY, INK, FAINT = "#7f7f7f", "#222222", "#dddddd"
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PARTS: dict[str, Callable[[int], str]] = {
    "weekday": lambda value: _WEEKDAYS[value - 1], "month_of_year": lambda value: _MONTHS[value - 1],
    "hour_of_day": lambda value: f"{value:02d}"}
Group = tuple[int, ...]


@dataclasses.dataclass(frozen=True)
class _Scale:
    """How the values of a panel are shown: divided by `size`, named `label`."""

    size: float
    label: str
    unit: int
    currency: str

    def text(self, value: float) -> str:
        """A value in the panel's unit, for a bar or a field."""
        if self.unit == pb.UNIT_SECONDS:
            return f"{value / self.size:,.1f}"
        if self.unit == pb.UNIT_PERCENT:
            return f"{value:.1f}"
        return text.format_value(value, self.unit)


class _Panel:
    """One KPI of an answer with its values by row."""

    def __init__(self, answer: "Answer", columns: pb.AnswerColumns, alias: str) -> None:
        cell = next(cell for cell in columns.cells if cell.kpi == alias)
        self.used = next(used for used in answer.metadata.kpis if used.alias == alias)
        self.alias = alias
        absent = cell.absent_reasons or [0] * len(cell.values)
        self.values = [math.nan if reason else value for value, reason in zip(cell.values, absent)]
        self.facts = list(cell.facts)
        currencies = sorted(set(cell.currencies) - {""})
        self.scale = self._scale("/".join(currencies))

    def _scale(self, currency: str) -> _Scale:
        unit = self.used.unit
        finite = [abs(value) for value in self.values if not math.isnan(value)]
        if unit == pb.UNIT_SECONDS:
            size, sign = text.duration_step(max(finite, default=0.0))
            return _Scale(size, {"d": "days", "h": "hours", "min": "minutes", "s": "seconds"}[sign], unit, "")
        label = {pb.UNIT_PERCENT: "%", pb.UNIT_MONEY: currency or "money", pb.UNIT_COUNT: ""}.get(unit, "")
        return _Scale(1.0, label, unit, currency)

    @property
    def better(self) -> str:
        """Which way it gets better, in words; empty for neither."""
        return {pb.DIRECTION_HIGHER_IS_BETTER: "higher is better",
                pb.DIRECTION_LOWER_IS_BETTER: "lower is better"}.get(self.used.direction, "")

    @property
    def title(self) -> str:
        used = self.used
        parts = [used.statistic] if used.statistic and used.statistic not in self.alias else []
        parts += ["working time"] if used.clock == pb.CLOCK_BUSINESS else []
        return _words(self.alias) + (f" ({', '.join(parts)})" if parts else "")

    def shown(self, row: int) -> float:
        return self.values[row] / self.scale.size


@dataclasses.dataclass(frozen=True)
class _Shape:
    """Rows as groups and buckets."""

    columns: pb.AnswerColumns
    rows: dict[tuple[Group, int], int]  # (group, bucket) -> row
    groups: list[Group]  # in the answer's order

    @classmethod
    def of(cls, columns: pb.AnswerColumns) -> "_Shape":
        groups: dict[Group, None] = {}
        rows = {}
        for row, bucket in enumerate(columns.bucket_codes):
            group = tuple(key.codes[row] for key in columns.keys)
            groups[group] = None
            rows[(group, bucket)] = row
        return cls(columns, rows, list(groups))

    def code_label(self, dimension: int, code: int) -> str:
        key = self.columns.keys[dimension]
        if code < 0:
            return {-1: "(none)", -2: "(all)", OTHER: "(other)"}[code]
        value = key.values[code]
        part = _PARTS.get(key.dimension)
        return part(int(value)) if part else value

    def label(self, group: Group) -> str:
        return " · ".join(self.code_label(dimension, code) for dimension, code in enumerate(group))

    def is_part(self, dimension: int) -> bool:
        return self.columns.keys[dimension].dimension in _PARTS

    def codes(self, dimension: int) -> list[int]:
        """The codes of a dimension that occur: calendar parts in their order, others as the answer has them, what is no
        value last."""
        key = self.columns.keys[dimension]
        found = list(dict.fromkeys(group[dimension] for group in self.groups))
        if self.is_part(dimension):
            found.sort(key=lambda code: int(key.values[code]) if code >= 0 else 99)
        return [code for code in found if code >= 0] + [code for code in found if code < 0]


def _words(name: str) -> str:
    """A name for people: csat_score becomes CSAT score."""
    words = name.replace("_", " ").replace(".", " ").split(" ")
    return " ".join(word.upper() if word in ("csat", "nps", "ces") else word for word in words)


def plot(answer: "Answer", kpis: Sequence[str], *, title: str, groups_max: int, figure: Figure | None) -> Figure:
    """Draws an answer; Answer.plot says how."""
    aliases = list(kpis) or answer.aliases
    for alias in aliases:
        if alias not in answer.aliases:
            raise ValueError(f"kpis: {alias!r} is not in the answer; expected some of {', '.join(answer.aliases)}")
    if len(aliases) > PANELS_MAX:
        raise ValueError(f"{len(aliases)} KPIs are too many for one chart; name at most {PANELS_MAX}")
    columns = answer.columns
    if not columns.bucket_codes:
        raise ValueError("the answer has no rows to draw")
    shape = _Shape.of(columns)
    panels = [_Panel(answer, columns, alias) for alias in aliases]
    over_time = answer.request.HasField("grain") and len(columns.buckets) > 1
    if over_time:
        layout, draw, size = _stack(len(panels)), _lines, (9.5, 3.1)
    elif not columns.keys:
        layout, draw, size = _rows_of(len(panels), 3), _figures, (3.2, 1.1)
    elif len(columns.keys) == 1 and shape.is_part(0):
        layout, draw, size = _stack(len(panels)), _calendar_bars, (9.5, 2.8)
    elif len(columns.keys) == 2 and len(shape.codes(0)) > 1 and len(shape.codes(1)) > 1:
        layout, draw, size = _stack(len(panels)), _heatmap, (9.5, _heatmap_inches(shape))
    else:
        layout, draw, size = _rows_of(len(panels), 3), _bars, (4.6, 1.0 + 0.3 * min(len(shape.groups), BARS_MAX))
    rows, across = layout
    if figure is None:
        # pyplot's figure, so that notebooks show it and plt.show() knows it
        figure = matplotlib.pyplot.figure(figsize=(max(size[0] * across, 5.5), size[1] * rows + 0.8), layout="constrained")
    axes = figure.subplots(rows, across, squeeze=False).flatten().tolist()
    for spare in axes[len(panels):]:
        spare.set_axis_off()
    note = draw(figure, axes[:len(panels)], panels, shape, answer, groups_max)
    figure.suptitle(title or _default_title(answer, aliases), x=0.01, ha="left", fontsize=12, fontweight="bold", color=INK)
    characters_max = int(figure.get_figwidth() * 14)
    figure.supxlabel(_footer(answer, note, characters_max), x=0.01, ha="left", fontsize=7.5, color=GREY)
    return figure


def _stack(panels: int) -> tuple[int, int]:
    return (panels, 1) if panels <= 4 else (math.ceil(panels / 2), 2)


def _rows_of(panels: int, across_max: int) -> tuple[int, int]:
    across = min(panels, across_max)
    return math.ceil(panels / across), across


def _default_title(answer: "Answer", aliases: Sequence[str]) -> str:
    names = ", ".join(_words(alias) for alias in aliases[:3]) + (" and more" if len(aliases) > 3 else "")
    if answer.request.group_by:
        names += " by " + " and ".join(_words(name) for name in answer.request.group_by)
    if answer.request.HasField("grain"):
        grain = answer.request.grain
        unit = text.enum_word(pb.GrainUnit, grain.unit).replace("_", " ")
        names += f", each {unit}" if grain.count <= 1 else f", every {grain.count} {unit}s"
    return names[:1].upper() + names[1:]


def _footer(answer: "Answer", note: str, characters_max: int) -> str:
    metadata = answer.metadata
    zone = ZoneInfo(metadata.time_zone or "UTC")

    def local(stamp: timestamp_pb2.Timestamp) -> str:
        moment = datetime.datetime.fromtimestamp(stamp.seconds, zone)
        return moment.strftime("%Y-%m-%d" if moment.hour == moment.minute == 0 else "%Y-%m-%d %H:%M")
    parts = [f"{local(metadata.range.start)} up to {local(metadata.range.end)}, {metadata.time_zone}"]
    if metadata.HasField("data_until"):
        parts.append(f"data until {local(metadata.data_until)}")
    parts.append(f"commit {metadata.commit}")
    line = "  |  ".join(parts)
    return line if not note else f"{line}  |  {note}" if len(line) + len(note) < characters_max else f"{line}\n{note}"


def _dress(axes: Axes, panel: _Panel, grid: str) -> None:
    axes.set_title(panel.title, loc="left", fontsize=10, color=INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(FAINT)
    axes.tick_params(colors=INK, labelsize=8, length=2)
    if grid:
        axes.grid(True, axis=grid, color=FAINT, linewidth=0.6)  # type: ignore[arg-type]
    axes.set_axisbelow(True)


# --- lines over time

def _most_facts(shape: _Shape, panels: Sequence[_Panel], groups_max: int) -> tuple[list[Group], str]:
    if len(shape.groups) <= groups_max:
        return shape.groups, ""
    facts = {group: 0 for group in shape.groups}
    for (group, _), row in shape.rows.items():
        facts[group] += panels[0].facts[row]
    chosen = set(sorted(shape.groups, key=lambda group: -facts[group])[:groups_max])
    return ([group for group in shape.groups if group in chosen],
            f"the {groups_max} groups with the most facts, of {len(shape.groups)}")


def _style(shape: _Shape, groups: Sequence[Group]) -> dict[Group, dict[str, Any]]:
    styles: dict[Group, dict[str, Any]] = {}
    coloured = 0
    for group in groups:
        if group and all(code < 0 for code in group):
            styles[group] = {"color": GREY, "linestyle": ":" if OTHER in group else "--"}
        else:
            styles[group] = {"color": COLOURS[coloured % len(COLOURS)],
                             "linestyle": "-" if coloured < len(COLOURS) else "-."}
            coloured += 1
    return styles


def _lines(figure: Figure, axes: list[Axes], panels: list[_Panel], shape: _Shape, answer: "Answer",
           groups_max: int) -> str:
    groups, note = _most_facts(shape, panels, groups_max)
    zone = ZoneInfo(answer.metadata.time_zone or "UTC")
    buckets = shape.columns.buckets
    order = sorted(range(len(buckets)), key=lambda at: buckets[at].start.ToNanoseconds())
    times = [buckets[at].start.ToNanoseconds() / 86400e9 for at in order]
    styles = _style(shape, groups)
    partial = any(bucket.partial for bucket in buckets)
    for ax, panel in zip(axes, panels):
        _dress(ax, panel, "y")
        ax.set_title(panel.better, loc="right", fontsize=7.5, color=GREY)
        for group in groups:
            values = [panel.shown(shape.rows[(group, at)]) if (group, at) in shape.rows else math.nan for at in order]
            ax.plot(times, values, label=shape.label(group), linewidth=1.6, marker="o",
                    markersize=3.5 if len(times) <= 40 else 0, **styles[group])
            hollow = [at for at, place in enumerate(order) if buckets[place].partial]
            ax.plot([times[at] for at in hollow], [values[at] for at in hollow], linestyle="", marker="o", markersize=4.5,
                    markerfacecolor="white", markeredgecolor=styles[group]["color"])
        _time_axis(ax, times, [buckets[at].label for at in order], zone)
        _value_axis(ax, panel)
    if groups != [()]:
        names = ", ".join(_words(key.dimension) for key in shape.columns.keys)
        axes[0].legend(title=names, loc="upper left", bbox_to_anchor=(1.01, 1.0), fontsize=8, title_fontsize=8,
                       frameon=False, alignment="left")
    return "; ".join(part for part in (note, "hollow: a bucket cut by the range" if partial else "") if part)


def _time_axis(axes: Axes, times: list[float], labels: list[str], zone: ZoneInfo) -> None:
    axes.set_xlim(times[0] - (times[-1] - times[0]) * 0.02, times[-1] + (times[-1] - times[0]) * 0.02)
    if len(times) <= 13 and max(map(len, labels)) <= 8:
        axes.set_xticks(times, labels)
        return
    locator = matplotlib.dates.AutoDateLocator(tz=zone, minticks=4, maxticks=10)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(matplotlib.dates.ConciseDateFormatter(locator, tz=zone))  # type: ignore[no-untyped-call]


def _value_axis(axes: Axes, panel: _Panel) -> None:
    axes.set_ylabel(panel.scale.label, fontsize=8, color=INK)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    low, high = axes.get_ylim()
    finite = [value for value in panel.values if not math.isnan(value)]
    if not finite:
        axes.set_yticks([])
        axes.text(0.5, 0.5, "no values", transform=axes.transAxes, ha="center", color=GREY)
    elif panel.used.unit == pb.UNIT_PERCENT and min(finite) >= 0 and max(finite) <= 100:
        # room above and below, so that lines at 0 and 100 are seen whole
        axes.set_ylim(max(low, -2.0), min(high, 102.0))
    elif panel.used.unit in (pb.UNIT_COUNT, pb.UNIT_SECONDS, pb.UNIT_MONEY) and min(finite) >= 0:
        axes.set_ylim(0, high if max(finite) > 0 else 1)


# --- groups without time

def _bars(figure: Figure, axes: list[Axes], panels: list[_Panel], shape: _Shape, answer: "Answer",
          groups_max: int) -> str:
    bucket = next(iter(shape.rows))[1]
    groups, note = _most_facts(shape, panels, BARS_MAX)
    ordered = bool(answer.request.order_by) or answer.request.HasField("top")
    if not ordered:
        def rank(group: Group) -> tuple[bool, bool, float]:
            value = panels[0].values[shape.rows[(group, bucket)]]
            return all(code < 0 for code in group), math.isnan(value), -value
        groups = sorted(groups, key=rank)
    for number, (ax, panel) in enumerate(zip(axes, panels)):
        _dress(ax, panel, "x")
        values = [panel.shown(shape.rows[(group, bucket)]) for group in groups]
        colours = [GREY if all(code < 0 for code in group) else COLOURS[0] for group in groups]
        ax.barh(range(len(groups)), [0.0 if math.isnan(value) else value for value in values], color=colours, height=0.7)
        for at, value in enumerate(values):
            label = "no value" if math.isnan(value) else panel.scale.text(value * panel.scale.size)
            ax.annotate(label, (0.0 if math.isnan(value) else max(value, 0.0), at), xytext=(3, 0),
                        textcoords="offset points", va="center", fontsize=7.5,
                        color=GREY if math.isnan(value) else INK)
        ax.set_yticks(range(len(groups)), [shape.label(group) for group in groups])
        ax.tick_params(labelleft=number % _rows_of(len(panels), 3)[1] == 0)
        ax.set_ylim(len(groups) - 0.4, -0.6)
        ax.set_xlabel(", ".join(filter(None, (panel.scale.label, panel.better))), fontsize=8, color=INK)
        ax.xaxis.set_major_locator(MaxNLocator(4))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
        ax.margins(x=0.18)
        if panel.used.unit == pb.UNIT_PERCENT and all(0 <= value <= 100 for value in values if not math.isnan(value)):
            ax.set_xlim(0, max(ax.get_xlim()[1], 1.0))
    return note


def _calendar_bars(figure: Figure, axes: list[Axes], panels: list[_Panel], shape: _Shape, answer: "Answer",
                   groups_max: int) -> str:
    bucket = next(iter(shape.rows))[1]
    codes = shape.codes(0)
    for ax, panel in zip(axes, panels):
        _dress(ax, panel, "y")
        ax.set_title(panel.better, loc="right", fontsize=7.5, color=GREY)
        values = [panel.shown(shape.rows[((code,), bucket)]) for code in codes]
        ax.bar(range(len(codes)), [0.0 if math.isnan(value) else value for value in values], width=0.75,
               color=[COLOURS[0] if code >= 0 else GREY for code in codes])
        ax.set_xticks(range(len(codes)), [shape.code_label(0, code) for code in codes])
        ax.set_xlim(-0.6, len(codes) - 0.4)
        ax.set_xlabel(_words(shape.columns.keys[0].dimension), fontsize=8, color=INK)
        _value_axis(ax, panel)
    return ""


def _heatmap_inches(shape: _Shape) -> float:
    return 1.3 + 0.3 * len(shape.codes(0 if not _turned(shape) else 1))


def _turned(shape: _Shape) -> bool:
    """The first dimension goes across: it has more values, or it is the hour beside the weekday."""
    names = [key.dimension for key in shape.columns.keys]
    return names[0] == "hour_of_day" or (not shape.is_part(0) and not shape.is_part(1)
                                         and len(shape.codes(0)) > len(shape.codes(1)) > 1)


def _heatmap(figure: Figure, axes: list[Axes], panels: list[_Panel], shape: _Shape, answer: "Answer",
             groups_max: int) -> str:
    turned = _turned(shape)
    down, across = (1, 0) if turned else (0, 1)
    bucket = next(iter(shape.rows))[1]
    lines, fields = shape.codes(down), shape.codes(across)
    for ax, panel in zip(axes, panels):
        _dress(ax, panel, "")
        ax.set_title(panel.better, loc="right", fontsize=7.5, color=GREY)
        grid = [[_at(panel, shape, (field, line) if turned else (line, field), bucket) for field in fields] for line in lines]
        mesh = ax.pcolormesh(grid, cmap="YlGnBu", edgecolors="white", linewidth=0.8)
        ax.set_facecolor("#f4f4f4")
        ax.set_xticks([at + 0.5 for at in range(len(fields))], [shape.code_label(across, code) for code in fields])
        ax.set_yticks([at + 0.5 for at in range(len(lines))], [shape.code_label(down, code) for code in lines])
        ax.invert_yaxis()
        ax.set_xlabel(_words(shape.columns.keys[across].dimension), fontsize=8, color=INK)
        ax.set_ylabel(_words(shape.columns.keys[down].dimension), fontsize=8, color=INK)
        for spine in ax.spines.values():
            spine.set_visible(False)
        if len(fields) <= 12:
            _field_texts(ax, grid, panel)
        bar = figure.colorbar(mesh, ax=ax, fraction=0.03, pad=0.01)
        bar.ax.tick_params(labelsize=7.5)
        bar.set_label(panel.scale.label, fontsize=8)
        bar.outline.set_visible(False)
    missing = any(math.isnan(panel.values[row]) for panel in panels for row in shape.rows.values())
    return "empty fields have no value" if missing or len(shape.rows) < len(lines) * len(fields) else ""


def _at(panel: _Panel, shape: _Shape, group: Group, bucket: int) -> float:
    row = shape.rows.get((group, bucket))
    return math.nan if row is None else panel.shown(row)


def _field_texts(axes: Axes, grid: list[list[float]], panel: _Panel) -> None:
    finite = [value for line in grid for value in line if not math.isnan(value)]
    middle = (min(finite) + max(finite)) / 2 if finite else 0.0
    for y, line in enumerate(grid):
        for x, value in enumerate(line):
            if not math.isnan(value):
                axes.text(x + 0.5, y + 0.5, panel.scale.text(value * panel.scale.size), ha="center", va="center",
                          fontsize=7.5, color="white" if value > middle else INK)


def _figures(figure: Figure, axes: list[Axes], panels: list[_Panel], shape: _Shape, answer: "Answer",
             groups_max: int) -> str:
    for ax, panel in zip(axes, panels):
        ax.set_axis_off()
        value = panel.values[0]
        shown = "no value" if math.isnan(value) else text.format_value(value, panel.used.unit, panel.scale.currency)
        ax.text(0.02, 0.65, shown, fontsize=22, color=GREY if math.isnan(value) else INK, transform=ax.transAxes, va="center")
        ax.text(0.02, 0.2, panel.title, fontsize=9, color=GREY, transform=ax.transAxes, va="center")
    return ""
