"""Tickets with their events, and the surveys that follow them."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from google.protobuf import timestamp_pb2

from supportkpi.demo import profile
from supportkpi.v1 import records_pb2 as pb

Kind: Any = pb.TicketEventKind
_MINUTE = 60.0


def stamp(seconds: float) -> timestamp_pb2.Timestamp:
    """A protobuf timestamp of Unix seconds, at whole milliseconds."""
    milliseconds = round(seconds * 1000)
    return timestamp_pb2.Timestamp(seconds=milliseconds // 1000, nanos=milliseconds % 1000 * 1_000_000)


def pick(rng: random.Random, weights: dict[str, float]) -> str:
    """A key, by weight."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]


class WorkingHours:
    """When a team answers: Monday to Friday, 09:00 to 18:00 local, but on its holidays."""

    def __init__(self, team: profile.Team) -> None:
        self._zone = ZoneInfo(team.zone)
        self._holidays = set(profile.HOLIDAYS[team.schedule])

    def next_working(self, at: float, seconds: float) -> float:
        """The instant at which `seconds` of working time have passed since `at`."""
        local = datetime.datetime.fromtimestamp(at, self._zone)
        while True:
            opens = local.replace(hour=9, minute=0, second=0, microsecond=0)
            closes = local.replace(hour=18, minute=0, second=0, microsecond=0)
            works = local.weekday() < 5 and local.date().isoformat() not in self._holidays
            if works and local < closes:
                begin = max(local, opens)
                left = closes.timestamp() - begin.timestamp()
                if seconds <= left:
                    return begin.timestamp() + seconds
                seconds -= left
            day = local.date() + datetime.timedelta(days=1)
            local = datetime.datetime(day.year, day.month, day.day, 9, tzinfo=self._zone)


class Ticket:
    """Writes one ticket's story, event by event."""

    def __init__(self, rng: random.Random, number: int, at: float, desk: "Desk") -> None:
        self._rng = rng
        self._desk = desk
        self._at = at
        self.customer = desk.customers.pick(rng)
        channel = pick(rng, profile.CHANNELS)
        self.team = rng.choice([team for team in profile.TEAMS if channel in team.channels])
        self.category = pick(rng, {name: row[0] for name, row in profile.CATEGORIES.items()})
        self.priority = pick(rng, profile.PRIORITIES)
        self.agent = ""
        self.solved_at = 0.0
        self.record = pb.Ticket(
            id=f"T{number:06d}", source=profile.SOURCE, version=1, created_at=stamp(at), customer=self.customer.id,
            organization=self.customer.organization, segment=self.customer.segment, channel=channel,
            type=pick(rng, profile.TYPES), category=self.category, priority=self.priority,
            complexity=rng.choice(("simple", "simple", "usual", "usual", "hard")), language=self.customer.language,
            brand="acme" if rng.random() < 0.8 else "acme pro", team=self.team.name,
        )
        if rng.random() < 0.3:
            self.record.tags.extend(sorted(rng.sample(profile.TAGS, rng.choice((1, 1, 2)))))
        if rng.random() < 0.04:
            self.record.origin = pb.TICKET_ORIGIN_AGENT
        elif rng.random() < 0.02:
            self.record.origin = pb.TICKET_ORIGIN_SYSTEM
        if rng.random() < 0.012:
            self.record.spam = True
        if rng.random() < 0.5:
            self.record.attributes["app_version"] = rng.choice(("5.0", "5.1", "5.2", "6.0"))
        if rng.random() < 0.05:
            self.record.issue_key = f"ISSUE-{rng.randrange(1, 60):03d}"
        self.record.cost.CopyFrom(pb.Money(currency="EUR", minor_units=rng.randrange(150, 2400)))

    def _add(self, seconds: float, kind: int, **fields: object) -> None:
        self._at += seconds
        if self._at < self._desk.end:
            self.record.events.add(id=f"e{len(self.record.events) + 1}", at=stamp(self._at), kind=kind, **fields)

    def _reply(self, median_minutes: float) -> None:
        rng = self._rng
        hours = self._desk.hours[self.team.name]
        work = median_minutes * profile.PRIORITY_SPEED[self.priority] * rng.lognormvariate(0, 0.9) * _MINUTE
        reply_at = hours.next_working(self._at, work)
        if not self.agent:
            self.agent = rng.choice(self._desk.agents[self.team.name])
            assigned_at = self._at + (reply_at - self._at) * rng.uniform(0.3, 0.9)
            self._add(assigned_at - self._at, Kind.TICKET_EVENT_KIND_ASSIGNMENT, agent=self.agent, old_agent="",
                      actor=pb.ACTOR_KIND_SYSTEM)
            self._add(0, Kind.TICKET_EVENT_KIND_STATUS_CHANGE, status=pb.TICKET_STATUS_OPEN,
                      actor=pb.ACTOR_KIND_SYSTEM)
        self._add(max(reply_at - self._at, 1), Kind.TICKET_EVENT_KIND_AGENT_REPLY, actor_agent=self.agent)
        worked = rng.lognormvariate(5.6, 0.7)
        event = pb.TicketEvent()
        event.work.seconds = int(worked)
        self._add(20, Kind.TICKET_EVENT_KIND_WORK_LOG, actor_agent=self.agent, work=event.work)

    def _escalate(self) -> None:
        if self.team.name == "technical":
            return
        technical = profile.TEAMS[-1]
        agent = self._rng.choice(self._desk.agents[technical.name])
        self._add(self._rng.uniform(5, 90) * _MINUTE, Kind.TICKET_EVENT_KIND_ASSIGNMENT, team=technical.name,
                  old_team=self.team.name, agent=agent, actor_agent=self.agent)
        self.team, self.agent = technical, agent

    def _status(self, seconds: float, status: int, **fields: object) -> None:
        self._add(seconds, Kind.TICKET_EVENT_KIND_STATUS_CHANGE, status=status, **fields)

    def _solve(self, hours: float) -> None:
        work = hours * 3600 * profile.PRIORITY_SPEED[self.priority] * self._rng.lognormvariate(0, 0.8)
        solved_at = self._desk.hours[self.team.name].next_working(self._at, work * 0.35)
        self._status(max(solved_at - self._at, 1), pb.TICKET_STATUS_SOLVED, actor_agent=self.agent)
        self.solved_at = self._at

    def tell(self) -> None:
        """The whole story: waiting, replies, questions back, perhaps an escalation, solved, perhaps reopened."""
        rng = self._rng
        if self.record.origin in (pb.TICKET_ORIGIN_AGENT, pb.TICKET_ORIGIN_SYSTEM) and rng.random() < 0.7:
            self._add(rng.uniform(30, 900) * _MINUTE, Kind.TICKET_EVENT_KIND_CUSTOMER_MESSAGE)
        if self.record.channel == "chat" and rng.random() < 0.6:
            self._add(4, Kind.TICKET_EVENT_KIND_BOT_REPLY)
        if rng.random() < 0.015:
            return  # nobody ever answers
        self._reply(self.team.first_reply_minutes)
        share, hours, reopening = profile.CATEGORIES[self.category]
        del share
        if rng.random() < 0.11:
            self._escalate()
            self._reply(60)
        for _ in range(rng.choices((0, 1, 2, 3), weights=(52, 28, 14, 6))[0]):
            self._status(60, pb.TICKET_STATUS_PENDING, actor_agent=self.agent)
            self._add(rng.lognormvariate(8.6, 1.1), Kind.TICKET_EVENT_KIND_CUSTOMER_MESSAGE)
            self._status(0, pb.TICKET_STATUS_OPEN, actor=pb.ACTOR_KIND_CUSTOMER)
            self._reply(self.team.first_reply_minutes * 1.5)
        if rng.random() < 0.06:
            self._status(300, pb.TICKET_STATUS_ON_HOLD, actor_agent=self.agent)
            self._add(rng.uniform(4, 90) * 3600, Kind.TICKET_EVENT_KIND_PRIVATE_NOTE, actor_agent=self.agent)
        if rng.random() < 0.05:
            self._add(60, Kind.TICKET_EVENT_KIND_PRIORITY_CHANGE, priority="urgent", old_priority=self.priority,
                      actor_agent=self.agent)
        self._solve(hours)
        if rng.random() < reopening:
            self._add(rng.lognormvariate(10.6, 0.9), Kind.TICKET_EVENT_KIND_CUSTOMER_MESSAGE)
            self._status(0, pb.TICKET_STATUS_OPEN, actor=pb.ACTOR_KIND_CUSTOMER)
            self._reply(self.team.first_reply_minutes * 2)
            self._solve(hours)
        elif rng.random() < 0.5:
            self._status(96 * 3600, pb.TICKET_STATUS_CLOSED, actor=pb.ACTOR_KIND_SYSTEM)


class Desk:
    """What all tickets share."""

    def __init__(self, customers: "Customers") -> None:
        self.customers = customers
        self.end = profile.END.timestamp()
        self.hours = {team.name: WorkingHours(team) for team in profile.TEAMS}
        self.agents = {
            team.name: [f"{team.name}-{index + 1:02d}" for index in range(team.agents)] for team in profile.TEAMS
        }


class Customers:
    """The customers; a few of them ask far more often than the rest."""

    def __init__(self, rng: random.Random) -> None:
        self.all = [self._make(rng, index) for index in range(profile.CUSTOMERS)]
        self._cumulative = []
        total = 0.0
        for index in range(profile.CUSTOMERS):
            total += 1 / (index + 12) ** 0.7
            self._cumulative.append(total)

    @staticmethod
    def _make(rng: random.Random, index: int) -> pb.Customer:
        segment = pick(rng, profile.SEGMENTS)
        since = profile.BEGIN.timestamp() - rng.uniform(0, 4 * 365 * 86400)
        return pb.Customer(
            id=f"C{index + 1:05d}", version=1, organization=f"org-{rng.randrange(profile.ORGANIZATIONS):03d}",
            segment=segment, persona=pick(rng, profile.PERSONAS), plan=profile.PLANS[segment],
            region=pick(rng, profile.REGIONS), language=pick(rng, profile.LANGUAGES), since=stamp(since),
        )

    def pick(self, rng: random.Random) -> pb.Customer:
        """One of them, by how often they ask."""
        return rng.choices(self.all, cum_weights=self._cumulative)[0]


def instants(rng: random.Random, count: int) -> list[float]:
    """`count` instants over the year, following its days and hours, ascending."""
    days = [profile.BEGIN.date() + datetime.timedelta(days=index) for index in range(365)]
    chosen = rng.choices(days, weights=[profile.day_weight(day) for day in days], k=count)
    hours = rng.choices(range(24), weights=profile.HOUR_WEIGHT, k=count)
    begin = profile.BEGIN.date()
    return sorted(
        profile.BEGIN.timestamp() + (day - begin).days * 86400 + hour * 3600 + round(rng.random() * 3600, 3)
        for day, hour in zip(chosen, hours)
    )


def tickets(rng: random.Random, customers: Customers, count: int) -> Iterator[Ticket]:
    """Tickets in the order of their creation."""
    desk = Desk(customers)
    for number, at in enumerate(instants(rng, count), start=1):
        ticket = Ticket(rng, number, at, desk)
        ticket.tell()
        yield ticket


_SURVEY_KINDS = {
    pb.SURVEY_KIND_CSAT: (0.55, "how-was-it", 1, 5),
    pb.SURVEY_KIND_NPS: (0.2, "would-you-recommend", 0, 10),
    pb.SURVEY_KIND_CES: (0.15, "how-easy", 1, 7),
    pb.SURVEY_KIND_QUALITY: (0.1, "internal-review", 1, 5),
}


def survey(rng: random.Random, number: int, ticket: Ticket) -> pb.Survey:
    """A survey after a ticket was solved; quick answers make happy customers."""
    kind = rng.choices(list(_SURVEY_KINDS), weights=[row[0] for row in _SURVEY_KINDS.values()])[0]
    _, question, low, high = _SURVEY_KINDS[kind]
    sent = ticket.solved_at + rng.uniform(600, 7200)
    record = pb.Survey(id=f"S{number:06d}", source=profile.SOURCE, version=1, kind=kind, question=question,
                       sent_at=stamp(sent), ticket=ticket.record.id, customer=ticket.record.customer, channel="email",
                       scale_min=low, scale_max=high)
    if rng.random() < 0.001:
        record.ticket += "-moved"  # a ticket that the help desk no longer knows: a data issue
    if kind == pb.SURVEY_KIND_CES:
        record.direction = pb.SCALE_DIRECTION_LOW_IS_GOOD  # "how hard was it?"
    answers = 1.0 if kind == pb.SURVEY_KIND_QUALITY else 0.42
    if rng.random() < answers:
        days = (ticket.solved_at - ticket.record.created_at.seconds) / 86400
        mood = min(max(rng.gauss(0.8 - 0.03 * min(days, 10), 0.24), 0), 1)
        if record.direction == pb.SCALE_DIRECTION_LOW_IS_GOOD:
            mood = 1 - mood
        record.score = round(low + mood * (high - low))
        record.responded_at.CopyFrom(stamp(sent + rng.lognormvariate(9.5, 1.2)))
    return record
