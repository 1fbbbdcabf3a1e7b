"""The real binary, as its users meet it."""

from __future__ import annotations

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))

from server_process import Server  # noqa: E402  pylint: disable=wrong-import-position


@pytest.fixture(scope="session")
def server():
    with Server() as running:
        yield running
