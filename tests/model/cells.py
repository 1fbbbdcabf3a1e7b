"""From the facts of a cell to its value and evidence."""

import fractions

from . import periods, stats


class Cell:
    def __init__(self, value=None, reason=None, num=None, den=None, facts=0, currency="", record=""):
        self.value, self.reason, self.num, self.den = value, reason, num, den
        self.facts, self.currency, self.record = facts, currency, record
        self.left_out, self.notes = {}, {}

    def __repr__(self):
        return str({key: str(value) for key, value in self.__dict__.items() if value not in (None, {}, "")})


def add(into, rule, count=1):
    into[rule] = into.get(rule, 0) + count


def state_time(facts, env):
    total = sum(f.value for f in facts)
    return Cell(fractions.Fraction(total, 1000), None, total, None, len(facts))


def undivided(num, den, facts, currency=""):
    """A ratio that has no value: of nothing, or divided by 0."""
    return Cell(None, "ZERO_DENOMINATOR" if facts else "NO_DATA", num, den, facts, currency)


def split(facts):
    """Counted facts, and the left out ones by rule."""
    counted, rules = [], {}
    for fact in facts:
        if fact.rule:
            add(rules, fact.rule)
        else:
            counted.append(fact)
    return counted, rules


def count(facts, env):
    total = sum(fact.num for fact in facts)
    return Cell(total, num=total, facts=len(facts))


def ratio(scale=100):
    def cell(facts, env):
        num, den = sum(f.num for f in facts), sum(f.den for f in facts)
        if den == 0:
            return undivided(num, den, len(facts))
        return Cell(fractions.Fraction(num, den) * scale, None, num, den, len(facts))
    return cell


def resolved_to_unresolved(facts, env):
    unresolved = sum(f.num for f in facts)
    resolved = len(facts) - unresolved
    if unresolved == 0:
        return undivided(resolved, 0, len(facts))
    return Cell(fractions.Fraction(resolved, unresolved), None, resolved, unresolved, len(facts))


def seconds(facts, env, scale=1000):
    """A statistic of durations; facts that have an entity count once for each entity."""
    values, entities, counted = [], {}, 0
    lost = set()
    for fact in env.with_rules:
        if fact.rule == "no_schedule" and fact.entity is not None:
            lost.add(fact.entity)
    for fact in facts:
        if fact.entity is None:
            values.append(fact.value)
            counted += 1
        elif fact.entity not in lost:
            entities[fact.entity] = entities.get(fact.entity, 0) + fact.value
            counted += 1
    values += list(entities.values())
    name = env.selection.statistic
    cell = Cell(None, None, sum(values), len(values), counted)
    none_scheduled = not values and any(fact.rule == "no_schedule" for fact in env.with_rules)
    if none_scheduled:
        cell.reason = "NO_SCHEDULE"
        return cell
    value = stats.statistic(name, values)
    if value is None:
        cell.reason = "TOO_FEW_FACTS" if values else "NO_DATA"
    else:
        cell.value = value / scale if isinstance(value, float) else fractions.Fraction(value) / scale
    return cell


def longest(facts, env):
    if not facts:
        return Cell(None, "NO_DATA", den=0)
    best = max(fact.value for fact in facts)
    record = min((fact.at if fact.tie is None else fact.tie, fact.record) for fact in facts if fact.value == best)[1]
    return Cell(fractions.Fraction(best, 1000), None, None, len(facts), len(facts), record=record)


def mean_score(facts, env):
    total = sum(f.num for f in facts)
    if not facts:
        return Cell(None, "NO_DATA", total, 0, 0)
    return Cell(fractions.Fraction(total, len(facts) * 10**9), None, total, len(facts), len(facts))


def nps(facts, env):
    total = sum(f.num for f in facts)
    if not facts:
        return undivided(total, 0, 0)
    return Cell(fractions.Fraction(100 * total, len(facts)), None, total, len(facts), len(facts))


def distinct_customers(facts, env):
    found = {fact.ticket.record["customer"] for fact in facts if fact.num}
    return Cell(len(found), num=len(found), facts=sum(f.num for f in facts))


def time_share(busy):
    def cell(facts, env):
        den = sum(f.value for f in facts)
        num = sum(f.value for f in facts if f.state in busy)
        if den == 0:
            return undivided(num, den, len(facts))
        return Cell(fractions.Fraction(100 * num, den), None, num, den, len(facts))
    return cell


def currency_of(facts):
    """(code or '', mixed)"""
    codes = {fact.currency for fact in facts if fact.currency}
    return (next(iter(codes)) if len(codes) == 1 else ""), len(codes) > 1


EXPONENTS = {"JPY": 0, "KWD": 3}


def main_unit(code):
    return 10 ** EXPONENTS.get(code, 2)


def money_sum(facts, env):
    code, mixed = currency_of(facts)
    if mixed:
        return Cell(None, "MIXED_CURRENCIES", None, None, len(facts))
    total = sum(f.num for f in facts)
    return Cell(fractions.Fraction(total, main_unit(code)), None, total, None, len(facts), code)


def cost_per(facts, env):
    costs = [f for f in facts if f.part == "cost"]
    volume = sum(f.num for f in facts if f.part == "volume")
    cell = money_sum(costs, env)
    cell.facts = len(facts)
    if cell.reason:
        return cell
    cell.den = volume
    if volume == 0:
        cell.value, cell.reason = None, "ZERO_DENOMINATOR" if facts else "NO_DATA"
    else:
        cell.value = cell.value / volume
    return cell


def first_last(facts, field):
    return sum(chain[0 if field == "customers_at_start" else -1].period[field] for chain in periods.by_chain(facts))


def retention(facts, env):
    start, end = first_last(facts, "customers_at_start"), first_last(facts, "customers_at_end")
    new = sum(f.period["new_customers"] for f in facts)
    if start == 0:
        return undivided(end - new, start, len(facts))
    return Cell(fractions.Fraction(100 * (end - new), start), None, end - new, start, len(facts))


def churn(facts, env):
    start, gone = first_last(facts, "customers_at_start"), sum(periods.lost(f.period) for f in facts)
    if start == 0:
        return undivided(gone, start, len(facts))
    return Cell(fractions.Fraction(100 * gone, start), None, gone, start, len(facts))


def acquisition(facts, env):
    codes = {f.period["acquisition_cost"]["currency"] for f in facts}
    if len(codes) > 1:
        return Cell(None, "MIXED_CURRENCIES", None, None, len(facts))
    spent = sum(f.period["acquisition_cost"]["minor_units"] for f in facts)
    new = sum(f.period["new_customers"] for f in facts)
    code = next(iter(codes), "")
    if new == 0:
        return undivided(spent, new, len(facts), code)
    return Cell(fractions.Fraction(spent, new * main_unit(code)), None, spent, new, len(facts), code)


def lifetime(facts, env):
    codes = {f.period[money]["currency"] for f in facts for money in ("revenue", "acquisition_cost")}
    if len(codes) > 1:
        return Cell(None, "MIXED_CURRENCIES", None, None, len(facts))
    code = next(iter(codes), "")
    annual = fractions.Fraction(0)
    for chain in periods.by_chain(facts):
        length = sum(f.to - f.at for f in chain)
        annual += sum(f.period["revenue"]["minor_units"] for f in chain) * periods.YEAR / length
    customers = fractions.Fraction(
        first_last(facts, "customers_at_start") + first_last(facts, "customers_at_end"), 2)
    weights = [(f.period["customers_at_start"] + f.period["customers_at_end"], f) for f in facts]
    years = sum(w * fractions.Fraction(f.period["relationship_years"]) for w, f in weights)
    weight = sum(w for w, _ in weights)
    new = sum(f.period["new_customers"] for f in facts)
    spent = sum(f.period["acquisition_cost"]["minor_units"] for f in facts)
    if new == 0 or customers == 0 or weight == 0:
        return undivided(annual, customers, len(facts), code)
    value = annual / customers * (years / weight) - fractions.Fraction(spent, new)
    return Cell(value / main_unit(code), None, annual, customers, len(facts), code)


def backlog_to_volume(facts, env):
    backlog = sum(1 for f in facts if f.part == "backlog")
    volume = sum(1 for f in facts if f.part == "volume")
    if volume == 0:
        return undivided(backlog, volume, backlog + volume)
    return Cell(fractions.Fraction(100 * backlog, volume), None, backlog, volume, backlog + volume)
