"""The command line against the real server: each test has a tenant, a folder and a configuration of its own."""

from __future__ import annotations

import dataclasses
import pathlib
import sys
import uuid

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))

from server_process import Server  # noqa: E402  pylint: disable=wrong-import-position

from supportkpi import Client  # noqa: E402
from supportkpi.cli.main import run  # noqa: E402

FIXTURES = pathlib.Path(__file__).parent / "fixtures"


def import_command(server: Server, tenant: str, path: pathlib.Path) -> list[str]:
    """Imports a Zendesk export in a process of its own, which can be killed."""
    options = ["--endpoint", server.address, "--tenant", tenant]
    return [sys.executable, "-m", "supportkpi.cli", *options, "import", "zendesk", str(path)]


@dataclasses.dataclass
class Ended:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def last_line(self) -> str:
        """The last thing on the screen."""
        return self.err.strip().splitlines()[-1] if self.err.strip() else ""


@pytest.fixture(scope="session")
def server():
    with Server() as running:
        yield running


@pytest.fixture
def tenant() -> str:
    return f"t{uuid.uuid4().hex[:12]}"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A folder, a home and an environment of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("ENDPOINT", "TENANT", "TOKEN", "TOKEN_FILE", "CONTEXT"):
        monkeypatch.delenv(f"SUPPORTKPI_{name}", raising=False)
    return tmp_path


@pytest.fixture
def cli(server, tenant, monkeypatch, capfd):
    """Runs a command against the server, in this process."""
    monkeypatch.setenv("SUPPORTKPI_ENDPOINT", server.address)
    monkeypatch.setenv("SUPPORTKPI_TENANT", tenant)

    def call(*arguments: object) -> Ended:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        output = capfd.readouterr()
        assert "Traceback" not in output.err + output.out
        return Ended(code, output.out, output.err)

    return call


@pytest.fixture
def client(server, tenant):
    with Client(server.address, tenant=tenant) as found:
        yield found
