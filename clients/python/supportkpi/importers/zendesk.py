"""Zendesk: incremental exports of tickets, ticket events and users, ticket audits, metric sets, satisfaction ratings."""

from __future__ import annotations

import datetime
import pathlib
from collections.abc import Iterator
from typing import Any

from supportkpi.importers import json_files, values
from supportkpi.importers.help_desk import HelpDesk, text
from supportkpi.importers.item import OwnMetric, RowError
from supportkpi.v1 import records_pb2 as pb

STATUSES = {
    "new": pb.TICKET_STATUS_NEW,
    "open": pb.TICKET_STATUS_OPEN,
    "pending": pb.TICKET_STATUS_PENDING,
    "hold": pb.TICKET_STATUS_ON_HOLD,
    "solved": pb.TICKET_STATUS_SOLVED,
    "closed": pb.TICKET_STATUS_CLOSED,
}
CHANNELS = {
    "voice": "phone",
    "phone": "phone",
    "web": "web",
    "email": "email",
    "chat": "chat",
    "mobile": "mobile",
    "mobile_sdk": "mobile",
    "native_messaging": "messaging",
    "twitter": "social",
    "facebook": "social",
    "any_channel": "social",
    "instagram_dm": "social",
    "whatsapp": "messaging",
}
RULES = ("rule", "automation", "trigger", "system")
# Minutes of Zendesk are whole ones.
MINUTES_TOLERANCE_SECONDS = 60.0
METRICS = (
    ("reply_time_in_minutes", "first_response_time"),
    ("first_resolution_time_in_minutes", "first_resolution_time"),
    ("full_resolution_time_in_minutes", "resolution_time"),
    ("requester_wait_time_in_minutes", "requester_wait_time"),
    ("agent_wait_time_in_minutes", "agent_wait_time"),
    ("on_hold_time_in_minutes", "on_hold_time"),
)
UNKNOWN_AUTHORS = (
    "comments by users that the export does not name: {count}; they were taken for customers. "
    "Export the users too (incremental/users.json), or side-load them (include=users)"
)
CUT_COMMENTS = (
    "comments that say neither their author nor whether they are public: {count}, left out; export ticket "
    "events with include=comment_events, or ticket audits"
)


class Zendesk(HelpDesk):
    """Arrays of an API's pages, or objects of JSON lines, told apart by their fields."""

    NAME = "zendesk"
    KINDS = (
        "tickets",
        "audits",
        "ticket_events",
        "metric_sets",
        "ticket_metrics",
        "satisfaction_ratings",
        "users",
        "groups",
        "organizations",
        "brands",
    )

    def classify(self, found: json_files.Found, path: pathlib.Path) -> str:
        value = found.value
        if found.kind:
            return "metric_sets" if found.kind == "ticket_metrics" else found.kind
        for kind, fields in (
            ("audits", {"ticket_id", "events"}),
            ("ticket_events", {"ticket_id", "child_events"}),
            ("metric_sets", {"ticket_id", "reply_time_in_minutes"}),
            ("satisfaction_ratings", {"ticket_id", "score"}),
            ("tickets", {"id", "requester_id", "status"}),
            ("users", {"id", "role"}),
            ("brands", {"id", "subdomain"}),
            ("groups", {"id", "name", "is_public"}),
            ("organizations", {"id", "name", "domain_names"}),
        ):
            if fields <= value.keys():
                return kind
        return ""

    def index(self, kind: str, value: dict[str, Any]) -> None:
        if kind == "users":
            role = "customer" if value.get("role") == "end-user" else "agent"
            group = value.get("default_group_id")
            self.remember_user(value.get("id"), value.get("name"), value.get("email"), role, text(group))
        elif kind in ("groups", "organizations", "brands"):
            self.names.put(kind, value.get("id"), value.get("name"))
        elif kind == "metric_sets":
            self.names.put("metric_set", value.get("ticket_id"), self._facts_of(value))
        elif kind == "audits":
            for merged in self._merged(value):
                self.names.put("merged_into", merged, text(value.get("ticket_id")))
        elif kind == "tickets":
            self.names.put("requester", value.get("id"), value.get("requester_id"))
            if value.get("assignee_id"):
                self.names.put("assignee", value["assignee_id"], True)
            if isinstance(value.get("metric_set"), dict):
                self.names.put("metric_set", value.get("id"), self._facts_of(value["metric_set"]))

    @staticmethod
    def _merged(audit: dict[str, Any]) -> list[Any]:
        """The tickets that went into this one by this audit."""
        via = audit.get("via")
        source = via.get("source") if isinstance(via, dict) else None
        if not isinstance(source, dict) or source.get("rel") != "merge":
            return []
        origin = source.get("from") or {}
        return origin.get("ticket_ids") or [origin.get("ticket_id")]

    @staticmethod
    def _facts_of(metric_set: dict[str, Any]) -> dict[str, Any]:
        facts = {field: metric_set.get(field) for field in ("solved_at", "replies", "reopens")}
        for field in ("reply_time_in_minutes", "first_resolution_time_in_minutes"):
            facts[field] = (metric_set.get(field) or {}).get("calendar")
        return facts

    def records(self, kind: str, value: dict[str, Any]) -> Iterator[pb.Record]:
        if kind == "tickets":
            yield pb.Record(ticket=self._ticket(value))
        elif kind in ("audits", "ticket_events"):
            for event in self._events(value):
                yield pb.Record(ticket_event=event)
        elif kind == "users":
            yield self._person(value)
        elif kind == "satisfaction_ratings" and value.get("score") != "unoffered":
            yield pb.Record(survey=self._survey(value))

    def _ticket(self, value: dict[str, Any]) -> pb.Ticket:
        created = self.at(value.get("created_at"), "created_at")
        updated = self.at(value.get("updated_at") or value.get("created_at"), "updated_at")
        # System updates move generated_timestamp and leave updated_at alone.
        version = max(values.milliseconds(updated), int(value.get("generated_timestamp") or 0) * 1000)
        channel = text((value.get("via") or {}).get("channel"))
        status = text(value.get("status"))
        tags = [text(tag) for tag in value.get("tags") or []]
        ticket = pb.Ticket(
            id=text(value.get("id")),
            source=self.source,
            version=version,
            created_at=values.timestamp(created),
            customer=self.customer(value.get("requester_id")),
            organization=self.name_of("organizations", value.get("organization_id")),
            channel=CHANNELS.get(channel, channel),
            type=text(value.get("type")),
            priority=text(value.get("priority")),
            brand=self.name_of("brands", value.get("brand_id")),
            tags=tags[:128],
            team=self.name_of("groups", value.get("group_id")),
            agent=self.agent(value.get("assignee_id")),
            deleted=status == "deleted",
            merged_into=self._merged_into(value.get("id"), tags),
        )
        by_agent = value.get("submitter_id") not in (None, value.get("requester_id")) and self.role(
            value.get("submitter_id")
        ) in ("agent", "bot")
        if by_agent and ticket.channel != "phone":  # who calls asked, though an agent wrote the ticket
            ticket.origin = pb.TICKET_ORIGIN_AGENT
        custom = {text(field.get("id")): field.get("value") for field in value.get("custom_fields") or []}
        self.set_custom(ticket, lambda field: custom.get(field, value.get(field)))
        self._set_flat_facts(ticket, created, status)
        return ticket

    def _merged_into(self, identity: Any, tags: list[str]) -> str:
        """The audit of the ticket that stayed names it; without that audit only the tag tells of a merge."""
        return text(self.names.get("merged_into", identity)) or ("unknown" if "closed_by_merge" in tags else "")

    def _set_flat_facts(self, ticket: pb.Ticket, created: datetime.datetime, status: str) -> None:
        """What holds for a ticket whose events are not exported."""
        if status not in STATUSES and status != "deleted":
            raise RowError(f'status: "{status}" is none of Zendesk; expected {", ".join(STATUSES)} or deleted')
        ticket.status = STATUSES.get(status, pb.TICKET_STATUS_UNSPECIFIED)
        facts = self.names.get("metric_set", ticket.id)
        if not facts:
            return
        if facts["reply_time_in_minutes"] is not None:
            ticket.first_replied_at.CopyFrom(
                values.timestamp(created + datetime.timedelta(minutes=facts["reply_time_in_minutes"]))
            )
        if facts["first_resolution_time_in_minutes"] is not None:
            ticket.first_resolved_at.CopyFrom(
                values.timestamp(created + datetime.timedelta(minutes=facts["first_resolution_time_in_minutes"]))
            )
        if facts["solved_at"] and status in ("solved", "closed"):
            ticket.resolved_at.CopyFrom(values.timestamp(self.at(facts["solved_at"], "solved_at")))
        if facts["replies"] is not None:
            ticket.replies = int(facts["replies"])
        if facts["reopens"] is not None:
            ticket.reopens = int(facts["reopens"])

    def _events(self, audit: dict[str, Any]) -> Iterator[pb.TicketEvent]:
        """The events of one audit, or of one entry of the ticket event stream. Both name their parts by the same ids."""
        ticket = text(audit.get("ticket_id"))
        if not ticket:
            raise RowError("ticket_id: missing; an audit belongs to a ticket")
        at = self.at(audit.get("created_at") or audit.get("timestamp"), "created_at")
        author = audit.get("author_id", audit.get("updater_id"))
        by_rule = author in (-1, 0, None) or self._channel(audit) in RULES
        merge = bool(self._merged(audit))
        parts = audit.get("events", audit.get("child_events")) or []
        assignment = pb.TicketEvent(kind=pb.TICKET_EVENT_KIND_ASSIGNMENT)
        for place, part in enumerate(parts):
            identity = text(part.get("id")) or f"{text(audit.get('id'))}.{place}"
            comment = self._comment(part, ticket, author, by_rule or self._channel(part) in RULES, merge)
            events = [comment] if comment else self._changes(part, assignment)
            for number, event in enumerate(events):
                event.id = f"{identity}:{number}" if number else identity
                yield self._complete(event, ticket, at, author, by_rule)
        if assignment.HasField("agent") or assignment.HasField("team"):
            assignment.id = f"{text(audit.get('id'))}:assignment"
            yield self._complete(assignment, ticket, at, author, by_rule)

    @staticmethod
    def _channel(part: dict[str, Any]) -> str:
        via = part.get("via")
        return text(via.get("channel")) if isinstance(via, dict) else ""

    def _complete(
        self, event: pb.TicketEvent, ticket: str, at: datetime.datetime, author: Any, by_rule: bool
    ) -> pb.TicketEvent:
        event.ticket, event.source, event.version = ticket, self.source, values.milliseconds(at)
        event.at.CopyFrom(values.timestamp(at))
        if event.actor == pb.ACTOR_KIND_UNSPECIFIED:
            role = self.role(author)
            event.actor = (
                pb.ACTOR_KIND_SYSTEM
                if by_rule
                else pb.ACTOR_KIND_BOT
                if role == "bot"
                else pb.ACTOR_KIND_AGENT
                if role == "agent"
                else pb.ACTOR_KIND_CUSTOMER
            )
            if role in ("agent", "bot") and not by_rule:
                event.actor_agent = self.agent(author)
        return event

    def _comment(
        self, part: dict[str, Any], ticket: str, updater: Any, by_rule: bool, merge: bool
    ) -> pb.TicketEvent | None:
        kind = part.get("type") or part.get("event_type")
        if part.get("comment_present") is True:  # the stream without include=comment_events
            public, author = part.get("comment_public"), updater
        elif kind in ("Comment", "VoiceComment", "FacebookComment", "Tweet"):
            public, author = part.get("public", True), part.get("author_id", updater)
        else:
            return None
        if public is None or author is None:
            self.count(CUT_COMMENTS)
            return None
        public = public and not merge  # what Zendesk writes at a merge is no reply
        role = self.role(author)
        if not role:
            if author != self.names.get("requester", ticket):
                self.count(UNKNOWN_AUTHORS)
            role = "customer"
        if not public:
            return pb.TicketEvent(
                kind=pb.TICKET_EVENT_KIND_PRIVATE_NOTE,
                actor=pb.ACTOR_KIND_AGENT if role == "agent" else pb.ACTOR_KIND_SYSTEM,
                actor_agent=self.agent(author) if role == "agent" else "",
            )
        if role == "customer":
            return pb.TicketEvent(kind=pb.TICKET_EVENT_KIND_CUSTOMER_MESSAGE, actor=pb.ACTOR_KIND_CUSTOMER)
        if role == "bot" or by_rule:
            return pb.TicketEvent(
                kind=pb.TICKET_EVENT_KIND_BOT_REPLY, actor=pb.ACTOR_KIND_BOT, actor_agent=self.agent(author)
            )
        return pb.TicketEvent(
            kind=pb.TICKET_EVENT_KIND_AGENT_REPLY, actor=pb.ACTOR_KIND_AGENT, actor_agent=self.agent(author)
        )

    def _changes(self, part: dict[str, Any], assignment: pb.TicketEvent) -> list[pb.TicketEvent]:
        """The changes of fields in one part. Group and assignee of one audit are one assignment."""
        kind = part.get("type") or part.get("event_type")
        if kind not in ("Create", "Change"):
            return []
        named = [(text(part["field_name"]), part.get("value"))] if "field_name" in part else list(part.items())
        old = part.get("previous_value") if kind == "Change" else None
        events = []
        for field, new in named:
            if field == "status" and new in STATUSES:
                events.append(pb.TicketEvent(kind=pb.TICKET_EVENT_KIND_STATUS_CHANGE, status=STATUSES[new]))
            elif field == "priority":
                events.append(
                    pb.TicketEvent(
                        kind=pb.TICKET_EVENT_KIND_PRIORITY_CHANGE, priority=text(new), old_priority=text(old)
                    )
                )
            elif field in ("assignee_id", "group_id"):
                if kind == "Create" and not new:
                    continue
                if field == "assignee_id":
                    assignment.agent, assignment.old_agent = self.agent(new), self.agent(old)
                else:
                    assignment.team, assignment.old_team = self.name_of("groups", new), self.name_of("groups", old)
            elif ("category" in dict(self.options.fields).get(field, "")) and new is not None:
                events.append(
                    pb.TicketEvent(
                        kind=pb.TICKET_EVENT_KIND_CATEGORY_CHANGE, category=text(new), old_category=text(old)
                    )
                )
        return events

    def _person(self, value: dict[str, Any]) -> pb.Record:
        if self.role(value.get("id")) in ("agent", "bot"):
            record = self.agent_record(value.get("id"))
            for membership in record.agent.teams:
                membership.team = self.name_of("groups", membership.team)
            record.agent.version = self.version(value)
            return record
        customer = pb.Customer(
            id=self.customer(value.get("id")),
            source=self.source,
            version=self.version(value),
            organization=self.name_of("organizations", value.get("organization_id")),
            language=text(value.get("locale")),
        )
        if value.get("created_at"):
            customer.since.CopyFrom(values.timestamp(self.at(value["created_at"], "created_at")))
        return pb.Record(customer=customer)

    def _survey(self, value: dict[str, Any]) -> pb.Survey:
        score = text(value.get("score"))
        if not score.startswith(("good", "bad", "offered")):
            raise RowError(f'score: "{score}" is none of Zendesk; expected offered, unoffered, good or bad')
        survey = pb.Survey(
            id=text(value.get("id")),
            source=self.source,
            version=self.version(value),
            kind=pb.SURVEY_KIND_CSAT,
            question="zendesk satisfaction rating",
            scale_min=0,
            scale_max=1,
            ticket=text(value.get("ticket_id")),
            customer=self.customer(value.get("requester_id")),
            agent=self.agent(value.get("assignee_id")),
            team=self.name_of("groups", value.get("group_id")),
            comment=text(value.get("comment"))[:1000],
        )
        survey.sent_at.CopyFrom(values.timestamp(self.at(value.get("created_at"), "created_at")))
        if score != "offered":
            survey.score = 1.0 if score.startswith("good") else 0.0
            survey.responded_at.CopyFrom(
                values.timestamp(self.at(value.get("updated_at") or value.get("created_at"), "updated_at"))
            )
        return survey

    def metrics(self, kind: str, value: dict[str, Any]) -> Iterator[OwnMetric]:
        found = value.get("metric_set") if kind == "tickets" else value if kind == "metric_sets" else None
        if not isinstance(found, dict):
            return
        ticket = text(value.get("id") if kind == "tickets" else value.get("ticket_id"))
        for field, kpi in METRICS:
            for clock in ("calendar", "business"):
                minutes = (found.get(field) or {}).get(clock)
                if minutes is not None:
                    yield OwnMetric(
                        ticket, field, kpi, clock == "business", float(minutes) * 60, MINUTES_TOLERANCE_SECONDS
                    )
        if found.get("reopens") is not None:
            yield OwnMetric(ticket, "reopens", "reopen_events", False, float(found["reopens"]), 0)
