from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

ACTOR_KIND_AGENT: ActorKind
ACTOR_KIND_BOT: ActorKind
ACTOR_KIND_CUSTOMER: ActorKind
ACTOR_KIND_SYSTEM: ActorKind
ACTOR_KIND_UNSPECIFIED: ActorKind
AGENT_KIND_BOT: AgentKind
AGENT_KIND_HUMAN: AgentKind
AGENT_KIND_UNSPECIFIED: AgentKind
AGENT_STATE_AVAILABLE: AgentState
AGENT_STATE_BREAK: AgentState
AGENT_STATE_HANDLING: AgentState
AGENT_STATE_OFFLINE: AgentState
AGENT_STATE_OTHER_SUPPORT_WORK: AgentState
AGENT_STATE_UNSPECIFIED: AgentState
CALL_DIRECTION_INBOUND: CallDirection
CALL_DIRECTION_OUTBOUND: CallDirection
CALL_DIRECTION_UNSPECIFIED: CallDirection
CALL_OUTCOME_ABANDONED_IN_IVR: CallOutcome
CALL_OUTCOME_ABANDONED_IN_QUEUE: CallOutcome
CALL_OUTCOME_ANSWERED: CallOutcome
CALL_OUTCOME_CALLBACK: CallOutcome
CALL_OUTCOME_FAILED: CallOutcome
CALL_OUTCOME_RETURNED_TO_QUEUE: CallOutcome
CALL_OUTCOME_TRANSFERRED: CallOutcome
CALL_OUTCOME_UNSPECIFIED: CallOutcome
CALL_OUTCOME_VOICEMAIL: CallOutcome
DESCRIPTOR: _descriptor.FileDescriptor
RECORD_KIND_AGENT: RecordKind
RECORD_KIND_AGENT_TIME: RecordKind
RECORD_KIND_CALL_LEG: RecordKind
RECORD_KIND_CUSTOMER: RecordKind
RECORD_KIND_CUSTOMER_PERIOD: RecordKind
RECORD_KIND_SUPPORT_COST: RecordKind
RECORD_KIND_SURVEY: RecordKind
RECORD_KIND_TICKET: RecordKind
RECORD_KIND_TICKET_EVENT: RecordKind
RECORD_KIND_UNSPECIFIED: RecordKind
SCALE_DIRECTION_HIGH_IS_GOOD: ScaleDirection
SCALE_DIRECTION_LOW_IS_GOOD: ScaleDirection
SCALE_DIRECTION_UNSPECIFIED: ScaleDirection
SURVEY_KIND_CES: SurveyKind
SURVEY_KIND_CSAT: SurveyKind
SURVEY_KIND_NPS: SurveyKind
SURVEY_KIND_QUALITY: SurveyKind
SURVEY_KIND_UNSPECIFIED: SurveyKind
TICKET_EVENT_KIND_AGENT_REPLY: TicketEventKind
TICKET_EVENT_KIND_ASSIGNMENT: TicketEventKind
TICKET_EVENT_KIND_BOT_REPLY: TicketEventKind
TICKET_EVENT_KIND_CATEGORY_CHANGE: TicketEventKind
TICKET_EVENT_KIND_CUSTOMER_MESSAGE: TicketEventKind
TICKET_EVENT_KIND_PRIORITY_CHANGE: TicketEventKind
TICKET_EVENT_KIND_PRIVATE_NOTE: TicketEventKind
TICKET_EVENT_KIND_STATUS_CHANGE: TicketEventKind
TICKET_EVENT_KIND_UNSPECIFIED: TicketEventKind
TICKET_EVENT_KIND_WORK_LOG: TicketEventKind
TICKET_ORIGIN_AGENT: TicketOrigin
TICKET_ORIGIN_CUSTOMER: TicketOrigin
TICKET_ORIGIN_SYSTEM: TicketOrigin
TICKET_ORIGIN_UNSPECIFIED: TicketOrigin
TICKET_STATUS_CLOSED: TicketStatus
TICKET_STATUS_NEW: TicketStatus
TICKET_STATUS_ON_HOLD: TicketStatus
TICKET_STATUS_OPEN: TicketStatus
TICKET_STATUS_PENDING: TicketStatus
TICKET_STATUS_SOLVED: TicketStatus
TICKET_STATUS_UNSPECIFIED: TicketStatus

class Agent(_message.Message):
    __slots__ = ["attributes", "id", "kind", "name", "source", "teams", "version"]
    class AttributesEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TEAMS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    attributes: _containers.ScalarMap[str, str]
    id: str
    kind: AgentKind
    name: str
    source: str
    teams: _containers.RepeatedCompositeFieldContainer[TeamMembership]
    version: int
    def __init__(self, id: _Optional[str] = ..., source: _Optional[str] = ..., version: _Optional[int] = ..., name: _Optional[str] = ..., teams: _Optional[_Iterable[_Union[TeamMembership, _Mapping]]] = ..., kind: _Optional[_Union[AgentKind, str]] = ..., attributes: _Optional[_Mapping[str, str]] = ...) -> None: ...

class AgentTime(_message.Message):
    __slots__ = ["agent", "attributes", "id", "paid", "source", "state", "team", "to", "version"]
    class AttributesEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    AGENT_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    PAID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TEAM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    agent: str
    attributes: _containers.ScalarMap[str, str]
    id: str
    paid: bool
    source: str
    state: AgentState
    team: str
    to: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, id: _Optional[str] = ..., source: _Optional[str] = ..., version: _Optional[int] = ..., agent: _Optional[str] = ..., team: _Optional[str] = ..., to: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[_Union[AgentState, str]] = ..., paid: bool = ..., attributes: _Optional[_Mapping[str, str]] = ..., **kwargs) -> None: ...

class CallLeg(_message.Message):
    __slots__ = ["agent", "answered_at", "attributes", "call", "customer", "direction", "ended_at", "hold", "ivr", "leg", "outcome", "queue", "queued", "ring", "source", "started_at", "talk", "team", "ticket", "ticket_source", "topic", "version", "wrap_up"]
    class AttributesEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    AGENT_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_AT_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    CALL_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    HOLD_FIELD_NUMBER: _ClassVar[int]
    IVR_FIELD_NUMBER: _ClassVar[int]
    LEG_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    QUEUED_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    RING_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    TALK_FIELD_NUMBER: _ClassVar[int]
    TEAM_FIELD_NUMBER: _ClassVar[int]
    TICKET_FIELD_NUMBER: _ClassVar[int]
    TICKET_SOURCE_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    WRAP_UP_FIELD_NUMBER: _ClassVar[int]
    agent: str
    answered_at: _timestamp_pb2.Timestamp
    attributes: _containers.ScalarMap[str, str]
    call: str
    customer: str
    direction: CallDirection
    ended_at: _timestamp_pb2.Timestamp
    hold: _duration_pb2.Duration
    ivr: _duration_pb2.Duration
    leg: str
    outcome: CallOutcome
    queue: str
    queued: _duration_pb2.Duration
    ring: _duration_pb2.Duration
    source: str
    started_at: _timestamp_pb2.Timestamp
    talk: _duration_pb2.Duration
    team: str
    ticket: str
    ticket_source: str
    topic: str
    version: int
    wrap_up: _duration_pb2.Duration
    def __init__(self, call: _Optional[str] = ..., leg: _Optional[str] = ..., source: _Optional[str] = ..., version: _Optional[int] = ..., direction: _Optional[_Union[CallDirection, str]] = ..., queue: _Optional[str] = ..., started_at: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., answered_at: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., ivr: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., queued: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., ring: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., talk: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., hold: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., wrap_up: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., outcome: _Optional[_Union[CallOutcome, str]] = ..., agent: _Optional[str] = ..., team: _Optional[str] = ..., customer: _Optional[str] = ..., ticket: _Optional[str] = ..., ticket_source: _Optional[str] = ..., topic: _Optional[str] = ..., attributes: _Optional[_Mapping[str, str]] = ...) -> None: ...

class Customer(_message.Message):
    __slots__ = ["attributes", "id", "language", "organization", "persona", "plan", "region", "segment", "since", "source", "version"]
    class AttributesEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_FIELD_NUMBER: _ClassVar[int]
    PERSONA_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    attributes: _containers.ScalarMap[str, str]
    id: str
    language: str
    organization: str
    persona: str
    plan: str
    region: str
    segment: str
    since: _timestamp_pb2.Timestamp
    source: str
    version: int
    def __init__(self, id: _Optional[str] = ..., source: _Optional[str] = ..., version: _Optional[int] = ..., organization: _Optional[str] = ..., segment: _Optional[str] = ..., persona: _Optional[str] = ..., plan: _Optional[str] = ..., region: _Optional[str] = ..., language: _Optional[str] = ..., since: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., attributes: _Optional[_Mapping[str, str]] = ...) -> None: ...

class CustomerPeriod(_message.Message):
    __slots__ = ["acquisition_cost", "attributes", "customers_at_end", "customers_at_start", "id", "lost_customers", "new_customers", "persona", "plan", "region", "relationship_years", "revenue", "segment", "source", "to", "version"]
    class AttributesEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ACQUISITION_COST_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    CUSTOMERS_AT_END_FIELD_NUMBER: _ClassVar[int]
    CUSTOMERS_AT_START_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    LOST_CUSTOMERS_FIELD_NUMBER: _ClassVar[int]
    NEW_CUSTOMERS_FIELD_NUMBER: _ClassVar[int]
    PERSONA_FIELD_NUMBER: _ClassVar[int]
    PLAN_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    RELATIONSHIP_YEARS_FIELD_NUMBER: _ClassVar[int]
    REVENUE_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    acquisition_cost: Money
    attributes: _containers.ScalarMap[str, str]
    customers_at_end: int
    customers_at_start: int
    id: str
    lost_customers: int
    new_customers: int
    persona: str
    plan: str
    region: str
    relationship_years: float
    revenue: Money
    segment: str
    source: str
    to: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, id: _Optional[str] = ..., source: _Optional[str] = ..., version: _Optional[int] = ..., to: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., segment: _Optional[str] = ..., persona: _Optional[str] = ..., region: _Optional[str] = ..., plan: _Optional[str] = ..., customers_at_start: _Optional[int] = ..., customers_at_end: _Optional[int] = ..., new_customers: _Optional[int] = ..., lost_customers: _Optional[int] = ..., revenue: _Optional[_Union[Money, _Mapping]] = ..., acquisition_cost: _Optional[_Union[Money, _Mapping]] = ..., relationship_years: _Optional[float] = ..., attributes: _Optional[_Mapping[str, str]] = ..., **kwargs) -> None: ...

class Money(_message.Message):
    __slots__ = ["currency", "minor_units"]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    MINOR_UNITS_FIELD_NUMBER: _ClassVar[int]
    currency: str
    minor_units: int
    def __init__(self, currency: _Optional[str] = ..., minor_units: _Optional[int] = ...) -> None: ...

class Record(_message.Message):
    __slots__ = ["agent", "agent_time", "call_leg", "customer", "customer_period", "support_cost", "survey", "ticket", "ticket_event"]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    AGENT_TIME_FIELD_NUMBER: _ClassVar[int]
    CALL_LEG_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_PERIOD_FIELD_NUMBER: _ClassVar[int]
    SUPPORT_COST_FIELD_NUMBER: _ClassVar[int]
    SURVEY_FIELD_NUMBER: _ClassVar[int]
    TICKET_EVENT_FIELD_NUMBER: _ClassVar[int]
    TICKET_FIELD_NUMBER: _ClassVar[int]
    agent: Agent
    agent_time: AgentTime
    call_leg: CallLeg
    customer: Customer
    customer_period: CustomerPeriod
    support_cost: SupportCost
    survey: Survey
    ticket: Ticket
    ticket_event: TicketEvent
    def __init__(self, ticket: _Optional[_Union[Ticket, _Mapping]] = ..., ticket_event: _Optional[_Union[TicketEvent, _Mapping]] = ..., survey: _Optional[_Union[Survey, _Mapping]] = ..., call_leg: _Optional[_Union[CallLeg, _Mapping]] = ..., agent_time: _Optional[_Union[AgentTime, _Mapping]] = ..., customer_period: _Optional[_Union[CustomerPeriod, _Mapping]] = ..., support_cost: _Optional[_Union[SupportCost, _Mapping]] = ..., customer: _Optional[_Union[Customer, _Mapping]] = ..., agent: _Optional[_Union[Agent, _Mapping]] = ...) -> None: ...

class SupportCost(_message.Message):
    __slots__ = ["amount", "attributes", "channel", "id", "kind", "source", "team", "to", "version"]
    class AttributesEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TEAM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    amount: Money
    attributes: _containers.ScalarMap[str, str]
    channel: str
    id: str
    kind: str
    source: str
    team: str
    to: _timestamp_pb2.Timestamp
    version: int
    def __init__(self, id: _Optional[str] = ..., source: _Optional[str] = ..., version: _Optional[int] = ..., to: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., team: _Optional[str] = ..., channel: _Optional[str] = ..., kind: _Optional[str] = ..., amount: _Optional[_Union[Money, _Mapping]] = ..., attributes: _Optional[_Mapping[str, str]] = ..., **kwargs) -> None: ...

class Survey(_message.Message):
    __slots__ = ["agent", "attributes", "call", "channel", "comment", "customer", "direction", "id", "kind", "question", "responded_at", "scale_max", "scale_min", "score", "sent_at", "source", "team", "threshold", "ticket", "ticket_source", "version"]
    class AttributesEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    AGENT_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    CALL_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    COMMENT_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    RESPONDED_AT_FIELD_NUMBER: _ClassVar[int]
    SCALE_MAX_FIELD_NUMBER: _ClassVar[int]
    SCALE_MIN_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    SENT_AT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    TEAM_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    TICKET_FIELD_NUMBER: _ClassVar[int]
    TICKET_SOURCE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    agent: str
    attributes: _containers.ScalarMap[str, str]
    call: str
    channel: str
    comment: str
    customer: str
    direction: ScaleDirection
    id: str
    kind: SurveyKind
    question: str
    responded_at: _timestamp_pb2.Timestamp
    scale_max: float
    scale_min: float
    score: float
    sent_at: _timestamp_pb2.Timestamp
    source: str
    team: str
    threshold: float
    ticket: str
    ticket_source: str
    version: int
    def __init__(self, id: _Optional[str] = ..., source: _Optional[str] = ..., version: _Optional[int] = ..., kind: _Optional[_Union[SurveyKind, str]] = ..., question: _Optional[str] = ..., scale_min: _Optional[float] = ..., scale_max: _Optional[float] = ..., direction: _Optional[_Union[ScaleDirection, str]] = ..., threshold: _Optional[float] = ..., score: _Optional[float] = ..., sent_at: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., responded_at: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., ticket: _Optional[str] = ..., ticket_source: _Optional[str] = ..., call: _Optional[str] = ..., customer: _Optional[str] = ..., agent: _Optional[str] = ..., team: _Optional[str] = ..., channel: _Optional[str] = ..., comment: _Optional[str] = ..., attributes: _Optional[_Mapping[str, str]] = ...) -> None: ...

class TeamMembership(_message.Message):
    __slots__ = ["team"]
    FROM_FIELD_NUMBER: _ClassVar[int]
    TEAM_FIELD_NUMBER: _ClassVar[int]
    team: str
    def __init__(self, team: _Optional[str] = ..., **kwargs) -> None: ...

class Ticket(_message.Message):
    __slots__ = ["agent", "agents_involved", "attributes", "brand", "category", "channel", "closed_at", "complexity", "contacts", "cost", "created_at", "customer", "deleted", "events", "first_replied_at", "first_resolved_at", "handle_time", "id", "issue_key", "language", "merged_into", "organization", "origin", "priority", "reopens", "replies", "resolved_at", "segment", "source", "spam", "status", "tags", "team", "test", "type", "version"]
    class AttributesEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    AGENTS_INVOLVED_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    BRAND_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    COMPLEXITY_FIELD_NUMBER: _ClassVar[int]
    CONTACTS_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    DELETED_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    FIRST_REPLIED_AT_FIELD_NUMBER: _ClassVar[int]
    FIRST_RESOLVED_AT_FIELD_NUMBER: _ClassVar[int]
    HANDLE_TIME_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    ISSUE_KEY_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    MERGED_INTO_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    REOPENS_FIELD_NUMBER: _ClassVar[int]
    REPLIES_FIELD_NUMBER: _ClassVar[int]
    RESOLVED_AT_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SPAM_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    TEAM_FIELD_NUMBER: _ClassVar[int]
    TEST_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    agent: str
    agents_involved: int
    attributes: _containers.ScalarMap[str, str]
    brand: str
    category: str
    channel: str
    closed_at: _timestamp_pb2.Timestamp
    complexity: str
    contacts: int
    cost: Money
    created_at: _timestamp_pb2.Timestamp
    customer: str
    deleted: bool
    events: _containers.RepeatedCompositeFieldContainer[TicketEvent]
    first_replied_at: _timestamp_pb2.Timestamp
    first_resolved_at: _timestamp_pb2.Timestamp
    handle_time: _duration_pb2.Duration
    id: str
    issue_key: str
    language: str
    merged_into: str
    organization: str
    origin: TicketOrigin
    priority: str
    reopens: int
    replies: int
    resolved_at: _timestamp_pb2.Timestamp
    segment: str
    source: str
    spam: bool
    status: TicketStatus
    tags: _containers.RepeatedScalarFieldContainer[str]
    team: str
    test: bool
    type: str
    version: int
    def __init__(self, id: _Optional[str] = ..., source: _Optional[str] = ..., version: _Optional[int] = ..., created_at: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., customer: _Optional[str] = ..., organization: _Optional[str] = ..., segment: _Optional[str] = ..., channel: _Optional[str] = ..., type: _Optional[str] = ..., category: _Optional[str] = ..., priority: _Optional[str] = ..., complexity: _Optional[str] = ..., language: _Optional[str] = ..., brand: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., team: _Optional[str] = ..., agent: _Optional[str] = ..., issue_key: _Optional[str] = ..., origin: _Optional[_Union[TicketOrigin, str]] = ..., deleted: bool = ..., spam: bool = ..., test: bool = ..., merged_into: _Optional[str] = ..., cost: _Optional[_Union[Money, _Mapping]] = ..., status: _Optional[_Union[TicketStatus, str]] = ..., first_replied_at: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., first_resolved_at: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., resolved_at: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., closed_at: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., replies: _Optional[int] = ..., contacts: _Optional[int] = ..., reopens: _Optional[int] = ..., agents_involved: _Optional[int] = ..., handle_time: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., attributes: _Optional[_Mapping[str, str]] = ..., events: _Optional[_Iterable[_Union[TicketEvent, _Mapping]]] = ...) -> None: ...

class TicketEvent(_message.Message):
    __slots__ = ["actor", "actor_agent", "actor_team", "agent", "at", "attributes", "category", "id", "kind", "old_agent", "old_category", "old_priority", "old_team", "priority", "source", "status", "team", "ticket", "version", "work"]
    class AttributesEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ACTOR_AGENT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    ACTOR_TEAM_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTES_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    OLD_AGENT_FIELD_NUMBER: _ClassVar[int]
    OLD_CATEGORY_FIELD_NUMBER: _ClassVar[int]
    OLD_PRIORITY_FIELD_NUMBER: _ClassVar[int]
    OLD_TEAM_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TEAM_FIELD_NUMBER: _ClassVar[int]
    TICKET_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    WORK_FIELD_NUMBER: _ClassVar[int]
    actor: ActorKind
    actor_agent: str
    actor_team: str
    agent: str
    at: _timestamp_pb2.Timestamp
    attributes: _containers.ScalarMap[str, str]
    category: str
    id: str
    kind: TicketEventKind
    old_agent: str
    old_category: str
    old_priority: str
    old_team: str
    priority: str
    source: str
    status: TicketStatus
    team: str
    ticket: str
    version: int
    work: _duration_pb2.Duration
    def __init__(self, ticket: _Optional[str] = ..., id: _Optional[str] = ..., source: _Optional[str] = ..., version: _Optional[int] = ..., at: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., kind: _Optional[_Union[TicketEventKind, str]] = ..., status: _Optional[_Union[TicketStatus, str]] = ..., agent: _Optional[str] = ..., old_agent: _Optional[str] = ..., team: _Optional[str] = ..., old_team: _Optional[str] = ..., priority: _Optional[str] = ..., old_priority: _Optional[str] = ..., category: _Optional[str] = ..., old_category: _Optional[str] = ..., work: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., actor: _Optional[_Union[ActorKind, str]] = ..., actor_agent: _Optional[str] = ..., actor_team: _Optional[str] = ..., attributes: _Optional[_Mapping[str, str]] = ...) -> None: ...

class RecordKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class TicketStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class TicketOrigin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class TicketEventKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class ActorKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class SurveyKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class ScaleDirection(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class CallDirection(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class CallOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class AgentState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class AgentKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
