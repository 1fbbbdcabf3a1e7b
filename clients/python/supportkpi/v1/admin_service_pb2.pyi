from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CompactFactsRequest(_message.Message):
    __slots__ = ["tenant"]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    def __init__(self, tenant: _Optional[str] = ...) -> None: ...

class CompactFactsResponse(_message.Message):
    __slots__ = ["duration", "facts"]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    duration: _duration_pb2.Duration
    facts: FactStats
    def __init__(self, facts: _Optional[_Union[FactStats, _Mapping]] = ..., duration: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class FactStats(_message.Message):
    __slots__ = ["commit", "dead_facts", "memory_bytes", "sealed_facts", "segment_bytes", "segments", "tail_facts"]
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    DEAD_FACTS_FIELD_NUMBER: _ClassVar[int]
    MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    SEALED_FACTS_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    SEGMENT_BYTES_FIELD_NUMBER: _ClassVar[int]
    TAIL_FACTS_FIELD_NUMBER: _ClassVar[int]
    commit: int
    dead_facts: int
    memory_bytes: int
    sealed_facts: int
    segment_bytes: int
    segments: int
    tail_facts: int
    def __init__(self, commit: _Optional[int] = ..., tail_facts: _Optional[int] = ..., sealed_facts: _Optional[int] = ..., dead_facts: _Optional[int] = ..., segments: _Optional[int] = ..., segment_bytes: _Optional[int] = ..., memory_bytes: _Optional[int] = ...) -> None: ...

class GetServerInfoRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class GetServerInfoResponse(_message.Message):
    __slots__ = ["kpi_count", "limits", "time_zone_version", "uptime", "version"]
    KPI_COUNT_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_VERSION_FIELD_NUMBER: _ClassVar[int]
    UPTIME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    kpi_count: int
    limits: ServerLimits
    time_zone_version: str
    uptime: _duration_pb2.Duration
    version: str
    def __init__(self, version: _Optional[str] = ..., uptime: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., kpi_count: _Optional[int] = ..., limits: _Optional[_Union[ServerLimits, _Mapping]] = ..., time_zone_version: _Optional[str] = ...) -> None: ...

class GetStatsRequest(_message.Message):
    __slots__ = ["tenant"]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    def __init__(self, tenant: _Optional[str] = ...) -> None: ...

class GetStatsResponse(_message.Message):
    __slots__ = ["disk_bytes", "facts"]
    DISK_BYTES_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    disk_bytes: int
    facts: FactStats
    def __init__(self, facts: _Optional[_Union[FactStats, _Mapping]] = ..., disk_bytes: _Optional[int] = ...) -> None: ...

class RebuildFactsRequest(_message.Message):
    __slots__ = ["tenant"]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    def __init__(self, tenant: _Optional[str] = ...) -> None: ...

class RebuildFactsResponse(_message.Message):
    __slots__ = ["duration", "facts"]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    duration: _duration_pb2.Duration
    facts: FactStats
    def __init__(self, facts: _Optional[_Union[FactStats, _Mapping]] = ..., duration: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ServerLimits(_message.Message):
    __slots__ = ["batch_records", "concurrent_questions", "message_bytes", "page_records", "question_buckets", "question_dimensions", "question_groups", "question_kpis", "queued_requests"]
    BATCH_RECORDS_FIELD_NUMBER: _ClassVar[int]
    CONCURRENT_QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    PAGE_RECORDS_FIELD_NUMBER: _ClassVar[int]
    QUESTION_BUCKETS_FIELD_NUMBER: _ClassVar[int]
    QUESTION_DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    QUESTION_GROUPS_FIELD_NUMBER: _ClassVar[int]
    QUESTION_KPIS_FIELD_NUMBER: _ClassVar[int]
    QUEUED_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    batch_records: int
    concurrent_questions: int
    message_bytes: int
    page_records: int
    question_buckets: int
    question_dimensions: int
    question_groups: int
    question_kpis: int
    queued_requests: int
    def __init__(self, message_bytes: _Optional[int] = ..., batch_records: _Optional[int] = ..., page_records: _Optional[int] = ..., question_kpis: _Optional[int] = ..., question_dimensions: _Optional[int] = ..., question_buckets: _Optional[int] = ..., question_groups: _Optional[int] = ..., concurrent_questions: _Optional[int] = ..., queued_requests: _Optional[int] = ...) -> None: ...
