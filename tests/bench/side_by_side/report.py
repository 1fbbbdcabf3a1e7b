"""The outcome of a run as a table, as JSON and as a chart."""

from __future__ import annotations

import json
import math
import pathlib
import statistics
from typing import Any

from questions import QUESTIONS

SQL_ENGINES = ("duckdb", "clickhouse")


def median_ms(asked: dict[str, Any]) -> float:
    return statistics.median(asked["warm_ms"])


def summary(run: dict[str, Any], mode: str) -> dict[str, Any]:
    """Of supportkpi's times in one mode: per question the times and the ratio of the faster other engine's to ours, their
    geometric mean and the worst."""
    ours = run["supportkpi"][mode]["questions"]
    questions, refused = [], []
    for question in QUESTIONS:
        if "refusal" in ours[question.name]:
            refused.append({"name": question.name, "why": ours[question.name]["refusal"]})
            continue
        line: dict[str, Any] = {"name": question.name, "title": question.title, "ad_hoc": question.is_ad_hoc,
                                "rows": ours[question.name]["rows"], "facts_read": ours[question.name]["facts_read"],
                                "cold_ms": ours[question.name]["cold_ms"],
                                "ms": median_ms(ours[question.name]), "cpu_ms": ours[question.name]["cpu_ms"]}
        for engine in SQL_ENGINES:
            line[f"{engine}_cold_ms"] = run[engine]["questions"][question.name]["cold_ms"]
            line[f"{engine}_ms"] = median_ms(run[engine]["questions"][question.name])
            line[f"{engine}_cpu_ms"] = run[engine]["questions"][question.name]["cpu_ms"]
        line["ratio"] = min(line[f"{engine}_ms"] for engine in SQL_ENGINES) / line["ms"]
        line["cpu_ratio"] = min(line[f"{engine}_cpu_ms"] for engine in SQL_ENGINES) / line["cpu_ms"]
        line["cold_ratio"] = min(line[f"{engine}_cold_ms"] for engine in SQL_ENGINES) / line["cold_ms"]
        questions.append(line)
    worst = min(questions, key=lambda line: line["ratio"])
    return {
        "mode": mode,
        "questions": questions,
        "refused": refused,
        "geometric_mean": statistics.geometric_mean(line["ratio"] for line in questions),
        "geometric_mean_ad_hoc": statistics.geometric_mean(line["ratio"] for line in questions if line["ad_hoc"]),
        "cpu_geometric_mean": statistics.geometric_mean(line["cpu_ratio"] for line in questions),
        "cold_geometric_mean": statistics.geometric_mean(line["cold_ratio"] for line in questions),
        "worst": {"name": worst["name"], "ratio": worst["ratio"]},
    }


def table(summed: dict[str, Any]) -> str:
    lines = [f"{summed['mode']}: milliseconds, median of several; cold: the first time after the start; cpu: of all threads, the mean. "
             "ratio: the faster of the two / supportkpi. * nobody asks it twice: scanned in every mode",
             f"{'question':32} {'rows':>6} {'cold':>8} {'ours':>8} {'DuckDB':>8} {'ClickH.':>8} {'ratio':>6}   "
             f"{'cpu':>8} {'DuckDB':>8} {'ClickH.':>8} {'ratio':>6}"]
    for line in summed["questions"]:
        name = line["name"] + (" *" if line["ad_hoc"] else "")
        lines.append(f"{name:32} {line['rows']:6} {line['cold_ms']:8.1f} {line['ms']:8.2f} {line['duckdb_ms']:8.1f} "
                     f"{line['clickhouse_ms']:8.1f} {line['ratio']:6.2f}   {line['cpu_ms']:8.2f} {line['duckdb_cpu_ms']:8.1f} "
                     f"{line['clickhouse_cpu_ms']:8.1f} {line['cpu_ratio']:6.2f}")
    lines += [f"{line['name']:32} refused by supportkpi: {line['why']}" for line in summed["refused"]]
    lines.append(f"geometric mean of the ratios {summed['geometric_mean']:.2f} (questions with *: "
                 f"{summed['geometric_mean_ad_hoc']:.2f}; cold: {summed['cold_geometric_mean']:.2f}; cpu: "
                 f"{summed['cpu_geometric_mean']:.2f}), worst {summed['worst']['ratio']:.2f} ({summed['worst']['name']})")
    return "\n".join(lines)


def resources(run: dict[str, Any]) -> str:
    tickets, ours = run["tickets"], run["supportkpi"]
    loaded, any_mode = ours["load"], next(ours[mode] for mode in ours["modes"])
    rate = loaded["tickets"] / loaded["tickets_seconds"]
    lines = [f"{'':12} {'load':>9} {'tickets/s':>10} {'disk/ticket':>12} {'memory loading':>15} {'memory asked':>13}",
             f"{'supportkpi':12} {loaded['seconds']:7.1f} s {rate:10,.0f} {any_mode['disk_bytes'] / tickets:10.0f} B "
             f"{loaded['peak_memory_bytes'] / 1e6:12,.0f} MB {any_mode['peak_memory_bytes'] / 1e6:10,.0f} MB   records over "
             f"RPC, each synced, keyed and versioned; at rest {loaded['settle_seconds']:.0f} s later"]
    for engine in SQL_ENGINES:
        load, asked = run[engine]["load"], run[engine]
        lines.append(f"{engine:12} {load['seconds']:7.1f} s {tickets / load['seconds']:10,.0f} {load['disk_bytes'] / tickets:10.0f} B "
                     f"{load['peak_memory_bytes'] / 1e6:12,.0f} MB {asked['peak_memory_bytes'] / 1e6:10,.0f} MB   in bulk from Parquet")
    return "\n".join(lines)


def chart(run: dict[str, Any], summed: dict[str, Any], path: pathlib.Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    questions = summed["questions"][::-1]
    figure, axes = pyplot.subplots(figsize=(9, 0.34 * len(questions) + 1.6), layout="constrained")
    for place, line in enumerate(questions):
        times = [line["ms"], line["duckdb_ms"], line["clickhouse_ms"]]
        axes.plot([min(times), max(times)], [place, place], color="#cccccc", linewidth=1.5, zorder=1)
    for name, key, colour, marker, order in (("supportkpi, over RPC", "ms", "#0b6e4f", "o", 4),
                                             ("DuckDB, in process", "duckdb_ms", "#c9a227", "s", 3),
                                             ("ClickHouse (chdb), in process", "clickhouse_ms", "#b5403a", "D", 2)):
        axes.scatter([line[key] for line in questions], range(len(questions)), label=name, color=colour, marker=marker, s=34, zorder=order)
    axes.set_yticks(range(len(questions)), [line["title"] + (" *" if line["ad_hoc"] else "") for line in questions], fontsize=7.5)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g} ms")
    axes.set_xlabel("* nobody asks it twice: scanned in every mode", fontsize=7.5, loc="left")
    axes.set_ylim(-0.7, len(questions) - 0.3)
    axes.grid(axis="x", which="major", color="#e5e5e5")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    figure.suptitle(f"{run['tickets']:,} tickets, {run['threads']} threads, {summed['mode']}: median time of a question\n"
                    f"the faster of the two takes {summed['geometric_mean']:.1f} times as long in the geometric mean, "
                    f"{summed['worst']['ratio']:.2f} times at worst"
                    + (f"; {len(summed['refused'])} refused" if summed["refused"] else ""), fontsize=10)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=8.5)
    figure.savefig(path)
    pyplot.close(figure)


def write(run: dict[str, Any], folder: pathlib.Path) -> list[dict[str, Any]]:
    """results-N.json and a chart a mode; prints the tables."""
    summaries = [summary(run, mode) for mode in run["supportkpi"]["modes"]]
    for summed in summaries:
        print(table(summed), end="\n\n")
        path = folder / f"results-{run['tickets']}-{summed['mode'].replace(' ', '-')}.svg"
        chart(run, summed, path)
        print(f"chart: {path}")
    print(resources(run))
    kept = {key: run[key] for key in ("tickets", "seed", "threads", "taken_at", "load_average", "machine")}
    kept["engines"] = {
        "supportkpi": {"version": run["supportkpi"][run["supportkpi"]["modes"][0]]["version"], "load": run["supportkpi"]["load"],
                       **{key: run["supportkpi"][run["supportkpi"]["modes"][0]][key] for key in ("peak_memory_bytes", "disk_bytes")}},
        **{engine: {key: run[engine][key] for key in ("version", "load", "peak_memory_bytes", "disk_bytes")} for engine in SQL_ENGINES},
    }
    kept["modes"] = summaries
    path = folder / f"results-{run['tickets']}.json"
    path.write_text(json.dumps(kept, indent=1))
    print(f"figures: {path}")
    assert all(math.isfinite(summed["geometric_mean"]) for summed in summaries)
    return summaries
