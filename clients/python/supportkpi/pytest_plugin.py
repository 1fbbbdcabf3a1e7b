"""Fixtures for pytest: pytest_plugins = ["supportkpi.pytest_plugin"]."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from supportkpi.client import Client
from supportkpi.testing import Server


@pytest.fixture(scope="session")
def supportkpi_server() -> Iterator[Server]:
    """A real server for the whole run."""
    with Server() as server:
        yield server


@pytest.fixture
def supportkpi_client(supportkpi_server: Server) -> Iterator[Client]:
    """A client of it, with a tenant of its own for each test."""
    with supportkpi_server.client(tenant=f"test-{uuid.uuid4().hex[:12]}") as client:
        yield client
