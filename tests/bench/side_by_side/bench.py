"""Runs the bench: makes the data, loads it into the three engines, asks each the thirty questions, compares every cell, reports.
Exit code 1 when answers differ. tests/bench/run.sh makes the environment and calls it."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
from typing import Any

import compare
import generate
import report
from engines import measuring, supportkpi
from questions import QUESTIONS

HERE = pathlib.Path(__file__).resolve().parent


def step(text: str) -> None:
    print(f"-- {datetime.datetime.now():%H:%M:%S} {text}", flush=True)


def sql_engine(engine: str, data: pathlib.Path, folder: pathlib.Path, repeat: int, reuse: bool) -> dict[str, Any]:
    """In processes of their own, so that memory is each step's and one engine's leftovers do not slow the next."""
    store = folder / engine

    def run(what: str) -> dict[str, Any]:
        out = folder / f"{engine}-{what}.json"
        step(f"{engine}: {what}")
        subprocess.run([sys.executable, "-m", f"engines.{engine}", what, f"--data={data}", f"--store={store}", f"--out={out}",
                        f"--repeat={repeat}"], check=True, cwd=HERE)
        return json.loads(out.read_text())

    if not (reuse and (folder / f"{engine}-load.json").exists()):
        shutil.rmtree(store, ignore_errors=True)
        loaded = run("load")
    else:
        loaded = json.loads((folder / f"{engine}-load.json").read_text())
    return {**run("ask"), "load": loaded}


def our_engine(options: argparse.Namespace, data: pathlib.Path, folder: pathlib.Path) -> dict[str, Any]:
    store, kept = folder / "supportkpi", folder / "supportkpi-load.json"
    if not (options.reuse and kept.exists()):
        step("supportkpi: load")
        kept.write_text(json.dumps(supportkpi.load(options.server, options.tools, data, store)))
    outcome: dict[str, Any] = {"load": json.loads(kept.read_text())}
    modes = supportkpi.modes(options.server)
    for mode, flags in modes.items():
        step(f"supportkpi: ask, {mode}")
        outcome[mode] = supportkpi.ask(options.server, options.tools, store, folder, options.repeat, *flags)
    if supportkpi.AS_SHIPPED in modes:
        # A partial result is kept once a question comes again. Those that nobody asks twice are taken as asked for the first time.
        for question in QUESTIONS:
            if question.is_ad_hoc:
                outcome[supportkpi.AS_SHIPPED]["questions"][question.name] = outcome[supportkpi.SCAN]["questions"][question.name]
    outcome["modes"] = list(modes)
    return outcome


def compare_all(run: dict[str, Any]) -> tuple[int, list[str]]:
    """Questions whose answers are equal everywhere, and the differences."""
    equal, found, cells = 0, [], 0
    for question in QUESTIONS:
        differences = []
        for mode in run["supportkpi"]["modes"]:
            asked = run["supportkpi"][mode]["questions"][question.name]
            if "refusal" in asked:
                differences.append(f"{question.name}: refused: {asked['refusal']}")
                continue
            ours = compare.rows_of_supportkpi(question, asked["answer"])
            cells += compare.cells(question, ours)
            for engine in report.SQL_ENGINES:
                theirs = compare.rows_of_sql(question, run[engine]["questions"][question.name]["answers"])
                differences += [f"{engine}: {text}" for text in compare.differences(question, ours, theirs)]
                if not compare.notices_a_change(question, ours, theirs):
                    differences.append(f"{engine}: {question.name}: a changed value would not be noticed")
        equal += not differences
        found += differences[:5]
    step(f"{cells:,} cells of {len(QUESTIONS)} questions compared with both: {len(QUESTIONS) - equal} questions differ")
    return equal, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeat", type=int, default=7, help="times each question is asked after the first")
    parser.add_argument("--server", required=True, help="the supportkpid binary")
    parser.add_argument("--tools", type=pathlib.Path, required=True, help="folder of the programs load_columns and ask")
    parser.add_argument("--folder", type=pathlib.Path, required=True, help="takes everything that is made")
    parser.add_argument("--reuse", action="store_true", help="ask the stores of the run before instead of loading anew")
    parser.add_argument("--answers-only", action="store_true", help="compare the answers, report no times, keep nothing")
    options = parser.parse_args()
    options.tools, options.folder = options.tools.resolve(), options.folder.resolve()
    options.server = str(pathlib.Path(options.server).resolve())
    folder = options.folder / f"{options.tickets}-{options.seed}"
    data = folder / "data"
    if not (options.reuse and data.exists()):
        step(f"{options.tickets:,} tickets are made")
        shutil.rmtree(folder, ignore_errors=True)
        generate.generate(options.tickets, options.seed, data)
    run: dict[str, Any] = {
        "tickets": options.tickets, "seed": options.seed, "threads": measuring.THREADS,
        "taken_at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}", "load_average": os.getloadavg(),
        "supportkpi": our_engine(options, data, folder),
    }
    for engine in report.SQL_ENGINES:
        run[engine] = sql_engine(engine, data, folder, options.repeat, options.reuse)
    equal, found = compare_all(run)
    print("\n".join(found[:100]))
    if options.answers_only:
        shutil.rmtree(folder)
    else:
        report.write(run, options.folder)
        print(f"data and stores for --reuse: {folder}, {measuring.folder_bytes(folder) / 1e9:.1f} GB")
    print(f"{equal} passed, {len(QUESTIONS) - equal} failed, 0 skipped")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
