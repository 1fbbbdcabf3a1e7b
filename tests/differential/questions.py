"""Random questions over a data set: every KPI, statistic, clock, anchor, variant, attribution, grain, grouping, filter."""

from data_sets import AGENTS, CATEGORIES, CHANNELS, CUSTOMERS, PRIORITIES, STATES, TEAMS, ZONES
from model import catalogue, civil

VALUES = {
    "agent": AGENTS, "team": TEAMS, "channel": CHANNELS, "category": CATEGORIES, "priority": PRIORITIES,
    "customer": CUSTOMERS, "organization": ["acme", "beta"], "segment": ["smb", "ent"], "type": ["question", "incident"],
    "complexity": ["easy", "hard"], "language": ["en", "de"], "brand": ["x", "y"], "tags": ["vip", "slow", "red"],
    "attributes.region": ["north", "south"], "issue_key": ["k1", "k2"], "origin": ["customer", "agent", "system"],
    "status": STATES, "state": ["available", "handling", "break"], "queue": ["q1", "q2"], "topic": ["pay", "use"],
    "outcome": ["answered", "failed", "voicemail"], "direction": ["inbound"], "region": ["north", "south"],
    "plan": ["basic", "pro"], "persona": ["p1", "p2"], "kind": ["csat", "nps", "staff", "tools"],
    "question": ["q1", "q2"], "currency": ["EUR", "USD", "JPY"], "name": ["Ann", "Bob"], "paid": ["true", "false"],
    "agent.kind": ["human", "bot"], "hour_of_day": ["0", "9", "13"], "weekday": ["1", "5", "7"], "month_of_year": ["3", "11"], "source": [""],
}
SHARES = ("channel_share", "type_share", "category_share")
ENUMS = {"status", "state", "outcome", "direction", "origin", "kind", "agent.kind", "paid", "ticket.origin"}
CALENDAR = ("hour_of_day", "weekday", "month_of_year")
LENGTHS = {"minute": civil.MINUTE, "hour": civil.HOUR, "day": civil.DAY, "week": 7 * civil.DAY, "month": 30 * civil.DAY,
           "quarter": 91 * civil.DAY, "year": 365 * civil.DAY, "fiscal_quarter": 91 * civil.DAY,
           "fiscal_year": 365 * civil.DAY}


class Maker:
    """Makes questions; counts what it drew."""

    def __init__(self, definitions):
        self.definitions = {definition.id: definition for definition in definitions if definition.id in catalogue.KPIS}
        self.ids = sorted(self.definitions)

    def dimensions(self, kpi):
        known = set(VALUES) | {prefix + name for prefix in ("ticket.", "customer.", "agent.") for name in VALUES}
        found = [d for d in self.definitions[kpi].dimensions if d in known]
        if "attributes" in self.definitions[kpi].dimensions:
            found.append("attributes.region")
        return [d for d in found if not d.endswith("source")]

    def question(self, rng, data_set, kpi):
        kpis = [kpi] + [rng.choice(self.ids) for _ in range(rng.choice([0, 0, 0, 1, 2]))]
        kpis = [k for n, k in enumerate(kpis) if k not in kpis[:n]]
        shared = self.dimensions(kpi)
        for other in kpis[1:]:
            shared = [d for d in shared if d in self.dimensions(other)]
        if len(kpis) > 1:  # kinds of surveys and of costs are different fields
            shared = [d for d in shared if d != "kind"]
        needed = [k[:-6] for k in kpis if k in SHARES]
        if not shared or any(field not in shared for field in needed):
            kpis, shared = kpis[:1], self.dimensions(kpi)
        asked = {"time_zone": rng.choice([data_set.zone, data_set.zone, "", rng.choice(ZONES)])}
        asked["range"] = self.range(rng, data_set, asked["time_zone"] or data_set.zone)
        asked["grain"] = self.grain(rng, asked["range"], "volume_spike" in kpis)
        asked["group_by"] = rng.sample(shared, min(len(shared), rng.choice([0, 0, 1, 1, 1, 2, 2, 3])))
        asked["kpis"] = [self.selection(rng, data_set, k, asked) for k in kpis]
        for k in kpis:
            if k in SHARES and k[:-6] not in asked["group_by"]:
                asked["group_by"] = [k[:-6]] + asked["group_by"][:2]
        clipped = [k for k in asked["kpis"] if catalogue.KPIS[k["kpi"]].mode(Mode(k)) in ("state", "clipped")]
        if clipped:
            asked["group_by"] = [d for d in asked["group_by"] if d not in CALENDAR]
        asked["group_by"] = [d for d in asked["group_by"] if d in self.filterable([d], asked["kpis"]) or
                             d == "currency" and not any(s.get("variant") == "snapshot" for s in asked["kpis"])]
        asked["group_by"] = [d for d in asked["group_by"] if d == "currency" or d in self.filterable([d], asked["kpis"])]
        if rng.random() < 0.4:
            fields = self.filterable([d for d in shared if not (clipped and d in CALENDAR)], asked["kpis"])
            if fields:
                asked["filter"] = self.filter(rng, fields, 2, kpi)
        if "time_in_status" in kpis and "status" not in asked["group_by"]:
            for selection in asked["kpis"]:
                if selection["kpi"] == "time_in_status":
                    selection.setdefault("parameters", {})["status"] = rng.choice(STATES[:4])
        return asked

    def range(self, rng, data_set, zone):
        times, here = data_set.times, civil.zone(zone)

        def instant():
            at = rng.randrange(times.start - times.span // 4, times.end + times.span // 2 + 1)
            choice = rng.random()
            if choice < 0.4:
                return here.first_reading(here.local(at) // civil.DAY * civil.DAY)
            if choice < 0.6:
                change = rng.choice(data_set.changes)
                moment = change[1].get("created_at") or change[1].get("at") if change[0] == "upsert" else None
                return moment or at
            return at
        first, second = sorted((instant(), instant()))
        if first == second and rng.random() < 0.9:
            second += rng.randrange(1, civil.DAY)
        return first, second

    def grain(self, rng, span, wanted):
        length = span[1] - span[0]
        units = [unit for unit, own in LENGTHS.items() if length / own <= 40]
        if not units or (not wanted and rng.random() < 0.25):
            return None
        unit = rng.choice(units[:4])
        grain = {"unit": unit}
        if rng.random() < 0.3:
            grain["count"] = rng.choice({"minute": [5, 15, 30], "hour": [2, 6, 12]}.get(unit, [2, 3, 5]))
        if unit == "week" and rng.random() < 0.4:
            grain["first_weekday"] = rng.randint(1, 7)
        if rng.random() < 0.25:
            day = civil.date_of(span[0] // civil.DAY + rng.randint(-40, 40))
            grain["origin"] = "%sT%02d:%02d" % (day.replace(day=rng.randint(1, 28)).isoformat(), rng.randint(0, 23),
                                                rng.choice([0, 0, 30]))
        if unit.startswith("fiscal") and rng.random() < 0.5:
            grain["fiscal_first_month"] = rng.randint(1, 12)
        return grain

    def selection(self, rng, data_set, kpi, asked):
        row = catalogue.KPIS[kpi]
        made = {"kpi": kpi}
        if row.statistics and rng.random() < 0.7:
            statistic = rng.choice(row.statistics)
            made["statistic"] = rng.choice(["p0", "p90", "p99.9", "p33.3", "p100"]) if statistic == "percentile" else statistic
        if row.business and rng.random() < 0.4:
            made["clock"] = "business"
            if rng.random() < 0.3:
                made.setdefault("parameters", {})["schedule"] = rng.choice(list(data_set.settings.schedules))
        if len(row.variants) > 1 and rng.random() < 0.7:
            made["variant"] = rng.choice(row.variants)
        if len(row.anchors) > 1 and kpi not in ("tickets_by_status", "leg_talk_time") and rng.random() < 0.6:
            made["anchor"] = rng.choice(row.anchors)
        if row.attributions and rng.random() < 0.5:
            made["attribution"] = rng.choice(row.attributions)
        self.parameters(rng, made, row)
        if made.get("attribution") == "participants" and kpi == "longest_wait":
            made.get("parameters", {}).pop("include_open", None)
        if rng.random() < 0.15:
            made["include"] = rng.sample(["deleted", "spam", "test", "merged"], rng.randint(1, 4))
        if rng.random() < 0.15 and self.dimensions(kpi):
            fields = self.filterable([d for d in self.dimensions(kpi) if d not in CALENDAR], [made])
            made["filter"] = self.filter(rng, fields, 1, kpi)
        return made

    def filterable(self, fields, selections):
        """Without what the question may not filter by."""
        if any(selection["kpi"].startswith("cost_per") or selection.get("variant") == "snapshot" for selection in selections):
            fields = [d for d in fields if d != "currency"]
        if any(selection.get("attribution") == "participants" for selection in selections):
            fields = [d for d in fields if not d.startswith("agent.")]
        if any(catalogue.KPIS[selection["kpi"]].anchors == ["clipped"] for selection in selections):
            fields = [d for d in fields if d != "agent.team"]  # which membership holds within a record is not settled
        return fields

    def parameters(self, rng, made, row):
        choices = {"window": ["1h", "1d", "7d", "30d"], "source": ["both", "tickets", "calls"], "include_open": ["true", "false"],
                   "from": ["start", "queue"], "threshold": ["5s", "20s", "1m"], "short_abandon": ["0s", "10s", "1m"],
                   "target": ["1h", "90m", "4h", "2d"]}
        for name in row.parameters:
            if name in choices and (rng.random() < 0.5):
                made.setdefault("parameters", {})[name] = rng.choice(choices[name])

    def filter(self, rng, fields, depth, kpi=""):
        choice = rng.random()
        if depth and choice < 0.2:
            return {rng.choice(["all", "any"]): [self.filter(rng, fields, depth - 1, kpi) for _ in range(rng.randint(1, 3))]}
        if depth and choice < 0.3:
            return {"not": self.filter(rng, fields, depth - 1, kpi)}
        field = rng.choice(fields)
        values = VALUES.get(field) or VALUES[field.split(".")[-1]]
        if field == "kind":
            values = [v for v in values if (v in ("staff", "tools")) == (kpi == "support_cost")]
        leaf = rng.choice(["equals"] * 4 + ["in", "in", "prefix", "present", "present", "at_least", "less_than"])
        if field in CALENDAR and leaf == "prefix" or field in ENUMS and leaf in ("prefix", "at_least", "less_than"):
            leaf = "equals"
        if leaf == "in":
            return {"field": field, "in": rng.sample(values, rng.randint(1, min(3, len(values))))}
        if leaf == "prefix":
            return {"field": field, "prefix": rng.choice(values)[:rng.randint(1, 3)]}
        if leaf == "present":
            return {"field": field, "present": rng.random() < 0.5}
        return {"field": field, leaf: rng.choice(values)}


class Mode:
    """As much of a selection as tells how its facts lie."""

    def __init__(self, asked):
        kpi = catalogue.KPIS[asked["kpi"]]
        self.variant = asked.get("variant") or kpi.variants[0]
        self.anchor = asked.get("anchor") or kpi.anchors[0]
