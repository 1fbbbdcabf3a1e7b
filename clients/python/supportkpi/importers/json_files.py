"""Reads JSON documents, JSON arrays and JSON lines of any length, plain or gzipped, one object at a time."""

from __future__ import annotations

import gzip
import io
import json
import pathlib
from collections.abc import Collection, Iterable, Iterator
from typing import IO, Any, NamedTuple

import ijson
from ijson.common import IncompleteJSONError, JSONError, ObjectBuilder

from supportkpi.importers.item import SourceError

SUFFIXES = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
LINE_BYTES_MAX = 64 << 20
# A longer first line of a file that is not named .jsonl is a document without line breaks.
FIRST_LINE_BYTES_MAX = 256 << 10


class Found(NamedTuple):
    """One object of a file. `error` says why there is none."""

    kind: str
    """The name of the array that it stands in; empty at the top."""
    where: str
    value: Any
    error: str = ""


def files_in(paths: Iterable[str], suffixes: Collection[str] = SUFFIXES) -> list[pathlib.Path]:
    """The files of the paths, folders taken apart in the order of names. SourceError names what is not there."""
    found: list[pathlib.Path] = []
    for text in paths:
        path = pathlib.Path(text)
        if path.is_dir():
            inside = sorted(
                file for file in path.rglob("*") if file.is_file() and file.name.lower().endswith(tuple(suffixes))
            )
            if not inside:
                raise SourceError(f'"{text}" holds no file that ends in {", ".join(suffixes)}')
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise SourceError(f'"{text}" does not exist; give the files of the export, or the folder that holds them')
    return found


class Meter:
    """How many bytes of the files on disk have been read."""

    def __init__(self) -> None:
        self._done = 0
        self._current: IO[bytes] | None = None
        self._size = 0

    def open(self, path: pathlib.Path) -> IO[bytes]:
        """Opens a file for reading and counts what is read of it."""
        self.close()
        self._current, self._size = path.open("rb"), path.stat().st_size
        return self._current

    def close(self) -> None:
        """The current file is done; its reader may have closed it already."""
        if self._current:
            self._done += self._size
            self._current.close()
        self._current = None

    def bytes(self) -> int:
        """All of them so far."""
        if self._current is None:
            return self._done
        return self._done + (self._size if self._current.closed else self._current.tell())


def open_bytes(path: pathlib.Path, meter: Meter) -> IO[bytes]:
    """The file's content, unpacked and without a byte order mark."""
    raw = meter.open(path)
    packed = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    content: Any = io.BufferedReader(gzip.GzipFile(fileobj=raw)) if packed else raw
    if content.peek(3)[:3] == b"\xef\xbb\xbf":
        content.read(3)
    return content  # type: ignore[no-any-return]


def _is_lines(path: pathlib.Path) -> bool:
    """Does the file hold one JSON object in each line? Then its first line is an object and something follows it."""
    meter = Meter()
    try:
        with open_bytes(path, meter) as content:
            first = content.readline(FIRST_LINE_BYTES_MAX)
            while first and not first.strip():
                first = content.readline(FIRST_LINE_BYTES_MAX)
            if not first.lstrip().startswith(b"{"):
                return False
            if path.name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson")):
                return True
            json.loads(first)
            return bool(content.read(1))
    except (ValueError, OSError, EOFError):
        return False
    finally:
        meter.close()


def objects(path: pathlib.Path, kinds: Collection[str], meter: Meter) -> Iterator[Found]:
    """The objects of the arrays called as in `kinds` of a document, the elements of an array, the lines of JSON lines,
    or a document that holds no such array as one object. What cannot be read ends as a Found with an error."""
    try:
        if _is_lines(path):
            yield from _line_objects(path, kinds, meter)
        else:
            with open_bytes(path, meter) as content:
                yield from _document(content, kinds)
    except (IncompleteJSONError, JSONError) as error:
        text = " ".join(error.args[0].split()) if error.args and isinstance(error.args[0], str) else str(error)
        yield Found(
            "", "at its end", None, f"the file ends early or is no JSON from here on ({text[:120]}); export it again"
        )
    except (OSError, EOFError) as error:
        yield Found("", "at its end", None, f"the file cannot be read to its end ({error})")
    finally:
        meter.close()


def _line_objects(path: pathlib.Path, kinds: Collection[str], meter: Meter) -> Iterator[Found]:
    with open_bytes(path, meter) as content:
        number = 0
        while line := content.readline(LINE_BYTES_MAX):
            number += 1
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except ValueError as error:
                yield Found("", f"line {number}", line[:1000].decode("utf-8", "replace"), f"not JSON: {error}")
                continue
            inside = [kind for kind in kinds if isinstance(value, dict) and isinstance(value.get(kind), list)]
            if inside and not ("id" in value and "type" in value):  # a page of an export, not an object of its own
                for kind in inside:
                    for index, element in enumerate(value[kind]):
                        yield Found(kind, f"line {number}, {kind}[{index}]", element)
            else:
                yield Found("", f"line {number}", value)


def _document(content: IO[bytes], kinds: Collection[str]) -> Iterator[Found]:
    events = ijson.basic_parse(content, use_float=True)
    event, value = next(events, ("", None))
    if event == "start_array":
        yield from _elements(events, "")
        return
    if event != "start_map":
        yield Found("", "at its start", None, "neither an object nor an array of objects")
        return
    single: dict[str, Any] = {}
    paged = False
    for event, value in events:
        if event == "end_map":
            break
        key = str(value)
        event, value = next(events)
        if event == "start_array" and key in kinds:
            paged = True
            single.clear()
            yield from _elements(events, key)
            continue
        built = _build(events, event, value)
        if not paged:
            single[key] = built
    for _ in events:  # whatever stands behind the document is an error that the parser raises
        pass
    if not paged:
        yield Found("", "the document", single)


def _elements(events: Iterator[tuple[str, Any]], kind: str) -> Iterator[Found]:
    index = 0
    for event, value in events:
        if event == "end_array":
            return
        yield Found(kind, f"{kind}[{index}]" if kind else f"element {index}", _build(events, event, value))
        index += 1


def _build(events: Iterator[tuple[str, Any]], event: str, value: Any) -> Any:
    builder = ObjectBuilder()
    builder.event(event, value)
    depth = 1 if event.startswith("start_") else 0
    while depth:
        event, value = next(events)
        depth += event.startswith("start_") - event.startswith("end_")
        builder.event(event, value)
    return builder.value
