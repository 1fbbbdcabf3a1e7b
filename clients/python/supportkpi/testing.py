"""A real server for tests: it starts on a free port with a store of its own and leaves nothing behind.

    with supportkpi.testing.Server() as server, server.client() as client:
        client.upsert([...])

For pytest, `pytest_plugins = ["supportkpi.pytest_plugin"]` gives fixtures.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import tempfile
import time
from types import TracebackType
from typing import Any

from supportkpi.aio import AsyncClient
from supportkpi.client import Client

START_SECONDS_MAX = 60.0


def find_binary() -> str:
    """The server's binary: that of SUPPORTKPI_SERVER, else supportkpid on the PATH. FileNotFoundError if neither is there."""
    named = os.environ.get("SUPPORTKPI_SERVER")
    if named:
        if not os.access(named, os.X_OK):
            raise FileNotFoundError(f"SUPPORTKPI_SERVER: {named!r} is no program")
        return named
    found = shutil.which("supportkpid")
    if not found:
        raise FileNotFoundError("supportkpid is not on the PATH; put it there, or name it in SUPPORTKPI_SERVER")
    return found


class Server:
    """Runs supportkpid on 127.0.0.1. Use it as a context manager, or call start() and stop().

    flags: added to its command line, such as "--history_commits=10".
    binary: the program; default find_binary().
    data_dir: the store, kept at the end; default: a folder of its own that goes.
    """

    def __init__(self, *flags: str, binary: str | None = None, data_dir: str | os.PathLike[str] | None = None) -> None:
        self._binary = binary or find_binary()
        self._flags = flags
        self._folder: pathlib.Path | None = None
        self._data_dir = data_dir
        self.address = ""
        """HOST:PORT, once it runs."""
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, port: int = 0) -> "Server":
        """Starts it and waits until it serves; port 0 takes a free one. RuntimeError with what it wrote if it does not."""
        if self._folder is None:
            self._folder = pathlib.Path(tempfile.mkdtemp(prefix="supportkpi-"))
        port_file, log = self._folder / "port", self._folder / "log"
        if port_file.exists():
            port_file.unlink()
        store = self._data_dir or self._folder / "store"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [self._binary, f"--listen=127.0.0.1:{port}", f"--data_dir={store}", f"--port_file={port_file}",
                 *self._flags], stdout=output, stderr=output)
        end = time.monotonic() + START_SECONDS_MAX
        while not (port_file.exists() and port_file.read_text().strip()):
            if self.process.poll() is not None or time.monotonic() > end:
                self.process.kill()
                raise RuntimeError(f"{self._binary} did not start (exit code {self.process.wait()}):\n{self.log()[-2000:]}")
            time.sleep(0.02)
        self.address = f"127.0.0.1:{port_file.read_text().strip()}"
        return self

    def log(self) -> str:
        """What it wrote so far."""
        log = self._folder / "log" if self._folder else None
        return log.read_text("utf-8", "replace") if log and log.exists() else ""

    def client(self, **options: Any) -> Client:
        """A client of it, with Client's options."""
        return Client(self.address, **options)

    def async_client(self, **options: Any) -> AsyncClient:
        """An AsyncClient of it."""
        return AsyncClient(self.address, **options)

    def stop(self) -> int:
        """Stops it by SIGTERM; its exit code. start() starts it again on the same store."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout=START_SECONDS_MAX)

    def kill(self) -> None:
        """Ends it by SIGKILL: what a crash looks like."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.stop()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
