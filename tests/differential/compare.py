"""Compares an answer of the server with the model's, cell by cell."""

import wire
from model import answer, periods


def close(left, right, tolerance=1e-9):
    left, right = float(left), float(right)
    return abs(left - right) <= tolerance * max(1.0, abs(left), abs(right))


def notes_of(counted):
    return {note.rule: note.count for note in counted if note.count}


def cell_differences(expected, actual, reasons):
    found = []
    reason = wire.enum_name(reasons, actual.absent_reason)
    reason = "" if reason == "UNSPECIFIED" else reason
    if (expected.value is None) == actual.HasField("value"):
        found.append("value: expected %s, got %s" % (
            "none (%s)" % expected.reason if expected.value is None else float(expected.value),
            actual.value if actual.HasField("value") else "none (%s)" % reason))
    elif expected.value is not None and not close(expected.value, actual.value):
        found.append("value: expected %r, got %r" % (float(expected.value), actual.value))
    elif (expected.reason or "") != reason:
        found.append("reason: expected %s, got %s" % (expected.reason, reason))
    for name, wanted, field in (("numerator", expected.num, "numerator"), ("denominator", expected.den, "denominator")):
        if wanted is not None and not actual.HasField(field):
            found.append("%s: expected %s, got none" % (name, float(wanted)))
        elif wanted is not None and not close(wanted, getattr(actual, field)):
            found.append("%s: expected %r, got %r" % (name, float(wanted), getattr(actual, field)))
    if expected.facts != actual.facts:
        found.append("facts: expected %d, got %d" % (expected.facts, actual.facts))
    if expected.left_out != notes_of(actual.left_out):
        found.append("left out: expected %s, got %s" % (expected.left_out, notes_of(actual.left_out)))
    if expected.notes != notes_of(actual.notes):
        found.append("notes: expected %s, got %s" % (expected.notes, notes_of(actual.notes)))
    if expected.currency != actual.currency:
        found.append("currency: expected %r, got %r" % (expected.currency, actual.currency))
    if expected.record != actual.record:
        found.append("record: expected %r, got %r" % (expected.record, actual.record))
    return found


def place(key):
    bucket, keys = key
    return "[%s %s]" % ("whole" if bucket is None else wire.readable(bucket), keys)


def differences(api, model, tenant, question):
    """(list of differences, number of cells compared)."""
    try:
        rows, totals = answer.ask(model, question)
        refused = None
    except periods.Refused as error:
        refused = error
    response, error = api.ask_or_error(tenant, question)
    if refused or error:
        if refused and error and refused.code == error[0] and any(
                all(name in error[1] for name in names) for names in refused.choices):
            return [], 1
        return ["expected %s, got %s" % (refused or "an answer", error or "an answer")], 1
    reasons = api.kpi_service.DESCRIPTOR.enum_types_by_name["AbsentReason"]
    actual_rows, actual_totals = wire.answer_rows(response)
    found, cells = [], 0
    for what, expected, actual in (("row", rows, actual_rows), ("total", totals, actual_totals)):
        for key in sorted(set(expected) | set(actual), key=str):
            if key not in actual:
                found.append("%s %s is missing" % (what, place(key)))
            elif key not in expected:
                found.append("%s %s is too many" % (what, place(key)))
            else:
                for alias, cell in expected[key].items():
                    cells += 1
                    for difference in cell_differences(cell, actual[key][alias], reasons):
                        found.append("%s %s %s: %s" % (what, place(key), alias, difference))
    return found, cells
