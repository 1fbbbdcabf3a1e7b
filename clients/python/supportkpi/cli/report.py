"""What an import did, and how the source's own metrics compare, as tables."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from supportkpi.cli.exits import plain
from supportkpi.importers.reconciliation import Compared, Line
from supportkpi.importers.run import Outcome
from supportkpi.text import format_value
from supportkpi.v1 import kpi_service_pb2 as pb

Lines = dict[tuple[str, bool], Line]


def outcome(done: Outcome, rejected: int, sent: bool) -> Table:
    """Records by kind, and what became of them."""
    shown = Table(title=None if sent else "checked, nothing was sent", header_style="bold")
    shown.add_column("records")
    shown.add_column("count", justify="right")
    for kind, count in sorted(done.sent.items(), key=lambda entry: -entry[1]):
        shown.add_row(kind.replace("_", " "), f"{count:,}")
    shown.add_section()
    summary = done.summary
    parts = (
        [
            ("new", summary.accepted),
            ("replaced", summary.replaced),
            ("older than stored, ignored", summary.ignored_stale),
            ("stored by an earlier run", summary.skipped),
        ]
        if sent
        else []
    )
    for name, count in [*parts, ("rejected rows", rejected)]:
        if count or name in ("new", "rejected rows"):
            shown.add_row(name, f"{count:,}", style="red" if name == "rejected rows" and count else "")
    rate = done.total / done.seconds if done.seconds else 0
    shown.add_row(
        "time", f"{done.seconds:,.1f} s" + (f", {rate:,.0f} a second" if done.seconds >= 1 else ""), style="dim"
    )
    return shown


def add(lines: Lines, one: Compared) -> None:
    """Counts one metric of one ticket."""
    metric = one.metric
    key = (metric.name, metric.business)
    lines.setdefault(key, Line(metric.name, metric.kpi, metric.business)).add(one)


def _unit(line: Line) -> int:
    return pb.UNIT_COUNT if line.kpi == "reopen_events" else pb.UNIT_SECONDS


def _mean(total: float, line: Line) -> str:
    return format_value(total / line.both, _unit(line)) if line.both else "-"


def tables(lines: Lines) -> list[Table]:
    """Theirs beside ours, then the reasons."""
    found = [_sums(lines)]
    if any(line.reasons for line in lines.values()):
        found.append(_reasons(lines))
    return found


def _table(title: str, left: tuple[str, ...], right: tuple[str, ...], end: tuple[str, ...] = ()) -> Table:
    shown = Table(title=title, header_style="bold", title_justify="left")
    for column in left:
        shown.add_column(column, overflow="fold")
    for column in right:
        shown.add_column(column, justify="right", no_wrap=True)
    for column in end:
        shown.add_column(column, overflow="fold")
    return shown


def _short(name: str) -> str:
    """The unit stands beside each number already."""
    return name.removesuffix("_in_minutes")


def _sums(lines: Lines) -> Table:
    numbers = ("tickets", "equal", "share", "their mean", "our mean")
    shown = _table("their metrics beside ours", ("theirs", "ours", "clock"), numbers)
    for line in lines.values():
        shown.add_row(
            _short(line.name),
            line.kpi,
            "business" if line.business else "calendar",
            f"{line.compared:,}",
            f"{line.equal:,}",
            f"{100 * line.equal / line.compared:.1f} %",
            _mean(line.theirs_sum, line),
            _mean(line.ours_sum, line),
        )
    return shown


def _reasons(lines: Lines) -> Table:
    """Each reason once, with the metrics that it holds for."""
    told: dict[str, dict[str, dict[bool, int]]] = {}
    examples: dict[tuple[str, str], list[str]] = {}
    for line in lines.values():
        for reason, count in line.reasons.items():
            told.setdefault(reason, {}).setdefault(line.name, {})[line.business] = count
            examples.setdefault((line.name, reason), line.examples[reason])
    shown = _table("why they differ", ("reason", "metric"), ("calendar", "business"), ("such as",))
    for reason, metrics in told.items():
        first = True
        for name, counts in metrics.items():
            numbers = [f"{counts[business]:,}" if business in counts else "" for business in (False, True)]
            such_as = Text(plain(", ".join(examples[name, reason])))
            shown.add_row(Text(plain(reason)) if first else "", _short(name), *numbers, such_as)
            first = False
        shown.add_section()
    return shown


def as_json(lines: Lines) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "metric": line.name,
            "kpi": line.kpi,
            "clock": "business" if line.business else "calendar",
            "tickets": line.compared,
            "equal": line.equal,
            "their_mean": line.theirs_sum / line.both if line.both else None,
            "our_mean": line.ours_sum / line.both if line.both else None,
            "differences": [
                {"reason": reason, "tickets": count, "such_as": line.examples[reason]}
                for reason, count in sorted(line.reasons.items(), key=lambda entry: -entry[1])
            ],
        }
        for line in lines.values()
    ]
