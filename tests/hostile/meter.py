"""What a process takes: memory at its highest, processor time."""

from __future__ import annotations

import os
import pathlib
import time

_TICKS = os.sysconf("SC_CLK_TCK")


class Meter:
    """Of one process, from `begin()` on."""

    def __init__(self, pid: int) -> None:
        self._proc = pathlib.Path(f"/proc/{pid}")
        self._memory_mb = 0.0
        self._cpu_seconds = 0.0
        self._begun = 0.0

    def begin(self) -> None:
        self.wait_until_idle()
        (self._proc / "clear_refs").write_text("5")  # its highest memory is what it is now
        self._memory_mb, self._cpu_seconds, self._begun = self.memory_mb(), self.cpu_seconds(), time.monotonic()

    def _status_mb(self, name: str) -> float:
        for line in (self._proc / "status").read_text().splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) / 1024
        raise ValueError(name)

    def memory_mb(self) -> float:
        return self._status_mb("VmRSS")

    def peak_mb(self) -> float:
        """Above what it was at the beginning."""
        return max(0.0, self._status_mb("VmHWM") - self._memory_mb)

    def cpu_seconds(self) -> float:
        fields = (self._proc / "stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def used_cpu_seconds(self) -> float:
        return self.cpu_seconds() - self._cpu_seconds

    def seconds(self) -> float:
        return time.monotonic() - self._begun

    def wait_until_idle(self, seconds: float = 10) -> None:
        """What was asked of it may still be worked on."""
        end = time.monotonic() + seconds
        before = self.cpu_seconds()
        while time.monotonic() < end:
            time.sleep(0.03)
            now = self.cpu_seconds()
            if now == before:
                return
            before = now
