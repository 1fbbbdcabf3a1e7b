"""The real server binary as a context manager: a free port, a folder of its own, nothing left behind."""

from __future__ import annotations

import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time


class Server:
    """Runs supportkpid. `flags` are added to its command line; `data_dir` is kept if given, else removed at the end. Its
    log goes to the file `log`, else to the standard error of whoever runs it."""

    def __init__(self, *flags: str, binary: str | None = None, data_dir: str | None = None, log: str | None = None) -> None:
        self._binary = binary or os.environ["SERVER"]
        self._flags = flags
        self._log = log
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="supportkpi-"))
        self.data_dir = data_dir or str(self._folder / "store")
        self.address = ""
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        port_file = self._folder / "port"
        port_file.unlink(missing_ok=True)
        command = [self._binary, "--listen=127.0.0.1:0", f"--data_dir={self.data_dir}", f"--port_file={port_file}", *self._flags]
        if self._log is None:
            self.process = subprocess.Popen(command)
        else:
            with open(self._log, "ab") as log:
                self.process = subprocess.Popen(command, stderr=log)
        deadline = time.monotonic() + 60
        while not (port_file.exists() and port_file.read_text().strip()):
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended at once with {self.process.returncode}")
            if time.monotonic() > deadline:
                raise RuntimeError("the server did not say its port within a minute")
            time.sleep(0.02)
        self.address = f"127.0.0.1:{port_file.read_text().strip()}"
        return self

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)

    def kill(self) -> None:
        """SIGKILL: what a crash looks like to the store."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
        except subprocess.TimeoutExpired:  # it hangs: told, and not left behind
            self.kill()
            raise
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
