"""CLI.md: its commands run, its files are taken, its exit codes are those of the program."""

from __future__ import annotations

import pathlib
import re
import shlex
import shutil

import pytest

from conftest import FIXTURES
from supportkpi.cli import exits
from supportkpi.importers import mapping

PAGE = (pathlib.Path(__file__).parents[2] / "clients" / "python" / "CLI.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def commands() -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines() if line.strip()]


def test_every_command_of_the_page_runs(cli, home):
    pytest.importorskip("matplotlib")
    shutil.copytree(FIXTURES / "zendesk", home / "export")
    for folder in ("csv", "jsonl", "config"):
        shutil.copytree(FIXTURES / folder, home, dirs_exist_ok=True)
    lines = commands()
    assert len(lines) > 20
    # imports first, so that there is something to ask for
    for line in sorted(lines, key=lambda line: " import " not in line):
        words = shlex.split(line, comments=True)
        assert words[0] == "supportkpi"
        done = cli(*words[1:])
        assert done.code == 0 or (done.code == 1 and words[1] in ("import", "config")), f"{line}\n{done.err}"
    assert (home / "tickets.png").stat().st_size > 10_000


def test_the_files_of_the_page_are_taken(cli, home):
    mapping_text, settings_text = blocks("yaml")
    (home / "m.yaml").write_text(mapping_text)
    assert [rule.kind for rule in mapping.load("m.yaml", None, "").records] == ["ticket", "survey"]
    shutil.copy(FIXTURES / "config" / "germany.ics", home)
    (home / "s.yaml").write_text(settings_text)
    assert cli("config", "apply", "s.yaml").last_line == "applied"


def test_exit_codes_of_the_page():
    assert re.findall(r"^\| (\d+) \| (.*?) \|$", PAGE, re.MULTILINE) == [
        (str(code), meaning) for code, meaning in exits.MEANINGS
    ]
