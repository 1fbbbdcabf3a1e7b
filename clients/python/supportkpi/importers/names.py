"""Names and small facts by id, looked up while an export is read: on disk, so that memory stays the same for any export."""

from __future__ import annotations

import functools
import json
import sqlite3
from typing import Any

CACHED = 5_000
# Kinds with an entry for each ticket.
ASKED_ONCE = ("metric_set", "requester", "merged_into")


class Names:
    """A table of (kind, id) to a value of JSON. Fill it first, then look up."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("")  # a private temporary file, gone when closed
        self._database.execute("PRAGMA journal_mode=OFF")
        self._database.execute("PRAGMA synchronous=OFF")
        self._database.execute(
            "CREATE TABLE names (kind TEXT, id TEXT, value TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID"
        )
        self._pending: list[tuple[str, str, str]] = []
        self._cached = functools.lru_cache(maxsize=CACHED)(self._read)

    def put(self, kind: str, identity: Any, value: Any) -> None:
        """Remembers a value; a later one of the same id replaces it."""
        self._pending.append((kind, str(identity), json.dumps(value)))
        if len(self._pending) >= 500:
            self._write()

    def get(self, kind: str, identity: Any) -> Any:
        """The value, None if there is none."""
        if identity is None:
            return None
        if self._pending:
            self._write()
        return (self._read if kind in ASKED_ONCE else self._cached)(kind, str(identity))

    def _write(self) -> None:
        self._database.executemany("INSERT OR REPLACE INTO names VALUES (?, ?, ?)", self._pending)
        self._pending.clear()
        self._cached.cache_clear()

    def _read(self, kind: str, identity: str) -> Any:
        row = self._database.execute("SELECT value FROM names WHERE kind = ? AND id = ?", (kind, identity)).fetchone()
        return json.loads(row[0]) if row else None
