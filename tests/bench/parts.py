"""Medians of a run of tests/bench/parts, and their ratio to an earlier run's.

Noise of a benchmark in one run: its median absolute deviation over the repetitions, brought to that of a standard deviation.
A ratio is marked where it is further from 1 than four times the noise of both runs together, and than 3 %.
"""

import argparse
import json
import math
import statistics
import sys

NOISE_FACTOR = 4
LEAST_CHANGE = 0.03
UNITS = [(1e9, "G"), (1e6, "M"), (1e3, "k"), (1, "")]


def medians(path):
    """name -> (median processor time in ns, noise relative to it, items or bytes per second as text)."""
    with open(path) as file:
        rows = [row for row in json.load(file)["benchmarks"] if row["run_type"] == "iteration"]
    found = {}
    for name in dict.fromkeys(row["run_name"] for row in rows):
        runs = [row for row in rows if row["run_name"] == name]
        to_ns = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}[runs[0]["time_unit"]]
        times = [row["cpu_time"] * to_ns for row in runs]
        median = statistics.median(times)
        noise = 1.4826 * statistics.median(abs(time - median) for time in times) / median
        found[name] = median, noise, rate(runs)
    return found


def warn_of_load(path):
    """Other load changes the pace of a whole run, which its own noise does not show."""
    with open(path) as file:
        context = json.load(file)["context"]
    load = max(context["load_avg"][:1], default=0)
    if load > context["num_cpus"] / 2:
        print(f"{path}: the machine was loaded ({load:.1f} on {context['num_cpus']} processors): ratios to it may mislead")


def rate(runs):
    key, unit = ("bytes_per_second", "B/s") if "bytes_per_second" in runs[0] else ("items_per_second", "/s")
    value = statistics.median(row[key] for row in runs)
    size, prefix = next(each for each in UNITS if value >= each[0] or each[0] == 1)
    return f"{value / size:.1f} {prefix}{unit}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", help="parts.json")
    parser.add_argument("--compare", metavar="BEFORE", help="an earlier parts.json")
    arguments = parser.parse_args()
    now = medians(arguments.run)
    if not now:
        sys.exit("no benchmark ran")
    before = medians(arguments.compare) if arguments.compare else {}

    print(f"{'benchmark':<42} {'median ns':>12} {'noise':>6} {'rate':>14}" + (f" {'before ns':>12} {'ratio':>6}" if before else ""))
    slower = faster = 0
    for name, (median, noise, speed) in now.items():
        line = f"{name:<42} {median:12.1f} {noise:6.1%} {speed:>14}"
        if before and name not in before:
            line += f" {'':>12}    new"
        elif before:
            median_before, noise_before, _ = before[name]
            ratio = median / median_before
            line += f" {median_before:12.1f} {ratio:6.2f}"
            if abs(math.log(ratio)) > max(NOISE_FACTOR * math.hypot(noise, noise_before), LEAST_CHANGE):
                line += "  SLOWER" if ratio > 1 else "  faster"
                slower, faster = slower + (ratio > 1), faster + (ratio < 1)
        print(line)
    if before:
        print(f"ratio: time now / time before; {slower} slower and {faster} faster beyond the noise of both runs")
        warn_of_load(arguments.compare)
    warn_of_load(arguments.run)


if __name__ == "__main__":
    main()
