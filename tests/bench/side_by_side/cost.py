"""What a question costs: by how much is stored where it asks for as many facts, by the range and by the groups that it asks for.
Stores that are not there are loaded. Prints a table; cost.json and cost.svg. tests/bench/run.sh --cost calls it."""

from __future__ import annotations

import argparse
import datetime
import json
import pathlib
import statistics
import sys
from typing import Any

import generate
from engines import measuring, supportkpi

END = datetime.datetime(2026, 1, 1)
ALL_DAYS = 731
# About so many tickets are asked for, however many are stored.
SAME_TICKETS = 100_000
# Of thirty million tickets a month has more customers than a question may have groups.
GROUPS_DAYS = 10
RANGES_DAYS = (1, 3, 10, 30, 90, 365, ALL_DAYS)
GROUPS_OF = {"none": [], "channel": ["channel"], "team": ["team"], "agent": ["agent"], "category, team": ["category", "team"],
             "customer": ["customer"]}
KPIS = {
    "tickets created": {"kpi": "tickets_created"},
    "first response, p90": {"kpi": "first_response_time", "statistic": "p90"},
    "backlog": {"kpi": "backlog"},
}
SWEEPS = {"stored": "million tickets stored,\n100,000 asked for, by team", "range": "days asked for, by team",
          "groups": f"groups answered, {GROUPS_DAYS} days"}


def request(kpi: str, days: float, group_by: list[str]) -> dict[str, Any]:
    instants = {"start": END - datetime.timedelta(seconds=round(days * 86400)), "end": END}
    asked: dict[str, Any] = {"kpis": [KPIS[kpi]], "range": {name: f"{at.isoformat()}Z" for name, at in instants.items()}}
    if group_by:
        asked["groupBy"] = group_by
    if group_by == ["customer"]:
        asked["top"] = {"count": 10, "direction": "ORDER_DIRECTION_DESCENDING"}
    return asked


def measured(options: argparse.Namespace, tickets: int, flags: list[str], questions: dict[str, Any]) -> dict[str, Any]:
    folder = options.folder / f"{tickets}-1"
    store, kept = folder / "supportkpi", folder / "supportkpi-load.json"
    if not kept.exists():
        if not (folder / "data").exists():
            generate.generate(tickets, 1, folder / "data")
        kept.write_text(json.dumps(supportkpi.load(options.server, options.tools, folder / "data", store)))
    with supportkpi.serving(options.server, store, *flags) as server:
        lines = supportkpi.asked(server, options.tools, questions, folder / "cost.tsv", options.repeat)
    for name, line in lines.items():
        if "refusal" in line:
            raise RuntimeError(f"{tickets:,} tickets, {name}: {line['refusal']}")
    return {name: {"ms": statistics.median(line["warm_ms"]), "cpu_ms": line["cpu_ms"], "facts_read": line["facts_read"],
                   "rows": line["rows"]} for name, line in lines.items()}


def sweeps(options: argparse.Namespace, flags: list[str]) -> list[dict[str, Any]]:
    points = []
    for kpi in KPIS:
        for tickets in options.tickets:
            lines = measured(options, tickets, flags, {"one": request(kpi, ALL_DAYS * SAME_TICKETS / tickets, ["team"])})
            points.append({"sweep": "stored", "kpi": kpi, "at": tickets / 1e6, "label": f"{tickets:,}", **lines["one"]})
    questions = {f"range|{kpi}|{days}": request(kpi, days, ["team"]) for kpi in KPIS for days in RANGES_DAYS}
    questions |= {f"groups|{kpi}|{name}": request(kpi, GROUPS_DAYS, group_by) for kpi in KPIS for name, group_by in GROUPS_OF.items()}
    largest = options.tickets[-1]
    # A tenth as many customers as tickets, of whom some write more than once in these days: at most so many.
    customers = min(largest // 10, largest * GROUPS_DAYS // ALL_DAYS)
    for name, line in measured(options, largest, flags, questions).items():
        sweep, kpi, label = name.split("|")
        groups = customers if label == "customer" else line["rows"]
        points.append({"sweep": sweep, "kpi": kpi, "at": int(label) if sweep == "range" else groups, "label": label, **line})
    return points


def chart(run: dict[str, Any], path: pathlib.Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(SWEEPS), figsize=(11, 4.2), sharey=True, layout="constrained")
    for place, (sweep, title) in enumerate(SWEEPS.items()):
        for kpi, colour in zip(KPIS, ("#0b6e4f", "#c9a227", "#b5403a")):
            for mode, line in ((supportkpi.SCAN, "-"), (supportkpi.AS_SHIPPED, ":")):
                points = sorted((point["at"], point["ms"]) for point in run["modes"][mode] if (point["sweep"], point["kpi"]) == (sweep, kpi))
                axes[place].plot(*zip(*points), line, marker="o", markersize=4, color=colour, label=f"{kpi}, {mode}")
        axes[place].set_xscale("log")
        axes[place].set_yscale("log")
        axes[place].xaxis.set_major_formatter(lambda value, _: f"{value / 1000:,g}k" if value >= 1000 else f"{value:,g}")
        axes[place].yaxis.set_major_formatter(lambda value, _: f"{value:,g} ms")
        axes[place].set_xlabel(title)
        axes[place].grid(color="#e5e5e5")
        axes[place].spines[["top", "right"]].set_visible(False)
    figure.suptitle(f"Median time of a question, {measuring.THREADS} threads; range and groups with {run['tickets'][-1]:,} tickets stored", fontsize=10)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False, fontsize=8.5)
    figure.savefig(path)
    pyplot.close(figure)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", required=True, help="numbers of tickets, with commas between them",
                        type=lambda text: sorted(int(number) for number in text.split(",")))
    parser.add_argument("--repeat", type=int, default=7, help="times each question is asked after the first")
    parser.add_argument("--server", required=True, help="the supportkpid binary")
    parser.add_argument("--tools", type=pathlib.Path, required=True, help="folder of the programs load_columns and ask")
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="takes everything that is made")
    options = parser.parse_args()
    options.tools, options.folder = options.tools.resolve(), options.folder.resolve()
    options.server = str(pathlib.Path(options.server).resolve())
    run = {"tickets": options.tickets, "threads": measuring.THREADS,
           "modes": {mode: sweeps(options, flags) for mode, flags in supportkpi.modes(options.server).items()}}
    for mode, points in run["modes"].items():
        print(f"{mode}\n{'by':8} {'KPI':22} {'at':>16} {'facts':>12} {'rows':>8} {'ms':>9} {'cpu ms':>9}")
        for point in points:
            print(f"{point['sweep']:8} {point['kpi']:22} {point['label']:>16} {point['facts_read']:12,} {point['rows']:8,} "
                  f"{point['ms']:9.2f} {point['cpu_ms']:9.2f}")
    (options.folder / "cost.json").write_text(json.dumps(run, indent=1))
    chart(run, options.folder / "cost.svg")
    print(f"figures: {options.folder / 'cost.json'}\nchart: {options.folder / 'cost.svg'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
