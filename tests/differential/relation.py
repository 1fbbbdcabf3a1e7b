"""What relations between answers are made of: random data in a tenant of its own, ways to ask, and comparisons."""

import os
import random

import data_sets
import questions
import wire
from model import civil

DAY = civil.DAY
# Counts whose facts lie at instants and are added up.
ADDITIVE = ["tickets_created", "tickets_resolved", "resolution_events", "reopen_events", "interactions", "reassignments",
            "calls_inbound", "calls_offered", "calls_answered", "calls_abandoned", "inbound_failed_calls", "callbacks",
            "returned_calls", "nps_promoters", "nps_passives", "nps_detractors", "repeat_contacts", "tickets_by_status"]
# Of these, the ones whose facts do not depend on where the range ends.
EVENTS = ["tickets_created", "resolution_events", "reopen_events", "calls_inbound"]
STATES = ["backlog", "unanswered_tickets"]
RATIOS = ["unresolved_share", "resolution_rate", "reopen_rate", "first_contact_resolution_rate", "transferred_share", "csat",
          "ces", "quality_rate", "survey_response_rate", "abandon_rate", "failed_call_rate", "transfer_rate", "service_level",
          "first_response_within_target", "repeat_contact_rate"]
DURATIONS = ["first_response_time", "response_time", "resolution_time", "first_resolution_time", "requester_wait_time",
             "agent_wait_time", "on_hold_time", "handle_time", "speed_to_answer", "leg_talk_time"]


class Failure(Exception):
    pass


def check(condition, *what):
    if not condition:
        raise Failure(" ".join(str(item) for item in what))


class Round:
    """One random data set in a tenant of its own, and a way to ask."""

    def __init__(self, api, maker, seed, flat=True):
        self.api, self.maker, self.rng = api, maker, random.Random(seed)
        self.data_set = data_sets.DataSet(seed)
        if not flat:
            self.data_set.changes = [c for c in self.data_set.changes if c[0] == "delete" or c[1]["kind"] != "ticket" or
                                     c[1].get("events")]
        self.tenant = self.load(self.data_set.changes)
        times = self.data_set.times
        self.start, self.end = times.start - DAY, times.end + 40 * DAY
        if self.rng.random() < 0.5:
            self.start, self.end = sorted((times.any(), times.any() + DAY))
            self.end += self.end == self.start  # a range without an instant is absent, whatever it is asked for

    count = 0

    def load(self, changes, settings=None):
        Round.count += 1
        tenant = "meta-%d-%d" % (os.getpid(), Round.count)
        self.api.set_up(tenant, settings or self.data_set.settings)
        self.api.apply(tenant, changes)
        return tenant

    def ask(self, kpis, tenant=None, start=None, end=None, grain=None, group_by=(), filter=None, zone="UTC", **selection):
        """({(bucket, keys): {kpi: Cell}}, totals)"""
        question = {"range": (self.start if start is None else start, self.end if end is None else end), "time_zone": zone,
                    "grain": grain, "group_by": list(group_by), "filter": filter,
                    "kpis": [dict(selection, kpi=kpi) for kpi in ([kpis] if isinstance(kpis, str) else kpis)]}
        return wire.answer_rows(self.api.ask(tenant or self.tenant, question))

    def cells(self, kpis, **more):
        rows, _ = self.ask(kpis, **more)
        check(len(rows) == 1, "one row expected")
        return next(iter(rows.values()))

    def random_filter(self, kpis):
        shared = [d for d in self.maker.dimensions(kpis[0]) if all(d in self.maker.dimensions(k) for k in kpis) and
                  d not in questions.CALENDAR and d != "currency"]
        return self.maker.filter(self.rng, shared, 1)

    def group(self, kpis):
        choices = [d for d in self.maker.dimensions(kpis[0]) if all(d in self.maker.dimensions(k) for k in kpis) and
                   d not in questions.CALENDAR and not d.endswith("tags")]
        return self.rng.choice(choices)


def evidence(cell):
    return (cell.numerator if cell.HasField("numerator") else None, cell.denominator if cell.HasField("denominator") else None)


def text(table):
    """Rows as comparable text, bytes of each cell."""
    return {key: {kpi: cell.SerializeToString(deterministic=True) for kpi, cell in cells.items()} for key, cells in table.items()}


def values(cells, kpis):
    return {kpi: (cells[kpi].value if cells[kpi].HasField("value") else None) for kpi in kpis}


def some_questions(r, count=6):
    return [r.maker.question(r.rng, r.data_set, r.rng.choice(r.maker.ids)) for _ in range(count)]


def answers_of(r, tenant, asked):
    found = []
    for question in asked:
        response, error = r.api.ask_or_error(tenant, question)
        if error:
            found.append((error[0],))
        else:
            rows, totals = wire.answer_rows(response)
            found.append((text(rows), text(totals)))
    return found


def same_answers(r, one, other, asked):
    for question, left, right in zip(asked, answers_of(r, one, asked), answers_of(r, other, asked)):
        check(left == right, question)
