"""Every question of the README's cookbook, asked of the quickstart's data: the answer is the one that stands there."""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Iterator

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))

import cookbook  # noqa: E402  pylint: disable=wrong-import-position
from server_process import Server  # noqa: E402  pylint: disable=wrong-import-position
from supportkpi import Client  # noqa: E402  pylint: disable=wrong-import-position
from supportkpi.demo import year  # noqa: E402  pylint: disable=wrong-import-position
from supportkpi.demo.settings import settings  # noqa: E402  pylint: disable=wrong-import-position

ENTRIES = cookbook.entries(cookbook.README.read_text())


@pytest.fixture(name="client", scope="module")
def _client() -> Iterator[Client]:
    with Server() as server, Client(server.address) as client:
        client.update_settings(settings())
        assert not client.import_records(year.records(seed=1, scale=1.0), stream_id="demo").rejected
        yield client


def test_there_are_25_questions():
    assert [int(entry.title.split(".")[0]) for entry in ENTRIES] == list(range(1, 26))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title.split(".")[0])
def test_the_answer_is_the_one_that_stands_there(client, entry):
    assert cookbook.answer_text(client, entry) == entry.answer
