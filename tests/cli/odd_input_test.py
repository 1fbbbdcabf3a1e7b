"""Exports that are broken in any way end as rows with a reason, never as a crash: values replaced at random, seeded."""

from __future__ import annotations

import json
import random

import pytest

from conftest import FIXTURES
from supportkpi.importers.csv_files import CsvFiles
from supportkpi.importers.freshdesk import Freshdesk
from supportkpi.importers.help_desk import Options
from supportkpi.importers.intercom import Intercom
from supportkpi.importers.json_lines import JsonLines
from supportkpi.importers.mapping import load
from supportkpi.importers.zendesk import Zendesk

ODD = (
    None,
    "",
    0,
    -1,
    10**30,
    1e308,
    True,
    [],
    {},
    [None],
    {"id": None},
    "\x00",
    "x" * 5000,
    "2026-13-45",
    "\ud800",
    [[]],
    {"a": {"a": 1}},
)


def broken(value, dice: random.Random, chance: float):
    """A copy with some values replaced, some keys gone."""
    if dice.random() < chance:
        return dice.choice(ODD)
    if isinstance(value, dict):
        return {key: broken(part, dice, chance) for key, part in value.items() if dice.random() > chance / 2}
    if isinstance(value, list):
        return [broken(part, dice, chance) for part in value]
    return value


@pytest.mark.parametrize(
    "desk, folder",
    [(Zendesk, "zendesk"), (Freshdesk, "freshdesk"), (Freshdesk, "freshdesk-activities"), (Intercom, "intercom")],
)
def test_help_desks(home, desk, folder):
    made = refused = 0
    for seed in range(25):
        dice = random.Random(seed)
        target = home / f"{folder}-{seed}"
        target.mkdir()
        for file in (FIXTURES / folder).glob("*.json*"):
            texts = file.read_text().splitlines() if file.suffix == ".jsonl" else [file.read_text()]
            lines = [json.dumps(broken(json.loads(text), dice, 0.02)) for text in texts]
            (target / file.name).write_text("\n".join(lines))
        importer = desk(
            [str(target)],
            Options(bots=("freddy",), fields=(("360055", "category"), ("cf_product", "attributes.p"))),
        )
        for item in importer.items():
            assert item.record is not None or item.reason
            made += item.record is not None
            refused += item.record is None
        for metric in importer.own_metrics():
            assert isinstance(metric.value, float)
    assert made > 100 and refused > 10


def test_csv(home):
    text = (FIXTURES / "csv" / "old-desk.csv").read_bytes()
    mapping = load(str(FIXTURES / "csv" / "mapping.yaml"), None, "")
    header = text.index(b"\n") + 1
    for seed in range(100):
        dice = random.Random(seed)
        body = bytearray(text[header:])
        for _ in range(dice.randint(1, 20)):
            body[dice.randrange(len(body))] = dice.choice(b'";\n\r\x00\xff,x9')
        (home / "a.csv").write_bytes(text[:header] + bytes(body))
        for item in CsvFiles([str(home / "a.csv")], mapping).items():
            assert item.record is not None or item.reason


def test_json_lines(home):
    lines = (FIXTURES / "jsonl" / "records.jsonl").read_text().splitlines()
    for seed in range(100):
        dice = random.Random(seed)
        found = [json.dumps(broken(json.loads(line), dice, 0.1)) if line.startswith("{") else line for line in lines]
        (home / "a.jsonl").write_text("\n".join(found))
        for item in JsonLines([str(home / "a.jsonl")]).items():
            assert item.record is not None or item.reason


def test_nothing_of_it_reaches_the_screen_raw(cli, home):
    (home / "a.jsonl").write_text(json.dumps({"ticket": {"id": "\x1b[31m", "created_at": "\x1b]0;owned\x07"}}) + "\n")
    done = cli("import", "jsonl", "a.jsonl")
    assert done.code == 1 and "\x1b" not in done.err + done.out


def test_half_a_surrogate_pair(cli, home):
    (home / "a.jsonl").write_text(
        '{"ticket": {"id": "\\ud800", "created_at": "2026-01-01T00:00:00Z"}}\n{"colour": "\\udfff"}\n'
    )
    assert cli("import", "jsonl", "a.jsonl").code == 1
    assert len((home / "a.rejected.jsonl").read_text().splitlines()) == 2
    (home / "b.csv").write_bytes(b"id,at\n\xff,2026-01-01T00:00:00Z\n2,2026-01-01T00:00:00Z\n")
    (home / "m.yaml").write_text("record: ticket\nfields: {id: id, created_at: at}\n")
    done = cli("import", "csv", "b.csv", "-m", "m.yaml")
    assert done.code == 1 and "line 2: bytes that are no utf-8; is encoding right?" in done.last_line


def test_a_file_that_cannot_be_read(cli, home):
    (home / "a.json.gz").write_bytes(b"\x1f\x8b\x08broken")
    done = cli("import", "zendesk", "a.json.gz")
    assert done.code == 1 and "cannot be read to its end" in done.last_line
    (home / "b.csv").write_bytes(b"\x1f\x8b\x08broken")
    assert cli("import", "csv", "b.csv", "-m", FIXTURES / "csv" / "mapping.yaml").code == 2
