"""One server for the real data sets; says so and skips where the folder of SUPPORTKPI_REAL_DATA is not there."""

from __future__ import annotations

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))

from server_process import Server  # noqa: E402  pylint: disable=wrong-import-position


@pytest.fixture(scope="session")
def data() -> pathlib.Path:
    folder = os.environ.get("SUPPORTKPI_REAL_DATA", "")
    if not folder or not pathlib.Path(folder).is_dir():
        pytest.skip("SUPPORTKPI_REAL_DATA names no folder with the real data sets")
    return pathlib.Path(folder)


@pytest.fixture(scope="session")
def server():
    with Server() as running:
        yield running
