"""Random questions, most of them nonsense: ValidateQuery always says what is wrong, and what it calls near can be asked."""

from __future__ import annotations

import random

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor as Field

from supportkpi.v1 import kpi_service_pb2 as pb
from supportkpi.v1 import kpi_service_pb2_grpc

WORDS = ["", "csat", "backlog", "nps", "team", "taem", "channel", "queue", "bucket", "status", "p90", "mean", "created", "open",
         "csat.facts", "attributes.x", "2025", "last_30_days", "UTC", "Europe/Pari", "\u00e9\u4e2d", "x" * 300, "\"", "*", "3", "-1",
         "a = \"b\"", "NOT (team = \"a\" OR queue = \"b\")", "csat < 80", "(((", "deleted", "14d", "channel_share", "occupancy"]
NUMBERS = [0, 0, 1, 2, 3, -1, 7, 12, 100_000, 2_147_483_647, -2_147_483_648]


def fill(message, choose: random.Random, depth: int) -> None:
    """Puts random values into random fields."""
    for field in message.DESCRIPTOR.fields:
        if choose.random() < 0.55 or field.name in ("tenant", "page_token"):
            continue
        values = getattr(message, field.name)
        if hasattr(values, "MergeFrom") and not hasattr(values, "DESCRIPTOR"):  # a list or a map
            if field.message_type and field.message_type.GetOptions().map_entry:
                for _ in range(choose.randint(0, 2)):
                    values[choose.choice(WORDS)] = choose.choice(WORDS)
            elif field.message_type:
                for _ in range(choose.randint(0, 3) if depth < 6 else 0):
                    fill(values.add(), choose, depth + 1)
            else:
                values.extend(scalar(field, choose) for _ in range(choose.randint(0, 3)))
        elif field.message_type:
            if depth < 6:
                fill(getattr(message, field.name), choose, depth + 1)
                getattr(message, field.name).SetInParent()
        else:
            setattr(message, field.name, scalar(field, choose))


def scalar(field, choose: random.Random):
    if field.cpp_type == Field.CPPTYPE_STRING:
        return choose.choice(WORDS)
    if field.cpp_type == Field.CPPTYPE_BOOL:
        return choose.random() < 0.5
    if field.cpp_type == Field.CPPTYPE_ENUM:
        return choose.randint(-1, len(field.enum_type.values))
    return choose.choice(NUMBERS)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_near_can_be_asked(server, seed):
    kpis = kpi_service_pb2_grpc.KpiServiceStub(grpc.insecure_channel(server.address))
    choose = random.Random(seed)
    near = 0
    for _ in range(150):
        query = pb.QueryKpisRequest()
        fill(query, choose, 0)
        if choose.random() < 0.7:
            query.kpis.insert(0, pb.KpiSelection(kpi=choose.choice(["csat", "backlog", "first_response_time", "tickets_created"])))
        answer = kpis.ValidateQuery(pb.ValidateQueryRequest(query=query), timeout=20)
        assert answer.valid == (not answer.problems), query
        assert answer.valid or all(problem.description for problem in answer.problems), query
        if answer.HasField("nearest"):
            near += 1
            again = kpis.ValidateQuery(pb.ValidateQueryRequest(query=answer.nearest), timeout=20)
            assert again.valid and again.explanation == answer.explanation, f"{query}\n{answer}"
            assert len(answer.changes) == len(answer.problems), answer
        elif not answer.valid:
            with pytest.raises(grpc.RpcError) as refused:
                kpis.QueryKpis(query, timeout=20)
            assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert near > 75
