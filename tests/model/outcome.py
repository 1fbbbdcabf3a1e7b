"""Facts of the outcome KPIs: first contact resolution, reopenings, repeat contacts."""

from . import tickets


def issue_of(ticket, at, end):
    """issue_key, else category at creation, else its first before the end; None: no issue."""
    if ticket.record.get("issue_key"):
        return "key", ticket.record["issue_key"]
    category = ticket.value_or_first("category", ticket.created_at, end)
    return ("category", category) if category else None


def first_contact(ctx, variant, window):
    result = tickets.resolutions(ctx)
    until = ctx.data.until()
    for fact in result:
        step, ticket = fact.step, fact.ticket
        if variant == "one_reply":
            if not step.has_message:
                fact.rule = "no_customer_message"
            elif step.replies is None:
                fact.rule = "unknown_replies"
            elif step.reopens is None:
                fact.rule = "unknown_reopens"
            else:
                fact.num = int(step.replies == 1 and step.reopens == 0)
        elif variant == "single_agent":
            fact.rule = "unknown_agents" if step.agents is None else None
            fact.num = int(step.agents == 1)
        elif variant == "no_followup":
            fact.rule = "unknown_contacts" if step.contacts is None else None
            fact.num = int(step.contacts == 1)
        else:
            again = followed(ctx, ticket, step.at, window)
            fact.num = int(not again)
            if not again and step.at + window > until:
                fact.notes = {"open_windows": 1}
    return result


def followed(ctx, ticket, resolved_at, window):
    issue, customer = issue_of(ticket, resolved_at, ctx.end), ticket.record.get("customer")
    if not issue or not customer:
        return False
    for other in ctx.tickets:
        if other is ticket or other.flag or other.record.get("customer") != customer:
            continue
        if resolved_at < other.created_at <= resolved_at + window and issue_of(other, None, ctx.end) == issue:
            return True
    return False


def reopened(ctx):
    """Of first resolutions: num 1 if reopened before the end."""
    result = tickets.first_resolutions(ctx)
    for fact in result:
        step = fact.step
        if step.flat and step.reopened_at is not None:
            fact.num = 1
        elif step.flat:
            fact.rule = "unknown_reopens" if step.reopens is None else None
            fact.num = int(bool(step.reopens))
        else:
            fact.num = int(step.reopened_at is not None)
    return result


def repeats(ctx, window):
    """Created tickets with a customer; num 1 for a repeat contact."""
    result = []
    for fact in tickets.created(ctx):
        ticket = fact.ticket
        if not ticket.record.get("customer"):
            fact.rule = "no_customer"
        fact.num = int(not fact.rule and is_repeat(ctx, ticket, window))
        result.append(fact)
    return result


def is_repeat(ctx, ticket, window):
    issue, at = issue_of(ticket, None, ctx.end), ticket.created_at
    for other in ctx.tickets:
        if issue is None or other is ticket or other.flag or other.created_at >= at:
            continue
        if other.record.get("customer") != ticket.record["customer"] or issue_of(other, None, ctx.end) != issue:
            continue
        view = other.before(at + 1)
        if view.unknown:
            continue
        if view.unresolved() and at - other.created_at <= window:
            return True
        if view.steps and at - view.steps[-1].at <= window:
            return True
    return False
