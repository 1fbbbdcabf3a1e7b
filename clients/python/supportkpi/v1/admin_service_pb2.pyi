from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Backup(_message.Message):
    __slots__ = ["create_time", "damaged", "file_count", "id", "label", "server_version", "size_bytes"]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    DAMAGED_FIELD_NUMBER: _ClassVar[int]
    FILE_COUNT_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    SERVER_VERSION_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    create_time: _timestamp_pb2.Timestamp
    damaged: bool
    file_count: int
    id: int
    label: str
    server_version: str
    size_bytes: int
    def __init__(self, id: _Optional[int] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., size_bytes: _Optional[int] = ..., file_count: _Optional[int] = ..., label: _Optional[str] = ..., server_version: _Optional[str] = ..., damaged: bool = ...) -> None: ...

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

class CreateBackupRequest(_message.Message):
    __slots__ = ["label"]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    label: str
    def __init__(self, label: _Optional[str] = ...) -> None: ...

class CreateBackupResponse(_message.Message):
    __slots__ = ["backup", "deleted_ids", "duration"]
    BACKUP_FIELD_NUMBER: _ClassVar[int]
    DELETED_IDS_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    backup: Backup
    deleted_ids: _containers.RepeatedScalarFieldContainer[int]
    duration: _duration_pb2.Duration
    def __init__(self, backup: _Optional[_Union[Backup, _Mapping]] = ..., deleted_ids: _Optional[_Iterable[int]] = ..., duration: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class DeleteBackupRequest(_message.Message):
    __slots__ = ["id"]
    ID_FIELD_NUMBER: _ClassVar[int]
    id: int
    def __init__(self, id: _Optional[int] = ...) -> None: ...

class DeleteBackupResponse(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

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
    __slots__ = ["features", "kpi_count", "limits", "start_time", "store", "time_zone_version", "uptime", "version"]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    KPI_COUNT_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    START_TIME_FIELD_NUMBER: _ClassVar[int]
    STORE_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_VERSION_FIELD_NUMBER: _ClassVar[int]
    UPTIME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    features: _containers.RepeatedScalarFieldContainer[str]
    kpi_count: int
    limits: ServerLimits
    start_time: _timestamp_pb2.Timestamp
    store: StoreInfo
    time_zone_version: str
    uptime: _duration_pb2.Duration
    version: str
    def __init__(self, version: _Optional[str] = ..., uptime: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., kpi_count: _Optional[int] = ..., limits: _Optional[_Union[ServerLimits, _Mapping]] = ..., time_zone_version: _Optional[str] = ..., start_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., features: _Optional[_Iterable[str]] = ..., store: _Optional[_Union[StoreInfo, _Mapping]] = ...) -> None: ...

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

class ListBackupsRequest(_message.Message):
    __slots__ = []
    def __init__(self) -> None: ...

class ListBackupsResponse(_message.Message):
    __slots__ = ["backups"]
    BACKUPS_FIELD_NUMBER: _ClassVar[int]
    backups: _containers.RepeatedCompositeFieldContainer[Backup]
    def __init__(self, backups: _Optional[_Iterable[_Union[Backup, _Mapping]]] = ...) -> None: ...

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
    __slots__ = ["batch_questions", "batch_records", "concurrent_questions", "deadline_default", "deadline_max", "message_bytes", "message_rows", "open_imports", "page_records", "page_rows", "question_buckets", "question_dimensions", "question_groups", "question_kpis", "queued_requests", "tenant_calls_per_second", "tenant_concurrent_calls", "tenant_memory_bytes", "tenant_records_per_second"]
    BATCH_QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    BATCH_RECORDS_FIELD_NUMBER: _ClassVar[int]
    CONCURRENT_QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_DEFAULT_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_MAX_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ROWS_FIELD_NUMBER: _ClassVar[int]
    OPEN_IMPORTS_FIELD_NUMBER: _ClassVar[int]
    PAGE_RECORDS_FIELD_NUMBER: _ClassVar[int]
    PAGE_ROWS_FIELD_NUMBER: _ClassVar[int]
    QUESTION_BUCKETS_FIELD_NUMBER: _ClassVar[int]
    QUESTION_DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    QUESTION_GROUPS_FIELD_NUMBER: _ClassVar[int]
    QUESTION_KPIS_FIELD_NUMBER: _ClassVar[int]
    QUEUED_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    TENANT_CALLS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    TENANT_CONCURRENT_CALLS_FIELD_NUMBER: _ClassVar[int]
    TENANT_MEMORY_BYTES_FIELD_NUMBER: _ClassVar[int]
    TENANT_RECORDS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    batch_questions: int
    batch_records: int
    concurrent_questions: int
    deadline_default: _duration_pb2.Duration
    deadline_max: _duration_pb2.Duration
    message_bytes: int
    message_rows: int
    open_imports: int
    page_records: int
    page_rows: int
    question_buckets: int
    question_dimensions: int
    question_groups: int
    question_kpis: int
    queued_requests: int
    tenant_calls_per_second: int
    tenant_concurrent_calls: int
    tenant_memory_bytes: int
    tenant_records_per_second: int
    def __init__(self, message_bytes: _Optional[int] = ..., batch_records: _Optional[int] = ..., page_records: _Optional[int] = ..., question_kpis: _Optional[int] = ..., question_dimensions: _Optional[int] = ..., question_buckets: _Optional[int] = ..., question_groups: _Optional[int] = ..., concurrent_questions: _Optional[int] = ..., queued_requests: _Optional[int] = ..., batch_questions: _Optional[int] = ..., page_rows: _Optional[int] = ..., message_rows: _Optional[int] = ..., open_imports: _Optional[int] = ..., deadline_default: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., deadline_max: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., tenant_calls_per_second: _Optional[int] = ..., tenant_records_per_second: _Optional[int] = ..., tenant_concurrent_calls: _Optional[int] = ..., tenant_memory_bytes: _Optional[int] = ...) -> None: ...

class StoreInfo(_message.Message):
    __slots__ = ["disk_bytes", "disk_capacity_bytes", "disk_free_bytes", "writable"]
    DISK_BYTES_FIELD_NUMBER: _ClassVar[int]
    DISK_CAPACITY_BYTES_FIELD_NUMBER: _ClassVar[int]
    DISK_FREE_BYTES_FIELD_NUMBER: _ClassVar[int]
    WRITABLE_FIELD_NUMBER: _ClassVar[int]
    disk_bytes: int
    disk_capacity_bytes: int
    disk_free_bytes: int
    writable: bool
    def __init__(self, writable: bool = ..., disk_bytes: _Optional[int] = ..., disk_free_bytes: _Optional[int] = ..., disk_capacity_bytes: _Optional[int] = ...) -> None: ...

class VerifyBackupRequest(_message.Message):
    __slots__ = ["id"]
    ID_FIELD_NUMBER: _ClassVar[int]
    id: int
    def __init__(self, id: _Optional[int] = ...) -> None: ...

class VerifyBackupResponse(_message.Message):
    __slots__ = ["backup", "duration"]
    BACKUP_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    backup: Backup
    duration: _duration_pb2.Duration
    def __init__(self, backup: _Optional[_Union[Backup, _Mapping]] = ..., duration: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ...) -> None: ...
