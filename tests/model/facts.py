"""Facts as the questions see them: where they lie, what they count, and what their fields are."""

from .records import HISTORIC

ANY = object()  # the value of a field that a side of a ratio does not have: it belongs to every group
TICKET_FIELDS = ("source", "customer", "organization", "segment", "channel", "type", "complexity", "language", "brand",
                 "issue_key", "origin")


class Fact:
    def __init__(self, at, own=None, **fields):
        self.at = at
        self.own = own or {}  # field -> value, list of values or ANY
        self.holders = None  # [(agent, team)]
        self.ticket = None  # replay.Ticket
        self.moment_values = {}  # priority, category
        self.num, self.den, self.value = 1, 1, None
        self.rule = None
        self.flagged = False  # the rules for flagged tickets hold
        self.part = None
        self.moment = None  # of its values, where it is not `at`
        self.entity = None
        self.record = ""
        self.currency = ""
        self.notes = {}
        self.attributes = {}
        self.lacks = ()
        self.monies = ()
        self.state_fact = False
        self.tie = None  # of equally long waits the first by this instant is named; by default `at`
        self.__dict__.update(fields)


    def seen_at(self):
        """The instant at which its agent's membership is looked up: of a state just before it."""
        return self.at - 1 if self.state_fact else self.at

    def codes(self):
        """The currencies of its money."""
        period = getattr(self, "period", {})
        return {period[money]["currency"] for money in self.monies if money in period} | ({self.currency} - {""})


def as_list(value):
    if value is None or value == "":
        return []
    if isinstance(value, (list, tuple, set)):
        return sorted(set(value))
    return [value]


def values(fact, field, data):
    """The values of a field: a list, empty where there is none, or ANY."""
    if field in fact.lacks:
        return ANY
    if field in fact.own:
        value = fact.own[field]
        return ANY if value is ANY else as_list(value)
    if field in ("agent", "team") and fact.holders is not None:
        return as_list({pair[0 if field == "agent" else 1] for pair in fact.holders} - {None})
    if field.startswith("attributes."):
        return as_list(fact.attributes.get(field[len("attributes."):]))
    if field.startswith("customer."):
        return lookup(data.customers, values(fact, "customer", data), field[9:], None)
    if field.startswith("agent."):
        return lookup(data.agents, values(fact, "agent", data), field[6:], fact.seen_at())
    if field.startswith("ticket."):
        return ticket_values(fact, field[7:])
    return ticket_values(fact, field)


def ticket_values(fact, field):
    ticket = fact.ticket
    if ticket is None:
        return []
    if field in ("priority", "category"):
        return as_list(fact.moment_values.get(field))
    if field in ("agent", "team"):
        return as_list(fact.moment_values.get(field))
    if field.startswith("attributes."):
        return as_list(ticket.record.get("attributes", {}).get(field[11:]))
    if field == "origin":
        return [ticket.origin]
    if field == "currency":
        return as_list(ticket.record.get("cost", {}).get("currency"))
    if field == "ticket":
        return [ticket.name]
    return as_list(ticket.record.get(field))


def lookup(records, names, field, at):
    if names is ANY:
        return ANY
    found = []
    for name in names:
        record = records.get(name, {})
        if field.startswith("attributes."):
            found += as_list(record.get("attributes", {}).get(field[11:]))
        elif field == "team":
            found += as_list(member_of(record, at))
        elif field == "kind":  # who has no record is human
            found.append("bot" if record.get("agent_kind") == "bot" else "human")
        else:
            found += as_list(record.get(field))
    return found


def member_of(agent, at):
    best, team = None, None
    for membership in agent.get("teams", []):
        since = membership.get("from", -10**18)
        if since <= at and (best is None or since >= best):
            best, team = since, membership["team"]
    return team


def keys(fact, dimensions, data):
    """All group keys the fact stands under: tuples of str, None or ANY. Agent and team of one person go together."""
    result = [()]
    paired = fact.holders is not None and "agent" in dimensions and "team" in dimensions
    pairs = None
    for dimension in dimensions:
        if paired and dimension in ("agent", "team"):
            continue
        found = values(fact, dimension, data)
        if dimension in ("agent", "team") and fact.holders is not None and len(fact.holders) > 1:
            found = {pair[0 if dimension == "agent" else 1] for pair in fact.holders}
        options = [ANY] if found is ANY else (found or [None])
        result = [key + ((dimension, option),) for key in result for option in options]
    if paired:
        pairs = sorted(set(fact.holders), key=lambda p: (p[0] or "", p[1] or ""))
        result = [key + (("agent", a), ("team", t)) for key in result for a, t in pairs]
    return {tuple(dict(key)[dimension] for dimension in dimensions) for key in result}


def compare(value, text, test):
    if isinstance(value, bool):
        return test(str(value).lower(), text)
    if isinstance(value, (int, float)):
        return test(float(value), float(text))
    return test(value, text)


LEAVES = {
    "equals": lambda v, t: v == t, "less_than": lambda v, t: v < t, "at_most": lambda v, t: v <= t,
    "greater_than": lambda v, t: v > t, "at_least": lambda v, t: v >= t,
}


def holds(condition, fact, data):
    """A filter tree: {all: [..]}, {any: [..]}, {not: ..} or {field, <leaf>: value}."""
    if not condition:
        return True
    if "all" in condition:
        return all(holds(part, fact, data) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, fact, data) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], fact, data)
    found = values(fact, condition["field"], data)
    if found is ANY:
        return True
    if condition["field"] in ("hour_of_day", "weekday", "month_of_year"):
        found = [int(value) for value in found]
    if "present" in condition:
        return bool(found) == condition["present"]
    if "in" in condition:
        return any(compare(value, text, LEAVES["equals"]) for value in found for text in condition["in"])
    if "prefix" in condition:
        return any(str(value).startswith(condition["prefix"]) for value in found)
    for leaf, test in LEAVES.items():
        if leaf in condition:
            return any(compare(value, condition[leaf], test) for value in found)
    raise ValueError(condition)


def credit(fact, view, ticket, attribution, actor=None, end=None, how="event"):
    """Fills holders, priority and category of a ticket's fact. how: creation, event or instant (just before)."""
    fact.ticket, fact.state_fact = ticket, how == "instant"
    at = fact.at if fact.moment is None else fact.moment

    def then(field):
        if attribution == "current":
            return ticket.current(field)
        if how == "creation" and attribution != "event":
            return ticket.value_or_first(field, at, end)
        return ticket.value(field, at, before=(how == "instant"))

    fact.moment_values = {field: then(field) for field in HISTORIC}
    if attribution == "actor":
        fact.holders = [actor]
    elif attribution == "participants":
        fact.holders = sorted({(a, t) for when, a, t in view.workers if when <= at},
                              key=lambda p: (p[0], p[1] or "")) or [(None, None)]
    else:
        fact.holders = [(fact.moment_values["agent"], fact.moment_values["team"])]
    fact.attributes = ticket.record.get("attributes", {})
    fact.flagged = True
    return fact
