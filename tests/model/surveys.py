"""Facts of surveys: answered ones by kind, sent ones, turned scores."""

import fractions

from .facts import Fact
from .records import HISTORIC

BILLION = 10**9


def billionths(number):
    """Rounded half to even, as stored."""
    return round(fractions.Fraction(number) * BILLION)


def turned(survey):
    score = billionths(survey["score"])
    if survey["direction"] == "low_is_good":
        return billionths(survey["scale_min"]) + billionths(survey["scale_max"]) - score
    return score


def threshold_of(survey, settings):
    """The turned threshold, in billionths."""
    low, high = billionths(survey["scale_min"]), billionths(survey["scale_max"])
    given = survey.get("threshold")
    if given is None:
        given = settings.questions.get(survey.get("question", ""), {}).get("threshold")
    if given is not None:
        sent = billionths(given)
        return low + high - sent if survey["direction"] == "low_is_good" else sent
    known = {(1, 5): 4, (1, 3): 3, (1, 7): 6, (0, 10): 9, (1, 10): 9}
    for (least, most), positive in known.items():
        if (low, high) == (least * BILLION, most * BILLION):
            return positive * BILLION
    return high if high - low == BILLION else None


def to_five(survey):
    """Billionths of the score brought to 1..5, rounded half away from zero."""
    low, high = billionths(survey["scale_min"]), billionths(survey["scale_max"])
    exact = BILLION + fractions.Fraction(4 * BILLION * (turned(survey) - low), high - low)
    return int(exact + fractions.Fraction(1, 2)) if exact >= 0 else -int(-exact + fractions.Fraction(1, 2))


def is_answered(survey, end):
    return "score" in survey and "responded_at" in survey and survey["responded_at"] < end


def latest_only(found):
    best = {}
    for survey in found:
        ticket = survey.get("ticket")
        name = (survey.get("ticket_source") or survey.get("source", ""), ticket, survey["survey_kind"],
                survey.get("question", "")) if ticket else id(survey)
        rank = (survey["responded_at"], survey.get("sent_at", float("-inf")), survey["id"], survey.get("source", ""))
        if name not in best or rank > best[name][0]:
            best[name] = (rank, survey)
    return [survey for _, survey in best.values()]


def made(ctx, survey, at, moment, answered):
    fact = Fact(at, moment=moment, survey=survey, attributes=survey.get("attributes", {}))
    fact.record = survey["id"]
    ticket = ctx.ticket_named(survey.get("ticket_source") or survey.get("source", ""), survey.get("ticket"))
    values = {}
    if ticket:
        for field in HISTORIC:
            values[field] = ticket.current(field) if ctx.attribution == "current" else ticket.value(field, moment)
    fact.ticket = ticket
    fact.moment_values = dict(values)  # attribution credits people; ticket.agent and ticket.team stay those of the moment
    for field in ("agent", "team") if ticket else ():
        fact.moment_values[field] = ticket.value(field, moment)
    holder = (survey.get("agent") or values.get("agent"), survey.get("team") or values.get("team"))
    fact.holders = [holder]
    fact.own = {field: survey.get(field) for field in ("kind", "question", "customer", "channel", "call", "source", "score")}
    fact.own["kind"] = survey["survey_kind"]
    if ctx.attribution == "participants" and not survey.get("agent") and not survey.get("team"):
        view = ticket.before(ctx.end) if ticket else None
        pairs = {(a, t) for when, a, t in view.workers if when <= moment} if view else set()
        fact.holders = sorted(pairs, key=lambda p: (p[0], p[1] or "")) or [(None, None)]
    return fact


def answers(ctx, kind, anchor, latest):
    found = [s for s in ctx.data.surveys if is_answered(s, ctx.end)]
    if latest:
        found = latest_only(found)
    result = []
    for survey in found:
        if survey["survey_kind"] != kind:
            continue
        at = survey["responded_at"]
        if anchor == "sent":
            at = survey.get("sent_at")
        elif anchor == "ticket_resolution":
            ticket = ctx.ticket_named(survey.get("ticket_source") or survey.get("source", ""), survey.get("ticket"))
            step = ticket.before(ctx.end).resolved if ticket else None
            at = step.at if step else None
        if at is not None:
            result.append(made(ctx, survey, at, survey["responded_at"], True))
    return result


def positives(ctx, kind, anchor, latest):
    result = answers(ctx, kind, anchor, latest)
    for fact in result:
        survey = fact.survey
        if kind == "ces":
            fact.num = int(turned(survey) >= billionths(survey["scale_max"]) - BILLION)
        else:
            fact.num = int(turned(survey) >= threshold_of(survey, ctx.data.settings))
    return result


def scores(ctx, kind, anchor, latest):
    result = answers(ctx, kind, anchor, latest)
    for fact in result:
        fact.num = to_five(fact.survey)
    return result


def promoter_facts(ctx, anchor, latest, count=None):
    """num 1, 0 or -1; with count: 1 for that band only."""
    result = answers(ctx, "nps", anchor, latest)
    for fact in result:
        score = turned(fact.survey) // BILLION
        band = "promoters" if score >= 9 else "passives" if score >= 7 else "detractors"
        fact.num = {"promoters": 1, "passives": 0, "detractors": -1}[band]
        fact.band = band
    return [fact for fact in result if count is None or fact.band == count]


def sent(ctx):
    result = []
    for survey in ctx.data.surveys:
        if "sent_at" in survey and survey["sent_at"] < ctx.end:
            answered = is_answered(survey, ctx.end)
            fact = made(ctx, survey, survey["sent_at"], survey["responded_at"] if answered else survey["sent_at"], answered)
            fact.num = int(answered)
            result.append(fact)
    return result
