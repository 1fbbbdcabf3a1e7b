"""The real binary, as whoever runs it meets it: metrics, log, health, backups."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.request

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "support"))

from server_process import Server  # noqa: E402  pylint: disable=wrong-import-position


class WatchedServer(Server):
    """With metrics on a port of its own, and its log in a file."""

    def __init__(self, folder: pathlib.Path, *flags: str, data_dir: str | None = None) -> None:
        self.log_path = folder / "log"
        super().__init__("--metrics_listen=127.0.0.1:0", *flags, data_dir=data_dir, log=str(self.log_path))

    def lines(self) -> list[dict]:
        """The log's lines so far; one that is no JSON object is an error."""
        lines = [json.loads(line) for line in self.log_path.read_text("ascii").splitlines()]
        assert all(isinstance(line, dict) for line in lines)
        return lines

    def metrics_url(self) -> str:
        port = [line["port"] for line in self.lines() if line["message"] == "metrics are served"][-1]
        return f"http://127.0.0.1:{port}/metrics"

    def scrape(self) -> "Metrics":
        with urllib.request.urlopen(self.metrics_url(), timeout=10) as response:
            return Metrics(response.read().decode())


class Metrics:
    """One scrape."""

    _SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$")
    _LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')

    def __init__(self, text: str) -> None:
        self.text = text
        self.samples: dict[tuple[str, frozenset[tuple[str, str]]], float] = {}
        for line in text.splitlines():
            if line.startswith("#"):
                continue
            match = self._SAMPLE.match(line)
            assert match, line
            labels = frozenset(self._LABEL.findall(match[2] or ""))
            assert (match[1], labels) not in self.samples, f"twice: {line}"
            self.samples[match[1], labels] = float(match[3])

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.samples}

    def total(self, name: str, **labels: str) -> float:
        """The sum of all samples of the name that have these labels; an error if there is none."""
        found = [value for (its_name, its), value in self.samples.items() if its_name == name and labels.items() <= its]
        assert found, f"no sample of {name}{labels}"
        return sum(found)


@pytest.fixture
def run():
    """Runs the binary with arguments to its end: (exit code, standard output, standard error)."""

    def call(*arguments: str, timeout: float = 60) -> tuple[int, str, str]:
        done = subprocess.run([os.environ["SERVER"], *arguments], capture_output=True, text=True, timeout=timeout, check=False)
        return done.returncode, done.stdout, done.stderr

    return call
