"""Calls as a range sees them, put together from their legs; and agents' time, each instant in one state."""

import collections

from .facts import Fact
from .records import HISTORIC

ANSWERING = ("answered", "transferred", None)


class Leg:
    """A leg as it is known just before an instant."""

    def __init__(self, record, end):
        self.record = record
        self.started_at = record["started_at"]
        self.ended = "ended_at" in record and record["ended_at"] < end
        self.ended_at = record.get("ended_at") if self.ended else None
        self.outcome = record.get("outcome") if self.ended else None
        answered_at = record.get("answered_at")
        said = record.get("outcome") == "answered"
        if answered_at is None and said:
            answered_at = self.started_at + sum(record.get(part, 0) for part in ("ivr", "queued", "ring"))
        self.answered_at = answered_at if answered_at is not None and answered_at < end else None
        if self.answered_at is None:
            self.by_agent = False
        elif self.ended:
            self.by_agent = self.outcome == "answered" or (
                "answered_at" in record and self.outcome in ("transferred", None))
        else:
            self.by_agent = True

    def handled(self):
        known = [self.record[part] for part in ("talk", "hold", "wrap_up") if part in self.record]
        return sum(known) if known else None


class Call:
    def __init__(self, source, name, records, end):
        self.source, self.name = source, name
        ordered = sorted(records, key=lambda r: (r["started_at"], r["leg"]))
        self.legs = [Leg(record, end) for record in ordered]
        first = ordered[0]
        self.start = first["started_at"]
        self.inbound = (first.get("direction") or "inbound") == "inbound"
        self.running = not all(leg.ended for leg in self.legs)
        agent_legs = [leg for leg in self.legs if leg.by_agent]
        self.agent_legs = agent_legs
        self.answered = bool(agent_legs)
        self.answered_at = min((leg.answered_at for leg in agent_legs), default=None)
        self.outcome = "answered" if self.answered else self.legs[-1].outcome
        self.offered = self.inbound and self.outcome not in ("failed", "abandoned_in_ivr")
        first_answered = min(agent_legs, key=lambda leg: leg.answered_at) if agent_legs else self.legs[-1]
        self.agent = first_answered.record.get("agent") or None
        self.team = first_answered.record.get("team") or None
        self.end = None if self.running else max(leg.ended_at for leg in self.legs)
        self.ticket = next(((r.get("ticket_source") or r.get("source", ""), r["ticket"]) for r in ordered if r.get("ticket")), None)
        self.returned = any(leg.outcome == "returned_to_queue" for leg in self.legs)
        self.record_name = source + "/" + name if source else name

        def first_of(field):
            return next((r[field] for r in ordered if r.get(field)), None)

        self.fields = {field: first_of(field) for field in ("customer", "queue", "topic")}
        self.attributes = {name: value for r in reversed(ordered) for name, value in r.get("attributes", {}).items() if value}

    def wait(self, from_queue=False):
        """(length, end) of its wait; None while it runs unanswered."""
        end = self.answered_at if self.answered else self.end
        if end is None:
            return None
        length = end - self.start
        if from_queue:
            length -= sum(leg.record.get("ivr", 0) for leg in self.legs if leg.started_at <= end)
        return length, end


def seen(data, end):
    grouped = collections.defaultdict(list)
    for record in data.legs:
        if record["started_at"] < end:
            grouped[(record.get("source", ""), record["call"])].append(record)
    return [Call(source, name, records, end) for (source, name), records in grouped.items()]


def with_ticket(ctx, fact, name, moment):
    ticket = ctx.ticket_named(*name) if name else None
    fact.ticket = ticket
    if ticket:
        fact.moment_values = {field: ticket.current(field) if ctx.attribution == "current" else
                              ticket.value(field, moment) for field in HISTORIC}
    return fact


def made(ctx, call, at, **fields):
    fact = Fact(at, call=call, **fields)
    fact.holders = [(call.agent, call.team)]
    fact.own = dict(call.fields, call=call.name, source=call.source, outcome=call.outcome,
                    direction="inbound" if call.inbound else "outbound")
    fact.attributes, fact.record = call.attributes, call.record_name
    return with_ticket(ctx, fact, call.ticket, call.start)


def calls(ctx, choose):
    return [made(ctx, call, call.start) for call in ctx.calls() if call.inbound and choose(call)]


def legs(ctx, by_end=False):
    """(call, leg, fact) of ended agent legs, dated at their start."""
    result = []
    for call in ctx.calls():
        for leg in call.legs:
            if leg.by_agent and leg.ended:
                record = leg.record
                fact = Fact(leg.ended_at if by_end else leg.started_at, record=call.record_name, attributes=record.get("attributes", {}))
                fact.holders = [(record.get("agent") or None, record.get("team") or None)]
                fact.own = {field: record.get(field) for field in ("queue", "customer", "topic")}
                fact.own.update(call=call.name, leg=record["leg"], source=call.source, outcome=record.get("outcome"),
                                direction=record.get("direction") or "inbound")
                named = record.get("ticket")
                with_ticket(ctx, fact, named and (record.get("ticket_source") or call.source, named), fact.at)
                fact.leg, fact.call = leg, call
                result.append(fact)
    return result


def union(pieces):
    total, reach = 0, None
    for start, end in sorted(pieces):
        if reach is None or start > reach:
            total, reach = total + end - start, end
        elif end > reach:
            total, reach = total + end - reach, end
    return total


BUSY = ("handling", "other_support_work", "available", "break", "offline")


def agent_pieces(data):
    """[(start, end, record)]: of overlapping records of one agent each instant belongs to one."""
    by_agent = collections.defaultdict(list)
    for record in data.agent_times:
        if record["to"] > record["from"]:
            by_agent[record["agent"]].append(record)
    result = []
    for records in by_agent.values():
        edges = sorted({edge for record in records for edge in (record["from"], record["to"])})
        for low, high in zip(edges, edges[1:]):
            covering = [r for r in records if r["from"] <= low and high <= r["to"]]
            if covering:
                owner = min(covering, key=lambda r: (BUSY.index(r["state"]), -r["from"], r["id"], r.get("source", "")))
                if result and result[-1][2] is owner and result[-1][1] == low:
                    result[-1] = (result[-1][0], high, owner)
                else:
                    result.append((low, high, owner))
    return result


def agent_times(ctx, low, high):
    result = []
    for start, end, record in ctx.pieces():
        first, last = max(start, low), min(end, high)
        if first < last:
            fact = Fact(first, value=last - first, attributes=record.get("attributes", {}), state=record["state"])
            fact.holders = [(record["agent"], record.get("team") or None)]
            fact.paid = record.get("paid", record["state"] != "offline")
            fact.own = {"state": record["state"], "paid": str(fact.paid).lower(), "source": record.get("source", "")}
            result.append(fact)
    return result
