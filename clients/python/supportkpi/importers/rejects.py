"""The file of rejected rows: rows that are no records, and records that the server refused, each with the reason."""

from __future__ import annotations

import csv
import json
import pathlib
from collections.abc import Sequence
from typing import IO, Any

from supportkpi.importers.item import Place

READER, SERVER = "reader", "server"
COLUMNS = ("rejected_by", "rejected_file", "rejected_where", "rejected_reason")


class Rejects:
    """JSON lines with the row in each; for CSV sources a CSV file with the source's own columns, which can be corrected
    and imported with the same mapping. The file is there once there is a rejection. When an import is resumed, what the
    server refused before is kept, and what the reader refuses is found again."""

    def __init__(self, path: pathlib.Path, header: Sequence[str] | None, resumed: bool) -> None:
        self.path = path
        self.count = 0
        self.first = ""
        self._header = None if header is None else [*header, *COLUMNS]
        self._file: IO[str] | None = None
        self._writer: Any = None
        kept = self._server_lines() if resumed and path.exists() else []
        path.unlink(missing_ok=True)
        for place, reason, row in kept:
            self.add(place, reason, row, SERVER)

    def add(self, place: Place, reason: str, row: Any, by: str = READER) -> None:
        """One more rejected row."""
        if self._file is None:
            self._open()
        assert self._file
        self.count += 1
        self.first = self.first or f"{place}: {reason}"
        if self._header is None:
            self._file.write(
                json.dumps(
                    {
                        "rejected_by": by,
                        "file": place.file,
                        "where": place.where,
                        "id": place.id,
                        "reason": reason,
                        "row": row,
                    },
                    ensure_ascii=False,
                    default=str,
                )
                + "\n"
            )
        else:
            values = row if isinstance(row, dict) else {}
            self._writer.writerow(
                {
                    **{name: values.get(name, "") for name in self._header},
                    "rejected_by": by,
                    "rejected_file": place.file,
                    "rejected_where": place.where,
                    "rejected_reason": reason,
                }
            )

    def close(self) -> None:
        """All is written."""
        if self._file:
            self._file.close()
            self._file = None

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("w", encoding="utf-8", errors="backslashreplace", newline="")
        self.path.chmod(0o600)  # rows of customers
        if self._header is not None:
            self._writer = csv.DictWriter(self._file, self._header)
            self._writer.writeheader()

    def _server_lines(self) -> list[tuple[Place, str, Any]]:
        """What the server refused in the run before: at most 100 rows a chunk."""
        found = []
        with self.path.open(encoding="utf-8", newline="") as old:
            if self._header is None:
                for line in old:
                    entry = json.loads(line)
                    if entry["rejected_by"] == SERVER:
                        found.append((Place(entry["file"], entry["where"], entry["id"]), entry["reason"], entry["row"]))
            else:
                for row in csv.DictReader(old):
                    if row["rejected_by"] == SERVER:
                        found.append((Place(row["rejected_file"], row["rejected_where"]), row["rejected_reason"], row))
        return found
