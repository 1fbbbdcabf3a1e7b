"""The model's plain dicts as the API's messages, and the server's answers as plain values."""

import datetime

from google.protobuf import duration_pb2, timestamp_pb2

KIND_FIELDS = {"Survey": "survey_kind", "TicketEvent": "event_kind", "Agent": "agent_kind", "SupportCost": "cost_kind"}


def timestamp(at):
    return timestamp_pb2.Timestamp(seconds=at // 1000, nanos=at % 1000 * 1000000)


def duration(length):
    return duration_pb2.Duration(seconds=length // 1000, nanos=length % 1000 * 1000000)


def milliseconds(stamp):
    return stamp.seconds * 1000 + stamp.nanos // 1000000


def enum_number(descriptor, name):
    prefix = descriptor.values_by_number[0].name[:-len("UNSPECIFIED")]
    return descriptor.values_by_name[prefix + name.upper()].number


def enum_name(descriptor, number):
    prefix = descriptor.values_by_number[0].name[:-len("UNSPECIFIED")]
    return descriptor.values_by_number[number].name[len(prefix):]


def is_repeated(field):
    """Newer protobuf runtimes say it by a property, older ones by a label."""
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED


def fill(message, values):
    """Sets the fields of a message from a dict of the same names."""
    for field in message.DESCRIPTOR.fields:
        key = KIND_FIELDS.get(message.DESCRIPTOR.name, "kind") if field.name == "kind" else field.name
        if key not in values:
            continue
        value = values[key]
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            for name, entry in value.items():
                getattr(message, field.name)[name] = entry
        elif is_repeated(field):
            for item in value:
                if field.message_type is not None:
                    fill(getattr(message, field.name).add(), item)
                else:
                    getattr(message, field.name).append(item)
        elif field.message_type is not None:
            full = field.message_type.full_name
            if full == "google.protobuf.Timestamp":
                getattr(message, field.name).CopyFrom(timestamp(value))
            elif full == "google.protobuf.Duration":
                getattr(message, field.name).CopyFrom(duration(value))
            else:
                fill(getattr(message, field.name), value)
        elif field.enum_type is not None:
            setattr(message, field.name, enum_number(field.enum_type, value))
        else:
            setattr(message, field.name, value)
    return message


def record_message(pb, record):
    message = pb.Record()
    child = getattr(message, record["kind"])
    child.SetInParent()
    fill(child, record)
    return message


def hhmm(length):
    return "%02d:%02d" % (length // 3600000, length // 60000 % 60)


def settings_message(pb, settings):
    """model.records.Settings -> Settings."""
    from model import civil
    message = pb.Settings(time_zone=settings.time_zone, fiscal_first_month=settings.fiscal_first_month,
                          default_schedule=settings.default_schedule)
    message.team_schedules.update(settings.team_schedules)
    for name, definition in settings.schedules.items():
        schedule = message.schedules.add(name=name, time_zone=definition["zone"])
        for version in definition["versions"]:
            first = "" if version["from"] is None else civil.date_of(version["from"]).isoformat()
            made = schedule.versions.add(first_date=first)
            for key, target in (("weekly", made.weekly), ("breaks", made.weekly_breaks)):
                for weekday, opens, closes in version[key]:
                    target.add(weekday=weekday, start=hhmm(opens), end=hhmm(closes))
            for key, target in (("special", made.special_hours), ("date_breaks", made.date_breaks)):
                for day, hours in version.get(key, {}).items():
                    special = target.add(date=civil.date_of(day).isoformat())
                    for opens, closes in hours:
                        special.intervals.add(start=hhmm(opens), end=hhmm(closes))
            made.holidays.extend(civil.date_of(day).isoformat() for day in sorted(version["holidays"]))
    for question, known in settings.questions.items():
        asked = message.questions.add(question=question, low_is_good=known.get("low_is_good", False))
        for field in ("scale_min", "scale_max", "threshold"):
            if field in known:
                setattr(asked, field, known[field])
    for target in settings.targets:
        message.targets.add(kpi=target["kpi"], channel=target.get("channel", ""), target=duration(target["target_ms"]))
    return message


def filter_message(message, condition):
    if "all" in condition or "any" in condition:
        which = "all" if "all" in condition else "any"
        getattr(message, which).SetInParent()
        for part in condition[which]:
            filter_message(getattr(message, which).filters.add(), part)
    elif "not" in condition:
        filter_message(getattr(message, "not"), condition["not"])
    else:
        message.field = condition["field"]
        for leaf, value in condition.items():
            if leaf == "in":
                getattr(message, "in").values.extend(value)
            elif leaf != "field":
                setattr(message, leaf, value)


def question_message(pb, question, tenant=""):
    request = pb.QueryKpisRequest(tenant=tenant, time_zone=question.get("time_zone", ""), totals=True)
    request.range.start.CopyFrom(timestamp(question["range"][0]))
    request.range.end.CopyFrom(timestamp(question["range"][1]))
    if question.get("grain"):
        grain = question["grain"]
        request.grain.unit = enum_number(request.grain.DESCRIPTOR.fields_by_name["unit"].enum_type, grain["unit"])
        request.grain.count = grain.get("count", 0)
        request.grain.first_weekday = grain.get("first_weekday", 0)
        request.grain.origin = grain.get("origin", "")
        request.grain.fiscal_first_month = grain.get("fiscal_first_month", 0)
    request.group_by.extend(question.get("group_by", []))
    if question.get("filter"):
        filter_message(request.filter, question["filter"])
    for asked in question["kpis"]:
        selection = request.kpis.add(kpi=asked["kpi"], alias=asked.get("alias", ""), statistic=asked.get("statistic", ""),
                                     anchor=asked.get("anchor", ""), variant=asked.get("variant", ""),
                                     attribution=asked.get("attribution", ""))
        if asked.get("clock"):
            selection.clock = enum_number(selection.DESCRIPTOR.fields_by_name["clock"].enum_type, asked["clock"])
        selection.parameters.update(asked.get("parameters", {}))
        selection.include.extend(asked.get("include", []))
        if asked.get("filter"):
            filter_message(selection.filter, asked["filter"])
    return request


def answer_rows(response):
    """({(bucket start or None, keys or None): {alias: Cell message}}, the same of totals)."""
    def table(rows, total):
        result = {}
        for row in rows:
            bucket = milliseconds(row.bucket.start) if row.HasField("bucket") else None
            keys = tuple(None if key.none else key.value for key in row.keys)
            if total and not row.keys:
                keys = None
            if (bucket, keys) in result:
                raise AssertionError("a row stands twice: %s %s" % (bucket, keys))
            result[bucket, keys] = {cell.kpi: cell for cell in row.cells}
        return result
    return table(response.rows, False), table(response.totals, True)


def readable(at):
    return datetime.datetime.fromtimestamp(at / 1000, datetime.timezone.utc).isoformat()
