"""One ticket, replayed event by event up to an instant: everything that is known of it just before that instant."""

from .records import HISTORIC

UNRESOLVED = ("new", "open", "pending", "on_hold")
FLAGS = (("deleted", "deleted"), ("spam", "spam"), ("test", "test"), ("merged_into", "merged"))


def is_human_reply(event, data):
    if event["event_kind"] != "agent_reply":
        return False
    if event.get("actor") in ("bot", "system", "customer"):
        return False
    return not data.is_bot(event.get("actor_agent"))


def actor_of(event):
    if event.get("actor"):
        return event["actor"]
    if event["event_kind"] == "customer_message":
        return "customer"
    if event["event_kind"] == "bot_reply":
        return "bot"
    return "agent" if event.get("actor_agent") else "system"


def rank_of(event, data):
    if event["event_kind"] == "customer_message":
        return 0
    if is_human_reply(event, data):
        return 1
    return 3 if event["event_kind"] == "status_change" else 2


def in_order(events, data):
    def key(event):
        place = event.get("place")
        last = (0, event["id"], 0) if place is None else (1, "", place)
        return (event["at"], rank_of(event, data)) + last
    return sorted(events, key=key)


class Wait:
    def __init__(self, start, start_own, creation):
        self.start, self.start_own, self.creation = start, start_own, creation
        self.end = self.end_own = None
        self.reply = None  # the event that ended it as a response, True for a flat one
        self.actor = None  # (agent, team)


class Step:
    """Into a resolved state: with the counters up to it."""

    def __init__(self, at, own, first):
        self.at, self.own, self.first = at, own, first
        self.reopened_at = None
        self.reopening_unknown = False
        self.flat = False


class Ticket:
    """The parts of a ticket that do not depend on where the range ends: its record, its ordered events, its history."""

    def __init__(self, record, events, data):
        self.record, self.data = record, data
        self.source, self.id = record.get("source", ""), record["id"]
        self.name = self.source + "/" + self.id if self.source else self.id
        self.created_at = record["created_at"]
        self.origin = record.get("origin") or "customer"
        self.events = in_order(events, data)
        self.flat = not self.events
        self.flag = next((rule for field, rule in FLAGS if record.get(field)), None)
        self.changes = {field: self._changes(field) for field in HISTORIC}
        self.seen = {}

    def dated(self, event):
        return max(event["at"], self.created_at)

    def _changes(self, field):
        """[(None, value at the beginning), (instant, value), ...]"""
        carried = [event for event in self.events if field in event]
        if not carried:
            return [(None, self.record.get(field) or None)]
        result = [(None, carried[0].get("old_" + field) or None)]
        for event in carried:
            result.append((self.dated(event), event[field] or None))
        return result

    def value(self, field, at, before=False):
        """A historic field just after an instant, or just before it; what lies before the creation sees its values."""
        found = None
        if at < self.created_at:
            at, before = self.created_at, False
        for since, value in self.changes[field]:
            if since is None or since < at or (since == at and not before):
                found = value
        return found

    def value_or_first(self, field, at, end):
        found = self.value(field, at)
        if found is None:
            for since, value in self.changes[field]:
                if since is not None and at < since < end and self.value(field, since) is not None:
                    return self.value(field, since)
        return found

    def current(self, field):
        carried = [event for event in self.events if field in event]
        if carried and carried[-1].get("version", 0) > self.record.get("version", 0):
            return carried[-1][field] or None
        return self.record.get(field) or None

    def team_stretches(self):
        """[(from, team)]: who held it; the first one also before the creation."""
        later = [(since, team) for since, team in self.changes["team"] if since is not None and since > self.created_at]
        return [(None, self.value("team", self.created_at))] + later

    def before(self, end):
        if end not in self.seen:
            self.seen[end] = View(self, end)
        return self.seen[end]


class View:
    """The ticket as it stood just before `end`. `exists` is false if it was created at or after it."""

    def __init__(self, ticket, end):
        self.ticket, self.end = ticket, end
        self.exists = ticket.created_at < end
        self.state = "new"
        self.unknown = False
        self.steps, self.reopenings, self.waits = [], [], []
        self.contacts = []  # instants
        self.contact_count_known = True
        self.replies, self.works = [], []  # human replies from the clock's start on: (event, at); (event, at, ms)
        self.workers = []  # (at, agent, team) of humans who replied or worked, in order
        self.customer_message_at = None  # the first
        self.clock_start = self.clock_start_own = None
        self.first_reply = None  # (at, own, agent, team)
        self.spans = []  # (from, to or None, state)
        self.resolved = None  # the Step whose span covers the end
        self.first_resolution = None
        self.reassignments = []  # (position, at, team changed)
        if self.exists:
            if ticket.flat:
                from . import flat
                flat.fill(self)
            else:
                self._replay()

    def _replay(self):
        ticket, data = self.ticket, self.ticket.data
        created = ticket.created_at
        state_since, wait, asked_again = created, None, False
        holder = {field: ticket.changes[field][0][1] for field in ("agent", "team")}
        if ticket.origin == "customer":
            self.clock_start = self.clock_start_own = self.customer_message_at = created
            wait = self._start_wait(created, created, True)
            self.contacts.append(created)
        for event in ticket.events:
            at = ticket.dated(event)
            if at >= self.end:
                break
            kind, own = event["event_kind"], event["at"]
            changed = self._hold(holder, event)
            if kind == "assignment" and (changed["agent"] or changed["team"]):
                self.reassignments.append((at, changed["team"]))
            if kind == "customer_message":
                if self.customer_message_at is None:
                    self.customer_message_at = at
                if self.clock_start is None:
                    self.clock_start, self.clock_start_own = at, own
                if self.state in UNRESOLVED:
                    if wait is None:
                        wait = self._start_wait(at, own, False)
                        self.contacts.append(at)
                else:
                    asked_again = True
            elif is_human_reply(event, data):
                asked_again = False
                agent, team = event.get("actor_agent") or None, self._team_of(event, at)
                if agent:
                    self.workers.append((at, agent, team))
                if self.clock_start is not None:
                    self.replies.append((event, at))
                    if self.first_reply is None:
                        self.first_reply = (at, own, agent, team)
                if wait is not None:
                    wait.end, wait.end_own, wait.reply, wait.actor = at, own, event, (agent, team)
                    wait = None
            elif kind == "work_log":
                agent, team = event.get("actor_agent") or None, self._team_of(event, at)
                self.works.append((event, at, event["work"], agent, team))
                if agent and actor_of(event) == "agent" and not data.is_bot(agent):
                    self.workers.append((at, agent, team))
            elif kind == "status_change" and event["status"] != self.state:
                was_open, is_open = self.state in UNRESOLVED, event["status"] in UNRESOLVED
                if at > state_since:
                    self._add_span(state_since, at)
                self.state, state_since = event["status"], at
                if was_open and not is_open:
                    self._resolve(at, own, event)
                    if wait is not None:
                        wait.end, wait.end_own = at, own
                        wait = None
                    asked_again = False
                elif is_open and not was_open:
                    self.steps[-1].reopened_at = at
                    self.resolved = None
                    self.reopenings.append((at, event))
                    if asked_again or actor_of(event) == "customer":
                        wait = self._start_wait(at, own, False)
                        self.contacts.append(at)
                    asked_again = False
        self._add_span(state_since, None)

    def _add_span(self, since, to):
        """What is changed and changed back at one instant cuts nothing."""
        if self.spans and self.spans[-1][1] == since and self.spans[-1][2] == self.state:
            since = self.spans.pop()[0]
        self.spans.append((since, to, self.state))

    def _hold(self, holder, event):
        changed = {}
        for field in ("agent", "team"):
            new = (event[field] or None) if field in event else holder[field]
            changed[field] = holder[field] is not None and new is not None and new != holder[field]
            holder[field] = new
        return changed

    def _team_of(self, event, at):
        return event.get("actor_team") or self.ticket.value("team", at)

    def actor_pair(self, event, at):
        return event.get("actor_agent") or None, self._team_of(event, at)

    def _start_wait(self, at, own, creation):
        wait = Wait(at, own, creation)
        self.waits.append(wait)
        return wait

    def _resolve(self, at, own, event):
        step = Step(at, own, not self.steps)
        step.actor = self.actor_pair(event, at)
        step.replies, step.reopens = len(self.replies), len(self.reopenings)
        step.contacts = len(self.contacts)
        step.agents = len({agent for _, agent, _ in self.workers})
        step.reassignments = len(self.reassignments)
        step.team_changed = any(team for _, team in self.reassignments)
        step.has_message = self.customer_message_at is not None
        self.steps.append(step)
        self.resolved = step
        self.first_resolution = self.first_resolution or step

    def unresolved(self):
        return self.exists and not self.unknown and self.state in UNRESOLVED

    def time_in(self, states, until, clock):
        """Time in states up to an instant; a number, or business.NO_SCHEDULE."""
        total = 0
        for start, end, state in self.spans:
            end = until if end is None else min(end, until)
            if state in states and start < end:
                part = clock.elapsed(start, end, self.ticket.team_stretches())
                if isinstance(part, str):
                    return part
                total += part
        return total
