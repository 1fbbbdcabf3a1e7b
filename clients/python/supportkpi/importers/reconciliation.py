"""Compares the source's own metrics with ours, ticket by ticket, and says why they differ."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Iterable, Iterator
from typing import Callable

from supportkpi import Client, NotFoundError, kpi, quote
from supportkpi.importers.item import OwnMetric
from supportkpi.text import reason_text
from supportkpi.v1 import kpi_service_pb2 as pb
from supportkpi.v1 import records_pb2

TICKETS_AT_ONCE = 200
SCHEDULES_TRIED_MAX = 20
EQUAL = "equal"
LAST_SCHEDULE = (
    "one schedule for the whole time: ours runs by the schedule of the team that held the ticket, stretch by stretch"
)
NO_SCHEDULE = "no schedule is set for the ticket's team; set one with `supportkpi config apply`"
BOT = "a bot's reply counts there; here only a human's does"
NOTE = "a private note counts there; here only public replies do"
FROM_CREATION = "counted from the creation there; here, on a ticket that an agent or a system opened, from the customer's first message"
REOPENED = (
    "reopened since: no resolution stands at the end, so there is no resolution time here; there the last one counts"
)
CLOSED = "solved versus closed: the other of the two steps counts there"
NO_EVENTS = "the events of the ticket are not in the store; here its flat facts count"
NO_STATES = "the events of the ticket are not in the store, so its times in states are not known here"
UNRESOLVED = "not resolved, so it is in no mean here"
NO_TICKET = "the ticket is not in the store, or it is left out (deleted, spam, test, merged)"
NO_REPLY = "there is no public reply by a human in the store"
SKEW = "the reply lies before the clock's start, so it is invalid here"
UNEXPLAINED = "not explained"
_RESOLVED = {records_pb2.TICKET_STATUS_SOLVED, records_pb2.TICKET_STATUS_CLOSED}


@dataclasses.dataclass(frozen=True)
class Compared:
    """One metric of one ticket on both sides."""

    metric: OwnMetric
    ours: float | None
    reason: str
    """EQUAL, or why they differ."""


@dataclasses.dataclass
class Line:
    """All tickets of one metric."""

    name: str
    kpi: str
    business: bool
    compared: int = 0
    equal: int = 0
    theirs_sum: float = 0.0
    ours_sum: float = 0.0
    both: int = 0
    reasons: dict[str, int] = dataclasses.field(default_factory=dict)
    examples: dict[str, list[str]] = dataclasses.field(default_factory=dict)

    def add(self, one: Compared) -> None:
        """Counts a ticket."""
        self.compared += 1
        if one.ours is not None:
            self.both += 1
            self.theirs_sum += one.metric.value
            self.ours_sum += one.ours
        if one.reason == EQUAL:
            self.equal += 1
            return
        self.reasons[one.reason] = self.reasons.get(one.reason, 0) + 1
        examples = self.examples.setdefault(one.reason, [])
        if len(examples) < 5:
            examples.append(one.metric.ticket)


class Reconciliation:
    """Asks the server about the tickets, some hundreds at a time, so it holds as little of a large export as of a small one."""

    def __init__(self, client: Client, source: str) -> None:
        self._client = client
        self._source = source
        settings = client.get_settings().settings
        self._schedules = [schedule.name for schedule in settings.schedules][:SCHEDULES_TRIED_MAX]

    def compare(self, metrics: Iterable[OwnMetric]) -> Iterator[Compared]:
        """Every metric of the source beside ours."""
        by_ticket = itertools.groupby(metrics, lambda metric: metric.ticket)
        while group := [(ticket, list(found)) for ticket, found in itertools.islice(by_ticket, TICKETS_AT_ONCE)]:
            yield from self._batch([metric for _, found in group for metric in found])

    def _batch(self, metrics: list[OwnMetric]) -> Iterator[Compared]:
        wanted = sorted({(metric.kpi, metric.business) for metric in metrics})
        cells: dict[tuple[str, str, bool], pb.Cell] = {}
        for selection in wanted:
            cells.update(self._ask(selection, sorted({m.ticket for m in metrics if (m.kpi, m.business) == selection})))
        different: list[OwnMetric] = []
        for metric in metrics:
            ours = _value(cells.get((metric.ticket, metric.kpi, metric.business)), metric)
            if ours is not None and abs(ours - metric.value) <= metric.tolerance:
                yield Compared(metric, ours, EQUAL)
            else:
                different.append(metric)
        # Where the calendar agrees and working time does not, only the schedule can be the cause.
        calendar = {(metric.ticket, metric.name) for metric in different if not metric.business}
        proven = self._by_one_schedule([m for m in different if m.business and (m.ticket, m.name) not in calendar])
        for ticket, found in itertools.groupby(sorted(different, key=lambda metric: metric.ticket), lambda m: m.ticket):
            story = _Story(self._client, self._source, ticket)
            reasons: dict[str, str] = {}
            for metric in sorted(found, key=lambda metric: metric.business):
                cell = cells.get((ticket, metric.kpi, metric.business))
                reason = LAST_SCHEDULE if metric in proven else reasons.get(metric.name) or _why(metric, cell, story)
                if not metric.business:  # what makes the calendar differ makes working time differ
                    reasons[metric.name] = reason
                yield Compared(metric, _value(cell, metric), reason)

    def _name(self, ticket: str) -> str:
        """As the dimension `ticket` names it."""
        return f"{self._source}/{ticket}"

    def _ask(
        self, selection: tuple[str, bool], tickets: list[str], schedule: str = ""
    ) -> dict[tuple[str, str, bool], pb.Cell]:
        name, business = selection
        condition = f"ticket IN ({', '.join(quote(self._name(ticket)) for ticket in tickets)})"
        parameters = {"schedule": schedule} if schedule else {}
        chosen = kpi(name, "value", clock="business" if business else "", parameters=parameters)
        answer = self._client.query(chosen, start="2000-01-01", end="2200-01-01", by=["ticket"], filter_text=condition)
        return {(row.keys[0].value[len(self._source) + 1 :], name, business): row.cells[0] for row in answer.rows}

    def _by_one_schedule(self, metrics: list[OwnMetric]) -> set[OwnMetric]:
        """Those that agree once one schedule holds for the whole ticket."""
        proven: set[OwnMetric] = set()
        for schedule in self._schedules:
            for selection in sorted({(metric.kpi, metric.business) for metric in metrics}):
                open_ones = [m for m in metrics if (m.kpi, m.business) == selection and m not in proven]
                if not open_ones:
                    continue
                cells = self._ask(selection, sorted({metric.ticket for metric in open_ones}), schedule)
                for metric in open_ones:
                    ours = _value(cells.get((metric.ticket, metric.kpi, metric.business)), metric)
                    if ours is not None and abs(ours - metric.value) <= metric.tolerance:
                        proven.add(metric)
        return proven


def _value(cell: pb.Cell | None, metric: OwnMetric) -> float | None:
    if cell is None:
        return 0.0 if metric.kpi == "reopen_events" else None
    return cell.value if cell.HasField("value") else None


class _Story:
    """What the store knows of one ticket; fetched when it is needed."""

    def __init__(self, client: Client, source: str, ticket: str) -> None:
        self._client, self._source, self._id = client, source, ticket

    @functools.cached_property
    def ticket(self) -> records_pb2.Ticket | None:
        """The ticket, if it is there."""
        try:
            return self._client.get_record("ticket", self._id, source=self._source).ticket
        except NotFoundError:
            return None

    @functools.cached_property
    def events(self) -> list[records_pb2.TicketEvent]:
        """Its events in order of time."""
        found = [
            record.ticket_event
            for record in self._client.list_records("ticket_event", source=self._source, ticket=self._id)
        ]
        return sorted(found, key=lambda event: event.at.ToMilliseconds())

    def seconds(self, which: Callable[[records_pb2.TicketEvent], bool]) -> list[float]:
        """From the creation to each such event."""
        if not self.ticket:
            return []
        begin = self.ticket.created_at.ToMilliseconds()
        return [(event.at.ToMilliseconds() - begin) / 1000 for event in self.events if which(event)]


def _why(metric: OwnMetric, cell: pb.Cell | None, story: _Story) -> str:
    ticket = story.ticket
    if ticket is None or ticket.deleted or ticket.spam or ticket.test or ticket.merged_into:
        return NO_TICKET
    if cell is not None and cell.absent_reason == pb.ABSENT_REASON_NO_SCHEDULE:
        return NO_SCHEDULE

    def agrees(kind: int, *statuses: int) -> bool:
        found = story.seconds(lambda event: event.kind == kind and (not statuses or event.status in statuses))
        return not metric.business and any(abs(seconds - metric.value) <= metric.tolerance for seconds in found)

    waits = metric.kpi in ("requester_wait_time", "agent_wait_time", "on_hold_time")
    if not story.events:
        return NO_STATES if waits else NO_EVENTS
    if metric.kpi == "first_response_time":
        return _why_reply(metric, cell, story, agrees)
    if metric.kpi in ("resolution_time", "first_resolution_time"):
        return _why_resolution(metric, cell, story, agrees)
    if waits and (cell is None or not cell.HasField("value")):
        return _why_unresolved(story)
    return f"absent here: {reason_text(cell.absent_reason)}" if cell and not cell.HasField("value") else UNEXPLAINED


def _why_unresolved(story: _Story) -> str:
    steps = [event.status for event in story.events if event.kind == records_pb2.TICKET_EVENT_KIND_STATUS_CHANGE]
    if steps and steps[-1] in _RESOLVED:
        return UNEXPLAINED
    return REOPENED if _RESOLVED & set(steps) else UNRESOLVED


def _why_reply(metric: OwnMetric, cell: pb.Cell | None, story: _Story, agrees: Callable[..., bool]) -> str:
    if agrees(records_pb2.TICKET_EVENT_KIND_BOT_REPLY):
        return BOT
    if agrees(records_pb2.TICKET_EVENT_KIND_PRIVATE_NOTE):
        return NOTE
    humans = story.seconds(lambda event: event.kind == records_pb2.TICKET_EVENT_KIND_AGENT_REPLY)
    bots = story.seconds(lambda event: event.kind == records_pb2.TICKET_EVENT_KIND_BOT_REPLY)
    if story.ticket and story.ticket.origin in (records_pb2.TICKET_ORIGIN_AGENT, records_pb2.TICKET_ORIGIN_SYSTEM):
        return FROM_CREATION
    if cell is None or not cell.HasField("value"):
        if cell is not None and any(note.rule == "invalid_duration" for note in cell.left_out):
            return SKEW
        return BOT if bots and not humans else NO_REPLY if not humans else UNEXPLAINED
    if metric.business and bots and bots[0] < humans[0]:
        return BOT
    return UNEXPLAINED


def _why_resolution(metric: OwnMetric, cell: pb.Cell | None, story: _Story, agrees: Callable[..., bool]) -> str:
    if cell is None or not cell.HasField("value"):
        return _why_unresolved(story)
    return CLOSED if agrees(records_pb2.TICKET_EVENT_KIND_STATUS_CHANGE, *_RESOLVED) else UNEXPLAINED
