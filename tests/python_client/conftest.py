"""The installed Python client against the real server."""

from __future__ import annotations

import datetime
import os

import pytest

if "SERVER" in os.environ:
    os.environ.setdefault("SUPPORTKPI_SERVER", os.environ["SERVER"])

from supportkpi import Client  # noqa: E402
from supportkpi.demo import profile, year  # noqa: E402
from supportkpi.demo.settings import settings  # noqa: E402
from supportkpi.testing import Server  # noqa: E402
from supportkpi.v1 import records_pb2 as R  # noqa: E402

pytest_plugins = ["supportkpi.pytest_plugin"]
YEAR = {"start": profile.BEGIN, "end": profile.END}
BEGIN = datetime.datetime(2026, 1, 5, 9, tzinfo=datetime.timezone.utc)


def ticket(number: int, **fields) -> R.Record:
    """Ticket tNNNN, created so many minutes after the begin."""
    record = R.Record(ticket=R.Ticket(id=f"t{number:05d}", channel="email" if number % 3 else "chat", **fields))
    record.ticket.created_at.FromDatetime((BEGIN + datetime.timedelta(minutes=number)).replace(tzinfo=None))
    return record


def tickets(count: int, first: int = 0) -> list[R.Record]:
    """So many tickets."""
    return [ticket(number) for number in range(first, first + count)]


@pytest.fixture(scope="session", name="desk")
def _desk(supportkpi_server: Server):
    """A client of the default tenant, which holds the year that `quickstart.sh --scale 0.02` loads."""
    if "WITHOUT_README" in os.environ:
        # Nothing but the README asks about the agents' time, nine tenths of the year.
        year.agent_time = lambda rng: iter(())
    with supportkpi_server.client() as client:
        client.update_settings(settings())
        summary = client.import_records(year.records(seed=1, scale=0.02), stream_id="demo-1-0.02")
        assert not summary.rejected and summary.accepted > 7_000
        yield client


@pytest.fixture(scope="session", name="wide")
def _wide(supportkpi_server: Server):
    """A client of a tenant whose one ticket a minute makes answers of 3,000 rows."""
    with supportkpi_server.client(tenant="wide") as client:
        client.import_records(tickets(3_000), stream_id="wide")
        yield client


@pytest.fixture(name="own_server")
def _own_server():
    """A server of the test's own, to stop and to kill."""
    with Server() as server:
        yield server


@pytest.fixture(name="unanswered")
def _unanswered():
    """A client of a port where nobody listens; it does not retry."""
    with Client("127.0.0.1:1", retries=False, timeout_seconds=5) as client:
        yield client
