from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.rpc import status_pb2 as _status_pb2
from supportkpi.v1 import records_pb2 as _records_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

ABSENT_REASON_EMPTY_RANGE: AbsentReason
ABSENT_REASON_INSUFFICIENT_HISTORY: AbsentReason
ABSENT_REASON_MIXED_CURRENCIES: AbsentReason
ABSENT_REASON_NEVER_OCCURS: AbsentReason
ABSENT_REASON_NOT_FOR_TOTALS: AbsentReason
ABSENT_REASON_NO_DATA: AbsentReason
ABSENT_REASON_NO_SCHEDULE: AbsentReason
ABSENT_REASON_PARTIAL_BUCKET: AbsentReason
ABSENT_REASON_TOO_FEW_FACTS: AbsentReason
ABSENT_REASON_UNSPECIFIED: AbsentReason
ABSENT_REASON_ZERO_DENOMINATOR: AbsentReason
ANSWER_LAYOUT_COLUMNS: AnswerLayout
ANSWER_LAYOUT_ROWS: AnswerLayout
ANSWER_LAYOUT_UNSPECIFIED: AnswerLayout
BUCKET_FILL_DENSE: BucketFill
BUCKET_FILL_SPARSE: BucketFill
BUCKET_FILL_UNSPECIFIED: BucketFill
CLOCK_BUSINESS: Clock
CLOCK_CALENDAR: Clock
CLOCK_UNSPECIFIED: Clock
DESCRIPTOR: _descriptor.FileDescriptor
DIMENSION_TYPE_BOOLEAN: DimensionType
DIMENSION_TYPE_CALENDAR_PART: DimensionType
DIMENSION_TYPE_INSTANT: DimensionType
DIMENSION_TYPE_NUMBER: DimensionType
DIMENSION_TYPE_TEXT: DimensionType
DIMENSION_TYPE_UNSPECIFIED: DimensionType
DIRECTION_HIGHER_IS_BETTER: Direction
DIRECTION_LOWER_IS_BETTER: Direction
DIRECTION_NEUTRAL: Direction
DIRECTION_UNSPECIFIED: Direction
GRAIN_UNIT_DAY: GrainUnit
GRAIN_UNIT_FISCAL_QUARTER: GrainUnit
GRAIN_UNIT_FISCAL_YEAR: GrainUnit
GRAIN_UNIT_HOUR: GrainUnit
GRAIN_UNIT_MINUTE: GrainUnit
GRAIN_UNIT_MONTH: GrainUnit
GRAIN_UNIT_QUARTER: GrainUnit
GRAIN_UNIT_UNSPECIFIED: GrainUnit
GRAIN_UNIT_WEEK: GrainUnit
GRAIN_UNIT_YEAR: GrainUnit
ORDER_DIRECTION_ASCENDING: OrderDirection
ORDER_DIRECTION_DESCENDING: OrderDirection
ORDER_DIRECTION_UNSPECIFIED: OrderDirection
UNIT_COUNT: Unit
UNIT_INDEX: Unit
UNIT_MONEY: Unit
UNIT_PERCENT: Unit
UNIT_SECONDS: Unit
UNIT_UNSPECIFIED: Unit
WEEKDAY_FRIDAY: Weekday
WEEKDAY_MONDAY: Weekday
WEEKDAY_SATURDAY: Weekday
WEEKDAY_SUNDAY: Weekday
WEEKDAY_THURSDAY: Weekday
WEEKDAY_TUESDAY: Weekday
WEEKDAY_UNSPECIFIED: Weekday
WEEKDAY_WEDNESDAY: Weekday

class AnswerColumns(_message.Message):
    __slots__ = ["bucket_codes", "buckets", "cells", "keys"]
    BUCKETS_FIELD_NUMBER: _ClassVar[int]
    BUCKET_CODES_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    bucket_codes: _containers.RepeatedScalarFieldContainer[int]
    buckets: _containers.RepeatedCompositeFieldContainer[Bucket]
    cells: _containers.RepeatedCompositeFieldContainer[CellColumn]
    keys: _containers.RepeatedCompositeFieldContainer[KeyColumn]
    def __init__(self, buckets: _Optional[_Iterable[_Union[Bucket, _Mapping]]] = ..., bucket_codes: _Optional[_Iterable[int]] = ..., keys: _Optional[_Iterable[_Union[KeyColumn, _Mapping]]] = ..., cells: _Optional[_Iterable[_Union[CellColumn, _Mapping]]] = ...) -> None: ...

class AnswerMetadata(_message.Message):
    __slots__ = ["commit", "data_until", "duration", "facts_read", "kpis", "range", "row_count", "time_zone", "warnings"]
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    DATA_UNTIL_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    FACTS_READ_FIELD_NUMBER: _ClassVar[int]
    KPIS_FIELD_NUMBER: _ClassVar[int]
    RANGE_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    commit: int
    data_until: _timestamp_pb2.Timestamp
    duration: _duration_pb2.Duration
    facts_read: int
    kpis: _containers.RepeatedCompositeFieldContainer[KpiAsUsed]
    range: TimeRange
    row_count: int
    time_zone: str
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, kpis: _Optional[_Iterable[_Union[KpiAsUsed, _Mapping]]] = ..., range: _Optional[_Union[TimeRange, _Mapping]] = ..., time_zone: _Optional[str] = ..., commit: _Optional[int] = ..., data_until: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., facts_read: _Optional[int] = ..., duration: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ..., row_count: _Optional[int] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class BatchQueryKpisItem(_message.Message):
    __slots__ = ["answer", "status"]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    answer: QueryKpisResponse
    status: _status_pb2.Status
    def __init__(self, status: _Optional[_Union[_status_pb2.Status, _Mapping]] = ..., answer: _Optional[_Union[QueryKpisResponse, _Mapping]] = ...) -> None: ...

class BatchQueryKpisRequest(_message.Message):
    __slots__ = ["queries", "tenant"]
    QUERIES_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    queries: _containers.RepeatedCompositeFieldContainer[QueryKpisRequest]
    tenant: str
    def __init__(self, tenant: _Optional[str] = ..., queries: _Optional[_Iterable[_Union[QueryKpisRequest, _Mapping]]] = ...) -> None: ...

class BatchQueryKpisResponse(_message.Message):
    __slots__ = ["items"]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[BatchQueryKpisItem]
    def __init__(self, items: _Optional[_Iterable[_Union[BatchQueryKpisItem, _Mapping]]] = ...) -> None: ...

class Bucket(_message.Message):
    __slots__ = ["end", "label", "partial", "start"]
    END_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    PARTIAL_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    end: _timestamp_pb2.Timestamp
    label: str
    partial: bool
    start: _timestamp_pb2.Timestamp
    def __init__(self, start: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., label: _Optional[str] = ..., partial: bool = ...) -> None: ...

class Cell(_message.Message):
    __slots__ = ["absent_reason", "currency", "denominator", "facts", "kpi", "left_out", "notes", "numerator", "record", "value"]
    ABSENT_REASON_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    DENOMINATOR_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    KPI_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    NUMERATOR_FIELD_NUMBER: _ClassVar[int]
    RECORD_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    absent_reason: AbsentReason
    currency: str
    denominator: float
    facts: int
    kpi: str
    left_out: _containers.RepeatedCompositeFieldContainer[CountedNote]
    notes: _containers.RepeatedCompositeFieldContainer[CountedNote]
    numerator: float
    record: str
    value: float
    def __init__(self, kpi: _Optional[str] = ..., value: _Optional[float] = ..., absent_reason: _Optional[_Union[AbsentReason, str]] = ..., numerator: _Optional[float] = ..., denominator: _Optional[float] = ..., facts: _Optional[int] = ..., left_out: _Optional[_Iterable[_Union[CountedNote, _Mapping]]] = ..., notes: _Optional[_Iterable[_Union[CountedNote, _Mapping]]] = ..., currency: _Optional[str] = ..., record: _Optional[str] = ...) -> None: ...

class CellColumn(_message.Message):
    __slots__ = ["absent_reasons", "currencies", "denominators", "facts", "kpi", "left_out", "notes", "numerators", "records", "rows_without_denominator", "rows_without_numerator", "values"]
    ABSENT_REASONS_FIELD_NUMBER: _ClassVar[int]
    CURRENCIES_FIELD_NUMBER: _ClassVar[int]
    DENOMINATORS_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    KPI_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    NUMERATORS_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    ROWS_WITHOUT_DENOMINATOR_FIELD_NUMBER: _ClassVar[int]
    ROWS_WITHOUT_NUMERATOR_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    absent_reasons: _containers.RepeatedScalarFieldContainer[AbsentReason]
    currencies: _containers.RepeatedScalarFieldContainer[str]
    denominators: _containers.RepeatedScalarFieldContainer[float]
    facts: _containers.RepeatedScalarFieldContainer[int]
    kpi: str
    left_out: _containers.RepeatedCompositeFieldContainer[CountColumn]
    notes: _containers.RepeatedCompositeFieldContainer[CountColumn]
    numerators: _containers.RepeatedScalarFieldContainer[float]
    records: _containers.RepeatedScalarFieldContainer[str]
    rows_without_denominator: _containers.RepeatedScalarFieldContainer[int]
    rows_without_numerator: _containers.RepeatedScalarFieldContainer[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, kpi: _Optional[str] = ..., values: _Optional[_Iterable[float]] = ..., absent_reasons: _Optional[_Iterable[_Union[AbsentReason, str]]] = ..., numerators: _Optional[_Iterable[float]] = ..., rows_without_numerator: _Optional[_Iterable[int]] = ..., denominators: _Optional[_Iterable[float]] = ..., rows_without_denominator: _Optional[_Iterable[int]] = ..., facts: _Optional[_Iterable[int]] = ..., left_out: _Optional[_Iterable[_Union[CountColumn, _Mapping]]] = ..., notes: _Optional[_Iterable[_Union[CountColumn, _Mapping]]] = ..., currencies: _Optional[_Iterable[str]] = ..., records: _Optional[_Iterable[str]] = ...) -> None: ...

class CountColumn(_message.Message):
    __slots__ = ["counts", "rule"]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    counts: _containers.RepeatedScalarFieldContainer[int]
    rule: str
    def __init__(self, rule: _Optional[str] = ..., counts: _Optional[_Iterable[int]] = ...) -> None: ...

class CountedNote(_message.Message):
    __slots__ = ["count", "rule"]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    count: int
    rule: str
    def __init__(self, rule: _Optional[str] = ..., count: _Optional[int] = ...) -> None: ...

class DataIssue(_message.Message):
    __slots__ = ["count", "description", "first_ids", "kind", "record_kind"]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    FIRST_IDS_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    RECORD_KIND_FIELD_NUMBER: _ClassVar[int]
    count: int
    description: str
    first_ids: _containers.RepeatedScalarFieldContainer[str]
    kind: str
    record_kind: _records_pb2.RecordKind
    def __init__(self, kind: _Optional[str] = ..., description: _Optional[str] = ..., count: _Optional[int] = ..., first_ids: _Optional[_Iterable[str]] = ..., record_kind: _Optional[_Union[_records_pb2.RecordKind, str]] = ...) -> None: ...

class Dimension(_message.Message):
    __slots__ = ["description", "distinct_count", "groupable", "kpis", "name", "sample_values", "type"]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    DISTINCT_COUNT_FIELD_NUMBER: _ClassVar[int]
    GROUPABLE_FIELD_NUMBER: _ClassVar[int]
    KPIS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_VALUES_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    description: str
    distinct_count: int
    groupable: bool
    kpis: _containers.RepeatedScalarFieldContainer[str]
    name: str
    sample_values: _containers.RepeatedScalarFieldContainer[str]
    type: DimensionType
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., type: _Optional[_Union[DimensionType, str]] = ..., groupable: bool = ..., kpis: _Optional[_Iterable[str]] = ..., distinct_count: _Optional[int] = ..., sample_values: _Optional[_Iterable[str]] = ...) -> None: ...

class Filter(_message.Message):
    __slots__ = ["all", "any", "at_least", "at_most", "equals", "field", "greater_than", "less_than", "prefix", "present"]
    ALL_FIELD_NUMBER: _ClassVar[int]
    ANY_FIELD_NUMBER: _ClassVar[int]
    AT_LEAST_FIELD_NUMBER: _ClassVar[int]
    AT_MOST_FIELD_NUMBER: _ClassVar[int]
    EQUALS_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    GREATER_THAN_FIELD_NUMBER: _ClassVar[int]
    IN_FIELD_NUMBER: _ClassVar[int]
    LESS_THAN_FIELD_NUMBER: _ClassVar[int]
    NOT_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    PRESENT_FIELD_NUMBER: _ClassVar[int]
    all: FilterList
    any: FilterList
    at_least: str
    at_most: str
    equals: str
    field: str
    greater_than: str
    less_than: str
    prefix: str
    present: bool
    def __init__(self, field: _Optional[str] = ..., all: _Optional[_Union[FilterList, _Mapping]] = ..., any: _Optional[_Union[FilterList, _Mapping]] = ..., equals: _Optional[str] = ..., less_than: _Optional[str] = ..., at_most: _Optional[str] = ..., greater_than: _Optional[str] = ..., at_least: _Optional[str] = ..., prefix: _Optional[str] = ..., present: bool = ..., **kwargs) -> None: ...

class FilterList(_message.Message):
    __slots__ = ["filters"]
    FILTERS_FIELD_NUMBER: _ClassVar[int]
    filters: _containers.RepeatedCompositeFieldContainer[Filter]
    def __init__(self, filters: _Optional[_Iterable[_Union[Filter, _Mapping]]] = ...) -> None: ...

class GetKpiRequest(_message.Message):
    __slots__ = ["kpi", "tenant"]
    KPI_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    kpi: str
    tenant: str
    def __init__(self, tenant: _Optional[str] = ..., kpi: _Optional[str] = ...) -> None: ...

class GetKpiResponse(_message.Message):
    __slots__ = ["kpi"]
    KPI_FIELD_NUMBER: _ClassVar[int]
    kpi: KpiDefinition
    def __init__(self, kpi: _Optional[_Union[KpiDefinition, _Mapping]] = ...) -> None: ...

class Grain(_message.Message):
    __slots__ = ["count", "first_weekday", "fiscal_first_month", "origin", "unit"]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    FIRST_WEEKDAY_FIELD_NUMBER: _ClassVar[int]
    FISCAL_FIRST_MONTH_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    count: int
    first_weekday: Weekday
    fiscal_first_month: int
    origin: str
    unit: GrainUnit
    def __init__(self, unit: _Optional[_Union[GrainUnit, str]] = ..., count: _Optional[int] = ..., first_weekday: _Optional[_Union[Weekday, str]] = ..., origin: _Optional[str] = ..., fiscal_first_month: _Optional[int] = ...) -> None: ...

class Key(_message.Message):
    __slots__ = ["all", "dimension", "none", "other", "value"]
    ALL_FIELD_NUMBER: _ClassVar[int]
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    NONE_FIELD_NUMBER: _ClassVar[int]
    OTHER_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    all: bool
    dimension: str
    none: bool
    other: bool
    value: str
    def __init__(self, dimension: _Optional[str] = ..., value: _Optional[str] = ..., none: bool = ..., all: bool = ..., other: bool = ...) -> None: ...

class KeyColumn(_message.Message):
    __slots__ = ["codes", "dimension", "values"]
    CODES_FIELD_NUMBER: _ClassVar[int]
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    codes: _containers.RepeatedScalarFieldContainer[int]
    dimension: str
    values: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, dimension: _Optional[str] = ..., values: _Optional[_Iterable[str]] = ..., codes: _Optional[_Iterable[int]] = ...) -> None: ...

class KpiAsUsed(_message.Message):
    __slots__ = ["alias", "anchor", "attribution", "clock", "direction", "excluded", "formula", "kpi", "parameters", "statistic", "unit", "variant", "version"]
    class ParametersEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    ANCHOR_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_FIELD_NUMBER: _ClassVar[int]
    CLOCK_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_FIELD_NUMBER: _ClassVar[int]
    FORMULA_FIELD_NUMBER: _ClassVar[int]
    KPI_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    STATISTIC_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    alias: str
    anchor: str
    attribution: str
    clock: Clock
    direction: Direction
    excluded: _containers.RepeatedScalarFieldContainer[str]
    formula: str
    kpi: str
    parameters: _containers.ScalarMap[str, str]
    statistic: str
    unit: Unit
    variant: str
    version: int
    def __init__(self, alias: _Optional[str] = ..., kpi: _Optional[str] = ..., unit: _Optional[_Union[Unit, str]] = ..., direction: _Optional[_Union[Direction, str]] = ..., statistic: _Optional[str] = ..., clock: _Optional[_Union[Clock, str]] = ..., anchor: _Optional[str] = ..., variant: _Optional[str] = ..., attribution: _Optional[str] = ..., parameters: _Optional[_Mapping[str, str]] = ..., formula: _Optional[str] = ..., excluded: _Optional[_Iterable[str]] = ..., version: _Optional[int] = ...) -> None: ...

class KpiDefinition(_message.Message):
    __slots__ = ["anchors", "asked_by", "attributions", "clocks", "dimensions", "direction", "example_request", "formula", "id", "left_out", "parameters", "statistics", "title", "unit", "variants", "version"]
    ANCHORS_FIELD_NUMBER: _ClassVar[int]
    ASKED_BY_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTIONS_FIELD_NUMBER: _ClassVar[int]
    CLOCKS_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_REQUEST_FIELD_NUMBER: _ClassVar[int]
    FORMULA_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    LEFT_OUT_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    STATISTICS_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    VARIANTS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    anchors: _containers.RepeatedScalarFieldContainer[str]
    asked_by: _containers.RepeatedScalarFieldContainer[str]
    attributions: _containers.RepeatedScalarFieldContainer[str]
    clocks: _containers.RepeatedScalarFieldContainer[Clock]
    dimensions: _containers.RepeatedScalarFieldContainer[str]
    direction: Direction
    example_request: str
    formula: str
    id: str
    left_out: str
    parameters: _containers.RepeatedCompositeFieldContainer[KpiParameter]
    statistics: _containers.RepeatedScalarFieldContainer[str]
    title: str
    unit: Unit
    variants: _containers.RepeatedScalarFieldContainer[str]
    version: int
    def __init__(self, id: _Optional[str] = ..., title: _Optional[str] = ..., formula: _Optional[str] = ..., unit: _Optional[_Union[Unit, str]] = ..., direction: _Optional[_Union[Direction, str]] = ..., statistics: _Optional[_Iterable[str]] = ..., clocks: _Optional[_Iterable[_Union[Clock, str]]] = ..., anchors: _Optional[_Iterable[str]] = ..., variants: _Optional[_Iterable[str]] = ..., attributions: _Optional[_Iterable[str]] = ..., dimensions: _Optional[_Iterable[str]] = ..., parameters: _Optional[_Iterable[_Union[KpiParameter, _Mapping]]] = ..., left_out: _Optional[str] = ..., asked_by: _Optional[_Iterable[str]] = ..., example_request: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class KpiParameter(_message.Message):
    __slots__ = ["default_value", "description", "name"]
    DEFAULT_VALUE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    default_value: str
    description: str
    name: str
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., default_value: _Optional[str] = ...) -> None: ...

class KpiSelection(_message.Message):
    __slots__ = ["alias", "anchor", "attribution", "clock", "filter", "filter_text", "include", "kpi", "parameters", "statistic", "variant"]
    class ParametersEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    ANCHOR_FIELD_NUMBER: _ClassVar[int]
    ATTRIBUTION_FIELD_NUMBER: _ClassVar[int]
    CLOCK_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    FILTER_TEXT_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_FIELD_NUMBER: _ClassVar[int]
    KPI_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    STATISTIC_FIELD_NUMBER: _ClassVar[int]
    VARIANT_FIELD_NUMBER: _ClassVar[int]
    alias: str
    anchor: str
    attribution: str
    clock: Clock
    filter: Filter
    filter_text: str
    include: _containers.RepeatedScalarFieldContainer[str]
    kpi: str
    parameters: _containers.ScalarMap[str, str]
    statistic: str
    variant: str
    def __init__(self, kpi: _Optional[str] = ..., alias: _Optional[str] = ..., statistic: _Optional[str] = ..., clock: _Optional[_Union[Clock, str]] = ..., anchor: _Optional[str] = ..., variant: _Optional[str] = ..., attribution: _Optional[str] = ..., filter: _Optional[_Union[Filter, _Mapping]] = ..., parameters: _Optional[_Mapping[str, str]] = ..., include: _Optional[_Iterable[str]] = ..., filter_text: _Optional[str] = ...) -> None: ...

class ListDataIssuesRequest(_message.Message):
    __slots__ = ["tenant"]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    def __init__(self, tenant: _Optional[str] = ...) -> None: ...

class ListDataIssuesResponse(_message.Message):
    __slots__ = ["issues"]
    ISSUES_FIELD_NUMBER: _ClassVar[int]
    issues: _containers.RepeatedCompositeFieldContainer[DataIssue]
    def __init__(self, issues: _Optional[_Iterable[_Union[DataIssue, _Mapping]]] = ...) -> None: ...

class ListDimensionsRequest(_message.Message):
    __slots__ = ["kpis", "sample_values", "tenant"]
    KPIS_FIELD_NUMBER: _ClassVar[int]
    SAMPLE_VALUES_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    kpis: _containers.RepeatedScalarFieldContainer[str]
    sample_values: int
    tenant: str
    def __init__(self, tenant: _Optional[str] = ..., kpis: _Optional[_Iterable[str]] = ..., sample_values: _Optional[int] = ...) -> None: ...

class ListDimensionsResponse(_message.Message):
    __slots__ = ["dimensions"]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    dimensions: _containers.RepeatedCompositeFieldContainer[Dimension]
    def __init__(self, dimensions: _Optional[_Iterable[_Union[Dimension, _Mapping]]] = ...) -> None: ...

class ListKpisRequest(_message.Message):
    __slots__ = ["tenant"]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    tenant: str
    def __init__(self, tenant: _Optional[str] = ...) -> None: ...

class ListKpisResponse(_message.Message):
    __slots__ = ["kpis"]
    KPIS_FIELD_NUMBER: _ClassVar[int]
    kpis: _containers.RepeatedCompositeFieldContainer[KpiDefinition]
    def __init__(self, kpis: _Optional[_Iterable[_Union[KpiDefinition, _Mapping]]] = ...) -> None: ...

class OrderBy(_message.Message):
    __slots__ = ["column", "direction"]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    column: str
    direction: OrderDirection
    def __init__(self, column: _Optional[str] = ..., direction: _Optional[_Union[OrderDirection, str]] = ...) -> None: ...

class QueryKpisRequest(_message.Message):
    __slots__ = ["bucket_fill", "filter", "filter_text", "grain", "group_by", "having", "having_text", "kpis", "layout", "limit", "order_by", "page_size", "page_token", "range", "subtotals", "tenant", "time_zone", "top", "totals"]
    BUCKET_FILL_FIELD_NUMBER: _ClassVar[int]
    FILTER_FIELD_NUMBER: _ClassVar[int]
    FILTER_TEXT_FIELD_NUMBER: _ClassVar[int]
    GRAIN_FIELD_NUMBER: _ClassVar[int]
    GROUP_BY_FIELD_NUMBER: _ClassVar[int]
    HAVING_FIELD_NUMBER: _ClassVar[int]
    HAVING_TEXT_FIELD_NUMBER: _ClassVar[int]
    KPIS_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    RANGE_FIELD_NUMBER: _ClassVar[int]
    SUBTOTALS_FIELD_NUMBER: _ClassVar[int]
    TENANT_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    TOP_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    bucket_fill: BucketFill
    filter: Filter
    filter_text: str
    grain: Grain
    group_by: _containers.RepeatedScalarFieldContainer[str]
    having: Filter
    having_text: str
    kpis: _containers.RepeatedCompositeFieldContainer[KpiSelection]
    layout: AnswerLayout
    limit: int
    order_by: _containers.RepeatedCompositeFieldContainer[OrderBy]
    page_size: int
    page_token: str
    range: TimeRange
    subtotals: _containers.RepeatedCompositeFieldContainer[Subtotal]
    tenant: str
    time_zone: str
    top: Top
    totals: bool
    def __init__(self, tenant: _Optional[str] = ..., kpis: _Optional[_Iterable[_Union[KpiSelection, _Mapping]]] = ..., range: _Optional[_Union[TimeRange, _Mapping]] = ..., time_zone: _Optional[str] = ..., grain: _Optional[_Union[Grain, _Mapping]] = ..., group_by: _Optional[_Iterable[str]] = ..., filter: _Optional[_Union[Filter, _Mapping]] = ..., totals: bool = ..., order_by: _Optional[_Iterable[_Union[OrderBy, _Mapping]]] = ..., limit: _Optional[int] = ..., bucket_fill: _Optional[_Union[BucketFill, str]] = ..., filter_text: _Optional[str] = ..., having: _Optional[_Union[Filter, _Mapping]] = ..., having_text: _Optional[str] = ..., top: _Optional[_Union[Top, _Mapping]] = ..., subtotals: _Optional[_Iterable[_Union[Subtotal, _Mapping]]] = ..., layout: _Optional[_Union[AnswerLayout, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class QueryKpisResponse(_message.Message):
    __slots__ = ["columns", "metadata", "next_page_token", "rows", "total_columns", "totals"]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_COLUMNS_FIELD_NUMBER: _ClassVar[int]
    columns: AnswerColumns
    metadata: AnswerMetadata
    next_page_token: str
    rows: _containers.RepeatedCompositeFieldContainer[Row]
    total_columns: AnswerColumns
    totals: _containers.RepeatedCompositeFieldContainer[Row]
    def __init__(self, rows: _Optional[_Iterable[_Union[Row, _Mapping]]] = ..., totals: _Optional[_Iterable[_Union[Row, _Mapping]]] = ..., metadata: _Optional[_Union[AnswerMetadata, _Mapping]] = ..., columns: _Optional[_Union[AnswerColumns, _Mapping]] = ..., total_columns: _Optional[_Union[AnswerColumns, _Mapping]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class QueryProblem(_message.Message):
    __slots__ = ["description", "field"]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    description: str
    field: str
    def __init__(self, field: _Optional[str] = ..., description: _Optional[str] = ...) -> None: ...

class Row(_message.Message):
    __slots__ = ["bucket", "cells", "keys"]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    bucket: Bucket
    cells: _containers.RepeatedCompositeFieldContainer[Cell]
    keys: _containers.RepeatedCompositeFieldContainer[Key]
    def __init__(self, bucket: _Optional[_Union[Bucket, _Mapping]] = ..., keys: _Optional[_Iterable[_Union[Key, _Mapping]]] = ..., cells: _Optional[_Iterable[_Union[Cell, _Mapping]]] = ...) -> None: ...

class StreamQueryKpisRequest(_message.Message):
    __slots__ = ["query", "resume_token", "rows_per_message"]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ROWS_PER_MESSAGE_FIELD_NUMBER: _ClassVar[int]
    query: QueryKpisRequest
    resume_token: str
    rows_per_message: int
    def __init__(self, query: _Optional[_Union[QueryKpisRequest, _Mapping]] = ..., resume_token: _Optional[str] = ..., rows_per_message: _Optional[int] = ...) -> None: ...

class StreamQueryKpisResponse(_message.Message):
    __slots__ = ["part", "resume_token"]
    PART_FIELD_NUMBER: _ClassVar[int]
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    part: QueryKpisResponse
    resume_token: str
    def __init__(self, part: _Optional[_Union[QueryKpisResponse, _Mapping]] = ..., resume_token: _Optional[str] = ...) -> None: ...

class Subtotal(_message.Message):
    __slots__ = ["group_by", "over_buckets"]
    GROUP_BY_FIELD_NUMBER: _ClassVar[int]
    OVER_BUCKETS_FIELD_NUMBER: _ClassVar[int]
    group_by: _containers.RepeatedScalarFieldContainer[str]
    over_buckets: bool
    def __init__(self, group_by: _Optional[_Iterable[str]] = ..., over_buckets: bool = ...) -> None: ...

class TimeRange(_message.Message):
    __slots__ = ["end", "start", "words"]
    END_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    end: _timestamp_pb2.Timestamp
    start: _timestamp_pb2.Timestamp
    words: str
    def __init__(self, start: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., end: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., words: _Optional[str] = ...) -> None: ...

class Top(_message.Message):
    __slots__ = ["by", "count", "dimension", "direction", "minimum_facts", "without_other"]
    BY_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FACTS_FIELD_NUMBER: _ClassVar[int]
    WITHOUT_OTHER_FIELD_NUMBER: _ClassVar[int]
    by: str
    count: int
    dimension: str
    direction: OrderDirection
    minimum_facts: int
    without_other: bool
    def __init__(self, count: _Optional[int] = ..., by: _Optional[str] = ..., direction: _Optional[_Union[OrderDirection, str]] = ..., minimum_facts: _Optional[int] = ..., dimension: _Optional[str] = ..., without_other: bool = ...) -> None: ...

class ValidateQueryRequest(_message.Message):
    __slots__ = ["query"]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    query: QueryKpisRequest
    def __init__(self, query: _Optional[_Union[QueryKpisRequest, _Mapping]] = ...) -> None: ...

class ValidateQueryResponse(_message.Message):
    __slots__ = ["changes", "explanation", "nearest", "problems", "valid"]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_FIELD_NUMBER: _ClassVar[int]
    NEAREST_FIELD_NUMBER: _ClassVar[int]
    PROBLEMS_FIELD_NUMBER: _ClassVar[int]
    VALID_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedScalarFieldContainer[str]
    explanation: str
    nearest: QueryKpisRequest
    problems: _containers.RepeatedCompositeFieldContainer[QueryProblem]
    valid: bool
    def __init__(self, valid: bool = ..., explanation: _Optional[str] = ..., problems: _Optional[_Iterable[_Union[QueryProblem, _Mapping]]] = ..., nearest: _Optional[_Union[QueryKpisRequest, _Mapping]] = ..., changes: _Optional[_Iterable[str]] = ...) -> None: ...

class ValueList(_message.Message):
    __slots__ = ["values"]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, values: _Optional[_Iterable[str]] = ...) -> None: ...

class Unit(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Direction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Clock(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class GrainUnit(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class Weekday(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class OrderDirection(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class BucketFill(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class AnswerLayout(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class AbsentReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []

class DimensionType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = []
