"""Imports JSON lines: one record of records.proto a line, as ListRecords gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from google.protobuf import json_format

from supportkpi.importers import json_files
from supportkpi.importers.fields import KINDS, near
from supportkpi.importers.item import Item, OwnMetric, Place
from supportkpi.v1 import records_pb2


class JsonLines:
    """Objects such as {"ticket": {"id": "1", "created_at": "2026-01-01T00:00:00Z"}}, a line each or in an array."""

    source = ""

    def __init__(self, paths: Iterable[str], source: str = "") -> None:
        self.files = json_files.files_in(paths)
        self.source = source
        self._meter = json_files.Meter()

    def items(self) -> Iterator[Item]:
        """Every line as a record or as a reason."""
        self._meter = json_files.Meter()
        for path in self.files:
            for found in json_files.objects(path, ("records",), self._meter):
                place = Place(str(path), found.where)
                if found.error:
                    yield Item(place, reason=found.error, row=found.value)
                    continue
                reason, record = self._record(found.value)
                kind = record.WhichOneof("kind") if record else None
                if record and kind:
                    message = getattr(record, kind)
                    place = Place(place.file, place.where, getattr(message, "id", ""))
                    if self.source and not message.source:
                        message.source = self.source
                yield Item(place, record, reason, found.value)

    @staticmethod
    def _record(value: object) -> tuple[str, records_pb2.Record | None]:
        if not isinstance(value, dict):
            return 'not an object; expected one such as {"ticket": {...}}', None
        kinds = [key for key in value if key in KINDS]
        if len(value) != 1 or not kinds:
            wrong = next((str(key) for key in value if key not in KINDS), "")
            return f"expected one key, one of {', '.join(KINDS)}{near(wrong, KINDS) if wrong else ''}", None
        try:
            return "", json_format.ParseDict(value, records_pb2.Record())
        except json_format.ParseError as error:
            return _plain(str(error)), None
        except (SystemError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            # What protobuf raises for text with half a surrogate pair, lists in the place of objects and the like.
            return f"not a record: {_plain(str(error))}", None

    def own_metrics(self) -> Iterator[OwnMetric]:
        """JSON lines carry none."""
        return iter(())

    def bytes_read(self) -> int:
        """How far items() is in the files."""
        return self._meter.bytes()

    def notes(self) -> list[str]:
        """Remarks on the files as a whole."""
        return []


def _plain(text: str) -> str:
    """What json_format says, without what only a programmer understands."""
    text = re.sub(r"Failed to parse \w+ field: ", "", text).replace('Message type "supportkpi.v1.', '"')
    text = re.sub(r"\n Available Fields\(except extensions\): ", " Fields are ", text)
    return " ".join(text.split())[:500]
