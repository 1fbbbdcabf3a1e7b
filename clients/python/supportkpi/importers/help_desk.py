"""What the importers of help desks share: options, the pass over names, rows turned into records or reasons."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import pathlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from supportkpi.importers import json_files, values
from supportkpi.importers.item import Item, OwnMetric, Place, RowError
from supportkpi.importers.names import Names
from supportkpi.v1 import records_pb2

# What reading an object raises that is not built like one of the source; RowError is among them.
NOT_AS_BUILT = (AttributeError, KeyError, TypeError, ValueError, OverflowError)
TICKET_FIELDS = ("category", "complexity", "issue_key", "language", "priority", "segment", "type")


@dataclasses.dataclass(frozen=True)
class Options:
    """How an export is to be read."""

    source: str = ""
    """The name of the source in records. Default: the importer's own."""
    agent_key: str = "email"
    """What names agents: email, name or id; the id where the export lacks it."""
    customer_key: str = "id"
    """What names customers: id (with the source before it, since customers are tenant-wide) or email."""
    bots: tuple[str, ...] = ()
    """Ids, e-mail addresses or names of users whose replies are a bot's; sorted, since options name an import."""
    fields: tuple[tuple[str, str], ...] = ()
    """Custom fields of the export and where they go: a field of TICKET_FIELDS or attributes.NAME."""
    time_zone: datetime.tzinfo | None = None
    """The zone of times without an offset."""


def text(value: Any) -> str:
    """A value as a name; empty for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(text(part) for part in value)
    return str(value).strip()


class HelpDesk:
    """Reads the files twice: first names and roles, then records."""

    NAME = ""
    KINDS: tuple[str, ...] = ()
    """Names of the arrays that are read."""

    def __init__(self, paths: Iterable[str], options: Options) -> None:
        self.files: list[pathlib.Path] = json_files.files_in(paths, self.suffixes())
        self.options = options
        self.source = options.source or self.NAME
        self.names = Names()
        self._meter = json_files.Meter()
        self._indexed = False
        self._counts: dict[str, int] = {}
        self._bots = {bot.lower() for bot in options.bots}

    @classmethod
    def suffixes(cls) -> tuple[str, ...]:
        """How the files of an export end."""
        return json_files.SUFFIXES

    # What a help desk says of itself.

    def classify(self, found: json_files.Found, path: pathlib.Path) -> str:
        """What the object is: one of KINDS, or empty."""
        raise NotImplementedError

    def index(self, kind: str, value: dict[str, Any]) -> None:
        """First pass: remembers names and roles."""
        raise NotImplementedError

    def records(self, kind: str, value: dict[str, Any]) -> Iterator[records_pb2.Record]:
        """Second pass: the records of one object. RowError if it cannot become one."""
        raise NotImplementedError

    def metrics(self, kind: str, value: dict[str, Any]) -> Iterator[OwnMetric]:
        """The source's own numbers in one object."""
        raise NotImplementedError

    # The passes.

    def objects(self, path: pathlib.Path, meter: json_files.Meter) -> Iterator[json_files.Found]:
        """The objects of one file."""
        return json_files.objects(path, self.KINDS, meter)

    def _each(self, meter: json_files.Meter) -> Iterator[tuple[pathlib.Path, json_files.Found, str]]:
        for path in self.files:
            for found in self.objects(path, meter):
                kind = "" if found.error or not isinstance(found.value, dict) else self.classify(found, path)
                yield path, found, kind

    def _make_index(self) -> None:
        if self._indexed:
            return
        for _, found, kind in self._each(json_files.Meter()):
            if kind:
                with contextlib.suppress(*NOT_AS_BUILT):  # items() tells why the row is none
                    self.index(kind, found.value)
        self._indexed = True

    def items(self) -> Iterator[Item]:
        """Every row as records or as a reason."""
        self._make_index()
        self._meter = json_files.Meter()
        self._counts.clear()
        for path, found, kind in self._each(self._meter):
            identity = text(found.value.get("id")) if isinstance(found.value, dict) else ""
            place = Place(str(path), found.where, identity)
            if found.error:
                yield Item(place, reason=found.error, row=found.value)
            elif not kind:
                known = ", ".join(self.KINDS)
                yield Item(
                    place,
                    row=found.value,
                    reason=f"not an object of a {self.NAME} export that is read; read are {known}",
                )
            else:
                yield from self._items_of(place, kind, found.value)

    def _items_of(self, place: Place, kind: str, value: dict[str, Any]) -> Iterator[Item]:
        try:
            for record in self.records(kind, value):
                yield Item(place, record, row=value)
        except RowError as error:
            yield Item(place, reason=str(error), row=value)
        except NOT_AS_BUILT as error:
            yield Item(
                place, reason=f"{kind}: not built like one of {self.NAME} ({type(error).__name__}: {error})", row=value
            )

    def own_metrics(self) -> Iterator[OwnMetric]:
        """The source's own metrics."""
        self._make_index()
        for _, found, kind in self._each(json_files.Meter()):
            if kind:
                try:
                    yield from self.metrics(kind, found.value)
                except NOT_AS_BUILT:
                    continue  # items() tells why the row is none

    def bytes_read(self) -> int:
        """How far items() is in the files."""
        return self._meter.bytes()

    def notes(self) -> list[str]:
        """Remarks on the export as a whole."""
        return [note.format(count=count) for note, count in self._counts.items()]

    # What their parts share.

    def count(self, note: str) -> None:
        """Counts a remark; `{count}` stands for how often."""
        self._counts[note] = self._counts.get(note, 0) + 1

    def remember_user(self, identity: Any, name: Any, email: Any, role: str, team: str = "") -> None:
        """First pass: a person, with role agent, bot or customer."""
        known = {text(identity).lower(), text(name).lower(), text(email).lower()} - {""}
        if role == "agent" and known & self._bots:
            role = "bot"
        self.names.put("user", identity, {"name": text(name), "email": text(email).lower(), "role": role, "team": team})

    def role(self, identity: Any) -> str:
        """agent, bot, customer, or empty for somebody the export does not know."""
        if identity is None:
            return ""
        user = self.names.get("user", identity)
        if user:
            return str(user["role"])
        if text(identity).lower() in self._bots:
            return "bot"
        return "agent" if self.names.get("assignee", identity) else ""

    def agent(self, identity: Any) -> str:
        """The name of an agent in records."""
        if identity is None or text(identity) == "":
            return ""
        user = self.names.get("user", identity) or {}
        key = self.options.agent_key
        return (user.get(key) if key != "id" else "") or (
            f"{self.source}:{identity}"
            if key == "id" or not user
            else user.get("email") or user.get("name") or f"{self.source}:{identity}"
        )

    def customer(self, identity: Any, email: Any = "") -> str:
        """The name of a customer in records."""
        if identity is None or text(identity) == "":
            return ""
        if self.options.customer_key == "email":
            user = self.names.get("user", identity) or {}
            found = user.get("email") or text(email).lower()
            if found:
                return str(found)
        return f"{self.source}:{identity}"

    def name_of(self, kind: str, identity: Any) -> str:
        """The name of a group, an organization, a brand; its id where the export lacks the name."""
        if identity is None or text(identity) == "":
            return ""
        return text(self.names.get(kind, identity)) or text(identity)

    def set_custom(self, ticket: records_pb2.Ticket, values_by_field: Callable[[str], Any]) -> None:
        """Puts the custom fields of the options where they belong."""
        for field, goal in self.options.fields:
            value = text(values_by_field(field))
            if not value:
                continue
            if goal.startswith("attributes."):
                ticket.attributes[goal[len("attributes.") :]] = value
            else:
                setattr(ticket, goal, value)

    def at(self, value: Any, field: str) -> datetime.datetime:
        """An instant of the export."""
        if value is None or value == "":
            raise RowError(f"{field}: missing; every row needs it")
        return values.instant(value, field, self.options.time_zone)

    def version(self, value: dict[str, Any]) -> int:
        """The time of the last change in milliseconds; 0 where the export has none."""
        changed = value.get("updated_at") or value.get("created_at")
        return values.milliseconds(self.at(changed, "updated_at")) if changed else 0

    def agent_record(self, identity: Any) -> records_pb2.Record:
        """An agent as a record."""
        user = self.names.get("user", identity)
        agent = records_pb2.Agent(
            id=self.agent(identity),
            source=self.source,
            name=user["name"],
            kind=records_pb2.AGENT_KIND_BOT if user["role"] == "bot" else records_pb2.AGENT_KIND_HUMAN,
        )
        if user["team"]:
            agent.teams.add(team=user["team"])
        return records_pb2.Record(agent=agent)
