"""The whole year: every record of the demo help desk, in the order in which they would have been sent."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from google.protobuf import duration_pb2

from supportkpi.demo import profile
from supportkpi.demo import tickets as ticket_stories
from supportkpi.v1 import records_pb2 as pb

stamp = ticket_stories.stamp


def _seconds(value: float) -> duration_pb2.Duration:
    return duration_pb2.Duration(seconds=int(value))


def agents() -> Iterator[pb.Agent]:
    """Forty humans in five teams, and one bot."""
    for team in profile.TEAMS:
        for index in range(team.agents):
            agent = pb.Agent(id=f"{team.name}-{index + 1:02d}", version=1, name=f"{team.name} {index + 1}",
                             kind=pb.AGENT_KIND_HUMAN)
            agent.teams.add(team=team.name)
            yield agent
    yield pb.Agent(id="helper-bot", version=1, name="Helper Bot", kind=pb.AGENT_KIND_BOT)


def calls(rng: random.Random, customers: ticket_stories.Customers, count: int) -> Iterator[pb.CallLeg]:
    """Calls of one or two legs."""
    phone = [f"phone-{index + 1:02d}" for index in range(9)]
    for number, at in enumerate(ticket_stories.instants(rng, count), start=1):
        ivr = rng.uniform(2, 7)
        leg = pb.CallLeg(call=f"K{number:06d}", leg="1", source=profile.SOURCE, version=1,
                         direction=pb.CALL_DIRECTION_OUTBOUND if rng.random() < 0.12 else pb.CALL_DIRECTION_INBOUND,
                         queue=rng.choice(("sales", "support", "support", "billing")), started_at=stamp(at),
                         ivr=_seconds(ivr), customer=customers.pick(rng).id,
                         topic=rng.choice(("order", "invoice", "outage", "advice")))
        fate = rng.random()
        if fate < 0.03:
            leg.outcome, length = pb.CALL_OUTCOME_ABANDONED_IN_IVR, ivr
        elif fate < 0.045:
            leg.outcome, length = pb.CALL_OUTCOME_FAILED, 2
        elif fate < 0.12:
            queued = rng.expovariate(1 / 70)
            leg.queued.CopyFrom(_seconds(queued))
            leg.outcome, length = pb.CALL_OUTCOME_ABANDONED_IN_QUEUE, ivr + queued
        elif fate < 0.15:
            leg.outcome, length = rng.choice((pb.CALL_OUTCOME_VOICEMAIL, pb.CALL_OUTCOME_CALLBACK)), ivr + 60
            leg.queued.CopyFrom(_seconds(60))
        else:
            queued, ring = rng.expovariate(1 / 11), rng.uniform(1, 4)
            talk, hold = rng.lognormvariate(5.3, 0.7), rng.choice((0, 0, 0, 30, 90))
            leg.queued.CopyFrom(_seconds(queued))
            leg.ring.CopyFrom(_seconds(ring))
            leg.talk.CopyFrom(_seconds(talk))
            leg.hold.CopyFrom(_seconds(hold))
            leg.wrap_up.CopyFrom(_seconds(rng.uniform(10, 120)))
            leg.answered_at.CopyFrom(stamp(at + ivr + queued + ring))
            leg.agent, leg.team = rng.choice(phone), "phone"
            leg.outcome, length = pb.CALL_OUTCOME_ANSWERED, ivr + queued + ring + talk + hold
        leg.ended_at.CopyFrom(stamp(at + length))
        if leg.outcome == pb.CALL_OUTCOME_ANSWERED and rng.random() < 0.09:
            leg.outcome = pb.CALL_OUTCOME_TRANSFERRED
            yield leg
            yield _second_leg(rng, leg, at + length)
        else:
            yield leg


def _second_leg(rng: random.Random, first: pb.CallLeg, at: float) -> pb.CallLeg:
    queued, talk = rng.expovariate(1 / 20), rng.lognormvariate(5.0, 0.6)
    return pb.CallLeg(call=first.call, leg="2", source=profile.SOURCE, version=1, direction=first.direction,
                      queue="technical", started_at=stamp(at), queued=_seconds(queued), talk=_seconds(talk),
                      wrap_up=_seconds(rng.uniform(10, 90)), answered_at=stamp(at + queued),
                      ended_at=stamp(at + queued + talk), agent=f"technical-{rng.randrange(1, 7):02d}",
                      team="technical", customer=first.customer, topic=first.topic,
                      outcome=pb.CALL_OUTCOME_ANSWERED)


_DAY_PLAN = (  # state, share of the working day
    (pb.AGENT_STATE_AVAILABLE, 0.14), (pb.AGENT_STATE_HANDLING, 0.30), (pb.AGENT_STATE_BREAK, 0.06),
    (pb.AGENT_STATE_HANDLING, 0.28), (pb.AGENT_STATE_OTHER_SUPPORT_WORK, 0.12), (pb.AGENT_STATE_AVAILABLE, 0.10),
)


def agent_time(rng: random.Random) -> Iterator[pb.AgentTime]:
    """Working days of every agent."""
    for offset in range(365):
        day = profile.BEGIN.date() + datetime.timedelta(days=offset)
        for team in profile.TEAMS:
            if day.weekday() >= 5 or day.isoformat() in profile.HOLIDAYS[team.schedule]:
                continue
            opens = datetime.datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo(team.zone)).timestamp()
            for index in range(team.agents):
                if rng.random() < 0.08:
                    continue  # on leave
                yield from _working_day(rng, f"{team.name}-{index + 1:02d}", team.name, day, opens)


def _working_day(rng: random.Random, agent: str, team: str, day: datetime.date,
                 opens: float) -> Iterator[pb.AgentTime]:
    at = opens + rng.uniform(-600, 900)
    for part, (state, share) in enumerate(_DAY_PLAN):
        length = 8.5 * 3600 * share * rng.uniform(0.7, 1.3)
        record = pb.AgentTime(id=f"{agent}/{day}/{part}", source=profile.SOURCE, version=1, agent=agent, team=team,
                              to=stamp(at + length), state=state)
        getattr(record, "from").CopyFrom(stamp(at))
        yield record
        at += length
        if rng.random() < 0.002:
            at -= 120  # clocked into the next state two minutes early: a data issue


def _months() -> Iterator[tuple[datetime.datetime, datetime.datetime]]:
    for month in range(1, 13):
        begin = datetime.datetime(profile.YEAR, month, 1, tzinfo=profile.ZONE)
        end = datetime.datetime(profile.YEAR + month // 12, month % 12 + 1, 1, tzinfo=profile.ZONE)
        yield begin, end


def customer_periods(rng: random.Random) -> Iterator[pb.CustomerPeriod]:
    """Twelve months of two segments."""
    for segment, customers, price in (("self-serve", 5200, 2900), ("enterprise", 480, 41000)):
        for begin, end in _months():
            new = int(customers * rng.uniform(0.02, 0.05))
            lost = int(customers * rng.uniform(0.01, 0.03))
            record = pb.CustomerPeriod(id=f"{segment}/{begin:%Y-%m}", source=profile.SOURCE, version=1,
                                       to=stamp(end.timestamp()), segment=segment, persona="all", region="all",
                                       plan=profile.PLANS.get(segment, "starter"), customers_at_start=customers,
                                       customers_at_end=customers + new - lost, new_customers=new,
                                       lost_customers=lost, relationship_years=2.4 if segment == "self-serve" else 5.1)
            getattr(record, "from").CopyFrom(stamp(begin.timestamp()))
            record.revenue.CopyFrom(pb.Money(currency="EUR", minor_units=customers * price))
            record.acquisition_cost.CopyFrom(pb.Money(currency="EUR", minor_units=new * price * 3))
            customers += new - lost
            if begin.month == 9:
                customers += 3  # found in a stock-taking: a break between two periods, a data issue
            yield record


def support_costs(rng: random.Random) -> Iterator[pb.SupportCost]:
    """Staff and tools of every team and month."""
    for begin, end in _months():
        for team in profile.TEAMS:
            for kind, amount in (("staff", team.agents * 380_000), ("tools", team.agents * 21_000)):
                record = pb.SupportCost(id=f"{team.name}/{begin:%Y-%m}/{kind}", source=profile.SOURCE, version=1,
                                        to=stamp(end.timestamp()), team=team.name, kind=kind)
                getattr(record, "from").CopyFrom(stamp(begin.timestamp()))
                record.amount.CopyFrom(pb.Money(currency="EUR", minor_units=int(amount * rng.uniform(0.95, 1.08))))
                yield record


def records(seed: int = 1, scale: float = 1.0) -> Iterator[pb.Record]:
    """Every record. The same seed and scale give the same bytes; scale 1 is the size named in the README."""
    rng = random.Random(seed)
    customers = ticket_stories.Customers(rng)
    for agent in agents():
        yield pb.Record(agent=agent)
    for customer in customers.all:
        yield pb.Record(customer=customer)
    surveys_left = int(profile.SURVEYS * scale)
    ticket_count = int(profile.TICKETS * scale)
    survey_number = 0
    for ticket in ticket_stories.tickets(rng, customers, ticket_count):
        yield pb.Record(ticket=ticket.record)
        if surveys_left and ticket.solved_at and rng.random() < profile.SURVEYS / profile.TICKETS * 1.1:
            survey_number += 1
            surveys_left -= 1
            yield pb.Record(survey=ticket_stories.survey(rng, survey_number, ticket))
    for leg in calls(rng, customers, int(profile.CALLS * scale)):
        yield pb.Record(call_leg=leg)
    for record in agent_time(rng):
        yield pb.Record(agent_time=record)
    for period in customer_periods(rng):
        yield pb.Record(customer_period=period)
    for cost in support_costs(rng):
        yield pb.Record(support_cost=cost)
