"""Makes a failing question and its data as small as they get while they still fail."""

import itertools

import compare
from model.question import Model

numbers = itertools.count(1)


def kind_of(line):
    """'value: none', 'facts', 'is missing', ... without the numbers."""
    words = line.split("]", 1)[-1].split(":")
    return words[-2].strip() if len(words) > 1 else line.rsplit(" ", 2)[-1]


class Shrinker:
    def __init__(self, api, data_set, name):
        self.api, self.data_set, self.name = api, data_set, name
        self.tries = 0
        self.kinds = None  # of the mismatch: what differs; a smaller question must differ in the same way

    def fails(self, changes, question):
        self.tries += 1
        tenant = "shrink-%s-%d" % (self.name, next(numbers))
        self.api.set_up(tenant, self.data_set.settings)
        self.api.apply(tenant, changes, sealed_after=self.data_set.sealed_after)
        found, _ = compare.differences(self.api, Model(self.data_set.data(changes)), tenant, question)
        kinds = {kind_of(line) for line in found}
        if self.kinds is None:
            self.kinds = kinds
        return found if kinds & self.kinds else []

    def shrink(self, question, limit=400):
        changes = list(self.data_set.changes)
        first = self.fails(changes, question)
        self.refused = bool(first) and "expected an answer" in first[0]
        if not first:
            return changes, question, ["it does not fail again in another tenant"]
        question = self.simpler(changes, question)
        size = max(1, len(changes) // 2)
        while size >= 1 and self.tries < limit:
            start = 0
            while start < len(changes) and self.tries < limit:
                fewer = changes[:start] + changes[start + size:]
                if self.fails(fewer, question):
                    changes = fewer
                else:
                    start += size
            size //= 2
        changes = self.fewer_events(changes, question)
        question = self.simpler(changes, question)
        return changes, question, self.fails(changes, question)

    def fewer_events(self, changes, question):
        for place, change in enumerate(changes):
            if change[0] != "upsert" or not change[1].get("events"):
                continue
            events = change[1]["events"]
            for event in list(events):
                fewer = [one for one in events if one is not event]
                trial = changes[:place] + [("upsert", dict(change[1], events=fewer))] + changes[place + 1:]
                if self.fails(trial, question):
                    events, changes = fewer, trial
                    change = trial[place]
        for place, change in enumerate(changes):
            for field in list(change[1]) if change[0] == "upsert" else []:
                slim = {key: value for key, value in change[1].items() if key != field}
                trial = changes[:place] + [("upsert", slim)] + changes[place + 1:]
                try:
                    if self.fails(trial, question):
                        changes, change = trial, ("upsert", slim)
                except Exception:  # the field is required  pylint: disable=broad-except
                    pass
        return changes

    def simpler(self, changes, question):
        def attempts():
            for asked in question["kpis"]:
                if len(question["kpis"]) > 1:
                    yield dict(question, kpis=[asked])
            if question.get("filter"):
                yield dict(question, filter=None)
            if question.get("grain"):
                yield dict(question, grain=None)
            for dimension in question.get("group_by", []):
                yield dict(question, group_by=[d for d in question["group_by"] if d != dimension])
            for place, asked in enumerate(question["kpis"]):
                for field in ("filter", "include", "statistic", "clock", "attribution", "anchor", "parameters"):
                    if asked.get(field):
                        slim = {key: value for key, value in asked.items() if key != field}
                        yield dict(question, kpis=question["kpis"][:place] + [slim] + question["kpis"][place + 1:])
        again = True
        while again:
            again = False
            for trial in attempts():
                try:
                    failing = self.fails(changes, trial)
                except Exception:  # not a question any more  pylint: disable=broad-except
                    failing = []
                if failing and ("expected an answer" in failing[0]) == self.refused:
                    question, again = trial, True
                    break
        return question
