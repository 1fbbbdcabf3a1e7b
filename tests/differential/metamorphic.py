"""Metamorphic properties: relations between answers that hold whatever the data are. M1 to M26 are here, the others in
shaping.py and standing.py.

    python3 tests/differential/metamorphic.py --server PATH --seed S --rounds 12 [--only M3]

Each property is a function named after it; EXCEPTIONS says where one does not hold for a KPI, and why. The last line is
"N passed, N failed".
"""

import argparse
import os
import sys
import time
import traceback

import api as server_api  # sets the import path
import changed
import compare
import data_sets
import questions
import shaping
import standing
import wire
from model import civil
from relation import (ADDITIVE, DAY, DURATIONS, EVENTS, RATIOS, STATES, Failure, Round, answers_of, check, evidence, same_answers,
                      some_questions, text, values)

EXCEPTIONS = [
    # property, KPIs, why
    ("M1", "any KPI grouped by tags or by attribution participants", "a fact counts in each of its groups, once in the total"),
    ("M1", "repeat_contact_customers", "distinct customers of groups overlap"),
    ("M2 M5", "moved_in moved_out", "a filter is part of what they count: changes of whether it holds"),
    ("M3", "tickets_resolved, interactions, reassignments and all ratios of cohorts", "a range does not see what comes after it"),
    ("M3", "support_cost and all of periods", "a period across the cut lies in neither part"),
    ("M11 M12", "customer periods", "a chain may not have two periods at a time"),
    ("M11", "percentiles other than p0 and p100, stddev", "closest ranks and n - 1 do not double"),
    ("M11 M12", "longest_wait", "a maximum does not double; its record is one of two"),
    ("M15", "tickets_resolved and all that ask for the range's end", "the same range has the same end: they do roll up, but "
     "only within one question"),
    ("M20", "within target, repeat contacts, business clock", "targets, windows and schedules do not scale with the data"),
]


def M1_sum_over_groups_is_the_total(r):
    for kpi in ADDITIVE + STATES:
        group = r.group([kpi])
        rows, totals = r.ask(kpi, group_by=[group])
        total = totals[None, None][kpi].value
        check(sum(cells[kpi].value for cells in rows.values()) == total, kpi, group)


def M2_a_predicate_its_negation_and_the_missing_make_the_whole(r):
    for kpi in ADDITIVE + STATES:
        f, p = r.random_filter([kpi]), r.random_filter([kpi])
        whole = r.cells(kpi, filter=f)[kpi].value
        part = r.cells(kpi, filter={"all": [f, p]})[kpi].value + r.cells(kpi, filter={"all": [f, {"not": p}]})[kpi].value
        check(whole == part, kpi, f, p, whole, part)
        if "field" in p and "present" not in p:
            there, missing = {"field": p["field"], "present": True}, {"field": p["field"], "present": False}
            parts = [{"all": [f, p]}, {"all": [f, there, {"not": p}]}, {"all": [f, missing]}]
            three = sum(r.cells(kpi, filter=part)[kpi].value for part in parts)
            check(whole == three, kpi, f, p, whole, three)


def M3_a_range_cut_in_two(r):
    cut = r.rng.randrange(r.start, r.end)
    for kpi in EVENTS + ["agent_state_time"]:
        whole, left, right = (r.cells(kpi, **span)[kpi].value for span in ({}, {"end": cut}, {"start": cut}))
        check(compare.close(whole, left + right), kpi, cut, whole, left, right)


def M4_filter_algebra(r):
    kpis = r.rng.sample(ADDITIVE + RATIOS + DURATIONS, 4)
    for kpi in kpis:
        a, b, c = (r.random_filter([kpi]) for _ in range(3))
        def q(f):
            return text(r.ask(kpi, filter=f)[0])
        for left, right in (
                ({"all": [a, b]}, {"all": [b, a]}), ({"any": [a, b]}, {"any": [b, a]}),
                ({"all": [a, {"all": [b, c]}]}, {"all": [{"all": [a, b]}, c]}),
                ({"not": {"all": [a, b]}}, {"any": [{"not": a}, {"not": b}]}),
                ({"not": {"any": [a, b]}}, {"all": [{"not": a}, {"not": b}]}),
                ({"not": {"not": a}}, a), ({"all": [a, a]}, a), ({"any": [a, a]}, a),
                ({"all": [a, {"any": [a, {"not": a}]}]}, a)):
            check(q(left) == q(right), kpi, left, right)


def M5_inclusion_and_exclusion(r):
    for kpi in ADDITIVE + STATES:
        f, h = r.random_filter([kpi]), r.random_filter([kpi])
        either, both, one, other = (r.cells(kpi, filter=x)[kpi].value for x in ({"any": [f, h]}, {"all": [f, h]}, f, h))
        check(either == one + other - both, kpi, f, h)


def M6_a_count_is_the_number_of_records(r):
    service = r.api.record_service
    request = service.ListRecordsRequest(tenant=r.tenant, kind=1, page_size=r.rng.choice([1, 7, 1000]))
    request.filter.start.CopyFrom(wire.timestamp(r.start))
    request.filter.end.CopyFrom(wire.timestamp(r.end))
    ids = []
    while True:
        page = r.api.record_stub.ListRecords(request)
        ids += [(record.ticket.source, record.ticket.id) for record in page.records]
        request.page_token = page.next_page_token
        if not page.next_page_token:
            break
    check(len(ids) == len(set(ids)), "a ticket is listed twice")
    count = r.cells("tickets_created", include=["deleted", "spam", "test", "merged"])["tickets_created"].value
    check(count == len(ids), count, len(ids))


def M7_a_filter_made_from_a_ticket_finds_it(r):
    everything = dict(start=r.data_set.times.start - 400 * DAY, end=r.data_set.times.end + 400 * DAY,
                      include=["deleted", "spam", "test", "merged"])
    tickets = [t for t in r.data_set.data().tickets.values()]
    if not tickets:
        return
    ticket = r.rng.choice(tickets)
    found = []
    for field in ("customer", "organization", "segment", "channel", "type", "complexity", "language", "brand", "issue_key"):
        found.append({"field": field, "equals": ticket[field]} if ticket.get(field) else {"field": field, "present": False})
    condition = {"all": found}
    same = sum(1 for other in tickets if all(
        (other.get(part["field"]) or None) == part.get("equals") for part in found))
    check(r.cells("tickets_created", filter=condition, **everything)["tickets_created"].value == same >= 1, condition)
    rest = r.cells("tickets_created", filter={"not": condition}, **everything)["tickets_created"].value
    check(rest == len(tickets) - same, condition)


def M8_the_order_of_arrival_does_not_matter(r):
    shuffled = list(r.data_set.changes)
    r.rng.shuffle(shuffled)
    same_answers(r, r.tenant, r.load(shuffled), some_questions(r))


def M9_the_same_data_again_change_nothing(r):
    asked = some_questions(r)
    before = answers_of(r, r.tenant, asked)
    again = [c for c in r.data_set.changes]
    r.api.apply(r.tenant, again)
    check(before == answers_of(r, r.tenant, asked), "sent again")
    records = [c[1] for c in again if c[0] == "upsert"][:20]
    for _ in range(2):
        last = r.api.upsert(r.tenant, records, "the same request")
    check(last.replayed, "the second one is a repetition")
    check(before == answers_of(r, r.tenant, asked), "sent with a request id")


def M10_stored_and_deleted_is_never_stored(r):
    extra = [c[1] for c in data_sets.DataSet("%s extra" % r.data_set.seed).changes if c[0] == "upsert"]
    extra = changed.renamed(extra, "extra-")
    extra = [record for record in extra if record["kind"] not in ("customer", "agent")]
    asked = some_questions(r)
    before = answers_of(r, r.tenant, asked)
    r.api.upsert(r.tenant, extra)
    names = {changed.name_of(record) for record in extra}
    for name in sorted(names):
        r.api.delete(r.tenant, name, 99)
    for before_one, after, question in zip(before, answers_of(r, r.tenant, asked), asked):
        check(before_one == after, question)


def double(r, changes):
    """The data set and its copy under fresh ids, customers and agents."""
    copies = [("upsert", record) if kind == "upsert" else ("delete", record[0], record[1])
              for kind, record in changed.copies(changes, "copy-")]
    return list(changes) + copies


def without(changes, *kinds):
    return [c for c in changes if (c[1]["kind"] if c[0] == "upsert" else c[1][0]) not in kinds]


def M11_doubled_data_double_counts_and_leave_ratios(r):
    base = without(r.data_set.changes, "customer_period")
    one, two = r.load(base), r.load(double(r, base))
    for kpi in ADDITIVE + STATES + ["agent_state_time"]:
        left, right = (r.cells(kpi, tenant=t)[kpi].value for t in (one, two))
        check(compare.close(2 * left, right), kpi, left, right)
    for kpi in RATIOS + ["csat_score", "ces_score", "nps", "utilization", "occupancy", "online_share"]:
        left, right = (values(r.cells(kpi, tenant=t), [kpi])[kpi] for t in (one, two))
        check(left == right or compare.close(left, right), kpi, left, right)
    for kpi in DURATIONS:
        for statistic in ("mean", "min", "max", "p0", "p100"):
            left, right = (values(r.cells(kpi, tenant=t, statistic=statistic), [kpi])[kpi] for t in (one, two))
            check(left == right or compare.close(left, right), kpi, statistic, left, right)


def M12_two_data_sets_together(r):
    other = data_sets.DataSet("%s other" % r.data_set.seed)
    more = [("upsert", c) if k == "upsert" else ("delete", c[0], c[1]) for k, c in changed.copies(other.changes, "other-")]
    base, more = without(r.data_set.changes, "customer_period"), without(more, "customer_period")
    span = dict(start=min(r.start, other.times.start), end=max(r.end, other.times.end + 10 * DAY))
    agents = [c for c in base if c[0] == "upsert" and c[1]["kind"] == "agent"]  # the same people work in both
    first, second, both = r.load(base), r.load(agents + more), r.load(base + more)
    for kpi in ADDITIVE + STATES + RATIOS + DURATIONS:
        parts = [evidence(r.cells(kpi, tenant=t, **span)[kpi]) for t in (first, second, both)]
        for place in (0, 1):
            one, other_one, together = (part[place] for part in parts)
            if together is not None:
                check(compare.close((one or 0) + (other_one or 0), together), kpi, parts)


def M13_all_times_shifted_by_whole_days(r):
    by = -r.rng.randint(1, 600) * DAY  # what lies in the future is refused
    shifted = r.load([("upsert", changed.shifted(c[1], by)) if c[0] == "upsert" else c for c in r.data_set.changes])
    for kpi in r.rng.sample(ADDITIVE + RATIOS + DURATIONS + STATES, 12):
        grain = {"unit": "day", "count": 1} if r.end - r.start < 100 * DAY else None
        left, _ = r.ask(kpi, grain=grain)
        right, _ = r.ask(kpi, tenant=shifted, start=r.start + by, end=r.end + by, grain=grain)
        moved = {(bucket + by, keys): cells for (bucket, keys), cells in left.items()}
        check(text(moved) == text(right), kpi, by // DAY)


def M14_another_zone_is_shifted_data_and_odd_days_add_up(r):
    hours = r.rng.randint(-11, 11)
    zone = "Etc/GMT%+d" % -hours
    shifted = r.load([("upsert", changed.shifted(c[1], hours * civil.HOUR)) if c[0] == "upsert" else c
                      for c in r.data_set.changes])
    by = hours * civil.HOUR
    grain = {"unit": "day"} if r.end - r.start < 100 * DAY else {"unit": "month"}
    for kpi in r.rng.sample(ADDITIVE + DURATIONS, 6):
        left, _ = r.ask(kpi, zone=zone, grain=grain)
        right, _ = r.ask(kpi, tenant=shifted, start=r.start + by, end=r.end + by, grain=grain)
        check(text({(b + by, k): c for (b, k), c in left.items()}) == text(right), kpi, zone)
    for kpi in EVENTS:
        rows, totals = r.ask(kpi, zone=r.data_set.zone, grain=grain)
        check(sum(cells[kpi].value for cells in rows.values()) == totals[None, None][kpi].value, kpi, r.data_set.zone)


def M15_buckets_roll_up(r):
    start, zone = r.start, r.data_set.zone
    end = min(r.end, start + 20 * DAY)
    for kpi in ADDITIVE:
        found = []
        for unit in ("hour", "day", "week", "month", "year"):
            rows, _ = r.ask(kpi, start=start, end=end, zone=zone, grain={"unit": unit})
            found.append(sum(cells[kpi].value for cells in rows.values()))
        check(len(set(found)) == 1, kpi, found)
    for kpi in STATES:
        rows, _ = r.ask(kpi, start=start, end=end, zone=zone, grain={"unit": "day"})
        for bucket, following in zip(sorted(rows), sorted(rows)[1:]):
            alone = r.cells(kpi, start=start, end=following[0])[kpi].value
            check(rows[bucket][kpi].value == alone, kpi, bucket)


def M16_the_balance_of_the_backlog(r):
    def open_or_unknown(cell):  # a ticket whose state is not known was created all the same
        return cell.value + sum(note.count for note in cell.left_out if note.rule == "unknown_state")

    cut = r.rng.randrange(r.start, r.end)
    early = r.start - 1000 * DAY
    opening, closing = (open_or_unknown(r.cells("backlog", start=early, end=end)["backlog"]) for end in (cut, r.end))
    kpis = ["tickets_created", "reopen_events", "resolution_events"]
    found = r.cells(kpis, start=cut)
    created, reopened, resolved = (found[kpi].value for kpi in kpis)
    check(opening + created + reopened - resolved == closing, opening, created, reopened, resolved, closing)
    group = r.rng.choice(["agent", "team", "priority", "category", "channel"])
    def by(kpi, **more):
        value = open_or_unknown if kpi == "backlog" else lambda cell: cell.value
        return {keys[0]: value(cells[kpi]) for (_, keys), cells in r.ask(kpi, group_by=[group], **more)[0].items()}
    terms = [by("backlog", start=early, end=cut), by("tickets_created", start=cut, attribution="event"),
             by("reopen_events", start=cut), by("moved_in", start=cut), by("resolution_events", start=cut),
             by("moved_out", start=cut), by("backlog", start=early)]
    for key in set().union(*terms):
        signs = (1, 1, 1, 1, -1, -1)
        expected = sum(sign * term.get(key, 0) for sign, term in zip(signs, terms))
        check(expected == terms[6].get(key, 0), group, key, [term.get(key, 0) for term in terms])


def M17_bounds(r):
    for kpi in RATIOS + ["utilization", "occupancy", "online_share"]:
        group = r.group([kpi])
        for cells in r.ask(kpi, group_by=[group])[0].values():
            value = values(cells, [kpi])[kpi]
            check(value is None or 0 <= value <= 100, kpi, value)
    nps = values(r.cells("nps"), ["nps"])["nps"]
    check(nps is None or -100 <= nps <= 100, nps)
    for kpi in DURATIONS + ["backlog_age"]:
        names = ["min", "p10", "median", "p90", "max", "mean"]
        found = [values(r.cells(kpi, statistic=name), [kpi])[kpi] for name in names]
        if found[0] is not None:
            check(found[:5] == sorted(found[:5]), kpi, found)
            check(found[0] <= found[5] * (1 + 1e-12) and found[5] <= found[4] * (1 + 1e-12) + 1e-12, kpi, found)
    distinct, every = (r.cells(kpi)[kpi].value for kpi in ("repeat_contact_customers", "repeat_contacts"))
    check(distinct <= every, distinct, every)


def M18_the_weighted_mean_of_groups_is_the_whole(r):
    for kpi in DURATIONS + RATIOS:
        group = "channel" if "channel" in r.maker.dimensions(kpi) else r.group([kpi])
        rows, totals = r.ask(kpi, group_by=[group])
        parts = [evidence(cells[kpi]) for cells in rows.values()]
        whole = evidence(totals[None, None][kpi])
        for place in (0, 1):
            check(compare.close(sum(part[place] or 0 for part in parts), whole[place] or 0), kpi, group, parts, whole)


def M19_counts_are_monotone(r):
    f, tighter = r.random_filter(["tickets_created"]), r.random_filter(["tickets_created"])
    before = r.cells("tickets_created", filter=f)["tickets_created"].value
    both = r.cells("tickets_created", filter={"all": [f, tighter]})["tickets_created"].value
    check(both <= before, "a tighter filter", f, tighter, before, both)
    everything = r.cells("tickets_created")["tickets_created"].value
    extra = {"kind": "ticket", "id": "monotone", "created_at": r.start}
    r.api.upsert(r.tenant, [extra])
    after = r.cells("tickets_created", filter=f)["tickets_created"].value
    check(after >= before, "one more row", f, before, after)
    whole = r.cells("tickets_created")["tickets_created"].value
    inside = 1 if r.start < r.end else 0  # an empty range holds nothing
    check(whole == everything + inside, "one more row in all", r.start, r.end, everything, whole)


def M20_durations_scale(r):
    # Stretched towards the past: records of the future are refused.
    factor, base = r.rng.choice([2, 3, 10]), changed.latest(c[1] for c in r.data_set.changes if c[0] == "upsert")
    scaled = r.load([("upsert", changed.scaled(c[1], factor, base)) if c[0] == "upsert" else c for c in r.data_set.changes])
    start, end = (base + factor * (at - base) for at in (r.start, r.end))
    for kpi in DURATIONS:
        statistic = r.rng.choice(["mean", "sum", "min", "max", "median", "p90", "stddev"])
        left = values(r.cells(kpi, statistic=statistic), [kpi])[kpi]
        right = values(r.cells(kpi, tenant=scaled, start=start, end=end, statistic=statistic), [kpi])[kpi]
        check((left is None) == (right is None) and (left is None or compare.close(left * factor, right)), kpi, statistic, left, right)


def M21_groups_renamed(r):
    names = {"email": "post", "chat": "email", "social": "chat", "phone": "social"}
    renamed = []
    for change in r.data_set.changes:
        if change[0] == "upsert" and change[1].get("channel") in names:
            change = ("upsert", dict(change[1], channel=names[change[1]["channel"]]))
        renamed.append(change)
    other = r.load(renamed)
    for kpi in ADDITIVE + RATIOS + DURATIONS:
        if "channel" not in r.maker.dimensions(kpi) or "_target" in kpi:
            continue
        left, _ = r.ask(kpi, group_by=["channel"])
        right, _ = r.ask(kpi, tenant=other, group_by=["channel"])
        moved = {(bucket, (names.get(keys[0], keys[0]),)): cells for (bucket, keys), cells in left.items()}
        check(text(moved) == text(right), kpi)


def M22_rows_elsewhere_change_nothing(r):
    asked = some_questions(r)
    asked = [q for q in asked if not any(k.get("variant") == "no_repeat" for k in q["kpis"])]
    before = answers_of(r, r.tenant, asked)
    r.load([("upsert", {"kind": "ticket", "id": "t0", "created_at": r.start + 1})])
    last = max(q["range"][1] for q in asked) if asked else r.end
    late = [{"kind": "ticket", "id": "late", "created_at": last, "channel": "email", "customer": "c1", "issue_key": "k1"},
            {"kind": "call_leg", "call": "late", "leg": "1", "started_at": last, "ended_at": last + 5},
            {"kind": "survey", "id": "late", "survey_kind": "csat", "scale_min": 1, "scale_max": 5, "score": 3,
             "sent_at": last, "responded_at": last + 1},
            {"kind": "agent_time", "id": "late", "agent": "ann", "state": "handling", "from": last, "to": last + 9}]
    r.api.upsert(r.tenant, late)
    for one, after, question in zip(before, answers_of(r, r.tenant, asked), asked):
        check(one == after, question)


def M23_what_is_missing_is_not_zero(r):
    kpis = ["csat", "nps", "ces", "csat_score"]
    before = text({0: r.cells(kpis)})
    r.api.upsert(r.tenant, [{"kind": "ticket", "id": "bare", "created_at": r.start}])
    check(before == text({0: r.cells(kpis)}), "a ticket without a survey")
    empty = r.load([])
    for kpi in ADDITIVE + STATES:
        check(values(r.cells(kpi, tenant=empty), [kpi])[kpi] == 0, kpi)
    for kpi in RATIOS + DURATIONS + ["nps", "csat_score", "ces_score", "resolved_to_unresolved", "backlog_age"]:
        cell = r.cells(kpi, tenant=empty)[kpi]
        check(not cell.HasField("value") and cell.absent_reason != 0, kpi)


def M24_several_kpis_at_once(r):
    kpis = r.rng.sample([kpi for kpi in ADDITIVE + STATES + RATIOS + DURATIONS], 5)
    together = r.cells(kpis)
    backwards = r.cells(kpis[::-1])
    for kpi in kpis:
        check(text({0: {kpi: together[kpi]}}) == text({0: {kpi: backwards[kpi]}}) == text({0: r.cells(kpi)}), kpi)


def M25_the_first_rows_of_all(r):
    group = r.group(["tickets_created"])
    question = {"range": (r.start, r.end), "group_by": [group, "channel"] if group != "channel" else [group],
                "kpis": [{"kpi": "tickets_created"}]}
    message = wire.question_message(r.api.kpi_service, question, r.tenant)
    order = message.order_by.add(column="tickets_created")
    order.direction = r.rng.choice([1, 2])
    every = r.api.kpi_stub.QueryKpis(message)
    for limit in (1, 2, 5, 1000):
        message.limit = limit
        some = r.api.kpi_stub.QueryKpis(message)
        check(list(some.rows) == list(every.rows)[:limit], group, limit)
        check(some.metadata.row_count == len(every.rows), "row_count")
    message.ClearField("limit")
    message.ClearField("order_by")
    by_key = list(r.api.kpi_stub.QueryKpis(message).rows)
    sign = -1 if order.direction == 2 else 1
    check(list(every.rows) == sorted(by_key, key=lambda row: sign * row.cells[0].value), group, "ties are broken by key")


FLAGS = [["--query_threads=1", "--partial_cache_mib=0"], ["--query_threads=8", "--tail_facts=1000"],
         ["--block_cache_mib=8", "--column_cache_mib=16"], ["--partial_rows_min=1", "--partial_cache_mib=1"]]


def M26_the_machine_does_not_matter(r):
    """Threads, tail, caches, sealing, merging, rebuilding, a restart: the same bytes."""
    asked = some_questions(r, 10)
    before = answers_of(r, r.tenant, asked)
    admin, service = r.api.admin_stub, r.api.admin_service
    admin.CompactFacts(service.CompactFactsRequest(tenant=r.tenant))
    check(before == answers_of(r, r.tenant, asked), "after CompactFacts")
    admin.RebuildFacts(service.RebuildFactsRequest(tenant=r.tenant))
    check(before == answers_of(r, r.tenant, asked), "after RebuildFacts")
    with server_api.Server(*r.rng.choice(FLAGS), binary=r.api.binary) as server:
        here = Round.__new__(Round)
        here.__dict__.update(r.__dict__, api=server_api.Api(server.address))
        tenant = here.load(r.data_set.changes)
        check(before == answers_of(here, tenant, asked), "another server")
        server.stop()
        server.start()
        here.api = server_api.Api(server.address)
        check(before == answers_of(here, tenant, asked), "after a restart")
        here.api.admin_stub.CompactFacts(service.CompactFactsRequest(tenant=tenant))
        check(before == answers_of(here, tenant, asked), "after a restart and CompactFacts")


PROPERTIES = {name: run for module in (sys.modules[__name__], shaping, standing) for name, run in vars(module).items()
              if name[0] == "M" and name[1].isdigit()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", default=os.environ.get("SERVER"))
    parser.add_argument("--seed", default="1")
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    passed = failed = 0
    with server_api.Server("--partial_rows_min=1", "--answer_cache_mib=0", binary=arguments.server) as server:
        api = server_api.Api(server.address)
        api.binary = arguments.server
        maker = questions.Maker(api.definitions())
        for name in sorted(PROPERTIES, key=lambda name: int(name[1:].split("_")[0])):
            if arguments.only and not name.startswith(arguments.only + "_"):
                continue
            began, wrong = time.monotonic(), 0
            for number in range(max(1, arguments.rounds // 6) if name.startswith("M26") else arguments.rounds):
                seed = "%s %s %d" % (arguments.seed, name, number)
                try:
                    PROPERTIES[name](Round(api, maker, seed))
                except Exception as error:  # told with its seed  pylint: disable=broad-except
                    wrong += 1
                    if wrong <= 2:
                        print("FAILED %s, seed %r: %s" % (name, seed, error if isinstance(error, Failure) else traceback.format_exc()))
            print("%s %s (%.1f s)" % ("ok    " if not wrong else "FAILED", name.replace("_", " "), time.monotonic() - began))
            sys.stdout.flush()
            passed, failed = passed + (not wrong), failed + bool(wrong)
    print("\nWhere a property does not hold, and why:")
    for which, kpis, why in EXCEPTIONS:
        print("  %-8s %s: %s" % (which, kpis, why))
    print("%d passed, %d failed, 0 skipped" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
