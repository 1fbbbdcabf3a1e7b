"""Imports CSV files by a mapping file."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator

from supportkpi.importers import json_files
from supportkpi.importers.fields import near
from supportkpi.importers.item import Item, OwnMetric, Place, RowError, SourceError
from supportkpi.importers.mapping import Mapping

SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz")
FIELD_CHARACTERS_MAX = 8 << 20
# What stands for a byte that could not be decoded.
_SURROGATE = re.compile("[\ud800-\udfff]")


class CsvFiles:
    """Rows of CSV files with a header line, as RFC 4180 writes them: quoted fields may hold line breaks."""

    def __init__(self, paths: Iterable[str], mapping: Mapping) -> None:
        csv.field_size_limit(FIELD_CHARACTERS_MAX)  # of the whole process: the file of rejected rows is read back too
        self.files = json_files.files_in(paths, SUFFIXES)
        self.mapping = mapping
        self.source = mapping.source
        self._meter = json_files.Meter()
        self._needed = sorted(set().union(*(rule.columns() for rule in mapping.records)))
        self.header: list[str] = []
        """The columns of the first file, for the file of rejected rows."""
        try:
            codecs.lookup(mapping.encoding)
        except LookupError:
            raise SourceError(f'encoding: "{mapping.encoding}" is not known; try utf-8, cp1252 or latin-1') from None
        self._check_headers()

    def _check_headers(self) -> None:
        """A column that is not there is a fault of the mapping, not of each row."""
        for path in self.files:
            meter = json_files.Meter()
            try:
                with io.TextIOWrapper(
                    json_files.open_bytes(path, meter), self.mapping.encoding, "surrogateescape", newline=""
                ) as content:
                    header = next(csv.reader(content, delimiter=self.mapping.delimiter), [])
            except (UnicodeDecodeError, csv.Error, OSError, EOFError) as error:
                raise SourceError(f"{path}: its header cannot be read ({error}); is encoding right?") from None
            finally:
                meter.close()
            self.header = self.header or header
            twice = [column for column in self._needed if header.count(column) > 1]
            if twice:
                raise SourceError(
                    f'{path}: column "{twice[0]}" stands twice in its header; name one of them differently'
                )
            missing = [column for column in self._needed if column not in header]
            if missing:
                hint = (
                    near(missing[0], header) or f"; it has {', '.join(header[:30])}"
                    if len(header) > 1
                    else f"; it has one column, {header}: is delimiter right?"
                )
                raise SourceError(f'{path}: no column "{missing[0]}"{hint}')

    def items(self) -> Iterator[Item]:
        """Every row as records or as a reason."""
        self._meter = json_files.Meter()
        for path in self.files:
            with io.TextIOWrapper(
                json_files.open_bytes(path, self._meter), self.mapping.encoding, "surrogateescape", newline=""
            ) as content:
                reader = csv.DictReader(content, delimiter=self.mapping.delimiter, restkey="")
                first = 2
                while True:
                    try:
                        row = next(reader, None)
                    except (UnicodeDecodeError, csv.Error, OSError, EOFError) as error:
                        yield Item(
                            Place(str(path), f"line {first}"), reason=f"the file cannot be read from here on ({error})"
                        )
                        break
                    if row is None:
                        break
                    place = Place(str(path), f"line {first}")
                    first = reader.line_num + 1
                    yield from self._row(place, row)
            self._meter.close()

    def _row(self, place: Place, row: dict[str, str]) -> Iterator[Item]:
        if row.pop("", None):  # restkey: more fields than columns
            yield Item(
                place, row=row, reason="more fields than the header has columns; is a quote or the delimiter missing?"
            )
            return
        if _SURROGATE.search("".join(value for value in row.values() if value)):
            reason = f"bytes that are no {self.mapping.encoding.replace('-sig', '')}; is encoding right?"
            yield Item(
                place, row={name: _SURROGATE.sub("?", value or "") for name, value in row.items()}, reason=reason
            )
            return
        records = []
        try:
            for rule in self.mapping.records:
                record = self.mapping.make(rule, row)
                if record is not None:
                    records.append(record)
        except RowError as error:
            yield Item(place, reason=str(error), row=row)
            return
        for record in records:
            message = getattr(record, record.WhichOneof("kind"))
            identity = getattr(message, "id", "") or getattr(message, "leg", "")
            yield Item(Place(place.file, place.where, identity), record, row=row)

    def own_metrics(self) -> Iterator[OwnMetric]:
        """CSV files carry none."""
        return iter(())

    def bytes_read(self) -> int:
        """How far items() is in the files."""
        return self._meter.bytes()

    def notes(self) -> list[str]:
        """Remarks on the files as a whole."""
        return []
