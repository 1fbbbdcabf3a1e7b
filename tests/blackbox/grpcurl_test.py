"""What a newcomer types: grpcurl list, describe, a question, a question with a typo, health; and every grpcurl line of
the README and of the quickstart."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shlex
import subprocess

import pytest

from server_process import Server
from supportkpi import Client
from supportkpi.demo import year
from supportkpi.demo.settings import settings

ROOT = pathlib.Path(__file__).parents[2]
GRPCURL = os.environ.get("GRPCURL", "")
pytestmark = pytest.mark.skipif(not GRPCURL, reason="grpcurl could not be installed")


@pytest.fixture(name="demo", scope="module")
def _demo():
    with Server() as server, Client(server.address) as client:
        client.update_settings(settings())
        assert not client.import_records(year.records(seed=1, scale=0.02), stream_id="demo").rejected
        yield server


def grpcurl(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([GRPCURL, "-plaintext", *arguments], capture_output=True, text=True, timeout=60, check=False)


def test_list_names_the_services(demo):
    listed = grpcurl(demo, demo.address, "list").stdout.split()
    assert {"supportkpi.v1.KpiService", "supportkpi.v1.RecordService", "supportkpi.v1.ConfigService",
            "supportkpi.v1.AdminService", "grpc.health.v1.Health"} <= set(listed)


@pytest.mark.parametrize("symbol", ["supportkpi.v1.KpiService", "supportkpi.v1.Ticket", "grpc.health.v1.Health"])
def test_describe_knows(demo, symbol):
    result = grpcurl(demo, demo.address, "describe", symbol)
    assert result.returncode == 0, result.stderr
    assert symbol.rsplit(".", 1)[1] in result.stdout


def test_health_is_serving(demo):
    assert "SERVING" in grpcurl(demo, demo.address, "grpc.health.v1.Health/Check").stdout


def test_a_typo_is_told_what_was_meant(demo):
    request = {"kpis": [{"kpi": "first_respnse_time"}],
               "range": {"start": "2025-01-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"}}
    result = grpcurl(demo, "-d", json.dumps(request), demo.address, "supportkpi.v1.KpiService/QueryKpis")
    assert result.returncode != 0
    assert "InvalidArgument" in result.stderr and 'did you mean "first_response_time"' in result.stderr


def documented_lines() -> list[str]:
    """The grpcurl lines of the README and of the quickstart, continuation lines joined."""
    found = []
    for path in ("README.md", "clients/quickstart.sh"):
        text = (ROOT / path).read_text().replace("\\\n", " ")
        found += re.findall(r"^\s*(grpcurl -plaintext (?:'[^']*'|[^'\n])*)$", text, re.MULTILINE)
    return found


@pytest.mark.parametrize("line", documented_lines())
def test_every_documented_line_works(demo, line):
    words = shlex.split(line.replace("$address", demo.address).replace("localhost:50051", demo.address))
    result = subprocess.run([GRPCURL, *words[1:]], capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip()
