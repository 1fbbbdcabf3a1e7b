"""Runs an import: names it by what is in the files, resumes what broke off, keeps what was rejected."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import hashlib
import json
import pathlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from google.protobuf import json_format

from supportkpi import Client, ImportSummary, RejectedRecord
from supportkpi.importers.item import Importer, Item, Place
from supportkpi.importers.rejects import SERVER, Rejects
from supportkpi.v1 import records_pb2

RECORDS_PER_CHUNK = 500
# More than a window of chunks, so that a refused record always finds the place it came from.
PLACES_KEPT = 12 * RECORDS_PER_CHUNK


def fingerprint(files: Iterable[pathlib.Path], *also: str) -> str:
    """Names an import by the content of its files and whatever else decides its records."""
    digest = hashlib.blake2b(digest_size=12)
    for part in also:
        digest.update(part.encode() + b"\0")
    for path in files:
        digest.update(path.name.encode() + b"\0")
        with path.open("rb") as content:
            while block := content.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


@dataclasses.dataclass
class Journal:
    """What is remembered of an import on this machine: which run of it this is, and whether the last one ended well."""

    path: pathlib.Path
    stream_id: str = ""
    resumed: bool = False
    epoch: int = 0
    _run: int = 1

    @classmethod
    def open(cls, folder: pathlib.Path, name: str, restart: bool) -> "Journal":
        """Goes on with a run that broke off, else begins a new one."""
        journal = cls(folder / f"{name}.json")
        known: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError):
            known = json.loads(journal.path.read_text("utf-8"))
        journal._run = int(known.get("run", 0)) + 1
        if known and not known.get("complete") and not restart:
            journal._run, journal.resumed = int(known["run"]), True
        journal.stream_id = f"cli-{name}-{journal._run}"
        journal.epoch = max(int(time.time()), int(known.get("epoch", 0)) + 1)
        journal._write(False)
        return journal

    def complete(self) -> None:
        """The import ended; the next one of the same files is a new run."""
        self._write(True)

    def _write(self, complete: bool) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        replacement = self.path.with_suffix(".new")
        replacement.write_text(json.dumps({"run": self._run, "epoch": self.epoch, "complete": complete}), "utf-8")
        replacement.replace(self.path)


@dataclasses.dataclass
class Outcome:
    """What became of an import."""

    sent: dict[str, int] = dataclasses.field(default_factory=dict)
    """Records by kind."""
    summary: ImportSummary = dataclasses.field(default_factory=ImportSummary)
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """Records made of the files."""
        return sum(self.sent.values())


Progress = Callable[[Outcome, int], None]


class Run:
    """One run over the files of an importer. `on_progress` gets the outcome so far and the durable records."""

    def __init__(self, importer: Importer, rejects: Rejects, on_progress: Progress) -> None:
        self._importer = importer
        self._rejects = rejects
        self._on_progress = on_progress
        self._places: collections.deque[tuple[Place, Any]] = collections.deque(maxlen=PLACES_KEPT)
        self._given = 0
        self._durable = 0
        self.outcome = Outcome()

    def _records(self) -> Iterator[records_pb2.Record]:
        for item in self._importer.items():
            if item.record is None:
                self._rejects.add(item.place, item.reason, item.row)
                continue
            self._count(item)
            self._places.append((item.place, item.row))
            self._given += 1
            yield item.record

    def _count(self, item: Item) -> None:
        assert item.record
        kind = item.record.WhichOneof("kind") or "record"
        self.outcome.sent[kind] = self.outcome.sent.get(kind, 0) + 1
        if self.outcome.total % 200 == 0:
            self._on_progress(self.outcome, self._durable)

    def _refused(self, rejected: RejectedRecord) -> None:
        back = self._given - rejected.index
        place, row = (
            self._places[-back] if 0 < back <= len(self._places) else (Place("", f"record {rejected.index}"), None)
        )
        reason = "; ".join(f"{field}: {text}" for field, text in rejected.violations)
        self._rejects.add(
            place,
            reason,
            row if row is not None else json_format.MessageToDict(rejected.record, preserving_proto_field_name=True),
            SERVER,
        )

    def _progressed(self, durable: int, summary: ImportSummary) -> None:
        self._durable, self.outcome.summary = durable, summary
        self._on_progress(self.outcome, durable)

    def send(self, client: Client, journal: Journal) -> Outcome:
        """Sends everything that is not durable yet; returns when all is."""
        begin = time.monotonic()
        try:
            self.outcome.summary = client.import_records(
                self._records(),
                stream_id=journal.stream_id,
                epoch=journal.epoch,
                records_per_chunk=RECORDS_PER_CHUNK,
                on_progress=self._progressed,
                on_rejected=self._refused,
            )
            journal.complete()
        finally:
            self.outcome.seconds = time.monotonic() - begin
            self._rejects.close()
        return self.outcome

    def check(self) -> Outcome:
        """Reads everything and sends nothing."""
        begin = time.monotonic()
        try:
            for _ in self._records():
                pass
        finally:
            self.outcome.seconds = time.monotonic() - begin
            self._rejects.close()
        return self.outcome


def total_bytes(files: Sequence[pathlib.Path]) -> int:
    """How long the files are together."""
    return sum(path.stat().st_size for path in files)
