"""Intercom: conversations of its API with parts, statistics and ratings; admins, teams and contacts for names."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

from supportkpi.importers import json_files, values
from supportkpi.importers.help_desk import HelpDesk, text
from supportkpi.importers.item import OwnMetric
from supportkpi.v1 import records_pb2 as pb

CHANNELS = {
    "conversation": "chat",
    "messenger": "chat",
    "email": "email",
    "facebook": "social",
    "instagram": "social",
    "twitter": "social",
    "whatsapp": "messaging",
    "sms": "messaging",
    "phone_call": "phone",
    "phone_switch": "phone",
}
ORIGINS = {
    "customer_initiated": pb.TICKET_ORIGIN_CUSTOMER,
    "admin_initiated": pb.TICKET_ORIGIN_AGENT,
    "automated": pb.TICKET_ORIGIN_SYSTEM,
    "campaigns_initiated": pb.TICKET_ORIGIN_SYSTEM,
    "operator_initiated": pb.TICKET_ORIGIN_SYSTEM,
}
STATES = {"open": pb.TICKET_STATUS_OPEN, "snoozed": pb.TICKET_STATUS_PENDING, "closed": pb.TICKET_STATUS_SOLVED}
# A closed conversation can be opened again, so closing is a resolution and never the last word.
STEPS = {
    "close": pb.TICKET_STATUS_SOLVED,
    "open": pb.TICKET_STATUS_OPEN,
    "snoozed": pb.TICKET_STATUS_PENDING,
    "unsnoozed": pb.TICKET_STATUS_OPEN,
    "timer_unsnooze": pb.TICKET_STATUS_OPEN,
    "note_and_reopen": pb.TICKET_STATUS_OPEN,
    "assign_and_reopen": pb.TICKET_STATUS_OPEN,
    "assign_and_unsnooze": pb.TICKET_STATUS_OPEN,
}
SILENT = ("note", "note_and_reopen")
STATISTICS = (
    ("time_to_admin_reply", "first_response_time"),
    ("time_to_first_close", "first_resolution_time"),
    ("time_to_last_close", "resolution_time"),
)
TOLERANCE_SECONDS = 60.0
CUT_PARTS = "conversations with more parts than the export shows (it ends at 500): {count}; what came later is missing"
NO_PARTS = (
    "conversations without their parts, as lists of conversations give them: {count}; they hold only what the "
    "statistics say. Retrieve each conversation to get its parts"
)


class Intercom(HelpDesk):
    """Lists of conversations, or one conversation a file or a line."""

    NAME = "intercom"
    KINDS = ("conversations", "admins", "teams", "contacts")

    def classify(self, found: json_files.Found, path: pathlib.Path) -> str:
        kind = text(found.value.get("type"))
        if found.kind:
            return found.kind
        return {
            "conversation": "conversations",
            "admin": "admins",
            "team": "teams",
            "contact": "contacts",
            "user": "contacts",
            "lead": "contacts",
        }.get(kind, "")

    def index(self, kind: str, value: dict[str, Any]) -> None:
        if kind == "admins":
            self.remember_user(value.get("id"), value.get("name"), value.get("email"), "agent")
        elif kind == "teams":
            self.names.put("teams", value.get("id"), value.get("name"))
        elif kind == "contacts":
            self.remember_user(value.get("id"), value.get("name"), value.get("email"), "customer")
        else:
            for author in self._authors(value):
                if author.get("type") == "admin" and not self.names.get("user", author.get("id")):
                    self.remember_user(author.get("id"), author.get("name"), author.get("email"), "agent")

    @staticmethod
    def _authors(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield (value.get("source") or {}).get("author") or {}
        for part in Intercom._parts(value):
            yield part.get("author") or {}

    @staticmethod
    def _parts(value: dict[str, Any]) -> list[dict[str, Any]]:
        return (value.get("conversation_parts") or {}).get("conversation_parts") or []

    def records(self, kind: str, value: dict[str, Any]) -> Iterator[pb.Record]:
        if kind == "conversations":
            yield from self._conversation(value)
        elif kind == "admins":
            yield self.agent_record(value.get("id"))
        elif kind == "contacts":
            customer = pb.Customer(
                id=self.customer(value.get("id")), source=self.source, version=int(value.get("updated_at") or 0)
            )
            location = value.get("location") or {}
            customer.region, customer.language = text(location.get("country")), text(value.get("language_override"))
            if value.get("created_at"):
                customer.since.CopyFrom(values.timestamp(self.at(value["created_at"], "created_at")))
            yield pb.Record(customer=customer)

    def _conversation(self, value: dict[str, Any]) -> Iterator[pb.Record]:
        source = value.get("source") or {}
        contacts = value.get("contacts") or {}
        people = contacts.get("contacts") if isinstance(contacts, dict) else contacts
        asker = (people or [{}])[0].get("id")
        version = int(value.get("updated_at") or value.get("created_at") or 0)
        channel = text(source.get("type"))
        ticket = pb.Ticket(
            id=text(value.get("id")),
            source=self.source,
            version=version,
            created_at=values.timestamp(self.at(value.get("created_at"), "created_at")),
            customer=self.customer(asker),
            channel=CHANNELS.get(channel, channel),
            origin=ORIGINS.get(text(source.get("delivered_as")), pb.TICKET_ORIGIN_UNSPECIFIED),
            priority=text(value.get("priority")),
            agent=self.agent(value.get("admin_assignee_id")),
            team=self._team(value.get("team_assignee_id")),
            status=STATES.get(text(value.get("state")), pb.TICKET_STATUS_UNSPECIFIED),
            tags=[text(tag.get("name")) for tag in (value.get("tags") or {}).get("tags") or []][:128],
        )
        custom = value.get("custom_attributes") or {}
        self.set_custom(ticket, lambda field: custom.get(field, value.get(field)))
        self._set_flat_facts(ticket, value.get("statistics") or {})
        yield pb.Record(ticket=ticket)
        parts = self._parts(value)
        if not parts and "conversation_parts" not in value:
            self.count(NO_PARTS)
        if (value.get("conversation_parts") or {}).get("total_count", 0) > len(parts):
            self.count(CUT_PARTS)
        resolved = False
        for part in parts:
            for event in self._events(part, resolved):
                event.ticket, event.source, event.version = ticket.id, self.source, version
                event.at.CopyFrom(values.timestamp(self.at(part.get("created_at"), "conversation_parts.created_at")))
                if event.kind == pb.TICKET_EVENT_KIND_STATUS_CHANGE:
                    resolved = event.status == pb.TICKET_STATUS_SOLVED
                yield pb.Record(ticket_event=event)
        rating = value.get("conversation_rating") or {}
        if rating.get("created_at"):
            yield pb.Record(survey=self._survey(rating, ticket, version))

    def _team(self, identity: Any) -> str:
        return "" if text(identity) in ("", "0") else self.name_of("teams", identity)

    def _set_flat_facts(self, ticket: pb.Ticket, statistics: dict[str, Any]) -> None:
        for field, goal in (
            ("first_admin_reply_at", ticket.first_replied_at),
            ("first_close_at", ticket.first_resolved_at),
            ("last_close_at", ticket.resolved_at),
        ):
            if statistics.get(field) and (field != "last_close_at" or ticket.status == pb.TICKET_STATUS_SOLVED):
                goal.CopyFrom(values.timestamp(self.at(statistics[field], f"statistics.{field}")))
        if statistics.get("count_reopens") is not None:
            ticket.reopens = int(statistics["count_reopens"])

    def _events(self, part: dict[str, Any], resolved: bool) -> Iterator[pb.TicketEvent]:
        """What one part says: a message, an assignment, a step; a closing or an assignment can carry a message too."""
        kind, author = text(part.get("part_type")), part.get("author") or {}
        identity = text(part.get("id"))
        role = self._role(author)
        by: dict[str, Any] = {
            "actor": {"agent": pb.ACTOR_KIND_AGENT, "bot": pb.ACTOR_KIND_BOT, "customer": pb.ACTOR_KIND_CUSTOMER}.get(
                role, pb.ACTOR_KIND_SYSTEM
            ),
            "actor_agent": self.agent(author.get("id")) if role == "agent" else "",
        }
        if kind in SILENT:
            yield pb.TicketEvent(id=identity, kind=pb.TICKET_EVENT_KIND_PRIVATE_NOTE, **by)
        elif text(part.get("body")) or kind == "comment":
            said = {"customer": pb.TICKET_EVENT_KIND_CUSTOMER_MESSAGE, "agent": pb.TICKET_EVENT_KIND_AGENT_REPLY}.get(
                role, pb.TICKET_EVENT_KIND_BOT_REPLY
            )
            yield pb.TicketEvent(id=identity, kind=said, **({"actor": pb.ACTOR_KIND_BOT} if role == "system" else by))
            if role == "customer" and resolved and kind not in STEPS:
                yield pb.TicketEvent(
                    id=f"{identity}.reopened",
                    kind=pb.TICKET_EVENT_KIND_STATUS_CHANGE,
                    status=pb.TICKET_STATUS_OPEN,
                    **by,
                )
        assigned = part.get("assigned_to") or {}
        if assigned.get("type") in ("admin", "team", "nobody_admin"):
            event = pb.TicketEvent(id=f"{identity}.assignment", kind=pb.TICKET_EVENT_KIND_ASSIGNMENT, **by)
            if assigned["type"] == "team":
                event.team = self._team(assigned.get("id"))
            else:  # nobody: assigned to no one from now on
                event.agent = self.agent(assigned.get("id")) if assigned["type"] == "admin" else ""
            yield event
        if kind in STEPS:
            yield pb.TicketEvent(
                id=f"{identity}.step", kind=pb.TICKET_EVENT_KIND_STATUS_CHANGE, status=STEPS[kind], **by
            )

    def _role(self, author: dict[str, Any]) -> str:
        if author.get("from_ai_agent") or author.get("type") == "bot":
            return "bot"
        if author.get("type") in ("admin", "team"):
            return "bot" if self.role(author.get("id")) == "bot" else "agent"
        return "customer" if author.get("type") in ("user", "lead", "contact", "visitor") else "system"

    def _survey(self, rating: dict[str, Any], ticket: pb.Ticket, version: int) -> pb.Survey:
        survey = pb.Survey(
            id=f"rating.{ticket.id}",
            source=self.source,
            version=version,
            kind=pb.SURVEY_KIND_CSAT,
            scale_min=1,
            scale_max=5,
            question="intercom conversation rating",
            ticket=ticket.id,
            customer=ticket.customer,
            agent=self.agent((rating.get("teammate") or {}).get("id")),
            comment=text(rating.get("remark"))[:1000],
        )
        survey.sent_at.CopyFrom(values.timestamp(self.at(rating["created_at"], "conversation_rating.created_at")))
        if rating.get("rating") is not None:
            survey.score = float(rating["rating"])
            # Older versions of the API give only the time of asking.
            answered = rating.get("updated_at") or rating["created_at"]
            survey.responded_at.CopyFrom(values.timestamp(self.at(answered, "conversation_rating.updated_at")))
        return survey

    def metrics(self, kind: str, value: dict[str, Any]) -> Iterator[OwnMetric]:
        statistics = value.get("statistics") if kind == "conversations" else None
        if not statistics:
            return
        ticket = text(value.get("id"))
        for field, kpi in STATISTICS:
            if statistics.get(field) is not None:  # Intercom takes the time outside office hours off
                yield OwnMetric(ticket, field, kpi, True, float(statistics[field]), TOLERANCE_SECONDS)
        if statistics.get("count_reopens") is not None:
            yield OwnMetric(ticket, "count_reopens", "reopen_events", False, float(statistics["count_reopens"]), 0)
