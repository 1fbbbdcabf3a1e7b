from google.protobuf import timestamp_pb2 as _timestamp_pb2
from supportkpi.v1 import records_pb2 as _records_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BatchUpsertRecordsRequest(_message.Message):
    __slots__ = ["records", "request_id", "tenant"]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[_records_pb2.Record]
    request_id: str
    tenant: str
    def __init__(self, tenant: _Optional[str] = ..., records: _Optional[_Iterable[_Union[_records_pb2.Record, _Mapping]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class BatchUpsertRecordsResponse(_message.Message):
    __slots__ = ["accepted", "commit", "ignored_stale", "replaced", "replayed"]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    IGNORED_STALE_FIELD_NUMBER: _ClassVar[int]
    REPLACED_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    accepted: int
    commit: int
    ignored_stale: int
    replaced: int
    replayed: bool
    def __init__(self, commit: _Optional[int] = ..., accepted: _Optional[int] = ..., replaced: _Optional[int] = ..., ignored_stale: _Optional[int] = ..., replayed: bool = ...) -> None: ...

class DeleteRecordRequest(_message.Message):
    __slots__ = ["name", "request_id", "tenant", "version"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    name: RecordName
    request_id: str
    tenant: str
    version: int
    def __init__(self, tenant: _Optional[str] = ..., name: _Optional[_Union[RecordName, _Mapping]] = ..., version: _Optional[int] = ..., request_id: _Optional[str] = ...) -> None: ...

class DeleteRecordResponse(_message.Message):
    __slots__ = ["commit", "deleted", "replayed"]
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    DELETED_FIELD_NUMBER: _ClassVar[int]
    REPLAYED_FIELD_NUMBER: _ClassVar[int]
    commit: int
    deleted: bool
    replayed: bool
    def __init__(self, commit: _Optional[int] = ..., deleted: bool = ..., replayed: bool = ...) -> None: ...

class GetRecordRequest(_message.Message):
    __slots__ = ["name", "tenant"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    name: RecordName
    tenant: str
    def __init__(self, tenant: _Optional[str] = ..., name: _Optional[_Union[RecordName, _Mapping]] = ...) -> None: ...

class GetRecordResponse(_message.Message):
    __slots__ = ["record"]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    record: _records_pb2.Record
    def __init__(self, record: _Optional[_Union[_records_pb2.Record, _Mapping]] = ...) -> None: ...

class ImportAck(_message.Message):
    __slots__ = ["accepted", "commit", "duplicate", "durable_through", "ignored_stale", "rejected", "rejected_count", "replaced"]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    DURABLE_THROUGH_FIELD_NUMBER: _ClassVar[int]
    IGNORED_STALE_FIELD_NUMBER: _ClassVar[int]
    REJECTED_COUNT_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    REPLACED_FIELD_NUMBER: _ClassVar[int]
    accepted: int
    commit: int
    duplicate: bool
    durable_through: int
    ignored_stale: int
    rejected: _containers.RepeatedCompositeFieldContainer[RejectedRecord]
    rejected_count: int
    replaced: int
    def __init__(self, durable_through: _Optional[int] = ..., accepted: _Optional[int] = ..., replaced: _Optional[int] = ..., ignored_stale: _Optional[int] = ..., rejected: _Optional[_Iterable[_Union[RejectedRecord, _Mapping]]] = ..., rejected_count: _Optional[int] = ..., duplicate: bool = ..., commit: _Optional[int] = ...) -> None: ...

class ImportChunk(_message.Message):
    __slots__ = ["position", "records"]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    position: int
    records: _containers.RepeatedCompositeFieldContainer[_records_pb2.Record]
    def __init__(self, position: _Optional[int] = ..., records: _Optional[_Iterable[_Union[_records_pb2.Record, _Mapping]]] = ...) -> None: ...

class ImportHello(_message.Message):
    __slots__ = ["durable_through", "max_chunk_records", "window_chunks"]
    DURABLE_THROUGH_FIELD_NUMBER: _ClassVar[int]
    MAX_CHUNK_RECORDS_FIELD_NUMBER: _ClassVar[int]
    WINDOW_CHUNKS_FIELD_NUMBER: _ClassVar[int]
    durable_through: int
    max_chunk_records: int
    window_chunks: int
    def __init__(self, durable_through: _Optional[int] = ..., window_chunks: _Optional[int] = ..., max_chunk_records: _Optional[int] = ...) -> None: ...

class ImportOpen(_message.Message):
    __slots__ = ["epoch", "stream_id", "tenant"]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    STREAM_ID_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    epoch: int
    stream_id: str
    tenant: str
    def __init__(self, tenant: _Optional[str] = ..., stream_id: _Optional[str] = ..., epoch: _Optional[int] = ...) -> None: ...

class ImportRecordsRequest(_message.Message):
    __slots__ = ["chunk", "open"]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    chunk: ImportChunk
    open: ImportOpen
    def __init__(self, open: _Optional[_Union[ImportOpen, _Mapping]] = ..., chunk: _Optional[_Union[ImportChunk, _Mapping]] = ...) -> None: ...

class ImportRecordsResponse(_message.Message):
    __slots__ = ["ack", "hello"]
    ACK_FIELD_NUMBER: _ClassVar[int]
    HELLO_FIELD_NUMBER: _ClassVar[int]
    ack: ImportAck
    hello: ImportHello
    def __init__(self, hello: _Optional[_Union[ImportHello, _Mapping]] = ..., ack: _Optional[_Union[ImportAck, _Mapping]] = ...) -> None: ...

class ListRecordsRequest(_message.Message):
    __slots__ = ["filter", "kind", "page_size", "page_token", "tenant"]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    filter: RecordFilter
    kind: _records_pb2.RecordKind
    page_size: int
    page_token: str
    tenant: str
    def __init__(self, tenant: _Optional[str] = ..., kind: _Optional[_Union[_records_pb2.RecordKind, str]] = ..., filter: _Optional[_Union[RecordFilter, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRecordsResponse(_message.Message):
    __slots__ = ["next_page_token", "records"]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    next_page_token: str
    records: _containers.RepeatedCompositeFieldContainer[_records_pb2.Record]
    def __init__(self, records: _Optional[_Iterable[_Union[_records_pb2.Record, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class RecordFilter(_message.Message):
    __slots__ = ["customer", "end", "id_prefix", "source", "start", "ticket"]
    CUSTOMER_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    ID_PREFIX_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    TICKET_FIELD_NUMBER: _ClassVar[int]
    customer: str
    end: _timestamp_pb2.Timestamp
    id_prefix: str
    source: str
    start: _timestamp_pb2.Timestamp
    ticket: str
    def __init__(self, source: _Optional[str] = ..., id_prefix: _Optional[str] = ..., ticket: _Optional[str] = ..., customer: _Optional[str] = ..., start: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class RecordName(_message.Message):
    __slots__ = ["id", "kind", "parent", "source"]
    ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PARENT_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    id: str
    kind: _records_pb2.RecordKind
    parent: str
    source: str
    def __init__(self, kind: _Optional[_Union[_records_pb2.RecordKind, str]] = ..., source: _Optional[str] = ..., id: _Optional[str] = ..., parent: _Optional[str] = ...) -> None: ...

class RejectedRecord(_message.Message):
    __slots__ = ["index", "violations"]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    VIOLATIONS_FIELD_NUMBER: _ClassVar[int]
    index: int
    violations: _containers.RepeatedCompositeFieldContainer[Violation]
    def __init__(self, index: _Optional[int] = ..., violations: _Optional[_Iterable[_Union[Violation, _Mapping]]] = ...) -> None: ...

class Violation(_message.Message):
    __slots__ = ["description", "field"]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    description: str
    field: str
    def __init__(self, field: _Optional[str] = ..., description: _Optional[str] = ...) -> None: ...
