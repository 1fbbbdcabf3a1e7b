"""A ticket whose source knows no events: what its flat fields say just before an instant."""


def fill(view):
    from .replay import UNRESOLVED, Step, Wait
    ticket, record, end = view.ticket, view.ticket.record, view.end
    created = ticket.created_at
    status = record.get("status")
    resolved_own = record.get("resolved_at", record.get("closed_at"))
    first_own = record.get("first_resolved_at", resolved_own)
    actor = (record.get("agent") or None, record.get("team") or None)
    view.flat_actor = actor
    if resolved_own is None and status in ("solved", "closed"):
        view.unknown = True
        view.state = None
    dated = lambda own: None if own is None else max(own, created)
    resolved_at, first_at = dated(resolved_own), dated(first_own)
    open_state = status if status in UNRESOLVED else "open"
    if not view.unknown:
        view.state = open_state
        if first_own is not None and (resolved_own is None or first_own < resolved_own) and first_at < end:
            _step(view, Step(first_at, first_own, True), record)
            view.steps[-1].reopened_at = first_at
            view.steps[-1].reopening_unknown = True
        if resolved_at is not None and resolved_at < end:
            _step(view, Step(resolved_at, resolved_own, not view.steps), record)
            view.resolved = view.steps[-1]
            view.state = "solved"
            closed = record.get("closed_at")
            if closed is not None and (record.get("resolved_at") is None or dated(closed) < end):
                view.state = "closed"
        view.spans = [(created, resolved_at, open_state)]
        view.first_resolution = view.steps[0] if view.steps else None
    if ticket.origin == "customer":
        view.clock_start = view.clock_start_own = view.customer_message_at = created
        reply_own = record.get("first_replied_at")
        reply_at = dated(reply_own)
        if not view.unknown:
            wait = Wait(created, created, True)
            if reply_at is not None and (resolved_at is None or reply_at <= resolved_at):
                if reply_at < end:
                    wait.end, wait.end_own, wait.reply, wait.actor = reply_at, reply_own, True, actor
            elif resolved_at is not None and resolved_at < end:
                wait.end, wait.end_own = resolved_at, resolved_own
            view.waits = [wait]
        if reply_at is not None and reply_at < end:
            view.first_reply = (reply_at, reply_own) + actor
    count = record.get("contacts", 1 if ticket.origin == "customer" else None)
    if count is None:
        view.contact_count_known = False
    else:
        view.contacts = [created] * count
    if "handle_time" in record:
        at = dated(record.get("resolved_at", record.get("closed_at", created)))
        if at < end:
            view.works = [(None, at, record["handle_time"]) + actor]


def _step(view, step, record):
    step.flat, step.actor = True, view.flat_actor
    step.replies = record.get("replies")
    step.reopens = record.get("reopens")
    step.agents = record.get("agents_involved")
    step.contacts = record.get("contacts", 1 if view.ticket.origin == "customer" else None)
    step.reassignments = step.team_changed = None
    step.has_message = view.ticket.origin == "customer"
    view.steps.append(step)
