"""The bench's data set: two years of a support organisation, the same from the same seed and size, as plain column files for
supportkpi's import stream (load_columns.cc) and as Parquet for the other engines. Rows are made in chunks of half a million tickets.

    python generate.py --tickets 1000000 --folder build/bench/1000000/data"""

from __future__ import annotations

import argparse
import pathlib
import time

import numpy as np

import tables
import working_hours

SECOND_MS, HOUR_MS, DAY_MS = 1000, 3_600_000, 86_400_000
START_MS, END_MS = 1_704_067_200_000, 1_767_225_600_000  # 2024-01-01 to 2026-01-01, UTC; nothing happens after it
NONE = tables.NONE
CHUNK_TICKETS = 500_000

CHANNELS = ["email", "chat", "phone", "web", "social", "app"]
TYPES = ["question", "incident", "problem", "task"]
PRIORITIES = ["low", "normal", "high", "urgent"]
SEGMENTS = ["business", "enterprise", "partner", "self-serve"]
REGIONS = ["africa", "americas", "asia", "europe", "oceania"]
PLANS = ["basic", "plus", "premium"]
CATEGORIES = [f"category-{n:02}" for n in range(30)]
TEAMS = [f"team-{n:02}" for n in range(20)]
QUEUES = [f"queue-{n}" for n in range(8)]
STATUSES = ["open", "pending", "on_hold", "solved"]
KINDS = ["csat", "nps"]
OUTCOMES = ["answered", "abandoned_in_queue", "abandoned_in_ivr", "failed", "voicemail"]
STATES = ["available", "handling", "break", "other_support_work"]
# Median minutes to the first reply by channel.
REPLY_MINUTES = np.array([90.0, 4.0, 12.0, 120.0, 45.0, 60.0])


def agents_of(tickets: int) -> int:
    """400 from a million tickets on; fewer in small data sets, so that agent time does not outweigh the tickets."""
    return 400 if tickets >= 1_000_000 else max(40, tickets // 5000 // 20 * 20)


def arrival_curve() -> tuple[np.ndarray, np.ndarray]:
    """Hour boundaries and the share of all tickets created before each: busy weekdays, quiet nights, slow growth."""
    hours = np.arange((END_MS - START_MS) // HOUR_MS)
    of_day = 0.25 + np.exp(-0.5 * ((hours % 24 - 13.5) / 4.0) ** 2)
    of_week = np.array([1.2, 1.15, 1.1, 1.05, 1.0, 0.5, 0.45])[hours // 24 % 7]  # 2024-01-01 is a Monday
    weight = of_day * of_week * (1 + 0.5 * hours / hours[-1])
    return START_MS + np.arange(len(hours) + 1) * HOUR_MS, np.concatenate([[0], np.cumsum(weight)]) / weight.sum()


def skewed(draw: np.random.Generator, count: int, choices: int, skew: float) -> np.ndarray:
    weight = 1.0 / (np.arange(choices) + 3.0) ** skew
    return draw.choice(choices, count, p=weight / weight.sum())


def lognormal_ms(draw: np.random.Generator, median_ms: np.ndarray | float, sigma: float, count: int) -> np.ndarray:
    return (np.exp(draw.normal(0, sigma, count)) * median_ms).astype(np.int64) + SECOND_MS


def make_tickets(draw: np.random.Generator, first: int, count: int, total: int, segments: np.ndarray) -> dict[str, np.ndarray]:
    """Tickets [first, first + count) of total, by creation. What would happen after END_MS has not happened."""
    boundaries, shares = arrival_curve()
    created = np.interp((np.arange(first, first + count) + draw.random(count)) / total, shares, boundaries).astype(np.int64)
    # A tenth as many customers as tickets; the square favours low numbers.
    customer = (draw.random(count) ** 2 * len(segments)).astype(np.int64)
    segment = segments[customer]
    customer = np.where(draw.random(count) < 0.03, NONE, customer)
    channel, team = skewed(draw, count, 6, 0.8), skewed(draw, count, 20, 0.5)
    agent = team + 20 * draw.integers(0, agents_of(total) // 20, count)
    replied = created + lognormal_ms(draw, REPLY_MINUTES[channel] * 60_000, 1.3, count)
    replied[draw.random(count) < 0.05] = NONE
    first_resolved = np.maximum(created, replied) + lognormal_ms(draw, 18 * HOUR_MS, 1.5, count)
    reopened = draw.random(count) < 0.08
    resolved = first_resolved + np.where(reopened, lognormal_ms(draw, 20 * HOUR_MS, 1.0, count), 0)
    is_resolved = (resolved < END_MS) & (draw.random(count) > 0.01)
    replied = np.where(replied < END_MS, replied, NONE)
    replies = np.where(replied == NONE, 0, draw.geometric(0.45, count))
    handle = (draw.gamma(2.0, 300.0, count)).astype(np.int64) * SECOND_MS + SECOND_MS
    return {
        "id": np.arange(first, first + count),
        "created_at": created,
        "customer": customer,
        "segment": segment,
        "channel": channel,
        "type": skewed(draw, count, 4, 1.0),
        "category": skewed(draw, count, 30, 0.9),
        "priority": draw.choice(4, count, p=[0.2, 0.5, 0.22, 0.08]),
        "team": team,
        "agent": agent,
        "spam": (draw.random(count) < 0.01).astype(np.int64),
        "status": np.where(is_resolved, 3, draw.integers(0, 3, count)),
        "first_replied_at": replied,
        "first_resolved_at": np.where(is_resolved & reopened, first_resolved, NONE),
        "resolved_at": np.where(is_resolved, resolved, NONE),
        "replies": replies,
        "contacts": 1 + draw.geometric(0.7, count) - 1,
        "reopens": np.where(is_resolved & reopened, 1, 0),
        "agents_involved": np.minimum(replies, draw.geometric(0.85, count)),
        "handle_ms": np.where(is_resolved & (draw.random(count) < 0.8), handle, NONE),
    }


def make_surveys(draw: np.random.Generator, tickets: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    count = len(tickets["id"])
    chosen = (draw.random(count) < 0.31) & (tickets["resolved_at"] != NONE) & (tickets["resolved_at"] + HOUR_MS < END_MS)
    rows = np.flatnonzero(chosen)
    count = len(rows)
    sent = tickets["resolved_at"][rows] + HOUR_MS
    responded = sent + lognormal_ms(draw, 5 * HOUR_MS, 1.2, count)
    responded = np.where((draw.random(count) < 0.6) & (responded < END_MS), responded, NONE)
    kind = (draw.random(count) < 0.3).astype(np.int64)
    csat = draw.choice(5, count, p=[0.08, 0.07, 0.15, 0.3, 0.4]) + 1
    nps = draw.choice(11, count, p=[0.04, 0.02, 0.02, 0.03, 0.04, 0.06, 0.08, 0.13, 0.2, 0.2, 0.18])
    return {
        "ticket": tickets["id"][rows],
        "kind": kind,
        "sent_at": sent,
        "responded_at": responded,
        "score": np.where(responded == NONE, NONE, np.where(kind == 1, nps, csat)),
        "customer": tickets["customer"][rows],
    }


def make_calls(draw: np.random.Generator, tickets: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Inbound calls of one leg, some minutes after their ticket's creation; every second one names the ticket."""
    count = len(tickets["id"])
    rows = np.flatnonzero((draw.random(count) < 0.3) & (tickets["created_at"] < END_MS - DAY_MS))
    count = len(rows)
    started = tickets["created_at"][rows] + draw.integers(0, 10 * 60_000, count)
    outcome = draw.choice(5, count, p=[0.85, 0.08, 0.03, 0.02, 0.02])
    ivr = draw.integers(2, 20, count) * SECOND_MS
    queued = np.where((outcome == 2) | (outcome == 3), 0, lognormal_ms(draw, 12 * SECOND_MS, 0.9, count))
    ring = np.where(outcome == 0, draw.integers(1, 8, count) * SECOND_MS, 0)
    answered = outcome == 0
    talk = np.where(answered, lognormal_ms(draw, 180 * SECOND_MS, 0.8, count), 0)
    hold = np.where(answered & (draw.random(count) < 0.2), draw.integers(5, 120, count) * SECOND_MS, 0)
    wrap_up = np.where(answered, draw.integers(5, 90, count) * SECOND_MS, 0)
    answered_at = started + ivr + queued + ring
    return {
        "id": tickets["id"][rows],
        "ticket": np.where(draw.random(count) < 0.5, tickets["id"][rows], NONE),
        "queue": skewed(draw, count, 8, 0.7),
        "started_at": started,
        "answered_at": np.where(answered, answered_at, NONE),
        "ended_at": answered_at + talk + hold,
        "ivr_ms": ivr,
        "queued_ms": queued,
        "ring_ms": ring,
        "talk_ms": talk,
        "hold_ms": hold,
        "wrap_up_ms": wrap_up,
        "outcome": outcome,
        "agent": np.where(answered, tickets["agent"][rows], NONE),
        "team": np.where(answered, tickets["team"][rows], NONE),
        "customer": tickets["customer"][rows],
    }


def make_agent_time(draw: np.random.Generator, agents: int) -> dict[str, np.ndarray]:
    """Five days of seven, eight hours in four stretches; every third agent works across midnight."""
    days = (END_MS - START_MS) // DAY_MS - 1
    day, agent = (grid.ravel() for grid in np.meshgrid(np.arange(days), np.arange(agents), indexing="ij"))
    works = (day + agent) % 7 < 5
    day, agent = day[works], agent[works]
    begin = START_MS + day * DAY_MS + np.array([6, 13, 21])[agent % 3] * HOUR_MS + draw.integers(0, 900_000, len(day))
    shares = draw.dirichlet([4, 8, 1, 2], len(day))
    ends = begin[:, None] + (np.cumsum(shares, axis=1) * 8 * HOUR_MS).astype(np.int64)
    begins = np.concatenate([begin[:, None], ends[:, :-1]], axis=1)
    return {
        "agent": np.repeat(agent, 4),
        "team": np.repeat(agent % 20, 4),
        "state": np.tile(np.arange(4), len(day)),
        "from_at": begins.ravel(),
        "to_at": ends.ravel(),
    }


def make_periods(draw: np.random.Generator) -> dict[str, np.ndarray]:
    """A period a month of each segment and region; each starts with the customers that the one before ended with."""
    months = np.arange("2024-01", "2026-02", dtype="datetime64[M]").astype("datetime64[ms]").astype(np.int64)
    columns: dict[str, list[int]] = {name: [] for name, _, _ in tables.TABLES["periods"]}
    for segment in range(4):
        for region in range(5):
            customers = int(draw.integers(800, 3000))
            for month in range(24):
                new, lost = int(draw.integers(20, 90)), int(draw.integers(10, 80))
                row = (months[month], months[month + 1], segment, region, customers, customers + new - lost, new,
                       customers * 4200, new * 31_000)
                for name, value in zip(columns, row, strict=True):
                    columns[name].append(int(value))
                customers += new - lost
    return {name: np.array(values) for name, values in columns.items()}


def generate(tickets: int, seed: int, folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    agents, customers = agents_of(tickets), max(1, tickets // 10)
    names = {
        "channel": CHANNELS, "type": TYPES, "priority": PRIORITIES, "segment": SEGMENTS, "region": REGIONS, "plan": PLANS,
        "category": CATEGORIES, "team": TEAMS, "queue": QUEUES, "status": STATUSES, "kind": KINDS, "outcome": OUTCOMES,
        "state": STATES, "agent": [f"agent-{n:03}" for n in range(agents)],
    }
    tables.write_names(folder, names)
    draw = np.random.default_rng([seed, 0])
    segments = skewed(draw, customers, 4, 1.0)
    with tables.Writers(folder, names) as write:
        write("customers", {"id": np.arange(customers), "segment": segments, "region": skewed(draw, customers, 5, 0.6),
                            "plan": skewed(draw, customers, 3, 0.5)})
        write("periods", make_periods(draw))
        write("agent_time", make_agent_time(draw, agents))
        for part, first in enumerate(range(0, tickets, CHUNK_TICKETS)):
            draw = np.random.default_rng([seed, 1, part])
            rows = make_tickets(draw, first, min(CHUNK_TICKETS, tickets - first), tickets, segments)
            write("tickets", rows)
            write("surveys", make_surveys(draw, rows))
            write("calls", make_calls(draw, rows))
        write("work_hours", working_hours.cumulated(START_MS, END_MS + 31 * DAY_MS))
        write("team_schedules", {"team": np.arange(20), "schedule": np.arange(20) % 2})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=pathlib.Path, required=True)
    options = parser.parse_args()
    begin = time.monotonic()
    generate(options.tickets, options.seed, options.folder)
    print(f"generated {options.tickets:,} tickets in {time.monotonic() - begin:.1f} s")


if __name__ == "__main__":
    main()
