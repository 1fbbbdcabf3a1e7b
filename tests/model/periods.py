"""Facts of customer periods, support costs and ticket costs."""

import collections
import fractions

from .facts import Fact

YEAR = fractions.Fraction(36525, 100) * 86400000


class Refused(Exception):
    """The question has no answer: the status code, and groups of names of which the message has to hold one."""

    def __init__(self, code, choices):
        super().__init__(code, choices)
        self.code, self.choices = code, choices


def chain_of(record):
    return tuple(record.get(field, "") for field in ("segment", "persona", "region", "plan"))


def periods(ctx):
    result = []
    for record in ctx.data.periods:
        fact = Fact(record["from"], to=record["to"], period=record, chain=chain_of(record), record=record["id"])
        fact.own = {field: record.get(field) for field in ("segment", "persona", "region", "plan", "source")}
        fact.attributes = record.get("attributes", {})
        result.append(fact)
    return result


def overlaps(facts):
    pairs = []
    for chain in by_chain(facts):
        for place, before in enumerate(chain):
            pairs += [(before.record, after.record) for after in chain[place + 1:] if after.at < before.to]
    return pairs


def by_chain(facts):
    chains = collections.defaultdict(list)
    for fact in facts:
        chains[fact.chain].append(fact)
    return [sorted(chain, key=lambda f: f.at) for chain in chains.values()]


def breaks(facts):
    count = 0
    for chain in by_chain(facts):
        for before, after in zip(chain, chain[1:]):
            e, s = before.period.get("customers_at_end"), after.period.get("customers_at_start")
            if e is not None and s is not None and e != s:
                count += 1
    return count


def lost(record):
    if "lost_customers" in record:
        return record["lost_customers"]
    needed = [record.get(field) for field in ("customers_at_start", "new_customers", "customers_at_end")]
    return None if None in needed else needed[0] + needed[1] - needed[2]


def support_costs(ctx):
    result = []
    for record in ctx.data.costs:
        fact = Fact(record["from"], to=record["to"], record=record["id"], num=record["amount"]["minor_units"])
        fact.own = {field: record.get(field) for field in ("team", "channel", "source")}
        fact.own["kind"] = record.get("cost_kind")
        fact.currency = record["amount"]["currency"]
        fact.own["currency"] = fact.currency
        fact.attributes, fact.part = record.get("attributes", {}), "cost"
        result.append(fact)
    return result


def ticket_costs(ctx):
    from . import tickets
    result = []
    for fact in tickets.created(ctx):
        cost = fact.ticket.record.get("cost")
        if cost:
            fact.num, fact.currency = cost["minor_units"], cost["currency"]
            fact.own = dict(fact.own, currency=cost["currency"])
            result.append(fact)
    return result


def covered(facts, among):
    """Those of `among` that lie in the union of the facts' periods."""
    return [fact for fact in among if any(cost.at <= fact.at < cost.to for cost in facts)]


def counted_over(facts):
    for fact in facts:
        fact.part, fact.lacks = "volume", ("currency",)
    return facts


