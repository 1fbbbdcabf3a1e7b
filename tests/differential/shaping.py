"""Properties of what a question says of its rows: the first groups and all others, having, subtotals, layouts, the echo."""

import wire
from relation import ADDITIVE, DURATIONS, RATIOS, STATES, check

MONTH = {"unit": "month"}


def message(r, kpis, group_by, grain=None, **selection):
    question = {"range": (r.start, r.end), "time_zone": "UTC", "grain": grain, "group_by": list(group_by),
                "kpis": [dict(selection, kpi=kpi) for kpi in kpis]}
    asked = wire.question_message(r.api.kpi_service, question, r.tenant)
    asked.totals = False
    return asked


def ask(r, asked):
    return r.api.kpi_stub.QueryKpis(asked)


def group_of(row):
    return tuple((key.value, key.none, key.other, key.all) for key in row.keys)


def place(row):
    return (row.bucket.SerializeToString(deterministic=True) if row.HasField("bucket") else b"", group_of(row))


def cells(row):
    return [cell.SerializeToString(deterministic=True) for cell in row.cells]


def is_other(row):
    return any(key.other for key in row.keys)


def best_first(rows, direction):
    """Rows, given in the order of their keys, with a value by it, those without last."""
    def rank(row):
        cell = row.cells[0]
        value = cell.value if cell.HasField("value") else None
        return (value is None, 0 if value is None else -value if direction == 2 else value)
    return sorted(rows, key=rank)


def one_of(group, texts):
    """A filter: the group's value is one of those; None stands for no value."""
    parts = [{"field": group, "in": [text]} for text in texts if text is not None]
    if None in texts:
        parts.append({"field": group, "present": False})
    return {"any": parts}


def filtered(asked, condition):
    copy = type(asked)()
    copy.CopyFrom(asked)
    copy.ClearField("top")
    wire.filter_message(copy.filter, condition)
    return copy


def M35_the_first_groups_are_those_of_the_ranking(r):
    kpi = r.rng.choice(ADDITIVE + STATES + RATIOS + DURATIONS)
    asked = message(r, [kpi], [r.group([kpi])])
    direction = r.rng.choice([1, 2])
    every = [row for row in ask(r, asked).rows]
    for count in (1, 3, 1000):
        minimum = r.rng.choice([0, 0, 2])
        asked.top.count, asked.top.direction, asked.top.minimum_facts = count, direction, minimum
        asked.top.without_other = True
        ranked = [row for row in best_first(every, direction) if row.cells[0].facts >= minimum]
        found = list(ask(r, asked).rows)
        check([place(row) for row in found] == [place(row) for row in ranked[:count]], kpi, asked.group_by, count)
        check([cells(row) for row in found] == [cells(row) for row in ranked[:count]], kpi, asked.group_by, count, "cells")


def M36_the_other_groups_together_are_a_filter(r):
    kpi = r.rng.choice(ADDITIVE + STATES + RATIOS + DURATIONS + ["repeat_contact_customers"])
    group = r.group([kpi])
    asked = message(r, [kpi], [group], grain=r.rng.choice([None, MONTH]))
    if kpi in DURATIONS:
        asked.kpis[0].statistic = r.rng.choice(["mean", "p90", "max", "stddev", "sum"])
    asked.top.count = r.rng.choice([1, 2, 3])
    found = list(ask(r, asked).rows)
    first = {row.keys[0].value if not row.keys[0].none else None for row in found if not is_other(row)}
    plain = {place(row): cells(row) for row in ask(r, filtered(asked, one_of(group, first))).rows} if first else {}
    for row in found:
        if not is_other(row):
            check(plain.get(place(row)) == cells(row), kpi, group, "a first group", row)
    rest = filtered(asked, {"not": one_of(group, first)}) if first else filtered(asked, {"field": group, "present": True})
    rest.ClearField("group_by")
    together = {row.bucket.start.ToNanoseconds(): row for row in ask(r, rest).rows}
    for row in found:
        if is_other(row):
            check(cells(together[row.bucket.start.ToNanoseconds()]) == cells(row), kpi, group, first, row)


def M37_a_fact_of_several_other_tags_counts_once(r):
    kpi = r.rng.choice(["tickets_created", "backlog", "first_response_time", "tickets_resolved"])
    asked = message(r, [kpi], ["tags"])
    asked.top.count = 1
    found = list(ask(r, asked).rows)
    other = [row for row in found if is_other(row)]
    first = [row for row in found if not is_other(row)]
    check(len(first) <= 1 and len(other) <= 1, kpi)
    if not other:
        return
    # Facts with some other tag, or without any where none is not the first.
    rest = {None if row.keys[0].none else row.keys[0].value for row in ask(r, message(r, [kpi], ["tags"])).rows}
    rest -= {None if row.keys[0].none else row.keys[0].value for row in first}
    together = filtered(message(r, [kpi], []), one_of("tags", rest))
    check(cells(ask(r, together).rows[0]) == cells(other[0]), kpi, rest)


def M38_having_keeps_the_rows_that_hold(r):
    kpi = r.rng.choice(ADDITIVE + STATES + RATIOS + DURATIONS)
    asked = message(r, [kpi], [r.group([kpi])], grain=MONTH)
    every = list(ask(r, asked).rows)
    numbers = [row.cells[0].value for row in every if row.cells[0].HasField("value")]
    bound = r.rng.choice(numbers) if numbers else 1.0
    asked.having_text = "%s >= %r OR %s.facts < 2" % (kpi, bound, kpi)
    found = ask(r, asked)
    held = [row for row in every if row.cells[0].HasField("value") and row.cells[0].value >= bound or row.cells[0].facts < 2]
    check([(place(row), cells(row)) for row in found.rows] == [(place(row), cells(row)) for row in held], kpi, bound)
    asked.having_text = "NOT (%s)" % asked.having_text
    check(len(ask(r, asked).rows) == len(every) - len(held), kpi, bound, "the negation")


def M39_a_subtotal_is_the_question_with_fewer_dimensions(r):
    kpi = r.rng.choice(ADDITIVE + STATES + RATIOS + DURATIONS)
    groups = list(dict.fromkeys([r.group([kpi]), r.group([kpi]), "tags" if "tags" in r.maker.dimensions(kpi) else "team"]))
    asked = message(r, [kpi], groups, grain=MONTH)
    kept = r.rng.sample(groups, r.rng.randrange(len(groups)))
    asked.subtotals.add(group_by=kept)
    asked.subtotals.add(group_by=kept, over_buckets=True)
    kept = [group for group in groups if group in kept]  # keys stand in the order of group_by
    totals = ask(r, asked).totals
    of_months = {}
    for over_buckets, grain in ((False, MONTH), (True, None)):
        expected = {}
        for row in ask(r, message(r, [kpi], kept, grain=grain)).rows:
            bucket = b"" if over_buckets else row.bucket.SerializeToString(deterministic=True)
            expected[bucket, tuple((key.value, key.none) for key in row.keys)] = cells(row)
        found, empty = {}, set()
        for row in totals:
            if row.HasField("bucket") != over_buckets:
                bucket = b"" if over_buckets else row.bucket.SerializeToString(deterministic=True)
                check([key.dimension for key in row.keys if key.all] == [g for g in groups if g not in kept], "keys say all")
                at = bucket, tuple((key.value, key.none) for key in row.keys if not key.all)
                if over_buckets and at not in expected and row.cells[0].facts == 0:
                    empty.add(at[1])
                else:
                    found[at] = cells(row)
        check(found == expected, kpi, groups, kept, over_buckets)
        # A group that occurs in some month has its row over all of them too, where it may have no facts left.
        check(empty == {group for _, group in of_months} - {group for _, group in expected}, kpi, groups, kept, "empty groups")
        of_months = expected


def M40_every_layout_and_delivery_has_the_same_digits(r):
    kpi = r.rng.choice(r.maker.ids)
    question = r.maker.question(r.rng, r.data_set, kpi)
    asked = wire.question_message(r.api.kpi_service, question, r.tenant)
    try:
        whole = ask(r, asked)
    except r.api.grpc.RpcError:
        return
    pb = r.api.kpi_service
    streamed = pb.QueryKpisResponse()
    for part in r.api.kpi_stub.StreamQueryKpis(pb.StreamQueryKpisRequest(query=asked, rows_per_message=r.rng.choice([1, 7, 1000]))):
        streamed.MergeFrom(part.part)
    batch = r.api.kpi_stub.BatchQueryKpis(pb.BatchQueryKpisRequest(tenant=r.tenant, queries=[asked])).items[0].answer
    paged, asked.page_size = pb.QueryKpisResponse(), r.rng.choice([1, 3, 1000])
    if len(whole.rows) < 60:
        while True:
            page = ask(r, asked)
            paged.rows.extend(page.rows)
            if not page.next_page_token:
                break
            asked.page_token = page.next_page_token
        check(list(paged.rows) == list(whole.rows), question, "pages")
    for other in (streamed, batch):
        check(list(other.rows) == list(whole.rows) and list(other.totals) == list(whole.totals), question)
    asked.ClearField("page_token")
    asked.page_size, asked.layout = 0, pb.ANSWER_LAYOUT_COLUMNS
    columns = ask(r, asked).columns
    for n, row in enumerate(whole.rows):
        for column, cell in zip(columns.cells, row.cells):
            absent = column.absent_reasons[n] if column.absent_reasons else 0
            check(absent == cell.absent_reason and column.values[n] == cell.value and column.facts[n] == cell.facts and
                  column.numerators[n] == cell.numerator and column.denominators[n] == cell.denominator, question, n)
        for column, key in zip(columns.keys, row.keys):
            code = column.codes[n]
            check((column.values[code] if code >= 0 else "") == key.value and (code == -1) == key.none, question, n)


def M34_the_echo_asks_the_same(r):
    """What the metadata say was asked, sent back, gives the same rows."""
    question = r.maker.question(r.rng, r.data_set, r.rng.choice(r.maker.ids))
    asked = wire.question_message(r.api.kpi_service, question, r.tenant)
    try:
        first = ask(r, asked)
    except r.api.grpc.RpcError:
        return
    asked.range.CopyFrom(first.metadata.range)
    asked.time_zone = first.metadata.time_zone
    for selection, used in zip(asked.kpis, first.metadata.kpis):
        for field in ("statistic", "anchor", "variant", "attribution", "clock"):
            setattr(selection, field, getattr(used, field))
        selection.parameters.update(used.parameters)
    second = ask(r, asked)
    check(list(first.rows) == list(second.rows) and list(first.totals) == list(second.totals), question, first.metadata)
