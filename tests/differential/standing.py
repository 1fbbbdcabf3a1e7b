"""Properties of answers while others write, cancel and ask: tenants, snapshots, retries; and of each cell by itself."""

import threading
import time

import wire
from relation import DURATIONS, RATIOS, answers_of, check, some_questions


def M27_another_tenant_changes_nothing(r):
    asked = some_questions(r, 4)
    before = answers_of(r, r.tenant, asked)
    other = r.load([])
    check(before == answers_of(r, r.tenant, asked), "another tenant is empty")
    writer = threading.Thread(target=r.api.apply, args=(other, r.data_set.changes))
    writer.start()
    while writer.is_alive():
        check(before == answers_of(r, r.tenant, asked), "another tenant is being written")
    writer.join()
    check(before == answers_of(r, r.tenant, asked), "another tenant has the same records")
    check(before == answers_of(r, other, asked), "and the same answers")


def M29_an_answer_is_of_one_commit(r):
    """Seven tickets a commit: the number of tickets follows from the commit that the answer names, in every row."""
    tenant = r.load([])
    question = {"range": (r.start, r.start + 10 ** 9), "group_by": ["channel"], "kpis": [{"kpi": "tickets_created"}, {"kpi": "backlog"}]}

    def tickets(commit):
        return [{"kind": "ticket", "id": "t%d-%d" % (commit, n), "created_at": r.start + n, "channel": "c%d" % (n % 3)}
                for n in range(7)]
    first = r.api.ask(tenant, question).metadata.commit

    def write():
        for commit in range(25):
            r.api.upsert(tenant, tickets(commit))
    writer = threading.Thread(target=write)
    writer.start()
    seen, writing = set(), True
    while writing:
        writing = writer.is_alive()
        answer = r.api.ask(tenant, question)
        expected = 7 * (answer.metadata.commit - first)
        for n in range(2):
            check(sum(row.cells[n].value for row in answer.rows) == expected, answer.metadata.commit, expected)
        check(expected == 0 or answer.totals[-1].cells[0].value == expected, "total")
        seen.add(answer.metadata.commit)
    writer.join()
    check(max(seen) == first + 25, "an acknowledged write is in the next answer")


def M30_a_cancelled_question_leaves_nothing(r):
    asked = some_questions(r, 4)
    before = answers_of(r, r.tenant, asked)
    for _ in range(5):
        for question in asked:
            call = r.api.kpi_stub.QueryKpis.future(wire.question_message(r.api.kpi_service, question, r.tenant))
            time.sleep(r.rng.random() * 0.003)
            call.cancel()
    check(before == answers_of(r, r.tenant, asked), "after cancelled calls")


def M32_a_ratio_is_its_numerator_over_its_denominator(r):
    for kpi in RATIOS + DURATIONS:
        rows, totals = r.ask(kpi, group_by=[r.group([kpi])])
        for cell in [cells[kpi] for table in (rows, totals) for cells in table.values()]:
            if not cell.HasField("value"):
                check(cell.absent_reason != 0, kpi, "an absent value has a reason")
                continue
            scale = 100 if kpi in RATIOS else 0.001
            quotient = scale * cell.numerator / cell.denominator
            check(abs(cell.value - quotient) <= 1e-9 * max(1.0, abs(quotient)), kpi, cell)


def M33_percentiles_lie_in_order_between_the_least_and_the_greatest(r):
    for kpi in DURATIONS:
        table = {}
        for statistic in ("min", "p0", "p10", "p50", "median", "p90", "p99.9", "p100", "max"):
            cell = r.cells(kpi, statistic=statistic)[kpi]
            table[statistic] = cell.value if cell.HasField("value") else None
        check(table["p0"] == table["min"] and table["p100"] == table["max"] and table["p50"] == table["median"], kpi, table)
        found = [table[s] for s in ("p0", "p10", "p50", "p90", "p99.9", "p100")]
        check(all(v is None for v in found) or found == sorted(found), kpi, table)
