"""Questions and records that parse: wrong ones, and those that ask for more than anybody should get."""

from __future__ import annotations

import math

import january
from google.protobuf import timestamp_pb2
from target import GET, QUERY, TENANT_MB, UPSERT, Attack, Target, attack

from supportkpi import instant
from supportkpi.v1 import kpi_service_pb2 as pb
from supportkpi.v1 import record_service_pb2 as records_pb
from supportkpi.v1 import records_pb2 as R

_INVALID = "INVALID_ARGUMENT"
_MANY = "RESOURCE_EXHAUSTED"
_AT = instant("2026-01-05")
LIST_RECORDS = "/supportkpi.v1.RecordService/ListRecords"
DELETE = "/supportkpi.v1.RecordService/DeleteRecord"
BATCH = "/supportkpi.v1.KpiService/BatchQueryKpis"
VALIDATE = "/supportkpi.v1.KpiService/ValidateQuery"
DIMENSIONS = "/supportkpi.v1.KpiService/ListDimensions"
SETTINGS = "/supportkpi.v1.ConfigService/UpdateSettings"


def question(**changes) -> pb.QueryKpisRequest:
    return january.question("acme", "tickets_created", **changes)


def asks(name: str, *answers: str, mb: float = 8, cpu: float = 0.3, method: str = QUERY, token: str = "writer",
         within: float = 2.0, **changes) -> Attack:
    payload = question(**changes).SerializeToString()
    return attack(name, *answers, mb=mb, cpu=cpu, within=within)(lambda target: target.unary(method, payload, token=token))


def sends(name: str, method: str, request, *answers: str, token: str = "writer", mb: float = 8, cpu: float = 0.3) -> Attack:
    payload = request.SerializeToString()
    return attack(name, *answers, mb=mb, cpu=cpu)(lambda target: target.unary(method, payload, token=token))


def writes(name: str, *records: R.Record, request_id: str = "") -> Attack:
    return sends(name, UPSERT, records_pb.BatchUpsertRecordsRequest(records=records, request_id=request_id), _INVALID)


def kpi(name: str = "resolution_time", **fields) -> pb.KpiSelection:
    return pb.KpiSelection(kpi=name, **fields)


def survey(**fields) -> R.Record:
    return R.Record(survey=R.Survey(id="s", kind=R.SURVEY_KIND_CSAT, responded_at=_AT, scale_min=1, scale_max=5, **fields))


def ticket(**fields) -> R.Record:
    return R.Record(ticket=R.Ticket(**{"id": "t", "created_at": _AT, **fields}))


def deep(levels: int) -> pb.Filter:
    condition = pb.Filter(field="channel", equals="email")
    for _ in range(levels):
        condition = pb.Filter(**{"not": condition})
    return condition


def wide(leaves: int) -> pb.Filter:
    return pb.Filter(any=pb.FilterList(filters=[pb.Filter(field="channel", equals=f"c{n}") for n in range(leaves)]))


def between(start: str, end: str) -> pb.TimeRange:
    return pb.TimeRange(start=instant(start), end=instant(end))


MINUTE, DAY = pb.Grain(unit=pb.GRAIN_UNIT_MINUTE), pb.Grain(unit=pb.GRAIN_UNIT_DAY)
CUSTOMER = ["customer"]

WRONG_QUESTIONS = [
    asks("41 another tenant's question", "PERMISSION_DENIED", tenant="other"),
    sends("42 another tenant's ticket", GET, records_pb.GetRecordRequest(name=records_pb.RecordName(
        kind=R.RECORD_KIND_TICKET, id="theirs")), "NOT_FOUND"),
    *(asks(f"45 a tenant named {name!r}", _INVALID, tenant=name, token="everywhere") for name in ("a/../b", "a\0b", "A b")),
    asks("45 a tenant's name of 10 kB", _INVALID, tenant="a" * 10_000, token="everywhere"),
    asks("46 an unknown enum number", _INVALID, grain=pb.Grain(unit=9999)),
    asks("47 no KPI", _INVALID, kpis=[]),
    asks("47 65 KPIs", _INVALID, kpis=[kpi(alias=f"a{n}") for n in range(65)]),
    asks("47 9,000 KPIs", _INVALID, kpis=[kpi(alias=f"a{n}") for n in range(9_000)], mb=40),
    asks("47 a KPI twice", _INVALID, kpis=[kpi(), kpi()]),
    asks("48 a start after its end", _INVALID, range=between("2026-02-01", "2026-01-01")),
    asks("49 10^9 nanoseconds", _INVALID, range=pb.TimeRange(
        start=timestamp_pb2.Timestamp(seconds=1, nanos=10**9), end=_AT)),
    asks("49 the year 300,000,000,000", _INVALID, range=pb.TimeRange(start=_AT, end=timestamp_pb2.Timestamp(seconds=2**63 - 1))),
    *(asks(f"51 the time zone {zone[:20]!r}", _INVALID, time_zone=zone)
      for zone in ("Mars/Base", "../../etc/passwd", "z" * 1000)),
    asks("52 minutes of 20 years", _INVALID, range=between("2006-01-01", "2026-01-01"), grain=MINUTE),
    asks("52 days of 9,999 years", _INVALID, range=between("0001-01-02", "9999-12-30"), grain=DAY),
    asks("53 an unknown dimension", _INVALID, group_by=["foo"]),
    asks("53 a dimension of 100 kB", _INVALID, group_by=["f" * 100_000]),
    asks("53 9 dimensions", _INVALID, group_by=["channel", "team", "priority", "category", "agent", "type", "brand", "language",
                                               "segment"]),
    *(asks(f"55 the percentile {name}", _INVALID, kpis=[kpi(statistic=name)]) for name in ("p-1", "p101", "pnan", "p1e309")),
    asks("64 filters 17 deep", _INVALID, filter=deep(17)),
    asks("64 a filter of 257 conditions", _INVALID, filter=wide(257)),
    asks("64 a filter of 50,000 conditions", _INVALID, filter=wide(50_000), mb=24),
    asks("64 10,001 values", _INVALID, filter=pb.Filter(field="channel", **{"in": pb.ValueList(
        values=[f"v{n}" for n in range(10_001)])}), mb=8),
    asks("64 no value", _INVALID, filter=pb.Filter(field="channel", **{"in": pb.ValueList()})),
    asks("64 all of nothing", _INVALID, filter=pb.Filter(all=pb.FilterList())),
    asks("65 a text where a number is due", _INVALID, filter=pb.Filter(field="replies", greater_than="many")),
    asks("66 SQL in a value", "OK", filter=pb.Filter(field="channel", equals="'; DROP TABLE tickets; --")),
    asks("67 a prefix of 4,000 wildcards", "OK", _INVALID, filter=pb.Filter(field="channel", prefix="%" * 4_000)),
    asks("67 a filter text that ends nowhere", _INVALID, filter_text="(" * 10_000),
    asks("67 a filter text of 1,000 NOT", _INVALID, filter_text="NOT " * 1_000 + 'channel = "email"'),
    asks("68 a page of -1 rows", _INVALID, page_size=-1),
    asks("68 a page of 10^9 rows", _INVALID, page_size=10**9),
    asks("69 a forged page token", _INVALID, page_token="AAAA"),
    asks("69 a page token of 10 kB", _INVALID, page_token="A" * 10_000),
    asks("a limit of -1", _INVALID, limit=-1),
    asks("a parameter that there is not", _INVALID, kpis=[kpi(parameters={"windo": "3d"})]),
    asks("a window of 10^18 days", _INVALID, kpis=[kpi("repeat_contact_rate", parameters={"window": "1000000000000000000d"})]),
]

WRONG_RECORDS = [
    writes("56 a score of 11 of 5", survey(score=11)),
    writes("56 a score that is no number", survey(score=math.nan)),
    sends("57 a ticket resolved before it was created", UPSERT, records_pb.BatchUpsertRecordsRequest(
        records=[ticket(id="early", created_at=instant("2001-01-02"), resolved_at=instant("2001-01-01"))]), "OK", _INVALID),
    writes("58 a ticket of the year 2400", ticket(created_at=instant("2400-01-01"))),
    writes("59 -5 replies", ticket(replies=-5)),
    writes("59 a currency that is none", ticket(cost=R.Money(currency="euro", minor_units=2**63 - 1))),
    writes("60 no record"),
    writes("a record of no kind", R.Record()),
    writes("a ticket's id of 100 kB", ticket(id="i" * 100_000)),
    writes("a customer of 1 MB", ticket(customer="c" * 1_000_000)),
    writes("1,000 tags", ticket(tags=[f"t{n}" for n in range(1_000)])),
    writes("10,000 wrong records", *(ticket(id=f"t{n}", replies=-1) for n in range(9_999))),
    writes("61 a ticket twice, each time another", ticket(version=1, channel="a"), ticket(version=1, channel="b")),
    sends("74 delete nothing by name", DELETE, records_pb.DeleteRecordRequest(), _INVALID),
    sends("a list of no kind", LIST_RECORDS, records_pb.ListRecordsRequest(), _INVALID),
    sends("a forged list token", LIST_RECORDS, records_pb.ListRecordsRequest(
        kind=R.RECORD_KIND_TICKET, page_token="A" * 1_000), _INVALID),
    sends("a list of -1 records", LIST_RECORDS, records_pb.ListRecordsRequest(kind=R.RECORD_KIND_TICKET, page_size=-1), _INVALID),
]

P99 = [kpi(statistic="p99")]
DEAR_QUESTIONS = [
    asks("54 70,000 groups, 65,536 may be", _MANY, group_by=CUSTOMER, mb=250, cpu=3),
    asks("54 70,000 groups with every value of each", _MANY, group_by=CUSTOMER, kpis=P99, mb=250, cpu=3),
    asks("54 70,000 groups of 32 KPIs", _MANY, group_by=CUSTOMER, mb=TENANT_MB, cpu=8, within=5,
         kpis=[kpi(statistic=f"p{n}", alias=f"a{n}") for n in range(1, 33)]),
    asks("500,000 groups of tags and customers", _MANY, group_by=["tags", "customer"], mb=250, cpu=3),
    asks("64 KPIs with every value", "OK", kpis=[kpi(statistic=f"p{n}", alias=f"a{n}") for n in range(1, 65)], mb=400, cpu=8,
         within=5),
    asks("10,000 buckets of 64 KPIs", "OK", _MANY, range=between("2026-01-01", "2026-01-07T22:39:00"), grain=MINUTE,
         kpis=[kpi(statistic=f"p{n}", alias=f"a{n}") for n in range(1, 65)], mb=TENANT_MB, cpu=12, within=5),
    asks("10,000 buckets of 50 groups, all of them", "OK", _MANY, range=between("2026-01-01", "2026-01-07T22:39:00"), grain=MINUTE,
         group_by=["tags"], bucket_fill=pb.BUCKET_FILL_DENSE, mb=400, cpu=4),
    asks("60,000 customers of a first letter in 365 buckets, all of them", _MANY, "OK", range=between("2026-01-01", "2027-01-01"),
         grain=DAY, group_by=CUSTOMER, bucket_fill=pb.BUCKET_FILL_DENSE, mb=TENANT_MB, cpu=8, within=5,
         filter=pb.Filter(any=pb.FilterList(filters=[pb.Filter(field="customer", prefix=f"c{n}") for n in range(1, 6)]))),
    asks("backlog of 10,000 buckets by customer", _MANY, "OK", kpis=[kpi("backlog")], grain=MINUTE,
         range=between("2026-01-05", "2026-01-11T22:39:00"), group_by=CUSTOMER, mb=TENANT_MB, cpu=8, within=5),
]


def batch_of(count: int) -> bytes:
    return pb.BatchQueryKpisRequest(
        tenant="acme", queries=[question(group_by=CUSTOMER, kpis=P99, tenant="")] * count).SerializeToString()


def validate_wrong(count: int) -> bytes:
    return pb.ValidateQueryRequest(query=question(
        kpis=[kpi("first_respnse_time", alias=f"a{n}", statistic="meadian", filter_text="taem = 1") for n in range(count)],
        group_by=["taem"] * 8)).SerializeToString()


@attack("a batch of 8 questions of 70,000 groups", "OK", mb=200, cpu=8, within=5)
def batch(target: Target) -> str:
    return target.unary(BATCH, batch_of(8))


@attack("a batch of 33 questions", "INVALID_ARGUMENT", mb=8)
def batch_too_many(target: Target) -> str:
    return target.unary(BATCH, batch_of(33))


@attack("validate 64 wrong KPIs in 8 wrong dimensions", "OK", mb=24, cpu=2)
def validate(target: Target) -> str:
    return target.unary(VALIDATE, validate_wrong(64))


@attack("validate 9,000 wrong KPIs", "OK", "INVALID_ARGUMENT", mb=48, cpu=2)
def validate_many(target: Target) -> str:
    return target.unary(VALIDATE, validate_wrong(9_000))


@attack("1,000 values of every dimension", "OK", mb=120, cpu=4, within=5)
def dimensions(target: Target) -> str:
    return target.unary(DIMENSIONS, pb.ListDimensionsRequest(sample_values=1000).SerializeToString())


@attack("4 MB of settings that are none", "INVALID_ARGUMENT", "PERMISSION_DENIED", mb=24, cpu=1)
def settings(target: Target) -> str:
    return target.unary(SETTINGS, b"\x12\x03abc" * 800_000, token="everywhere")


QUESTIONS = [*WRONG_QUESTIONS, *WRONG_RECORDS, *DEAR_QUESTIONS, batch, batch_too_many, validate, validate_many, dimensions,
             settings]
