"""Answers a question from a model: {(bucket start or None, group key or None): {alias: Cell}}."""

import fractions

from . import catalogue, cells, civil, periods, stats
from .facts import ANY, holds, keys
from .question import Context, Selection
from .replay import FLAGS

CALENDAR = ("hour_of_day", "weekday", "month_of_year")


class Env:
    """A cell's surroundings."""

    def __init__(self, **fields):
        self.__dict__.update(fields)


class Asked:
    def __init__(self, model, question):
        self.model, self.question, self.data = model, question, model.data
        settings = model.data.settings
        self.start, self.end = question["range"]
        self.zone = civil.zone(question.get("time_zone") or settings.time_zone or "UTC")
        self.grain = dict(question["grain"]) if question.get("grain") else None
        if self.grain and not self.grain.get("fiscal_first_month"):
            self.grain["fiscal_first_month"] = settings.fiscal_first_month
        self.dimensions = question.get("group_by", [])
        self.buckets = civil.buckets(self.start, self.end, self.grain, self.zone)
        self.selections = [Selection(asked) for asked in question["kpis"]]
        for selection in self.selections:
            selection.context = Context(model, selection, self.start, self.end)

    def answer(self):
        if self.start == self.end:
            empty = {s.alias: self._empty(s) for s in self.selections}
            totals = {(None, None): empty}
            if self.dimensions and not self.grain:
                totals[self.start, None] = empty
            return ({} if self.grain or self.dimensions else {(self.start, ()): empty}), totals
        rows, totals, groups, refused = {}, {}, set(), []
        spans = [(bucket[0], bucket) for bucket in self.buckets]
        found = {}
        for selection in self.selections:
            for name, bucket in [(None, (self.start, self.end, True))] + spans:
                entries = self._entries(selection, bucket)
                found[selection.alias, name] = entries
                if selection.id.startswith("customer_"):
                    refused += periods.overlaps([fact for fact, _, _ in entries if not fact.rule])
                groups |= {key for fact, fact_keys, _ in entries if selection.mode != catalogue.PERIOD or fact.part != "volume"
                           for key in fact_keys if ANY not in key}
            refused += self._mixed(selection, found[selection.alias, None])
        if refused:
            raise periods.Refused("FAILED_PRECONDITION", refused)
        if not self.dimensions:
            groups = {()}
        for selection in self.selections:
            for name, bucket in spans:
                for key in groups:
                    rows.setdefault((name, key), {})[selection.alias] = self._cell(selection, found, name, bucket, key)
                if self.dimensions:
                    totals.setdefault((name, None), {})[selection.alias] = self._cell(selection, found, name, bucket, None)
            whole = (self.start, self.end, True)
            for key in groups:
                if self.dimensions:
                    totals.setdefault((None, key), {})[selection.alias] = self._cell(selection, found, None, whole, key)
            totals.setdefault((None, None), {})[selection.alias] = self._cell(selection, found, None, whole, None)
        return rows, totals

    def _mixed(self, selection, entries):
        """Several currencies in one sum are refused unless the question tells them apart."""
        if selection.kpi.unit != "$" or "currency" in self.dimensions:
            return []
        if names_currency(self.question.get("filter")) or names_currency(selection.filter):
            return []
        codes = {code for fact, _, _ in entries if not fact.rule for code in fact.codes()}
        return [tuple(sorted(codes))] if len(codes) > 1 else []

    def _entries(self, selection, bucket):
        """[(fact, its group keys, counts in the total)] of the facts that pass the filters."""
        low, high, _ = bucket
        if selection.id.startswith("moved_"):
            return self._moves(selection, low, high)
        result = []
        for fact in self._facts(selection, low, high):
            if self._passes(selection, fact):
                self._flag(selection, fact)
                result.append((fact, keys(fact, self.dimensions, self.data), True))
        return result

    def _facts(self, selection, low, high):
        found = selection.context.facts(low, high)
        if selection.id == "longest_wait" and selection.parameters["include_open"] == "true":
            found = found + catalogue.longest_open(selection.context, high)
        for fact in found:
            self._place(fact)
        return found

    def _place(self, fact):
        if fact.at is not None and "hour_of_day" not in fact.own:
            hour, weekday, month = self.zone.parts(fact.at)
            fact.own = dict(fact.own, hour_of_day=str(hour), weekday=str(weekday), month_of_year=str(month))

    def _passes(self, selection, fact):
        return holds(self.question.get("filter"), fact, self.data) and holds(selection.filter, fact, self.data)

    def _flag(self, selection, fact):
        if fact.flagged:
            for field, rule in FLAGS:
                if fact.ticket.record.get(field) and rule not in selection.include:
                    fact.rule = rule
                    return

    def _moves(self, selection, low, high):
        result = []
        for before, after in selection.context.facts(low, high):
            self._place(before)
            self._place(after)
            sides = []
            for fact in (before, after):
                passes = self._passes(selection, fact)
                sides.append(keys(fact, self.dimensions, self.data) if passes else set())
                self._flag(selection, fact)
            gone, came = sides[0] - sides[1], sides[1] - sides[0]
            if selection.id == "moved_in" and came:
                result.append((after, came, True))
            if selection.id == "moved_out" and gone:
                result.append((before, gone, True))
        return result

    def _cell(self, selection, found, name, bucket, key):
        chosen = [fact for fact, fact_keys, _ in found[selection.alias, name]
                  if key is None or any(matches(key, own) for own in fact_keys)]
        if any(fact.part == "cost" for fact in chosen) or selection.id.startswith("cost_per"):
            costs = [fact for fact in chosen if fact.part == "cost" and not fact.rule]
            chosen = [f for f in chosen if f.part == "cost"] + periods.covered(costs, [f for f in chosen if f.part == "volume"])
        counted, rules = cells.split(chosen)
        env = Env(selection=selection, with_rules=chosen, bucket=bucket, key=key, asked=self, total=name is None)
        kpi = selection.kpi
        if selection.id == "tickets_per_hour":
            cell = self._per_hour(counted, env)
        elif selection.id.endswith("_share") and kpi.cell is None:
            cell = self._share(counted, env, found[selection.alias, name])
        elif selection.id == "volume_spike":
            cell = self._spike(counted, env)
        else:
            cell = kpi.cell(counted, env)
        cell.left_out = rules
        if cell.reason == "NO_DATA" and "no_schedule" in rules:
            cell.reason = "NO_SCHEDULE"
        for fact in counted:
            for note, count in fact.notes.items():
                cells.add(cell.notes, note, count)
        if selection.mode == catalogue.PERIOD:
            self._period_notes(selection, cell, counted, bucket, key)
        return cell

    def _period_notes(self, selection, cell, counted, bucket, key):
        cut = sum(1 for _, fact_keys in self._cut(selection, bucket) if key is None or any(
            matches(key, own) for own in fact_keys))
        if cut:
            cell.notes["partly_covered"] = cut
        if selection.id.startswith("customer_"):
            breaks = periods.breaks(counted)
            if breaks:
                cell.notes["period_breaks"] = breaks

    def _cut(self, selection, bucket):
        """[(fact, keys)] of periods that are cut by the bucket."""
        result = []
        for fact in selection.context.cut_periods(*bucket[:2]):
            self._place(fact)
            if self._passes(selection, fact):
                result.append((fact, keys(fact, self.dimensions, self.data)))
        return result

    def _empty(self, selection):
        zero = selection.mode != catalogue.STATE and (selection.kpi.empty_zero or selection.statistic == "sum" or
                                                      selection.kpi.cell is cells.count)
        return cells.Cell(0) if zero else cells.Cell(None, "EMPTY_RANGE")

    def _per_hour(self, counted, env):
        low, high, _ = env.bucket
        chosen = dict(zip(self.dimensions, env.key)) if env.key is not None else {}
        hours, days = self._occurrences(low, high)
        parts = [chosen.get(part) for part in CALENDAR]
        if parts[0] is None and parts[1] is not None:
            amount = sum(share for (weekday, month), share in days.items()
                         if weekday == parts[1] and parts[2] in (None, month))
        else:
            amount = fractions.Fraction(sum(length for own, length in hours.items()
                                            if all(p in (None, o) for p, o in zip(parts, own))), civil.HOUR)
        if amount == 0:
            return cells.Cell(None, "NEVER_OCCURS", len(counted), 0, len(counted))
        return cells.Cell(len(counted) / amount, None, len(counted), amount, len(counted))

    def _occurrences(self, low, high):
        cache = self.__dict__.setdefault("occurrences", {})
        if (low, high) not in cache:
            hours, days = {}, {}
            for first, last, offset in self.zone.stretches(low, high):
                first, last = first + offset, last + offset
                for day in range(first // civil.DAY, (last - 1) // civil.DAY + 1):
                    _, weekday, month = self.zone.parts(max(first, day * civil.DAY) - offset)
                    for hour in range(24):
                        begins = day * civil.DAY + hour * civil.HOUR
                        length = min(last, begins + civil.HOUR) - max(first, begins)
                        if length > 0:
                            own = (str(hour), str(weekday), str(month))
                            hours[own] = hours.get(own, 0) + length
            for day_low, day_high, _ in civil.buckets(low, high, {"unit": "day"}, self.zone):
                full = civil.boundaries(day_low, day_low + 1, {"unit": "day"}, self.zone)
                length = next(b - a for a, b in zip(full, full[1:]) if a <= day_low < b)
                own = tuple(str(part) for part in self.zone.parts(day_low)[1:])
                days[own] = days.get(own, 0) + fractions.Fraction(day_high - day_low, length)
            cache[low, high] = hours, days
        return cache[low, high]

    def _share(self, counted, env, entries):
        field = env.selection.id[:-len("_share")]
        others = [i for i, d in enumerate(self.dimensions) if d not in (field, "ticket." + field)]
        if env.key is None:
            whole = len(counted)
        else:
            whole = sum(1 for fact, fact_keys, _ in entries if not fact.rule and
                        any(all(key[i] == env.key[i] for i in others) for key in fact_keys))
        if whole == 0:
            return cells.undivided(len(counted), 0, len(counted))
        return cells.Cell(fractions.Fraction(100 * len(counted), whole), None, len(counted), whole, len(counted))

    def _spike(self, counted, env):
        low, high, partial = env.bucket
        count = len(counted)
        if env.total or env.key is None and self.dimensions:
            return cells.Cell(None, "NOT_FOR_TOTALS", None, None, count)
        if partial:
            return cells.Cell(None, "PARTIAL_BUCKET", None, None, count)
        first = min((t.created_at for t in self.model.tickets if t.created_at < self.end and not any(
            t.record.get(field) and rule not in env.selection.include for field, rule in FLAGS)), default=None)
        earlier = self._earlier(low, first)
        if len(earlier) < 4:
            return cells.Cell(None, "INSUFFICIENT_HISTORY", None, None, count)
        history = [sum(1 for fact, fact_keys, _ in self._entries(env.selection, (a, b, False)) if not fact.rule and
                       any(matches(env.key, own) for own in fact_keys)) for a, b in earlier]
        median = stats.percentile(history, 50)
        spread = stats.percentile([abs(number - median) for number in history], 50)
        scale = max(1.4826 * float(spread), float(median) ** 0.5, 1)
        return cells.Cell(float(count - median) / scale, None, count - median, scale, count)

    def _earlier(self, low, first):
        if first is None or not self.grain or first >= low:
            return []
        unit, like = self.grain["unit"], self.zone.parts(low)
        single = (self.grain.get("count") or 1) == 1
        result = []
        for a, b in civil.full_buckets_before(low, self.grain, self.zone, first):
            hour, weekday, _ = self.zone.parts(a)
            if b <= first or len(result) == 8:
                break
            if unit == "day" and single and weekday != like[1] or unit == "hour" and (hour, weekday) != like[:2]:
                continue
            result.append((a, b))
        return result


def names_currency(condition):
    if not condition:
        return False
    if condition.get("field", "").endswith("currency"):
        return True
    return any(names_currency(part) for key in ("all", "any") for part in condition.get(key, [])) or names_currency(
        condition.get("not"))


def matches(key, own):
    return all(mine is ANY or mine == wanted for wanted, mine in zip(key, own))


def ask(model, question):
    """(rows, totals), or raises periods.Refused."""
    return Asked(model, question).answer()
