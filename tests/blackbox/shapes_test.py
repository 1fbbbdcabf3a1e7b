"""One question gives the same digits in every shape: at once, in columns, in pages, in a stream, in a batch. Pages and
streams stay on the snapshot that they began with, over writes and restarts, or are refused."""

from __future__ import annotations

import random
from collections.abc import Iterator

import grpc
import pytest
from google.protobuf import json_format

from server_process import Server
from supportkpi import Client
from supportkpi.demo import year
from supportkpi.demo.settings import settings
from supportkpi.v1 import kpi_service_pb2 as pb
from supportkpi.v1 import kpi_service_pb2_grpc, records_pb2

COLUMNS = pb.ANSWER_LAYOUT_COLUMNS


def load(server: Server, scale: float = 0.01) -> None:
    with Client(server.address) as client:
        client.update_settings(settings())
        assert not client.import_records(year.records(seed=1, scale=scale), stream_id="demo").rejected


def stub_of(server: Server) -> kpi_service_pb2_grpc.KpiServiceStub:
    return kpi_service_pb2_grpc.KpiServiceStub(grpc.insecure_channel(server.address))


@pytest.fixture(name="kpis", scope="module")
def _kpis() -> Iterator[kpi_service_pb2_grpc.KpiServiceStub]:
    with Server() as server:
        load(server, 0.02)
        yield stub_of(server)


def rows_of(columns: pb.AnswerColumns) -> list[pb.Row]:
    """Columns as rows."""
    rows = []
    for i, bucket in enumerate(columns.bucket_codes):
        row = pb.Row()
        if bucket >= 0:
            row.bucket.CopyFrom(columns.buckets[bucket])
        for column in columns.keys:
            code = column.codes[i]
            row.keys.append(pb.Key(dimension=column.dimension, value=column.values[code] if code >= 0 else "",
                                   none=code == -1, all=code == -2, other=code == -3))
        for column in columns.cells:
            cell = row.cells.add(kpi=column.kpi, facts=column.facts[i])
            reason = column.absent_reasons[i] if column.absent_reasons else 0
            if reason:
                cell.absent_reason = reason
            else:
                cell.value = column.values[i]
            if i not in column.rows_without_numerator:
                cell.numerator = column.numerators[i]
            if i not in column.rows_without_denominator:
                cell.denominator = column.denominators[i]
            for name, counts in (("left_out", column.left_out), ("notes", column.notes)):
                for count in counts:
                    if count.counts[i]:
                        getattr(cell, name).add(rule=count.rule, count=count.counts[i])
            cell.currency = column.currencies[i] if column.currencies else ""
            cell.record = column.records[i] if column.records else ""
        rows.append(row)
    return rows


def texts(rows) -> list[str]:
    """Rows as texts whose order of notes does not matter, and in which an over-all total names no groups."""
    said = []
    for row in rows:
        copy = pb.Row()
        copy.CopyFrom(row)
        for cell in copy.cells:
            for notes in (cell.left_out, cell.notes):
                notes.sort(key=lambda note: note.rule)
        if all(key.all for key in copy.keys):
            del copy.keys[:]
        said.append(str(copy))
    return said


def whole(response: pb.QueryKpisResponse) -> tuple[list[str], list[str]]:
    """Rows and totals of an answer in either layout."""
    if response.HasField("columns") or response.HasField("total_columns"):
        return texts(rows_of(response.columns)), texts(rows_of(response.total_columns))
    return texts(response.rows), texts(response.totals)


def random_questions(definitions: list[pb.KpiDefinition], count: int) -> Iterator[pb.QueryKpisRequest]:
    choose = random.Random(11)
    for number in range(count):
        question = pb.QueryKpisRequest()
        definition = definitions[number % len(definitions)]
        json_format.Parse(definition.example_request, question)
        question.range.Clear()
        question.range.words = choose.choice(["2025", "2025-Q2", "2025-03..2025-05-11"])
        question.grain.unit = choose.choice([pb.GRAIN_UNIT_WEEK, pb.GRAIN_UNIT_MONTH, pb.GRAIN_UNIT_DAY])
        question.time_zone = choose.choice(["", "America/New_York", "Asia/Kolkata"])
        more = choose.choice(["", "team", "channel", "weekday", "customer.segment"])
        if more and more in definition.dimensions and more not in question.group_by:
            question.group_by.append(more)
        question.totals = choose.random() < 0.6
        question.bucket_fill = choose.choice([pb.BUCKET_FILL_DENSE, pb.BUCKET_FILL_SPARSE])
        alias = question.kpis[0].kpi
        if choose.random() < 0.3:
            question.order_by.add(column=alias, direction=pb.ORDER_DIRECTION_DESCENDING)
        if choose.random() < 0.2:
            question.limit = choose.randint(1, 40)
        if choose.random() < 0.3:
            question.having_text = f"{alias}.facts >= 2"
        yield question


def pages(kpis, question: pb.QueryKpisRequest, size: int) -> list[pb.QueryKpisResponse]:
    request = pb.QueryKpisRequest()
    request.CopyFrom(question)
    request.page_size = size
    answers = [kpis.QueryKpis(request)]
    while answers[-1].next_page_token:
        request.page_token = answers[-1].next_page_token
        answers.append(kpis.QueryKpis(request))
    return answers


def with_layout(question: pb.QueryKpisRequest, layout: int) -> pb.QueryKpisRequest:
    copy = pb.QueryKpisRequest()
    copy.CopyFrom(question)
    copy.layout = layout
    return copy


def metadata(response: pb.QueryKpisResponse) -> str:
    """Without what it cost, which partial results may make less the next time."""
    copy = pb.AnswerMetadata()
    copy.CopyFrom(response.metadata)
    copy.ClearField("duration")
    copy.ClearField("facts_read")
    return str(copy)


def test_every_shape_has_the_same_digits(kpis):
    definitions = list(kpis.ListKpis(pb.ListKpisRequest()).kpis)
    choose = random.Random(5)
    rows_seen = 0
    for question in random_questions(definitions[::2], len(definitions) // 2):
        reference = kpis.QueryKpis(question)
        rows, totals = whole(reference)
        rows_seen += len(rows)
        said = f"{question}"
        assert kpis.ValidateQuery(pb.ValidateQueryRequest(query=question)).valid, said
        for layout in (pb.ANSWER_LAYOUT_ROWS, COLUMNS):
            asked = with_layout(question, layout)
            at_once = kpis.QueryKpis(asked)
            assert whole(at_once) == (rows, totals), said
            assert metadata(at_once) == metadata(reference), said

            paged = pages(kpis, asked, choose.randint(1 + len(rows) // 4, 10 + len(rows)))
            assert [row for page in paged for row in whole(page)[0]] == rows, said
            assert whole(paged[0])[1] == totals and not any(whole(page)[1] for page in paged[1:]), said
            assert {metadata(page) for page in paged} == {metadata(reference)}, said

            parts = list(kpis.StreamQueryKpis(pb.StreamQueryKpisRequest(
                query=asked, rows_per_message=min(10_000, choose.randint(1 + len(rows) // 5, 10 + len(rows))))))
            assert [row for part in parts for row in whole(part.part)[0]] == rows, said
            assert whole(parts[-1].part)[1] == totals and metadata(parts[-1].part) == metadata(reference), said
            assert [bool(part.resume_token) for part in parts] == [True] * (len(parts) - 1) + [False], said
            assert not any(part.part.HasField("metadata") for part in parts[:-1]), said

            batch = kpis.BatchQueryKpis(pb.BatchQueryKpisRequest(queries=[asked, question]))
            assert [whole(item.answer) for item in batch.items] == [(rows, totals)] * 2, said
    assert rows_seen > 2000


def question_of(**changes) -> pb.QueryKpisRequest:
    fields = {"kpis": [{"kpi": "tickets_created"}, {"kpi": "first_response_time", "statistic": "median"}],
              "range": {"words": "2025"}, "grain": {"unit": "GRAIN_UNIT_DAY"}, "group_by": ["team"], "totals": True}
    return json_format.ParseDict({**fields, **changes}, pb.QueryKpisRequest())


def refusal(call) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as error:
        call()
    return error.value.code(), error.value.details()


def test_sizes_are_bounded(kpis):
    def page(size: int):
        return kpis.QueryKpis(question_of(page_size=size))

    def stream(size: int):
        return list(kpis.StreamQueryKpis(pb.StreamQueryKpisRequest(query=question_of(), rows_per_message=size)))

    def batch(size: int):
        return kpis.BatchQueryKpis(pb.BatchQueryKpisRequest(queries=[question_of(grain={})] * size)).items

    def samples(size: int):
        return kpis.ListDimensions(pb.ListDimensionsRequest(sample_values=size))

    for size in (99_999, 100_000):
        assert not page(size).next_page_token
    for size in (9_999, 10_000):
        assert len(stream(size)) == 1
    for size in (31, 32):
        assert len(batch(size)) == size
    for size in (999, 1000):
        assert samples(size).dimensions
    invalid = grpc.StatusCode.INVALID_ARGUMENT
    assert refusal(lambda: page(100_001)) == (invalid, "page_size: 100001 outside 0..100000; 0 for all rows at once")
    assert refusal(lambda: page(-1))[0] == invalid
    assert refusal(lambda: stream(10_001)) == (invalid, "rows_per_message: 10001 outside 0..10000; 0 for 1000")
    assert refusal(lambda: batch(33)) == (invalid, "queries: 33 entries; at most 32")
    assert refusal(lambda: batch(0)) == (invalid, "queries: empty; 1 to 32 entries")
    assert refusal(lambda: samples(1001)) == (invalid, "sample_values: 1001 outside 0..1000")


def test_a_token_is_of_its_question_and_cannot_be_changed(kpis):
    token = kpis.QueryKpis(question_of(page_size=10)).next_page_token
    good = kpis.QueryKpis(question_of(page_size=7, page_token=token))
    assert len(good.rows) == 7
    for changes in ({"totals": False}, {"group_by": ["channel"]}, {"tenant": "other"}, {"layout": "ANSWER_LAYOUT_COLUMNS"}):
        code, text = refusal(lambda: kpis.QueryKpis(question_of(page_size=7, page_token=token, **changes)))
        assert code == grpc.StatusCode.INVALID_ARGUMENT and text.startswith("page_token: of another question"), text
    for forged in (token[:-1], token + "A", token[:20] + ("A" if token[20] != "A" else "B") + token[21:], "x", "....", "é"):
        code, text = refusal(lambda: kpis.QueryKpis(question_of(page_size=7, page_token=forged)))
        assert code == grpc.StatusCode.INVALID_ARGUMENT and text.startswith("page_token: not a token"), text
    code, text = refusal(lambda: list(kpis.StreamQueryKpis(pb.StreamQueryKpisRequest(query=question_of(), resume_token=token))))
    assert code == grpc.StatusCode.INVALID_ARGUMENT and text.startswith("resume_token: of another question"), text


def test_a_question_in_a_stream_or_batch_is_refused_with_its_place(kpis):
    bad = question_of(group_by=["taem"])
    code, text = refusal(lambda: list(kpis.StreamQueryKpis(pb.StreamQueryKpisRequest(query=bad))))
    assert code == grpc.StatusCode.INVALID_ARGUMENT and text.startswith('query.group_by[0]: unknown dimension "taem"'), text
    for field, value in (("page_size", 5), ("page_token", "x")):
        code, text = refusal(lambda: list(kpis.StreamQueryKpis(pb.StreamQueryKpisRequest(query=question_of(**{field: value})))))
        assert code == grpc.StatusCode.INVALID_ARGUMENT and text.startswith(f"query.{field}:"), text
    items = kpis.BatchQueryKpis(pb.BatchQueryKpisRequest(queries=[bad, question_of()])).items
    assert items[0].status.code == grpc.StatusCode.INVALID_ARGUMENT.value[0] and items[0].status.details
    assert items[0].status.message.startswith('group_by[0]: unknown dimension "taem"') and not items[0].HasField("answer")
    assert items[1].HasField("status") and items[1].status.code == 0 and items[1].answer.rows
    for queries, where in (([question_of(tenant="b")], "queries[0].tenant:"),
                           ([question_of(), question_of(page_token="x")], "queries[1].page_token:")):
        code, text = refusal(lambda: kpis.BatchQueryKpis(pb.BatchQueryKpisRequest(queries=queries)))
        assert code == grpc.StatusCode.INVALID_ARGUMENT and text.startswith(where), text


def write_a_ticket(server: Server, number: int) -> None:
    with Client(server.address) as client:
        ticket = records_pb2.Ticket(id=f"late-{number}", status=records_pb2.TICKET_STATUS_OPEN, team="technical")
        ticket.created_at.FromJsonString("2025-06-01T10:00:00Z")
        assert not client.import_records([records_pb2.Record(ticket=ticket)], stream_id=f"late-{number}").rejected


def test_pages_and_streams_stay_on_their_snapshot():
    with Server() as server:
        load(server)
        kpis = stub_of(server)
        before = kpis.QueryKpis(question_of())
        first = kpis.QueryKpis(question_of(page_size=100))
        stream = kpis.StreamQueryKpis(pb.StreamQueryKpisRequest(query=question_of(), rows_per_message=100))
        parts = [next(stream), next(stream)]
        stream.cancel()

        write_a_ticket(server, 1)
        assert kpis.QueryKpis(question_of()).metadata.commit > before.metadata.commit
        second = kpis.QueryKpis(question_of(page_size=100_000, page_token=first.next_page_token))
        assert texts([*first.rows, *second.rows]) == texts(before.rows)
        assert second.metadata.commit == before.metadata.commit
        rest = kpis.StreamQueryKpis(pb.StreamQueryKpisRequest(query=question_of(), resume_token=parts[1].resume_token))
        rows = [row for part in (*parts, *rest) for row in part.part.rows]
        assert texts(rows) == texts(before.rows)


def test_a_token_outlives_a_restart_but_not_a_write_after_it():
    with Server() as server:
        load(server)
        asked = question_of(range={"words": "last_12_months"}, page_size=50)
        first = stub_of(server).QueryKpis(asked)
        asked.page_token = first.next_page_token
        second = stub_of(server).QueryKpis(asked)
        server.stop()
        server.start()
        again = stub_of(server).QueryKpis(asked)
        assert texts(again.rows) == texts(second.rows) and again.metadata.commit == first.metadata.commit
        server.stop()
        server.start()
        write_a_ticket(server, 2)
        code, text = refusal(lambda: stub_of(server).QueryKpis(asked))
        assert code == grpc.StatusCode.ABORTED, text
        assert text.startswith(f"page_token: the data changed since commit {first.metadata.commit}"), text


def test_an_answer_of_any_length_streams_and_pages_within_the_size_of_messages(kpis):
    """Half a million cells: many times what one message may hold."""
    large = question_of(kpis=[{"kpi": "tickets_created", "alias": f"k{i}"} for i in range(10)], grain={"unit": "GRAIN_UNIT_HOUR"},
                        group_by=["priority", "type"], range={"words": "2025-01..2025-04"})
    code, text = refusal(lambda: kpis.QueryKpis(large))
    assert code == grpc.StatusCode.RESOURCE_EXHAUSTED and "page_size" in text, text
    parts = list(kpis.StreamQueryKpis(pb.StreamQueryKpisRequest(query=large, rows_per_message=10_000)))
    assert len(parts) > 2 and all(part.ByteSize() <= 4 << 20 for part in parts)
    rows = sum(len(part.part.rows) for part in parts)
    assert rows == parts[-1].part.metadata.row_count and rows * 10 > 400_000
    large.page_size = 100_000
    large.totals = False
    large.layout = COLUMNS
    first = kpis.QueryKpis(large)
    assert first.next_page_token and first.ByteSize() <= 4 << 20
    keys = [(row.bucket.label, [key.value for key in row.keys]) for part in parts for row in part.part.rows[:1]]
    assert len(keys) == len(parts)


def test_a_question_that_cannot_be_asked_gets_a_near_one_that_can(kpis):
    bad = question_of(kpis=[{"kpi": "first_respnse_time", "statistic": "meadian"}, {"kpi": "csat"}], group_by=["taem", "queue"],
                      grain={}, having_text="csat.fcts > 2")
    answer = kpis.ValidateQuery(pb.ValidateQueryRequest(query=bad))
    assert not answer.valid
    assert [problem.field for problem in answer.problems] == [
        "kpis[0].kpi", "group_by[0]", "kpis[0].statistic", "group_by[1]", "having_text.field"]
    assert len(answer.changes) == len(answer.problems)
    assert kpis.QueryKpis(answer.nearest).rows
    again = kpis.ValidateQuery(pb.ValidateQueryRequest(query=answer.nearest))
    assert again.valid and not again.problems and not again.HasField("nearest")
    assert again.explanation == answer.explanation
    assert "the median of first public reply" in again.explanation
    nothing = kpis.ValidateQuery(pb.ValidateQueryRequest())
    assert not nothing.valid and nothing.problems and not nothing.HasField("nearest") and not nothing.explanation


def test_dimensions_are_those_that_questions_take(kpis):
    listed = kpis.ListDimensions(pb.ListDimensionsRequest(sample_values=1000))
    by_name = {dimension.name: dimension for dimension in listed.dimensions}
    assert list(by_name)[-1].startswith("ticket.attributes.") and "attributes.app_version" in by_name
    for name in ("team", "channel", "priority", "tags", "customer.segment", "agent.name", "attributes.app_version"):
        asked = question_of(kpis=[{"kpi": "tickets_created"}], group_by=[name], grain={},
                            range={"start": "2000-01-01T00:00:00Z", "end": "2030-01-01T00:00:00Z"})
        grouped = {row.keys[0].value for row in kpis.QueryKpis(asked).rows if not row.keys[0].none}
        dimension = by_name[name]
        assert grouped and grouped <= set(dimension.sample_values), name
        assert dimension.distinct_count == len(dimension.sample_values) and dimension.description and dimension.groupable
        assert list(dimension.sample_values) == sorted(dimension.sample_values)
    both = {d.name for d in kpis.ListDimensions(pb.ListDimensionsRequest(kpis=["csat", "backlog"])).dimensions}
    assert "team" in both and "status" not in both and "question" not in both
    code, text = refusal(lambda: kpis.ListDimensions(pb.ListDimensionsRequest(kpis=["csat", "cast"])))
    assert code == grpc.StatusCode.INVALID_ARGUMENT and text.startswith('kpis[1]: unknown kpi "cast"; did you mean "csat"')
