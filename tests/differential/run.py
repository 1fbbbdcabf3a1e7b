"""Asks the server and the independent model the same random questions over the same random data, and compares every cell.

    python3 tests/differential/run.py --server PATH --seed S --data_sets 500 --questions 20000 [--seconds 60]
    python3 tests/differential/run.py --server PATH --data_set 17 --question 3     (one of them again)
"""

import argparse
import collections
import itertools
import json
import multiprocessing
import os
import random
import sys
import time
import traceback

import api as server_api  # sets the import path
import compare
import data_sets
import questions
import shrink
from model import catalogue
from model.question import Model


def questions_of(maker, data_set, count, first):
    """The questions of a data set; kpis in turn so that none is missed."""
    for number in range(count):
        rng = random.Random("%s question %d" % (data_set.seed, number))
        kpi = maker.ids[(first + number) % len(maker.ids)]
        yield number, maker.question(rng, data_set, kpi)


def vocabulary(definitions):
    """Where ListKpis and the model name different KPIs, anchors, variants, attributions, parameters."""
    found, known = [], {definition.id: definition for definition in definitions}
    for name in sorted(set(known) ^ set(catalogue.KPIS)):
        found.append("%s: only %s knows it" % (name, "the server" if name in known else "the model"))
    for name in sorted(set(known) & set(catalogue.KPIS)):
        definition, row = known[name], catalogue.KPIS[name]
        parameters = set(row.parameters) | ({"schedule"} if row.business else set()) | (
            {"status"} if name == "time_in_status" else set())
        for what, theirs, ours in (
                ("anchors", set(definition.anchors), set(row.anchors) - {""}),
                ("variants", set(definition.variants), set(row.variants) - {""}),
                ("attributions", set(definition.attributions), set(row.attributions)),
                ("parameters", {parameter.name for parameter in definition.parameters}, parameters),
                ("first anchor", list(definition.anchors[:1]), [a for a in row.anchors[:1] if a]),
                ("first attribution", list(definition.attributions[:1]), row.attributions[:1]),
                ("statistics", bool(definition.statistics), bool(row.statistics)),
                ("clocks", len(definition.clocks) > 1, row.business)):
            if theirs != ours:
                found.append("%s %s: the server says %s, the model %s" % (name, what, theirs, ours))
    return found


def warm(api, tenant, data_set, number, question):
    """Asks for another range first, and without filters, twice each: partial results are kept of both then, which the question
    itself must share only where that makes no difference. Whether the server can answer does not matter."""
    rng = random.Random("%s range %d" % (data_set.seed, number))
    start, end = question["range"]
    third = max(1, (end - start) // 3)
    moved = rng.choice([(start - rng.randrange(third), end), (start + rng.randrange(third), end + rng.randrange(third)),
                        (start, end - rng.randrange(third)), (start, end)])
    unfiltered = dict(question, filter=None, kpis=[dict(selection, filter=None) for selection in question["kpis"]])
    for other in (dict(question, range=moved), unfiltered):
        for _ in range(2):
            api.ask_or_error(tenant, other)


def report(api, data_set, number, question, found, name):
    print("\nMISMATCH data set %s question %d (of worker %s)" % (data_set.seed, number, name))
    for line in found[:6]:
        print("   ", line)
    try:
        shrinker = shrink.Shrinker(api, data_set, name)
        changes, question, found = shrinker.shrink(question)
    except Exception:  # what was found is told all the same  pylint: disable=broad-except
        traceback.print_exc(file=sys.stdout)
        changes = []
    print("  smallest question:", json.dumps(question, default=str))
    print("  asked from %s to %s" % tuple(server_api.wire.readable(at) for at in question["range"]))
    for change in changes[:12]:
        print("   ", json.dumps(change, default=str))
    for line in found[:8]:
        print("    =>", line)
    sys.stdout.flush()


def work(name, arguments, address, seeds, per_set, results, enough):
    api = server_api.Api(address)
    maker = questions.Maker(api.definitions())
    counts, asked, failed, cells, shown = collections.Counter(), 0, 0, 0, 0
    started = time.monotonic()

    def asked_of(data_set):
        return questions_of(maker, data_set, per_set, int(data_set.seed.split("/")[1]) * per_set)

    for seed in seeds:
        if enough.is_set() or arguments.seconds and time.monotonic() - started > arguments.seconds:
            break
        data_set = data_sets.DataSet(seed)
        tenant = "set-%s" % str(seed).replace("/", "-")
        try:
            api.set_up(tenant, data_set.settings)
            asked_early = [question for _, question in itertools.islice(asked_of(data_set), 0, None, 4)]
            api.apply(tenant, data_set.changes, data_set.rng, data_set.sealed_after,
                      lambda: [api.ask_or_error(tenant, question) for question in asked_early * 4])
        except api.grpc.RpcError as error:
            print("\nREFUSED data set %s: %s" % (seed, error.details()))
            failed += 1
            continue
        model = Model(data_set.data())
        for number, question in asked_of(data_set):
            if arguments.question is not None and number != arguments.question:
                continue
            if number % 2:
                warm(api, tenant, data_set, number, question)
            try:
                found, compared = compare.differences(api, model, tenant, question)
            except Exception:  # a fault of the model or the driver is a failure with its question  pylint: disable=broad-except
                found, compared = [traceback.format_exc()], 0
            asked, cells = asked + 1, cells + compared
            counts.update({selection["kpi"]: 1 for selection in question["kpis"]})
            if found:
                failed += 1
                if shown < arguments.show:
                    shown += 1
                    report(api, data_set, number, question, found, name)
                else:
                    print("MISMATCH data set %s question %d %s: %s" % (
                        seed, number, [s["kpi"] for s in question["kpis"]], found[0][-300:]))
                    sys.stdout.flush()
                if arguments.stop and failed >= arguments.stop:
                    enough.set()
            if enough.is_set():
                break
    results.put((counts, asked, failed, cells))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", default=os.environ.get("SERVER"))
    parser.add_argument("--address", help="a server that runs already")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--data_sets", type=int, default=500)
    parser.add_argument("--questions", type=int, default=20000)
    parser.add_argument("--seconds", type=float, default=0, help="begin no data set after so many")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--show", type=int, default=3, help="so many mismatches of a worker are made small")
    parser.add_argument("--stop", type=int, default=0, help="end after so many mismatches of a worker")
    parser.add_argument("--data_set", type=int)
    parser.add_argument("--question", type=int)
    arguments = parser.parse_args()
    server_api.load()
    if arguments.address:
        return drive(arguments, arguments.address)
    # Facts soon lie in segments, every segment is large enough for partial results, and no answer is one that was given before.
    flags = ["--tail_facts=1000", "--partial_rows_min=1", "--answer_cache_mib=0"]
    with server_api.Server(*flags, binary=arguments.server) as server:
        return drive(arguments, server.address)


def drive(arguments, address):
    began = time.monotonic()
    odd = vocabulary(server_api.Api(address).definitions())
    for line in odd:
        print("VOCABULARY", line)
    every = range(arguments.data_sets) if arguments.data_set is None else [arguments.data_set]
    seeds = ["%s/%d" % (arguments.seed, number) for number in every]
    per_set = max(1, arguments.questions // arguments.data_sets)
    context = multiprocessing.get_context("spawn")
    results, enough, workers = context.Queue(), context.Event(), []
    for number in range(arguments.workers if arguments.data_set is None else 1):
        share = seeds[number::arguments.workers]
        worker = context.Process(target=work, args=(number, arguments, address, share, per_set, results, enough))
        worker.start()
        workers.append(worker)
    counts, asked, failed, cells = collections.Counter(), 0, 0, 0
    for worker in workers:
        while worker.is_alive() or not results.empty():
            try:
                more = results.get(timeout=1)
            except Exception:  # nothing yet  pylint: disable=broad-except
                continue
            counts.update(more[0])
            asked, failed, cells = asked + more[1], failed + more[2], cells + more[3]
            break
        worker.join()
        failed += int(worker.exitcode != 0)
    print("\nKPIs asked: " + ", ".join("%s %d" % item for item in sorted(counts.items())))
    never = sorted(set(catalogue.KPIS) - set(counts))
    if never:
        print("never asked: " + ", ".join(never))
    failed += bool(odd)
    if never and arguments.data_set is None and not arguments.stop:
        failed += 1
    print("%d questions, %d cells in %.0f s, seed %s" % (asked, cells, time.monotonic() - began, arguments.seed))
    print("%d passed, %d failed, 0 skipped" % (max(0, asked - failed), failed))
    return 1 if failed or not asked else 0


if __name__ == "__main__":
    sys.exit(main())
