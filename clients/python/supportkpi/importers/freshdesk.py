"""Freshdesk: tickets of its API with their stats and conversations, ticket activities, ratings, agents, groups, contacts."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator
from typing import Any

from supportkpi.importers import json_files, values
from supportkpi.importers.help_desk import HelpDesk, text
from supportkpi.importers.item import OwnMetric, RowError
from supportkpi.v1 import records_pb2 as pb

STATUSES = {
    "2": pb.TICKET_STATUS_OPEN,
    "3": pb.TICKET_STATUS_PENDING,
    "4": pb.TICKET_STATUS_SOLVED,
    "5": pb.TICKET_STATUS_CLOSED,
    "6": pb.TICKET_STATUS_PENDING,
    "7": pb.TICKET_STATUS_ON_HOLD,
    "open": pb.TICKET_STATUS_OPEN,
    "pending": pb.TICKET_STATUS_PENDING,
    "resolved": pb.TICKET_STATUS_SOLVED,
    "closed": pb.TICKET_STATUS_CLOSED,
    "waiting on customer": pb.TICKET_STATUS_PENDING,
    "waiting on third party": pb.TICKET_STATUS_ON_HOLD,
}
PRIORITIES = {"1": "low", "2": "medium", "3": "high", "4": "urgent"}
CHANNELS = {
    "1": "email",
    "2": "web",
    "3": "phone",
    "5": "social",
    "6": "social",
    "7": "chat",
    "9": "web",
    "10": "email",
    "11": "ecommerce",
    "12": "bot",
    "13": "messaging",
}
OUTBOUND_EMAIL = "10"
FORWARDED, SURVEY_FEEDBACK = 8, 6
# The seven faces of Freshdesk, unhappiest first. From "happy" on an answer is positive.
SCORES = {-103: 1, -102: 2, -101: 3, 100: 4, 101: 5, 102: 6, 103: 7}
CUSTOM_STATUS = "tickets and activities with a status of your own: {count}; it counts as open"
HIDDEN_RESOLUTIONS = (
    "reopened tickets of which the export shows only the last resolution: {count}; with the ticket activities export "
    "every step is seen"
)
EXACT_TOLERANCE_SECONDS = 1.0
ACTIVITY_TIME = "%d-%m-%Y %H:%M:%S %z"


class Freshdesk(HelpDesk):
    """Arrays of API pages, named by their fields or by the file; ticket activities as Freshdesk exports them."""

    NAME = "freshdesk"
    KINDS = (
        "tickets",
        "conversations",
        "activities_data",
        "satisfaction_ratings",
        "agents",
        "groups",
        "contacts",
        "companies",
    )

    def classify(self, found: json_files.Found, path: pathlib.Path) -> str:
        if found.kind:
            return found.kind
        value = found.value
        for kind, fields in (
            ("activities_data", {"ticket_id", "activity"}),
            ("satisfaction_ratings", {"ticket_id", "ratings"}),
            ("conversations", {"ticket_id", "incoming"}),
            ("tickets", {"requester_id", "status"}),
            ("agents", {"id", "contact"}),
            ("companies", {"id", "domains"}),
            ("groups", {"id", "agent_ids"}),
            ("contacts", {"id", "email", "active"}),
        ):
            if fields <= value.keys():
                return kind
        stem = path.name.lower()
        return next((kind for kind in self.KINDS if stem.startswith(kind)), "")

    def index(self, kind: str, value: dict[str, Any]) -> None:
        if kind == "agents":
            contact = value.get("contact") or value
            self.remember_user(value.get("id"), contact.get("name"), contact.get("email"), "agent")
        elif kind == "contacts":
            self.remember_user(value.get("id"), value.get("name"), value.get("email"), "customer")
        elif kind in ("groups", "companies"):
            self.names.put(kind, value.get("id"), value.get("name"))
        elif kind == "activities_data":
            self.names.put("seen", "activities", True)
        elif kind == "conversations":
            self.names.put("seen", "conversations", True)
        elif kind == "tickets":
            if value.get("responder_id"):
                self.names.put("assignee", value["responder_id"], True)
            if value.get("conversations"):
                self.names.put("seen", "conversations", True)

    def records(self, kind: str, value: dict[str, Any]) -> Iterator[pb.Record]:
        if kind == "tickets":
            yield from self._ticket(value)
        elif kind == "conversations":
            yield from self._message(value, text(value.get("ticket_id")))
        elif kind == "activities_data":
            for event in self._activity(value):
                yield pb.Record(ticket_event=event)
        elif kind == "satisfaction_ratings":
            yield pb.Record(survey=self._survey(value))
        elif kind == "agents":
            yield self.agent_record(value.get("id"))
        elif kind == "contacts":
            customer = pb.Customer(
                id=self.customer(value.get("id")),
                source=self.source,
                organization=self.name_of("companies", value.get("company_id")),
                language=text(value.get("language")),
                version=self.version(value),
            )
            if value.get("created_at"):
                customer.since.CopyFrom(values.timestamp(self.at(value["created_at"], "created_at")))
            yield pb.Record(customer=customer)

    def _status(self, status: Any) -> pb.TicketStatus:
        found = STATUSES.get(text(status).lower())
        if found is None:
            self.count(CUSTOM_STATUS)
            return pb.TICKET_STATUS_OPEN
        return found

    def _ticket(self, value: dict[str, Any]) -> Iterator[pb.Record]:
        source = text(value.get("source"))
        requester = value.get("requester") or {}
        ticket = pb.Ticket(
            id=text(value.get("id")),
            source=self.source,
            version=self.version(value),
            created_at=values.timestamp(self.at(value.get("created_at"), "created_at")),
            customer=self.customer(value.get("requester_id"), requester.get("email")),
            organization=self.name_of("companies", value.get("company_id")),
            channel=CHANNELS.get(source, source),
            type=text(value.get("type")),
            priority=PRIORITIES.get(text(value.get("priority")), text(value.get("priority"))),
            brand=text(value.get("product_id")),
            tags=[text(tag) for tag in value.get("tags") or []][:128],
            team=self.name_of("groups", value.get("group_id")),
            agent=self.agent(value.get("responder_id")),
            deleted=bool(value.get("deleted")),
            spam=bool(value.get("spam")),
            status=self._status(value.get("status")),
        )
        if source == OUTBOUND_EMAIL:
            ticket.origin = pb.TICKET_ORIGIN_AGENT
        custom = value.get("custom_fields") or {}
        self.set_custom(ticket, lambda field: custom.get(field, value.get(field)))
        stats = value.get("stats") or {}
        for field, goal in (
            ("first_responded_at", ticket.first_replied_at),
            ("resolved_at", ticket.resolved_at),
            ("closed_at", ticket.closed_at),
        ):
            if stats.get(field):
                goal.CopyFrom(values.timestamp(self.at(stats[field], f"stats.{field}")))
        yield pb.Record(ticket=ticket)
        # One event makes the flat facts void, so with conversations the stats have to become steps.
        if self.names.get("seen", "conversations") and not self.names.get("seen", "activities"):
            for event in self._steps(ticket, stats):
                yield pb.Record(ticket_event=event)
        for message in value.get("conversations") or []:
            yield from self._message(message, ticket.id)

    def _steps(self, ticket: pb.Ticket, stats: dict[str, Any]) -> Iterator[pb.TicketEvent]:
        steps = [
            ("resolved_at", pb.TICKET_STATUS_SOLVED),
            ("closed_at", pb.TICKET_STATUS_CLOSED),
            ("reopened_at", pb.TICKET_STATUS_OPEN),
        ]
        if ticket.status == pb.TICKET_STATUS_PENDING:
            steps.append(("pending_since", pb.TICKET_STATUS_PENDING))
        if stats.get("reopened_at"):
            self.count(HIDDEN_RESOLUTIONS)
        for field, status in steps:
            if stats.get(field):
                yield pb.TicketEvent(
                    ticket=ticket.id,
                    id=f"stats.{field}",
                    source=self.source,
                    version=ticket.version,
                    at=values.timestamp(self.at(stats[field], f"stats.{field}")),
                    status=status,
                    kind=pb.TICKET_EVENT_KIND_STATUS_CHANGE,
                    actor=pb.ACTOR_KIND_SYSTEM,
                )

    def _message(self, value: dict[str, Any], ticket: str) -> Iterator[pb.Record]:
        if value.get("source") == SURVEY_FEEDBACK:
            return
        author = value.get("user_id")
        event = pb.TicketEvent(
            ticket=ticket,
            id=text(value.get("id")),
            source=self.source,
            version=self.version(value),
            at=values.timestamp(self.at(value.get("created_at"), "created_at")),
        )
        role = "customer" if value.get("incoming") else self.role(author) or "agent"
        if value.get("private") or value.get("source") == FORWARDED:
            event.kind = pb.TICKET_EVENT_KIND_PRIVATE_NOTE
        elif role == "customer":
            event.kind, event.actor = pb.TICKET_EVENT_KIND_CUSTOMER_MESSAGE, pb.ACTOR_KIND_CUSTOMER
        elif role == "bot":
            event.kind, event.actor = pb.TICKET_EVENT_KIND_BOT_REPLY, pb.ACTOR_KIND_BOT
        else:  # public notes are responses too
            event.kind, event.actor = pb.TICKET_EVENT_KIND_AGENT_REPLY, pb.ACTOR_KIND_AGENT
        if role != "customer":
            event.actor_agent = self.agent(author)
            event.actor = pb.ACTOR_KIND_BOT if role == "bot" else pb.ACTOR_KIND_AGENT
        yield pb.Record(ticket_event=event)

    def _activity(self, value: dict[str, Any]) -> Iterator[pb.TicketEvent]:
        """The changes of one activity. Messages come from the conversations."""
        activity = value.get("activity") or {}
        at = values.instant(value.get("performed_at") or "", "performed_at", self.options.time_zone, ACTIVITY_TIME)
        ticket, performer = text(value.get("ticket_id")), value.get("performer_id")
        role = self.role(performer) if value.get("performer_type") != "system" else "system"
        actor = {"agent": pb.ACTOR_KIND_AGENT, "bot": pb.ACTOR_KIND_BOT, "customer": pb.ACTOR_KIND_CUSTOMER}.get(
            role, pb.ACTOR_KIND_SYSTEM
        )
        stamp = f"activity.{values.milliseconds(at)}"

        def event(what: str, **fields: Any) -> pb.TicketEvent:
            return pb.TicketEvent(
                ticket=ticket,
                id=f"{stamp}.{what}",
                source=self.source,
                version=values.milliseconds(at),
                actor=actor,
                at=values.timestamp(at),
                actor_agent=self.agent(performer) if role in ("agent", "bot") else "",
                **fields,
            )

        if activity.get("status") is not None:
            yield event("status", kind=pb.TICKET_EVENT_KIND_STATUS_CHANGE, status=self._status(activity["status"]))
        if activity.get("priority") is not None:
            priority = text(activity["priority"])
            yield event(
                "priority",
                kind=pb.TICKET_EVENT_KIND_PRIORITY_CHANGE,
                priority=PRIORITIES.get(priority, priority.lower()),
            )
        held = {}
        if "agent_id" in activity:
            held["agent"] = self.agent(activity["agent_id"])
        if "group" in activity or "group_id" in activity:
            held["team"] = self.name_of("groups", activity.get("group_id")) or text(activity.get("group"))
        if held:
            yield event("assignment", kind=pb.TICKET_EVENT_KIND_ASSIGNMENT, **held)

    def _survey(self, value: dict[str, Any]) -> pb.Survey:
        rating = (value.get("ratings") or {}).get("default_question")
        if rating not in SCORES:
            raise RowError(
                f'ratings.default_question: "{rating}" is none of Freshdesk; expected one of '
                f"{', '.join(map(str, SCORES))}"
            )
        survey = pb.Survey(
            id=text(value.get("id")),
            source=self.source,
            version=self.version(value),
            kind=pb.SURVEY_KIND_CSAT,
            question=f"freshdesk survey {text(value.get('survey_id'))}",
            scale_min=1,
            scale_max=7,
            threshold=5,
            score=SCORES[rating],
            ticket=text(value.get("ticket_id")),
            customer=self.customer(value.get("user_id")),
            agent=self.agent(value.get("agent_id")),
            team=self.name_of("groups", value.get("group_id")),
            comment=text(value.get("feedback"))[:1000],
        )
        # Freshdesk does not say when it asked, so the answer's time stands for both.
        answered = values.timestamp(self.at(value.get("created_at"), "created_at"))
        survey.sent_at.CopyFrom(answered)
        survey.responded_at.CopyFrom(answered)
        return survey

    def metrics(self, kind: str, value: dict[str, Any]) -> Iterator[OwnMetric]:
        stats = value.get("stats") if kind == "tickets" else None
        if not stats:
            return
        created = self.at(value.get("created_at"), "created_at")
        for field, kpi in (("first_responded_at", "first_response_time"), ("resolved_at", "resolution_time")):
            if stats.get(field):
                seconds = (self.at(stats[field], field) - created).total_seconds()
                yield OwnMetric(text(value.get("id")), f"stats.{field}", kpi, False, seconds, EXACT_TOLERANCE_SECONDS)
