"""Random data sets from a seed: settings and a sequence of upserts and deletes, full of ties, gaps and oddities."""

import random

from model import civil, records

ZONES = ["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Shanghai", "America/St_Johns",
         "America/Sao_Paulo", "Asia/Kathmandu", "Africa/Casablanca", "America/Havana"]
AGENTS = ["ann", "bob", "cid", "zoë", "robo", "echo"]
TEAMS = ["one", "two", "three"]
CHANNELS = ["email", "chat", "social", "phone"]
CUSTOMERS = ["c1", "c2", "c3", "c4", "ünal"]
CATEGORIES = ["billing", "login", "bug"]
PRIORITIES = ["low", "high", "urgent"]
STATES = ["new", "open", "pending", "on_hold", "solved", "closed"]
HOUR, DAY = civil.HOUR, civil.DAY
LATEST = civil.day_number(2026, 6, 1) * DAY  # the server refuses records from the future


class Times:
    """Instants near each other, many of them equal or on boundaries."""

    def __init__(self, rng, zone):
        self.rng = rng
        year = rng.choice([2016, 2019, 2023, 2024])
        start = civil.day_number(year, rng.choice([1, 2, 3, 3, 4, 10, 10, 11, 12]), rng.randint(1, 28)) * DAY
        self.span = rng.choice([1, 3, 10, 40, 40, 150, 500]) * DAY
        inside = [at for at in civil.zone(zone).starts if start - 30 * DAY <= at <= start + 200 * DAY]
        if inside and rng.random() < 0.6:
            start = rng.choice(inside) // DAY * DAY - rng.randint(0, self.span // DAY) * DAY
        self.start, self.end = start, start + self.span
        self.step = rng.choice([1, 1000, 60000, 15 * 60000, HOUR, 6 * HOUR])

    def any(self):
        return self.snap(self.rng.randrange(self.start, self.end))

    def snap(self, at):
        return at // self.step * self.step if self.rng.random() < 0.8 else at

    def after(self, at):
        rng = self.rng
        gap = rng.choice([0, 0, 1, rng.randrange(1, HOUR), rng.randrange(1, DAY), rng.randrange(1, max(2, self.span // 3))])
        return min(self.snap(at + gap), max(at, LATEST))

    def length(self):
        return self.rng.choice([0, 1000, 5000, 20000, 60000, 600000, self.rng.randrange(0, 4 * HOUR)])


def maybe(rng, chance, value):
    return {} if rng.random() >= chance else value


def hours(rng):
    opens = rng.randrange(0, 24 * 2) * 30 * 60000
    closes = rng.choice([rng.randrange(0, 24 * 2) * 30 * 60000, 24 * HOUR, (opens + 8 * HOUR) % DAY])
    return opens, closes


def schedule(rng, zone, times):
    def version(first):
        weekly = [(w, 9 * HOUR, 17 * HOUR) for w in range(1, 6)] if rng.random() < 0.4 else [
            (rng.randint(1, 7),) + hours(rng) for _ in range(rng.randint(0, 12))]
        days = [rng.randrange(times.start // DAY - 2, times.end // DAY + 3) for _ in range(6)]
        return {"from": first, "weekly": weekly, "holidays": set(days[:rng.randint(0, 2)]),
                "special": {day: [hours(rng) for _ in range(rng.randint(0, 2))] for day in days[2:2 + rng.randint(0, 2)]},
                "breaks": [(rng.randint(1, 7),) + rng.choice([(12 * HOUR, 13 * HOUR), (12 * HOUR, 13 * HOUR), (23 * HOUR, HOUR)])
                           for _ in range(rng.randint(0, 3))],
                "date_breaks": {day: [hours(rng)] for day in days[4:4 + rng.randint(0, 1)]}}
    made = [version(None if rng.random() < 0.8 else times.start // DAY + rng.randint(-1, 5))]
    if rng.random() < 0.4:
        made.append(version(times.start // DAY + rng.randint(6, 20)))
    for item in made:
        item["special"] = {day: own for day, own in item["special"].items() if day not in item["holidays"]}
    return {"zone": zone, "versions": made}


def settings(rng, zone, times):
    schedules = {name: schedule(rng, rng.choice([zone, zone, rng.choice(ZONES)]), times) for name in ("day", "night", "flex")}
    targets = []
    if rng.random() < 0.3:
        targets = [{"kpi": "first_response_within_target", "channel": rng.choice(["", "chat"]), "target_ms": 2 * HOUR}]
    if rng.random() < 0.3:
        targets.append({"kpi": "resolution_within_target", "channel": rng.choice(["", "email"]), "target_ms": DAY})
    return records.Settings(
        time_zone=zone, fiscal_first_month=rng.choice([1, 4, 7, 10]), schedules=schedules,
        default_schedule=rng.choice(["day", "day", ""]),
        team_schedules={team: rng.choice(list(schedules)) for team in TEAMS if rng.random() < 0.5},
        questions={"q1": {"scale_min": 1, "scale_max": 5, "low_is_good": rng.random() < 0.5},
                   "q2": {"threshold": 3}}, targets=targets)


def historic(rng, event, field, values):
    event[field] = rng.choice(values + [""]) if rng.random() < 0.9 else ""
    if rng.random() < 0.6:
        event["old_" + field] = rng.choice(values + [""])


def event(rng, at, number):
    kind = rng.choice(["status_change"] * 4 + ["customer_message"] * 3 + ["agent_reply"] * 4 + [
        "private_note", "bot_reply", "assignment", "assignment", "priority_change", "category_change", "work_log", "work_log"])
    made = {"at": at, "event_kind": kind}
    if rng.random() < 0.85:
        made["id"] = "e%d" % number
    if kind == "status_change":
        made["status"] = rng.choice(STATES + ["solved", "open"])
        made.update(maybe(rng, 0.3, {"actor": rng.choice(["customer", "agent", "system"])}))
    elif kind == "assignment":
        for field, values in (("agent", AGENTS), ("team", TEAMS)):
            if rng.random() < 0.6:
                historic(rng, made, field, values)
        if "agent" not in made and "team" not in made:
            made["team"] = rng.choice(TEAMS)
    elif kind == "priority_change":
        historic(rng, made, "priority", PRIORITIES)
    elif kind == "category_change":
        historic(rng, made, "category", CATEGORIES)
    elif kind == "work_log":
        made["work"] = rng.choice([0, 60000, 90500, rng.randrange(0, HOUR)])
    if kind in ("agent_reply", "work_log", "status_change", "private_note") and rng.random() < 0.85:
        made["actor_agent"] = rng.choice(AGENTS)
        made.update(maybe(rng, 0.3, {"actor_team": rng.choice(TEAMS)}))
    if kind == "agent_reply" and rng.random() < 0.1:
        made["actor"] = rng.choice(["agent", "bot", "system"])
    return made


def money(rng, currency):
    return {"currency": currency, "minor_units": rng.randrange(0, 100000)}


def ticket(rng, times, number, currency):
    created = times.any()
    made = {"kind": "ticket", "id": "t%d" % number, "created_at": created, "version": rng.randint(0, 3)}
    for field, values, chance in (
            ("customer", CUSTOMERS, 0.8), ("organization", ["acme", "beta"], 0.5), ("segment", ["smb", "ent"], 0.5),
            ("channel", CHANNELS, 0.8), ("type", ["question", "incident"], 0.6), ("category", CATEGORIES, 0.6),
            ("priority", PRIORITIES, 0.6), ("complexity", ["easy", "hard"], 0.4), ("language", ["en", "de"], 0.4),
            ("brand", ["x", "y"], 0.3), ("team", TEAMS, 0.6), ("agent", AGENTS, 0.5), ("issue_key", ["k1", "k2"], 0.3),
            ("origin", ["customer", "agent", "system", "agent"], 0.3)):
        made.update(maybe(rng, chance, {field: rng.choice(values)}))
    made.update(maybe(rng, 0.4, {"tags": rng.sample(["vip", "slow", "red"], rng.randint(0, 3))}))
    made.update(maybe(rng, 0.3, {"attributes": {"region": rng.choice(["north", "south"])}}))
    made.update(maybe(rng, 0.1, {rng.choice(["deleted", "spam", "test"]): True}))
    made.update(maybe(rng, 0.04, {"merged_into": "t0"}))
    made.update(maybe(rng, 0.3, {"cost": money(rng, currency())}))
    if rng.random() < 0.3:
        flat(rng, times, made)
        return made, []
    at, events = created if rng.random() < 0.9 else created - rng.randrange(1, DAY), []
    for place in range(rng.randint(0, 12)):
        at = times.after(at)
        events.append(event(rng, at, place))
    rng.shuffle(events)
    lone = [e for e in events if "id" in e and rng.random() < 0.3]
    made["events"] = [e for e in events if e not in lone]
    for place, one in enumerate(made["events"]):
        one.update(maybe(rng, 0.2, {"version": rng.randint(0, 5)}))
    for one in lone:
        one.update(kind="ticket_event", ticket=made["id"], version=rng.randint(0, 5))
    return made, lone


def flat(rng, times, made):
    at = made["created_at"] if rng.random() < 0.95 else made["created_at"] - 1000
    made.update(maybe(rng, 0.7, {"status": rng.choice(STATES)}))
    for field, chance in (("first_replied_at", 0.6), ("first_resolved_at", 0.3), ("resolved_at", 0.6), ("closed_at", 0.4)):
        if rng.random() < 0.8:
            at = times.after(at)
        made.update(maybe(rng, chance, {field: at}))
    for field in ("replies", "contacts", "reopens", "agents_involved"):
        made.update(maybe(rng, 0.5, {field: rng.randint(0, 3)}))
    made.update(maybe(rng, 0.4, {"handle_time": rng.randrange(0, HOUR)}))


SCALES = {"csat": [(1, 5), (1, 3), (1, 7), (0, 10), (1, 10), (0, 1), (1, 2)], "nps": [(0, 10), (1, 10)],
          "ces": [(1, 5), (1, 7), (0, 10), (-2, 2)], "quality": [(1, 5), (0, 1), (0, 10)]}


def survey(rng, times, number, tickets):
    kind = rng.choice(list(SCALES))
    low, high = rng.choice(SCALES[kind])
    at = times.any()
    made = {"kind": "survey", "id": "s%d" % number, "version": rng.randint(0, 2), "survey_kind": kind,
            "scale_min": low, "scale_max": high, "direction": rng.choice(["high_is_good", "high_is_good", "low_is_good"])}
    if kind != "nps" and rng.random() < 0.2:
        made["scale_min"], made["scale_max"], made["threshold"] = 0, 100, rng.randint(0, 100)
        low, high = 0, 100
    if kind == "csat" and rng.random() < 0.2:
        made["question"] = "q1"
        low, high = 1, 5
        for field in ("scale_min", "scale_max", "direction", "threshold"):
            made.pop(field, None)
    elif rng.random() < 0.3 and kind != "nps" and (low, high) != (0, 1) and (low, high) != (1, 2) and low >= 0:
        made["question"] = "q2"
    made.update(maybe(rng, 0.9, {"sent_at": at}))
    if rng.random() < 0.8:
        made["score"] = rng.randint(low, high) if kind == "nps" or rng.random() < 0.8 else low + (high - low) * rng.choice([0.5, 0.25])
        made.update(maybe(rng, 0.95, {"responded_at": times.after(at)}))
    made.update(maybe(rng, 0.7, {"ticket": rng.choice(tickets + ["gone"])}))
    for field, values in (("customer", CUSTOMERS), ("agent", AGENTS), ("team", TEAMS), ("channel", CHANNELS)):
        made.update(maybe(rng, 0.3, {field: rng.choice(values)}))
    made.update(maybe(rng, 0.2, {"attributes": {"region": rng.choice(["north", "south"])}}))
    return made


def call(rng, times, number, tickets):
    at, legs, about = times.any(), [], rng.choice(tickets + ["gone"])
    outcomes = ["answered"] * 4 + ["abandoned_in_ivr", "abandoned_in_queue", "abandoned_in_queue", "failed", "voicemail",
                                   "callback", "returned_to_queue", "transferred", "transferred"]
    for place in range(rng.choice([1, 1, 1, 2, 2, 3])):
        ivr, queued, ring = (rng.choice([0, 1000, 15000, 40000]) for _ in range(3))
        leg = {"kind": "call_leg", "call": "call%d" % number, "leg": "l%d" % place, "started_at": at, "version": rng.randint(0, 2),
               "ivr": ivr, "queued": queued, "ring": ring, "talk": times.length(), "hold": rng.choice([0, 30000]),
               "wrap_up": rng.choice([0, 45000])}
        for part in ("ivr", "queued", "ring", "talk", "hold", "wrap_up"):
            if rng.random() < 0.1:
                del leg[part]
        outcome = rng.choice(outcomes)
        answered = at + ivr + queued + ring
        if rng.random() < 0.85:
            leg["ended_at"] = answered + leg.get("talk", 0) + rng.choice([0, 30000])
            leg["outcome"] = outcome
        elif rng.random() < 0.3:
            leg["ended_at"] = answered + 1000
        if outcome in ("answered", "transferred") and rng.random() < 0.7:
            leg["answered_at"] = answered + rng.choice([0, 0, 500])
            if "ended_at" in leg:
                leg["ended_at"] = max(leg["ended_at"], leg["answered_at"])
        leg.update(maybe(rng, 0.15, {"direction": "outbound"}))
        for field, values, chance in (("queue", ["q1", "q2"], 0.6), ("agent", AGENTS, 0.7), ("team", TEAMS, 0.6),
                                      ("customer", CUSTOMERS, 0.4), ("ticket", [about, about, about] + tickets, 0.5), ("topic", ["pay", "use"], 0.4)):
            leg.update(maybe(rng, chance, {field: rng.choice(values)}))
        legs.append(leg)
        # The next leg after this one's end, or while it talks: a consultation, a conference.
        at = times.snap(answered if rng.random() < 0.3 else leg.get("ended_at", answered) + rng.choice([0, 0, -5000, -900000, 2000]))
    return legs


def agent_time(rng, times, number):
    start = times.any()
    made = {"kind": "agent_time", "id": "a%d" % number, "agent": rng.choice(AGENTS[:3]), "from": start,
            "to": start + rng.choice([0, 60000, HOUR, 8 * HOUR, rng.randrange(1, 2 * DAY)]),
            "state": rng.choice(["available", "handling", "other_support_work", "break", "offline"])}
    made.update(maybe(rng, 0.6, {"team": rng.choice(TEAMS)}))
    made.update(maybe(rng, 0.2, {"paid": rng.random() < 0.5}))
    return made


def month_edges(times, zone):
    first = civil.date_of(times.start // DAY)
    months = (first.year - 2000) * 12 + first.month - 1
    return [zone.first_reading(civil.month_reading(months + n, 1, 0)) for n in range(-1, times.span // (28 * DAY) + 3)]


def customer_periods(rng, times, zone, currency):
    edges, made = month_edges(times, zone), []
    if rng.random() < 0.4:
        edges = sorted({times.any() for _ in range(rng.randint(2, 6))})
    for chain in range(rng.randint(1, 3)):
        own = {field: rng.choice(values) for field, values in (("segment", ["smb", "ent"]), ("plan", ["basic", "pro"]),
               ("region", ["north", "south"]), ("persona", ["p1", "p2"])) if rng.random() < 0.5}
        count = rng.randint(0, 200)
        for place, (start, end) in enumerate(zip(edges, edges[1:])):
            if rng.random() < 0.15:
                continue
            code = currency()
            new, lost = rng.randint(0, 50), rng.randint(0, min(50, count))
            period = dict(own, kind="customer_period", id="p%d-%d" % (chain, place), customers_at_start=count,
                          new_customers=new, customers_at_end=count + new - lost, revenue=money(rng, code),
                          acquisition_cost=money(rng, code), relationship_years=rng.choice([1, 2.5, 0.75, 4]))
            period.update({"from": start, "to": end})
            for field in ("customers_at_start", "new_customers", "customers_at_end", "relationship_years"):
                if rng.random() < 0.02:
                    del period[field]
            period.update(maybe(rng, 0.3, {"lost_customers": lost}))
            made.append(period)
            count = period.get("customers_at_end", count) + rng.choice([0, 0, 0, 0, 3])
    return made


def support_costs(rng, times, zone, currency):
    edges, made = month_edges(times, zone), []
    if rng.random() < 0.5:
        edges = [zone.first_reading(d * DAY) for d in range(times.start // DAY, min(times.end // DAY, times.start // DAY + 12) + 1)]
    for number in range(rng.randint(1, 12)):
        first = rng.randrange(len(edges) - 1)
        cost = {"kind": "support_cost", "id": "k%d" % number, "from": edges[first], "to": edges[min(len(edges) - 1, first + rng.choice([1, 1, 2]))],
                "amount": money(rng, currency())}
        for field, values in (("team", TEAMS), ("channel", CHANNELS), ("cost_kind", ["staff", "tools"])):
            cost.update(maybe(rng, 0.6, {field: rng.choice(values)}))
        made.append(cost)
    return made


def people(rng, times):
    made = []
    for name in CUSTOMERS:
        if rng.random() < 0.7:
            customer = {"kind": "customer", "id": name}
            for field, values in (("organization", ["acme", "beta"]), ("segment", ["smb", "ent"]), ("plan", ["basic", "pro"]),
                                  ("region", ["north", "south"]), ("language", ["en", "de"]), ("persona", ["p1", "p2"])):
                customer.update(maybe(rng, 0.6, {field: rng.choice(values)}))
            made.append(customer)
    for name in AGENTS:
        if rng.random() < 0.8 or name == "robo":
            agent = {"kind": "agent", "id": name, "agent_kind": "bot" if name == "robo" else "human",
                     "teams": [{"team": rng.choice(TEAMS)}] if rng.random() < 0.5 else []}
            if rng.random() < 0.5:
                agent["teams"].append({"team": rng.choice(TEAMS), "from": times.any()})
            agent.update(maybe(rng, 0.7, {"name": name.title()}))
            made.append(agent)
    return made


class DataSet:
    """settings, and changes: ("upsert", record) or ("delete", identity, version) in the order of their acknowledgement."""

    def __init__(self, seed):
        rng = self.rng = random.Random(seed)
        self.seed, self.zone = seed, rng.choice(ZONES)
        self.times = times = Times(rng, self.zone)
        self.settings = settings(rng, self.zone, times)
        codes = rng.choice([["EUR"], ["EUR"], ["JPY"], ["EUR", "USD"]])
        currency = lambda: rng.choice(codes)
        made, count = [], rng.choice([5, 10, 20, 40, 60])
        tickets = ["t%d" % n for n in range(count)]
        for number in range(count):
            one, lone = ticket(rng, times, number, currency)
            made += [one] + lone
        made += [survey(rng, times, n, tickets) for n in range(rng.randint(0, count))]
        for number in range(rng.randint(0, count // 2)):
            made += call(rng, times, number, tickets)
        made += [agent_time(rng, times, n) for n in range(rng.randint(0, 15))]
        made += customer_periods(rng, times, civil.zone(self.zone), currency)
        made += support_costs(rng, times, civil.zone(self.zone), currency)
        made += people(rng, times)
        self.changes = self._changes(rng, made)
        # When the server is to seal what it holds in memory: after these shares of the changes. Never in every third set.
        sealing = random.Random("%s sealing" % seed)
        self.sealed_after = sorted(sealing.random() for _ in range(sealing.choice([0, 1, 3]))) + sealing.choice([[], [1]])
        self.sealed_after = self.sealed_after if sealing.random() < 2 / 3 else []

    def _changes(self, rng, made):
        changes = [("upsert", record) for record in made]
        for record in made:
            if rng.random() < 0.06 and record["kind"] in ("ticket", "survey", "agent_time", "support_cost"):
                older = dict(record, version=record.get("version", 0) - 1) if record.get("version", 0) > 0 else dict(record)
                if record["kind"] == "ticket" and older["version"] != record["version"]:
                    older.update(channel="fax", events=older.get("events", [])[:1])
                changes.append(("upsert", older))
            elif rng.random() < (0.08 if record["kind"] == "ticket" else 0.03) and record["kind"] not in ("customer", "agent"):
                name = records.identity(dict(record, id=record.get("id") or "place 0"))
                version = record.get("version", 0) + rng.choice([-1, 1, 2])
                changes.append(("delete", name, version))
                if record["kind"] == "ticket" and version > record.get("version", 0) and rng.random() < 0.6:
                    # Opened anew: its former events stay deleted.
                    changes.append(("upsert", dict(record, version=version + 1, events=record.get("events", [])[:1])))
        changes = [c for c in changes if c[0] == "upsert" or c[2] >= 0]
        rng.shuffle(changes)
        return changes

    def data(self, changes=None):
        store = records.Store(self.settings)
        for change in (self.changes if changes is None else changes):
            if change[0] == "upsert":
                store.upsert(change[1])
            else:
                store.delete(*change[1:])
        return store.data()
