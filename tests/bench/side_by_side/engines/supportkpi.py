"""supportkpi as its server on a free port of this machine; records come in through the public import stream, questions are asked
over RPC by C++ programs (load_columns, ask)."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import working_hours
from engines.measuring import THREADS, folder_bytes, peak_memory_bytes
from questions import QUESTIONS

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "support"))
from server_process import Server  # noqa: E402


AS_SHIPPED, SCAN = "as shipped", "scan mode"


@contextlib.contextmanager
def serving(binary: str, store: pathlib.Path, *flags: str) -> Iterator[Server]:
    # Every answer is computed: what is held for the same question again would be all that is measured.
    # The others may take most of the machine's memory; a tenant's questions have 512 MiB unless they are given more.
    server = Server(f"--query_threads={THREADS}", "--tenant_records_per_second=0", "--answer_cache_mib=0", "--tenant_memory_mib=4096",
                    "--log_level=error", *flags, binary=binary, data_dir=str(store))
    with server:
        yield server


def cpu_seconds(pid: int) -> float:
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def settle(pid: int) -> float:
    """Waits until the server has nothing more to do: its CPU time stands still for three seconds, so no compaction is owed. The
    seconds until then."""
    begin = time.monotonic()
    still = 0
    while time.monotonic() - begin < 1800:
        before = cpu_seconds(pid)
        time.sleep(1)
        still = still + 1 if cpu_seconds(pid) - before < 0.03 else 0
        if still == 3:
            return time.monotonic() - begin - still
    raise RuntimeError("the server did not come to rest within half an hour")


def modes(binary: str) -> dict[str, list[str]]:
    """Modes with the flags that they need. One of a server before there were partial results scans always."""
    known = subprocess.run([binary, "--help"], capture_output=True, text=True).stdout
    return {AS_SHIPPED: [], SCAN: ["--partial_cache_mib=0"]} if "--partial_cache_mib" in known else {SCAN: []}


def load(binary: str, tools: pathlib.Path, data: pathlib.Path, store: pathlib.Path) -> dict[str, Any]:
    shutil.rmtree(store, ignore_errors=True)
    settings = data / "settings.json"
    settings.write_text(json.dumps(working_hours.settings((data / "names" / "team").read_text().split())))
    with serving(binary, store) as server:
        command = [tools / "load_columns", f"--target={server.address}", f"--folder={data}", f"--settings={settings}"]
        loaded = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        settle_seconds = settle(server.process.pid)
        peak = peak_memory_bytes(server.process.pid)
    return {**json.loads(loaded), "settle_seconds": settle_seconds, "peak_memory_bytes": peak}


def asked(server: Server, tools: pathlib.Path, questions: dict[str, Any], file: pathlib.Path, repeat: int, *flags: str) -> dict[str, Any]:
    """What the program ask tells of each question, by name; they are written to that file first. The server has come to rest."""
    file.write_text("".join(f"{name}\t{json.dumps(request)}\n" for name, request in questions.items()))
    settle(server.process.pid)
    command = [tools / "ask", f"--target={server.address}", f"--questions={file}", f"--repeat={repeat}",
               f"--server_pid={server.process.pid}", *flags]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return {line["name"]: line for line in map(json.loads, lines)}


def ask(binary: str, tools: pathlib.Path, store: pathlib.Path, folder: pathlib.Path, repeat: int, *flags: str) -> dict[str, Any]:
    """Of a server that was just started and has come to rest."""
    answers = folder / "answers"
    shutil.rmtree(answers, ignore_errors=True)
    answers.mkdir()
    version = subprocess.run([binary, "--version"], capture_output=True, text=True).stdout.strip()
    with serving(binary, store, *flags) as server:
        lines = asked(server, tools, {question.name: question.request for question in QUESTIONS}, folder / "questions.tsv", repeat,
                      f"--answers={answers}")
        peak = peak_memory_bytes(server.process.pid)
        os.sync()
        disk = folder_bytes(store)
    for name, line in lines.items():
        if "refusal" not in line:
            line["answer"] = json.loads((answers / f"{name}.json").read_text())
    return {"version": version, "questions": lines, "peak_memory_bytes": peak, "disk_bytes": disk}
