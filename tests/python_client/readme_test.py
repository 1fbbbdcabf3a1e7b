"""Every block of clients/python/README.md runs, and prints what stands below it; the tour draws its charts."""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import re
import subprocess
import sys

import pytest

if "WITHOUT_README" in os.environ:
    pytest.skip("another run of the suite does it", allow_module_level=True)
pytest.importorskip("matplotlib").use("Agg")
pytest.importorskip("pandas")

from supportkpi import Client  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = ROOT / "clients" / "python" / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks() -> list[tuple[str, str]]:
    """(language, text) of the blocks in order."""
    return [(match[1], match[2]) for match in BLOCK.finditer(README.read_text("utf-8"))]


def test_the_commands_are_those_that_this_suite_and_the_quickstart_run():
    commands = [line for language, text in blocks() if language == "sh" for line in text.splitlines()]
    assert commands == ["bash clients/quickstart.sh --scale 0.02",
                        "python3 -m venv ~/supportkpi && . ~/supportkpi/bin/activate",
                        "pip install 'clients/python[pandas,plot]'"]
    assert "--scale" in (ROOT / "clients" / "quickstart.sh").read_text()
    suite = (ROOT / "tests" / "suites" / "40-python-client.sh").read_text()
    assert "[pandas,plot]" in suite


def test_every_block_prints_what_stands_below_it(desk: Client, tmp_path, monkeypatch):
    """With README_UPDATE=1 in the environment it writes what they print into the README instead."""
    monkeypatch.chdir(tmp_path)
    names: dict = {"__name__": "readme"}
    printed: list[str] = []
    wrong = []
    for number, (language, text) in enumerate(blocks()):
        if language == "python":
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                exec(compile(text.replace("127.0.0.1:50051", desk.target), f"README block {number}", "exec"), names)
            printed.append(output.getvalue())
        elif language == "text":
            if printed[-1] != text:
                wrong.append((printed[-1], text))
            printed[-1] = ""
    names["client"].close()
    assert (tmp_path / "team.png").stat().st_size > 20_000
    if os.environ.get("README_UPDATE"):
        _update(names, desk)
        return
    assert not wrong, "\n".join(f"printed:\n{real}\nthe README says:\n{said}" for real, said in wrong)
    assert not [text for text in printed if text], "what a block prints stands below it"


def _update(names: dict, desk: Client) -> None:
    output: list[str] = []

    def replaced(match: re.Match) -> str:
        if match[1] == "python":
            stream = io.StringIO()
            with contextlib.redirect_stdout(stream):
                exec(match[2].replace("127.0.0.1:50051", desk.target), names)
            output.append(stream.getvalue())
        return f"```text\n{output[-1]}```" if match[1] == "text" else match[0]
    README.write_text(BLOCK.sub(replaced, README.read_text("utf-8")), "utf-8")


def test_the_tour_draws_its_charts(desk: Client, tmp_path):
    folder = pathlib.Path(os.environ.get("TOUR_FOLDER", tmp_path))
    result = subprocess.run(
        [sys.executable, str(ROOT / "clients/python/examples/tour.py"), str(folder)],
        env={**os.environ, "SUPPORTKPI_TARGET": desk.target, "MPLBACKEND": "Agg"}, capture_output=True, text=True, check=False)
    assert result.returncode == 0 and "plotting.py" not in result.stderr, result.stderr
    charts = sorted(folder.glob("*.png"))
    assert len(charts) == 10 and min(chart.stat().st_size for chart in charts) > 8_000
    assert 'did you mean "first_response_time"' in result.stdout and "10 charts" in result.stdout
