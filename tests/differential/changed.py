"""Changed copies of records: other names, other times."""

from model import records

INSTANTS = ("created_at", "first_replied_at", "first_resolved_at", "resolved_at", "closed_at", "at", "sent_at", "responded_at",
            "started_at", "answered_at", "ended_at", "from", "to", "since")
DURATIONS = ("work", "handle_time", "ivr", "queued", "ring", "talk", "hold", "wrap_up")


def _timed(record, instant, duration):
    changed = dict(record)
    for field, value in record.items():
        if field in INSTANTS:
            changed[field] = instant(value)
        elif field in DURATIONS:
            changed[field] = duration(value)
        elif field in ("events", "teams"):
            changed[field] = [_timed(part, instant, duration) for part in value]
    return changed


def shifted(record, by):
    return _timed(record, lambda at: at + by, lambda length: length)


def scaled(record, factor, base):
    return _timed(record, lambda at: base + factor * (at - base), lambda length: factor * length)


def latest(found):
    """The latest instant that the records tell of."""
    instants = []
    for record in found:
        _timed(record, instants.append, lambda length: length)
    return max(instants)


OWN = {"ticket": "id", "ticket_event": "ticket", "survey": "id", "call_leg": "call", "agent_time": "id", "customer_period": "id",
       "support_cost": "id", "customer": "id", "agent": "id"}


def renamed_one(record, prefix, people=True):
    changed = dict(record)
    fields = [OWN[record["kind"]]] + (["ticket"] if record["kind"] in ("survey", "call_leg") else [])
    if record["kind"] == "survey":
        fields.append("call")
    if people and record["kind"] != "customer_period":
        fields += ["customer"]
    if people and record["kind"] == "agent_time":
        fields += ["agent"]
    if record["kind"] in ("customer", "agent") and not people:
        return changed
    for field in set(fields):
        if changed.get(field):
            changed[field] = prefix + changed[field]
    if changed.get("merged_into"):
        changed["merged_into"] = prefix + changed["merged_into"]
    return changed


def renamed(found, prefix):
    return [renamed_one(record, prefix, people=False) for record in found]


def copies(changes, prefix):
    """("upsert", record) and ("delete", (name, version)) of a copy in other customers and agents' times."""
    for change in changes:
        if change[0] == "upsert":
            if change[1]["kind"] == "agent":
                continue  # agents of tickets stay who they are: bots stay bots
            yield "upsert", renamed_one(change[1], prefix)
        else:
            kind, source, parent, name = change[1]
            if kind in ("ticket_event", "call_leg"):
                parent = prefix + parent
            else:
                name = prefix + name
            yield "delete", ((kind, source, parent, name), change[2])


def name_of(record):
    return records.identity(record)
