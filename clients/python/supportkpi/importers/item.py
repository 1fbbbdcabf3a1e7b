"""What importers give: records with the place they came from, rows that cannot be records with the reason."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Protocol

from supportkpi.v1 import records_pb2


class RowError(ValueError):
    """A row that cannot become a record: "<field>: <what is wrong>; <what is allowed>"."""


class SourceError(Exception):
    """Files, mapping or options cannot be meant; the message says what to do."""


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a row stands."""

    file: str
    """Name of the file as given."""
    where: str
    """Inside the file: "line 12", "tickets[3]"."""
    id: str = ""
    """The row's own id, as far as it is known."""

    def __str__(self) -> str:
        return f"{self.file}, {self.where}" + (f" (id {self.id})" if self.id else "")


@dataclasses.dataclass(frozen=True)
class Item:
    """Either a record or a reason why there is none."""

    place: Place
    record: records_pb2.Record | None = None
    reason: str = ""
    row: Any = None
    """The row as it was read, for the file of rejected rows."""


@dataclasses.dataclass(frozen=True)
class OwnMetric:
    """A number that the source itself computed for one ticket."""

    ticket: str
    name: str
    """As the source calls it."""
    kpi: str
    """The KPI that it is to be compared with."""
    business: bool
    """Measured in the source's working time."""
    value: float
    """Seconds, or a count."""
    tolerance: float
    """So far may two computations be apart without differing, since the source rounds."""


class Importer(Protocol):
    """Reads one kind of export. Both methods read the files from their begin, in the same order each time, and hold no
    more than one row and an on-disk index of names."""

    source: str

    def items(self) -> Iterator[Item]:
        """Every row as records or as a reason."""

    def own_metrics(self) -> Iterator[OwnMetric]:
        """The source's own metrics; nothing where it carries none."""

    def bytes_read(self) -> int:
        """How far items() is in the files."""

    def notes(self) -> list[str]:
        """What the reader of the report should know; complete after items()."""
