from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DateIntervals(_message.Message):
    __slots__ = ["date", "intervals"]
    DATE_FIELD_NUMBER: _ClassVar[int]
    INTERVALS_FIELD_NUMBER: _ClassVar[int]
    date: str
    intervals: _containers.RepeatedCompositeFieldContainer[WallInterval]
    def __init__(self, date: _Optional[str] = ..., intervals: _Optional[_Iterable[_Union[WallInterval, _Mapping]]] = ...) -> None: ...

class Schedule(_message.Message):
    __slots__ = ["name", "time_zone", "versions"]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    name: str
    time_zone: str
    versions: _containers.RepeatedCompositeFieldContainer[ScheduleVersion]
    def __init__(self, name: _Optional[str] = ..., time_zone: _Optional[str] = ..., versions: _Optional[_Iterable[_Union[ScheduleVersion, _Mapping]]] = ...) -> None: ...

class ScheduleVersion(_message.Message):
    __slots__ = ["date_breaks", "first_date", "holidays", "special_hours", "weekly", "weekly_breaks"]
    DATE_BREAKS_FIELD_NUMBER: _ClassVar[int]
    FIRST_DATE_FIELD_NUMBER: _ClassVar[int]
    HOLIDAYS_FIELD_NUMBER: _ClassVar[int]
    SPECIAL_HOURS_FIELD_NUMBER: _ClassVar[int]
    WEEKLY_BREAKS_FIELD_NUMBER: _ClassVar[int]
    WEEKLY_FIELD_NUMBER: _ClassVar[int]
    date_breaks: _containers.RepeatedCompositeFieldContainer[DateIntervals]
    first_date: str
    holidays: _containers.RepeatedScalarFieldContainer[str]
    special_hours: _containers.RepeatedCompositeFieldContainer[DateIntervals]
    weekly: _containers.RepeatedCompositeFieldContainer[WeeklyInterval]
    weekly_breaks: _containers.RepeatedCompositeFieldContainer[WeeklyInterval]
    def __init__(self, first_date: _Optional[str] = ..., weekly: _Optional[_Iterable[_Union[WeeklyInterval, _Mapping]]] = ..., weekly_breaks: _Optional[_Iterable[_Union[WeeklyInterval, _Mapping]]] = ..., special_hours: _Optional[_Iterable[_Union[DateIntervals, _Mapping]]] = ..., date_breaks: _Optional[_Iterable[_Union[DateIntervals, _Mapping]]] = ..., holidays: _Optional[_Iterable[str]] = ...) -> None: ...

class Settings(_message.Message):
    __slots__ = ["default_schedule", "fiscal_first_month", "questions", "schedules", "targets", "team_schedules", "time_zone"]
    class TeamSchedulesEntry(_message.Message):
        __slots__ = ["key", "value"]
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    DEFAULT_SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    FISCAL_FIRST_MONTH_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    SCHEDULES_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    TEAM_SCHEDULES_FIELD_NUMBER: _ClassVar[int]
    TIME_ZONE_FIELD_NUMBER: _ClassVar[int]
    default_schedule: str
    fiscal_first_month: int
    questions: _containers.RepeatedCompositeFieldContainer[SurveyQuestion]
    schedules: _containers.RepeatedCompositeFieldContainer[Schedule]
    targets: _containers.RepeatedCompositeFieldContainer[Target]
    team_schedules: _containers.ScalarMap[str, str]
    time_zone: str
    def __init__(self, time_zone: _Optional[str] = ..., fiscal_first_month: _Optional[int] = ..., schedules: _Optional[_Iterable[_Union[Schedule, _Mapping]]] = ..., default_schedule: _Optional[str] = ..., team_schedules: _Optional[_Mapping[str, str]] = ..., questions: _Optional[_Iterable[_Union[SurveyQuestion, _Mapping]]] = ..., targets: _Optional[_Iterable[_Union[Target, _Mapping]]] = ...) -> None: ...

class SurveyQuestion(_message.Message):
    __slots__ = ["low_is_good", "question", "scale_max", "scale_min", "threshold"]
    LOW_IS_GOOD_FIELD_NUMBER: _ClassVar[int]
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    SCALE_MAX_FIELD_NUMBER: _ClassVar[int]
    SCALE_MIN_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    low_is_good: bool
    question: str
    scale_max: float
    scale_min: float
    threshold: float
    def __init__(self, question: _Optional[str] = ..., scale_min: _Optional[float] = ..., scale_max: _Optional[float] = ..., low_is_good: bool = ..., threshold: _Optional[float] = ...) -> None: ...

class Target(_message.Message):
    __slots__ = ["channel", "kpi", "target"]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    KPI_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    channel: str
    kpi: str
    target: _duration_pb2.Duration
    def __init__(self, kpi: _Optional[str] = ..., channel: _Optional[str] = ..., target: _Optional[_Union[_duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class WallInterval(_message.Message):
    __slots__ = ["end", "start"]
    END_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    end: str
    start: str
    def __init__(self, start: _Optional[str] = ..., end: _Optional[str] = ...) -> None: ...

class WeeklyInterval(_message.Message):
    __slots__ = ["end", "start", "weekday"]
    END_FIELD_NUMBER: _ClassVar[int]
    START_FIELD_NUMBER: _ClassVar[int]
    WEEKDAY_FIELD_NUMBER: _ClassVar[int]
    end: str
    start: str
    weekday: int
    def __init__(self, weekday: _Optional[int] = ..., start: _Optional[str] = ..., end: _Optional[str] = ...) -> None: ...
