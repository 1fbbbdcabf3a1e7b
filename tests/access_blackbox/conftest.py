"""The real server with TLS, credentials and limits, met from outside."""

from __future__ import annotations

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from authority import Authority  # noqa: E402  pylint: disable=wrong-import-position


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """A private certificate authority."""
    return Authority(tmp_path_factory.mktemp("authority"))
