"""Facts of tickets for the volume, speed and outcome KPIs: each function lists them for a range's end."""

from . import business
from .facts import Fact, credit
from .records import HISTORIC
from .replay import UNRESOLVED


def views(ctx, end=None):
    for ticket in ctx.tickets:
        view = ticket.before(ctx.end if end is None else end)
        if view.exists:
            yield ticket, view


def made(ctx, ticket, view, at, how, moment=None, actor=None, **fields):
    fact = Fact(at, moment=moment, **fields)
    fact.view = view
    fact.own = dict({"status": view.state}, **fact.own)
    end = ctx.end if how != "instant" else view.end
    return credit(fact, view, ticket, ctx.attribution, actor, end, how)


def duration(ctx, fact, start_own, end_own):
    """Sets the fact's value, or the rule that leaves it out."""
    if end_own < start_own:
        fact.rule = fact.rule or "invalid_duration"
        return fact
    value = ctx.clock.elapsed(start_own, end_own, fact.ticket.team_stretches())
    if value == business.NO_SCHEDULE:
        fact.rule = fact.rule or "no_schedule"
    else:
        fact.value = value
    return fact


def created(ctx):
    return [made(ctx, t, v, t.created_at, "creation", own={"status": v.state}) for t, v in views(ctx)]


def cohort(ctx):
    """Created tickets with their state at the range's end: num 1 if unresolved."""
    result = []
    for ticket, view in views(ctx):
        fact = made(ctx, ticket, view, ticket.created_at, "creation", own={"status": view.state})
        fact.rule = "unknown_state" if view.unknown else None
        fact.num = 0 if view.unknown else int(view.state in UNRESOLVED)
        result.append(fact)
    return result


def cohort_all(ctx):
    result = cohort(ctx)
    for fact in result:
        fact.num = 1
    return result


def resolutions(ctx, anchor="resolution"):
    """One fact for each ticket resolved at the range's end; fact.view and fact.step for more."""
    result = []
    for ticket, view in views(ctx):
        if view.resolved:
            at = ticket.created_at if anchor == "created" else view.resolved.at
            result.append(made(ctx, ticket, view, at, "event", moment=view.resolved.at,
                               actor=view.resolved.actor, step=view.resolved))
    return result


def first_resolutions(ctx):
    return [made(ctx, t, v, v.first_resolution.at, "event", actor=v.first_resolution.actor,
                 step=v.first_resolution)
            for t, v in views(ctx) if v.first_resolution]


def resolution_events(ctx):
    return [made(ctx, t, v, step.at, "event", actor=step.actor, rule="unknown_reopening" if step.reopening_unknown else None)
            for t, v in views(ctx) for step in v.steps]


def reopen_events(ctx):
    known = [made(ctx, t, v, at, "event", actor=v.actor_pair(event, at)) for t, v in views(ctx) for at, event in v.reopenings]
    return known + [fact for fact in resolution_events(ctx) if fact.rule]


def moves(ctx):
    """Pairs of facts (before, after) at instants where agent, team, priority or category of an unresolved ticket changes."""
    result = []
    for ticket, view in views(ctx):
        instants = {since for field in HISTORIC for since, _ in ticket.changes[field] if since is not None}
        for at in sorted(instants):
            if not ticket.created_at < at < ctx.end or not ticket.before(at).unresolved():
                continue
            before = made(ctx, ticket, view, at, "instant")
            before.state_fact = False  # a change of the agent's own team is no move of the ticket
            after = made(ctx, ticket, view, at, "event")
            result.append((before, after))
    return result


def states(ctx, end, only_unresolved=True):
    """Tickets by their state just before `end`; unknown ones are left out with their rule."""
    result = []
    for ticket, view in views(ctx, end):
        if view.unknown or view.unresolved() or not only_unresolved:
            fact = made(ctx, ticket, view, end, "instant", own={"status": view.state})
            fact.rule = "unknown_state" if view.unknown else None
            result.append(fact)
    return result


def backlog_ages(ctx, end):
    result = states(ctx, end)
    for fact in result:
        if not fact.rule:
            duration(ctx, fact, fact.ticket.created_at, end)
    return result


def unanswered(ctx, end):
    return [fact for fact in states(ctx, end)
            if fact.rule or fact.view.clock_start is not None and fact.view.first_reply is None]


def contacts(ctx):
    result = []
    for ticket, view in views(ctx):
        if not view.contact_count_known:
            result.append(made(ctx, ticket, view, ticket.created_at, "creation", rule="unknown_contacts"))
        elif ticket.flat:
            if view.contacts:
                result.append(made(ctx, ticket, view, ticket.created_at, "creation", num=len(view.contacts)))
        else:
            result += [made(ctx, ticket, view, at, "creation") for at in view.contacts]
    return result


def first_responses(ctx, anchor):
    result = []
    for ticket, view in views(ctx):
        if view.first_reply and view.clock_start is not None:
            at, own, agent, team = view.first_reply
            fact = made(ctx, ticket, view, ticket.created_at if anchor == "created" else at, "event", moment=at,
                        actor=(agent, team))
            fact.rule = "unknown_state" if view.unknown and anchor != "created" else None
            result.append(duration(ctx, fact, view.clock_start_own, own))
    return result


def responses(ctx, anchor):
    result = []
    for ticket, view in views(ctx):
        for wait in view.waits:
            if wait.reply is not None:
                fact = made(ctx, ticket, view, wait.start if anchor == "wait_start" else wait.end, "event",
                            moment=wait.end, actor=wait.actor)
                result.append(duration(ctx, fact, wait.start_own, wait.end_own))
    return result


def judged(ctx, view, ticket, start_own, done, target):
    """done: (at, own) of the reply or resolution or None. A fact, or None if it is not judged before the end."""
    if target is None:
        return made(ctx, ticket, view, done[0], "event", rule="no_target") if done else None
    if done and done[1] < start_own:
        return made(ctx, ticket, view, done[0], "event", rule="invalid_duration")
    start, teams = max(start_own, ticket.created_at), ticket.team_stretches()
    due = ctx.clock.due(start, target, teams, ctx.end + 1)
    if due == business.NO_SCHEDULE:
        if done and ctx.clock.elapsed(start, done[0], teams) != business.NO_SCHEDULE:
            due = None  # it happened before the clock lost its schedule, so before any due time
        else:
            return made(ctx, ticket, view, done[0], "event", rule="no_schedule") if done else None
    if done and (due is None or done[1] <= due):
        return made(ctx, ticket, view, done[0], "event", num=1)
    if due is not None and due < ctx.end:
        return made(ctx, ticket, view, max(due, ticket.created_at), "event", num=0)
    return None


def first_responses_judged(ctx):
    result = []
    for ticket, view in views(ctx):
        if view.clock_start is None or view.unknown:
            continue
        done = view.first_reply[:2] if view.first_reply else None
        target = ctx.target_of(ticket.record.get("channel"))
        result.append(judged(ctx, view, ticket, view.clock_start_own, done, target))
    return [fact for fact in result if fact]


def resolutions_judged(ctx):
    result = []
    for ticket, view in views(ctx):
        if view.unknown:
            continue
        step = view.first_resolution
        target = ctx.target_of(ticket.record.get("channel"))
        result.append(judged(ctx, view, ticket, ticket.created_at, (step.at, step.own) if step else None, target))
    return [fact for fact in result if fact]


def times_by_resolution(ctx, states_asked, by_status, named):
    """Every resolved ticket, with 0 if it never was in the state; by_status: one fact for each unresolved state."""
    result = []
    for ticket, view in views(ctx):
        if not view.resolved:
            continue
        for group in ([(state,) for state in UNRESOLVED] if by_status else [states_asked]):
            fact = made(ctx, ticket, view, view.resolved.at, "event", entity=ticket)
            if by_status or named:
                fact.own = dict(fact.own, status=group[0])
            if ticket.flat:
                fact.rule = "unknown_times"
            else:
                value = view.time_in(group, view.resolved.at, ctx.clock)
                fact.rule = "no_schedule" if value == business.NO_SCHEDULE else None
                fact.value = value
            result.append(fact)
    return result


def times_clipped(ctx, low, high, states_asked):
    """Slices of the time in states inside [low, high), cut where the ticket's values change."""
    result = []
    for ticket, view in views(ctx):
        cuts = {since for field in HISTORIC for since, _ in ticket.changes[field] if since is not None and
                ticket.value(field, since, before=True) != ticket.value(field, since)}
        for start, end, state in view.spans:
            start, end = max(start, low), min(high, high if end is None else end)
            if state not in states_asked or start >= end:
                continue
            edges = [start] + sorted(cut for cut in cuts if start < cut < end) + [end]
            for first, last in zip(edges, edges[1:]):
                fact = made(ctx, ticket, view, first, "event", entity=ticket, own={"status": state})
                if ticket.flat:
                    fact.rule = "unknown_times"
                else:
                    duration(ctx, fact, first, last)
                result.append(fact)
    return result


def works(ctx):
    result = []
    for ticket, view in views(ctx):
        for _, at, spent, agent, team in view.works:
            result.append(made(ctx, ticket, view, at, "event", actor=(agent, team), value=spent, entity=ticket))
    return result


def waits(ctx, open_until=None):
    """Waits that ended, each as a response or not; open_until: those running just before that instant."""
    result = []
    for ticket, view in views(ctx, open_until):
        for wait in view.waits:
            if open_until is None and wait.end is not None:
                fact = made(ctx, ticket, view, wait.end, "event", record=ticket.name, actor=wait.actor or (
                    ticket.value("agent", wait.end), ticket.value("team", wait.end)))
                fact.value, fact.rule = wait.end_own - wait.start_own, None
            elif open_until is not None and wait.end is None:
                fact = made(ctx, ticket, view, open_until, "instant", record=ticket.name, actor=(
                    ticket.value("agent", open_until, True), ticket.value("team", open_until, True)))
                fact.value, fact.rule, fact.tie = open_until - wait.start_own, None, wait.start
            else:
                continue
            if fact.value < 0:
                fact.rule = "invalid_duration"
            result.append(fact)
    return result
