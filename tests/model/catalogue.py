"""Every KPI of the contract: where its facts lie, what they are, how a cell is made of them."""

from . import calls, cells, outcome, periods, surveys, tickets
from .replay import UNRESOLVED

FLOW, STATE, CLIPPED, PERIOD = "flow", "state", "clipped", "period"
DURATION = ["mean", "sum", "min", "max", "stddev", "median", "percentile"]
CREATION, RESOLUTION = ["creation", "event", "current"], ["event", "actor", "current", "participants"]
AT_INSTANT, ACTOR = ["instant", "current"], ["actor", "assignee", "current", "participants"]
HAPPENED = ["event", "current"]
WEEK = 7 * 86400000


class Kpi:
    """facts(ctx) for flows and periods, facts(ctx, end) for states, facts(ctx, low, high) where clipped."""

    def __init__(self, facts, cell, unit, anchors=("",), mode=FLOW, attributions=(), variants=("",), statistics=(),
                 business=False, parameters=(), empty_zero=False, flags=True):
        self.facts, self.cell, self.unit, self.anchors = facts, cell, unit, list(anchors)
        self._mode, self.attributions, self.variants = mode, list(attributions), list(variants)
        self.statistics, self.business, self.parameters = list(statistics), business, dict(parameters)
        self.empty_zero, self.flags = empty_zero, flags

    def mode(self, selection):
        return self._mode(selection) if callable(self._mode) else self._mode


def counted(facts, anchors, attributions=(), **more):
    return Kpi(facts, cells.count, "n", anchors, attributions=attributions, empty_zero=True, **more)


def share(facts, anchors, attributions=(), **more):
    return Kpi(facts, cells.ratio(), "%", anchors, attributions=attributions, **more)


def timed(facts, anchors, attributions=(), business=True, **more):
    return Kpi(facts, cells.seconds, "s", anchors, attributions=attributions, statistics=DURATION, business=business,
               **more)


def resolved_any(ctx):
    return tickets.first_resolutions(ctx) if ctx.anchor == "first" else tickets.resolutions(ctx)


def interactions(ctx):
    result = tickets.contacts(ctx)
    return result + calls.calls(ctx, lambda call: call.ticket is None)


def by_status(ctx, end=None):
    return tickets.cohort_all(ctx) if end is None else tickets.states(ctx, end, only_unresolved=False)


def backlog_volume(ctx, end):
    backlog, volume = tickets.states(ctx, end), tickets.created(ctx)
    for fact in backlog:
        fact.part = "backlog"
    for fact in volume:
        fact.part = "volume"
    return backlog + volume


def inverted(facts):
    for fact in facts:
        fact.num = 1 - fact.num
    return facts


def states_of(ctx, states):
    def facts(ctx, low=None, high=None):
        asked = states or ((ctx.parameters["status"],) if ctx.parameters.get("status") else None)
        if ctx.anchor == "clipped":
            return tickets.times_clipped(ctx, low, high, asked or UNRESOLVED)
        return tickets.times_by_resolution(ctx, asked, asked is None, states is None)
    return facts


def waiting(states):
    return timed(states_of(None, states), ["resolution", "clipped"], HAPPENED,
                 mode=lambda s: CLIPPED if s.anchor == "clipped" else FLOW)


def handled(ctx):
    result = tickets.works(ctx) if ctx.parameters["source"] != "calls" else []
    if ctx.parameters["source"] != "tickets":
        for fact in calls.legs(ctx, by_end=True):
            fact.value = fact.leg.handled()
            fact.rule = "unknown_work" if fact.value is None else None
            result.append(fact)
    return result


def longest(ctx, high=None):
    """Flow part; the running waits of a bucket's end are added by the answer where include_open asks for them."""
    result = tickets.waits(ctx)
    for call in ctx.calls():
        known = call.wait(ctx.from_queue())
        queued = call.answered or call.outcome in ("abandoned_in_queue", "voicemail", "callback")
        if call.inbound and queued and known:
            fact = calls.made(ctx, call, known[1], value=known[0])
            fact.rule = "invalid_duration" if known[0] < 0 else None
            result.append(fact)
    return result


def longest_open(ctx, high):
    result = tickets.waits(ctx, high)
    for call in calls.seen(ctx.data, high):
        if call.inbound and call.offered and call.running and not call.answered:
            menu = sum(leg.record.get("ivr", 0) for leg in call.legs if leg.ended) if ctx.from_queue() else 0
            fact = calls.made(ctx, call, high, value=high - call.start - menu, tie=call.start)
            result.append(fact)
    return result


def reassigned(ctx):
    result = tickets.resolutions(ctx)
    for fact in result:
        fact.rule = "unknown_reassignments" if fact.step.reassignments is None else None
        fact.num = fact.step.reassignments
    return result


def transferred(ctx):
    result = tickets.resolutions(ctx)
    for fact in result:
        fact.rule = "unknown_reassignments" if fact.step.team_changed is None else None
        fact.num = int(bool(fact.step.team_changed))
    return result


def repeated(ctx):
    return [f for f in outcome.repeats(ctx, ctx.milliseconds("window")) if f.num or f.rule]


def call_ratio(ctx, among, hit):
    result = calls.calls(ctx, among)
    for fact in result:
        fact.num = int(hit(fact.call))
    return result


def abandonments(ctx):
    result = call_ratio(ctx, lambda c: c.offered, lambda c: c.outcome == "abandoned_in_queue")
    for fact in result:
        wait = fact.call.wait(ctx.from_queue())
        if fact.num and wait and wait[0] < ctx.milliseconds("short_abandon"):
            fact.rule = "short_abandon"
    return result


def speeds(ctx):
    result = calls.calls(ctx, lambda c: c.answered)
    for fact in result:
        wait = fact.call.wait(ctx.from_queue())
        fact.value = wait[0]
        fact.rule = "running" if fact.call.running else "invalid_duration" if wait[0] < 0 else None
    return result


def service(ctx):
    limit = ctx.milliseconds("threshold")
    return call_ratio(ctx, lambda c: c.offered, lambda c: c.answered and c.wait(ctx.from_queue())[0] <= limit)


def talk(ctx):
    if ctx.variant == "leg":
        result = calls.legs(ctx)
        for fact in result:
            fact.value = fact.leg.record.get("talk")
            fact.rule = "unknown_talk" if fact.value is None else None
        return result
    result = []
    for call in ctx.calls():
        if call.agent_legs:
            fact = calls.made(ctx, call, call.start)
            fact.rule = "running" if call.running else None
            if not fact.rule:
                fact.value = calls.union([(leg.answered_at, leg.ended_at) for leg in call.agent_legs])
            result.append(fact)
    return result


def times_among(among):
    return lambda ctx, low, high: [fact for fact in calls.agent_times(ctx, low, high) if among(fact)]


def answers(kind, make):
    return lambda ctx: make(ctx, kind, ctx.anchor, ctx.variant == "latest_per_ticket")


def survey(facts, cell, unit, zero=False):
    return Kpi(facts, cell, unit, ["answered", "sent", "ticket_resolution"], attributions=HAPPENED,
               variants=["every_answer", "latest_per_ticket"], empty_zero=zero)


def bands(count):
    def facts(ctx):
        result = surveys.promoter_facts(ctx, ctx.anchor, ctx.variant == "latest_per_ticket", count)
        for fact in result:
            fact.num = 1
        return result
    return survey(facts, cells.count, "n", zero=True)


def of_periods(cell, unit, *needed):
    def facts(ctx):
        result = periods.periods(ctx)
        for fact in result:
            lacking = [f for f in needed if (periods.lost(fact.period) if f == "lost" else fact.period.get(f)) is None]
            fact.rule = "incomplete_period" if lacking else None
            paid = fact.period.get("revenue" if "revenue" in needed else "acquisition_cost", {})
            fact.own["currency"] = paid.get("currency")
            fact.monies = [field for field in needed if field in ("revenue", "acquisition_cost")]
        return result
    return Kpi(facts, cell, unit, ["period"], mode=PERIOD)


def cost_with(volume):
    return lambda ctx: periods.support_costs(ctx) + periods.counted_over(volume(ctx))


def window(default="7d"):
    return {"window": default}


CUSTOMER = ("customers_at_start", "customers_at_end", "new_customers")
KPIS = {
    "tickets_created": counted(tickets.created, ["created"], CREATION),
    "tickets_per_hour": Kpi(tickets.created, None, "n", ["created"], attributions=CREATION),
    "tickets_resolved": counted(resolved_any, ["resolution", "first"], RESOLUTION),
    "resolution_events": counted(tickets.resolution_events, ["step"], RESOLUTION),
    "reopen_events": counted(tickets.reopen_events, ["step"], HAPPENED),
    "moved_in": counted(tickets.moves, ["change"]),
    "moved_out": counted(tickets.moves, ["change"]),
    "tickets_by_status": counted(by_status, ["created", "bucket_end"], ["creation", "event", "instant", "current"],
                                 variants=["cohort", "snapshot"],
                                 mode=lambda s: STATE if s.variant == "snapshot" else FLOW),
    "backlog": counted(tickets.states, ["bucket_end"], AT_INSTANT, mode=STATE),
    "backlog_to_volume": Kpi(backlog_volume, cells.backlog_to_volume, "%", ["bucket_end"], STATE, AT_INSTANT),
    "unresolved_share": share(tickets.cohort, ["created"], CREATION),
    "backlog_age": timed(tickets.backlog_ages, ["bucket_end"], AT_INSTANT, mode=STATE),
    "channel_share": Kpi(tickets.created, None, "%", ["created"], attributions=CREATION),
    "type_share": Kpi(tickets.created, None, "%", ["created"], attributions=CREATION),
    "category_share": Kpi(tickets.created, None, "%", ["created"], attributions=CREATION),
    "interactions": counted(interactions, ["contact"], CREATION),
    "volume_spike": Kpi(tickets.created, None, "idx", ["created"], attributions=CREATION),
    "first_response_time": timed(lambda ctx: tickets.first_responses(ctx, ctx.anchor), ["first_reply", "created"], ACTOR),
    "response_time": timed(lambda ctx: tickets.responses(ctx, ctx.anchor), ["reply", "wait_start"], ACTOR),
    "unanswered_tickets": counted(tickets.unanswered, ["bucket_end"], AT_INSTANT, mode=STATE),
    "first_response_within_target": share(tickets.first_responses_judged, ["judged"], HAPPENED, business=True,
                                          parameters={"target": ""}),
    "resolution_time": timed(lambda ctx: resolution_times(ctx), ["resolution", "created"], RESOLUTION),
    "first_resolution_time": timed(lambda ctx: first_times(ctx), ["first_resolution"], RESOLUTION),
    "resolution_within_target": share(tickets.resolutions_judged, ["judged"], HAPPENED, business=True,
                                      parameters={"target": ""}),
    "requester_wait_time": waiting(("new", "open", "on_hold")),
    "agent_wait_time": waiting(("pending",)),
    "on_hold_time": waiting(("on_hold",)),
    "time_in_status": waiting(None),
    "handle_time": timed(handled, ["work"], ["actor", "assignee", "current"], business=False,
                         parameters={"source": "both"}),
    "longest_wait": Kpi(longest, cells.longest, "s", ["wait_end"], attributions=ACTOR, statistics=["max"],
                        parameters={"include_open": "false", "from": "start"}),
    "reassignments": counted(reassigned, ["resolution"], RESOLUTION),
    "transferred_share": share(transferred, ["resolution"], RESOLUTION),
    "first_contact_resolution_rate": share(
        lambda ctx: outcome.first_contact(ctx, ctx.variant, ctx.milliseconds("window")), ["resolution"], RESOLUTION,
        variants=["one_reply", "single_agent", "no_followup", "no_repeat"], parameters=window()),
    "resolution_rate": share(lambda ctx: inverted(tickets.cohort(ctx)), ["created"], CREATION),
    "resolved_to_unresolved": Kpi(tickets.cohort, cells.resolved_to_unresolved, "idx", ["created"], attributions=CREATION),
    "reopen_rate": share(outcome.reopened, ["first_resolution"], RESOLUTION),
    "repeat_contacts": counted(repeated, ["created"], CREATION, parameters=window()),
    "repeat_contact_rate": share(lambda ctx: outcome.repeats(ctx, ctx.milliseconds("window")), ["created"], CREATION,
                                 parameters=window()),
    "repeat_contact_customers": Kpi(repeated, cells.distinct_customers, "n", ["created"], attributions=CREATION,
                                    parameters=window(), empty_zero=True),
    "csat": survey(answers("csat", surveys.positives), cells.ratio(), "%"),
    "csat_score": survey(answers("csat", surveys.scores), cells.mean_score, "idx"),
    "nps": survey(lambda ctx: surveys.promoter_facts(ctx, ctx.anchor, ctx.variant == "latest_per_ticket"), cells.nps, "idx"),
    "nps_promoters": bands("promoters"), "nps_passives": bands("passives"), "nps_detractors": bands("detractors"),
    "ces": survey(answers("ces", surveys.positives), cells.ratio(), "%"),
    "ces_score": survey(answers("ces", surveys.scores), cells.mean_score, "idx"),
    "quality_rate": survey(answers("quality", surveys.positives), cells.ratio(), "%"),
    "survey_response_rate": share(surveys.sent, ["sent"], HAPPENED),
    "calls_inbound": counted(lambda ctx: calls.calls(ctx, lambda c: True), ["call_start"]),
    "calls_offered": counted(lambda ctx: calls.calls(ctx, lambda c: c.offered), ["call_start"]),
    "calls_answered": counted(lambda ctx: calls.calls(ctx, lambda c: c.answered), ["call_start"]),
    "calls_abandoned": counted(lambda ctx: calls.calls(ctx, lambda c: c.outcome == "abandoned_in_queue"), ["call_start"]),
    "inbound_failed_calls": counted(lambda ctx: calls.calls(ctx, lambda c: c.outcome == "failed"), ["call_start"]),
    "callbacks": counted(lambda ctx: calls.calls(ctx, lambda c: c.outcome == "callback"), ["call_start"]),
    "returned_calls": counted(lambda ctx: calls.calls(ctx, lambda c: c.returned), ["call_start"]),
    "abandon_rate": share(abandonments, ["call_start"], parameters={"short_abandon": "0s", "from": "start"}),
    "failed_call_rate": share(lambda ctx: call_ratio(ctx, lambda c: True, lambda c: c.outcome == "failed"), ["call_start"]),
    "transfer_rate": share(lambda ctx: call_ratio(ctx, lambda c: c.answered, lambda c: len(c.agent_legs) > 1), ["call_start"]),
    "speed_to_answer": timed(speeds, ["call_start"], business=False, parameters={"from": "start"}),
    "service_level": share(service, ["call_start"], parameters={"threshold": "20s", "from": "start"}),
    "leg_talk_time": timed(talk, ["leg_start", "call_start"], business=False, variants=["leg", "call"]),
    "agent_state_time": Kpi(calls.agent_times, cells.state_time, "s", ["clipped"], CLIPPED, statistics=["sum"], empty_zero=True),
    "utilization": Kpi(times_among(lambda f: f.paid), cells.time_share(("handling", "other_support_work")), "%",
                       ["clipped"], CLIPPED),
    "occupancy": Kpi(times_among(lambda f: f.state in ("handling", "available")), cells.time_share(("handling",)),
                     "%", ["clipped"], CLIPPED),
    "online_share": Kpi(times_among(lambda f: f.paid), cells.time_share(("available", "handling", "other_support_work")), "%", ["clipped"], CLIPPED),
    "customer_retention_rate": of_periods(cells.retention, "%", *CUSTOMER),
    "customer_churn_rate": of_periods(cells.churn, "%", "customers_at_start", "lost"),
    "customer_acquisition_cost": of_periods(cells.acquisition, "$", "acquisition_cost", "new_customers"),
    "customer_lifetime_value": of_periods(cells.lifetime, "$", *CUSTOMER, "revenue", "acquisition_cost", "relationship_years"),
    "support_cost": Kpi(periods.support_costs, cells.money_sum, "$", ["period"], PERIOD, empty_zero=True),
    "ticket_cost": Kpi(periods.ticket_costs, cells.money_sum, "$", ["created"], attributions=CREATION, empty_zero=True),
    "cost_per_ticket": Kpi(lambda ctx: cost_with(tickets.created if ctx.variant == "created" else tickets.resolutions)(ctx),
                           cells.cost_per, "$", ["period"], PERIOD, variants=["created", "resolved"]),
    "cost_per_interaction": Kpi(cost_with(interactions), cells.cost_per, "$", ["period"], PERIOD),
}


def resolution_times(ctx):
    result = tickets.resolutions(ctx, ctx.anchor)
    return [tickets.duration(ctx, f, f.ticket.created_at, f.step.own) for f in result]


def first_times(ctx):
    return [tickets.duration(ctx, f, f.ticket.created_at, f.step.own) for f in tickets.first_resolutions(ctx)]
