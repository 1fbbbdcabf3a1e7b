"""How far an import is: a bar on a terminal, a plain line every few seconds elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from supportkpi.cli.exits import say
from supportkpi.importers.run import Outcome

LINE_EVERY_SECONDS = 5.0
BAR_EVERY_SECONDS = 0.1


class Progress:
    """Shows how much of the files is read, how many records are made and how many of them are durable."""

    def __init__(self, console: Console, total_bytes: int, bytes_read: Callable[[], int]) -> None:
        self._total, self._bytes_read = total_bytes, bytes_read
        self._next = time.monotonic() + LINE_EVERY_SECONDS
        self._bar = (
            Bar(
                TextColumn("reading"),
                BarColumn(),
                DownloadColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[records]}"),
                console=console,
                transient=True,
            )
            if console.is_terminal
            else None
        )
        self._task = self._bar.add_task("", total=total_bytes, records="") if self._bar else None

    def __enter__(self) -> "Progress":
        if self._bar:
            self._bar.start()
            self._next = 0.0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def update(self, outcome: Outcome, durable: int) -> None:
        """Called often; shows something now and then."""
        now = time.monotonic()
        if now < self._next:
            return
        done = self._bytes_read()
        records = f"{outcome.total:,} records, {max(durable, outcome.summary.skipped):,} stored"
        if self._bar and self._task is not None:
            self._next = now + BAR_EVERY_SECONDS
            self._bar.update(self._task, completed=done, records=records)
        else:
            self._next = now + LINE_EVERY_SECONDS
            share = 100 * done // self._total if self._total else 100
            say(f"{share} % of {self._total / 1e6:,.1f} MB read, {records}")
