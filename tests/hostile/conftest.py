"""One real server with tenants, tokens and 70,000 tickets; whoever attacks it is measured, and the table is printed."""

from __future__ import annotations

import hashlib
import os
import pathlib
import resource
import sys

import pytest
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))

from server_process import Server  # noqa: E402  pylint: disable=wrong-import-position
from target import CUSTOMERS, Measured, Target  # noqa: E402  pylint: disable=wrong-import-position

from supportkpi import Client, instant  # noqa: E402  pylint: disable=wrong-import-position
from supportkpi.v1 import records_pb2  # noqa: E402  pylint: disable=wrong-import-position

MEASURED: list[Measured] = []
NOTES: list[str] = []
TABLE = pathlib.Path(os.environ.get("HOSTILE_INPUTS_TABLE", "build/hostile-inputs.txt"))


def entry(name: str, tenant: str, roles: str, expires: str = "") -> str:
    sha256 = hashlib.sha256(f"skpi_{name}".encode()).hexdigest()
    return f"  - {{name: {name}, sha256: {sha256}, tenant: \"{tenant}\", roles: [{roles}]{expires}}}\n"


def load(address: str) -> None:
    """Tickets with a customer each, so that a question can ask for more groups than there may be."""
    at = instant("2026-01-05")
    tickets = (records_pb2.Record(ticket=records_pb2.Ticket(
        id=f"t{number}", created_at=at, first_resolved_at=at, resolved_at=at,
        customer=f"c{number}", channel="email", tags=[f"tag{number % 50}", f"other{number % 7}"], replies=number % 9))
        for number in range(CUSTOMERS))
    with Client(address, tenant="acme", token="skpi_writer") as client:
        assert not client.import_records(tickets, stream_id="load").rejected
    with Client(address, tenant="other", token="skpi_everywhere") as client:
        client.upsert([records_pb2.Record(ticket=records_pb2.Ticket(id="theirs", created_at=at))])


@pytest.fixture(name="target", scope="session")
def _target(tmp_path_factory):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit[1], limit[1]))
    folder = tmp_path_factory.mktemp("hostile")
    credentials = folder / "credentials.yaml"
    credentials.write_text("tokens:\n" + entry("writer", "acme", "read, write") + entry("reader", "acme", "read") +
                           entry("everywhere", "*", "read, write, admin") +
                           entry("old", "acme", "read", ', expires: "2020-01-01T00:00:00Z"'))
    with Server(f"--credentials_file={credentials}", log=str(folder / "log")) as server:
        load(server.address)
        assert server.process is not None
        target = Target(server.address, server.process.pid)
        target.ask()
        before_mb = target.meter.memory_mb()
        yield target
        target.close()
        NOTES.append(f"Memory of the server before the first {before_mb:.0f} MB, after the last {target.meter.memory_mb():.0f} MB; "
                     "CPU that its own work takes meanwhile counts too.")
        assert server.process.poll() is None, "it lives"


@pytest.fixture(name="measured", scope="session")
def _measured() -> list[Measured]:
    return MEASURED


def pytest_terminal_summary(terminalreporter) -> None:
    if not MEASURED:
        return
    table = Table(title="Hostile inputs: what each cost the server", title_justify="left")
    table.add_column("input", overflow="fold")
    for name in ("answer", "sent kB", "peak memory MB", "at most", "CPU s", "at most", "seconds"):
        table.add_column(name, justify="left" if name == "answer" else "right", overflow="fold")
    for row in MEASURED:
        table.add_row(row.name, row.answer, f"{row.sent_kb:,.0f}", f"{row.peak_mb:.1f}", f"{row.most_mb:g}",
                      f"{row.cpu_seconds:.2f}", f"{row.most_cpu_seconds:g}", f"{row.seconds:.2f}")
    TABLE.parent.mkdir(parents=True, exist_ok=True)
    with TABLE.open("w") as file:
        Console(file=file, width=150).print(table, *NOTES, sep="\n")
    terminalreporter.write(TABLE.read_text())
