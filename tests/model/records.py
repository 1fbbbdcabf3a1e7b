"""What a tenant holds after a sequence of upserts and deletes: versions, tombstones, events that come alone.

A record is a dict with `kind` and the field names of records.proto; instants and durations are integer milliseconds,
enums their short lower-case names, money {currency, minor_units}. Absent fields are absent keys.
"""

import collections

from .business import Schedule
from .civil import DAY

HISTORIC = ("agent", "team", "priority", "category")


class Settings:
    """A tenant's settings; schedules as business.Schedule describes them."""

    def __init__(self, **fields):
        self.time_zone = fields.get("time_zone", "")
        self.fiscal_first_month = fields.get("fiscal_first_month", 1)
        self.schedules = fields.get("schedules", {})
        self.default_schedule = fields.get("default_schedule", "")
        self.team_schedules = fields.get("team_schedules", {})
        self.questions = fields.get("questions", {})  # name -> {scale_min, scale_max, low_is_good, threshold}
        self.targets = fields.get("targets", [])  # [{kpi, channel, target_ms}]
        self._parsed = None

    def parsed_schedules(self):
        if self._parsed is None:
            self._parsed = {name: Schedule(definition) for name, definition in self.schedules.items()}
        return self._parsed


def identity(record):
    """(kind, source, parent, id) of a record."""
    kind, source = record["kind"], record.get("source", "")
    if kind == "ticket_event":
        return kind, source, record["ticket"], record["id"]
    if kind == "call_leg":
        return kind, source, record["call"], record["leg"]
    if kind in ("customer", "agent"):
        return kind, "", "", record["id"]
    return kind, source, "", record["id"]


class Store:
    """Applies acknowledged changes in order."""

    def __init__(self, settings):
        self.settings = settings
        self.rows = {}  # identity -> (version, record or None for a tombstone)
        self.events_gone = {}  # (source, ticket) -> highest version of a delete of the ticket

    def upsert(self, record):
        if record["kind"] == "ticket":
            bare = {key: value for key, value in record.items() if key != "events"}
            self._put(bare)
            for place, event in enumerate(record.get("events", [])):
                lone = dict(event, kind="ticket_event", ticket=record["id"], source=record.get("source", ""))
                lone.setdefault("version", record.get("version", 0))
                if not lone.get("id"):
                    lone["id"], lone["place"] = "place %d" % place, place
                self._put(lone)
        else:
            self._put(record)

    def _put(self, record):
        if record["kind"] == "survey":
            record = self._with_scale(record)
        name, version = identity(record), record.get("version", 0)
        stored = self.rows.get(name)
        if stored is None or version >= stored[0]:
            self.rows[name] = (version, record)

    def _with_scale(self, survey):
        asked = self.settings.questions.get(survey.get("question", ""), {})
        result = dict(survey)
        if "scale_min" not in result or "scale_max" not in result:
            if survey["survey_kind"] == "nps" and "scale_min" not in asked:
                result.setdefault("scale_min", 0)
                result.setdefault("scale_max", 10)
            else:
                for end in ("scale_min", "scale_max"):
                    if end in asked:
                        result.setdefault(end, asked[end])
        if not result.get("direction"):
            result["direction"] = "low_is_good" if asked.get("low_is_good") else "high_is_good"
        return result

    def delete(self, name, version=None):
        stored = self.rows.get(name)
        if version is None:
            version = stored[0] if stored else 0
        if stored is None or version >= stored[0]:
            self.rows[name] = (version, None)
        if name[0] == "ticket":
            key = (name[1], name[3])
            self.events_gone[key] = max(version, self.events_gone.get(key, version))

    def data(self):
        return Data(self)


class Data:
    """The live records, by kind."""

    def __init__(self, store):
        self.settings = store.settings
        kinds = collections.defaultdict(list)
        events = collections.defaultdict(list)
        for name, (version, record) in store.rows.items():
            if record is None:
                continue
            if name[0] == "ticket_event":
                gone = store.events_gone.get((name[1], name[2]))
                if gone is None or version > gone:
                    events[(name[1], name[2])].append(record)
            else:
                kinds[name[0]].append(record)
        self.tickets = {(t.get("source", ""), t["id"]): t for t in kinds["ticket"]}
        self.events = {key: value for key, value in events.items() if key in self.tickets}
        self.surveys, self.legs = kinds["survey"], kinds["call_leg"]
        self.agent_times, self.periods = kinds["agent_time"], kinds["customer_period"]
        self.costs = kinds["support_cost"]
        self.customers = {c["id"]: c for c in kinds["customer"]}
        self.agents = {a["id"]: a for a in kinds["agent"]}

    def is_bot(self, agent):
        return bool(agent) and self.agents.get(agent, {}).get("agent_kind") == "bot"

    def until(self):
        """The latest instant that the records name; events of tickets that are not there tell nothing yet."""
        latest = None
        fields = ("created_at", "first_replied_at", "first_resolved_at", "resolved_at", "closed_at", "at", "sent_at",
                  "responded_at", "started_at", "answered_at", "ended_at", "to")
        rows = list(self.tickets.values()) + self.surveys + self.legs + self.agent_times
        rows += self.periods + self.costs + [event for value in self.events.values() for event in value]
        for row in rows:
            for field in fields:
                if field in row and (latest is None or row[field] > latest):
                    latest = row[field]
        return latest


def milliseconds_of(clock):
    hours, minutes = clock.split(":")
    return int(hours) * DAY // 24 + int(minutes) * 60000
