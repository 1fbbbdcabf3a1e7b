"""supportkpi query"""

from __future__ import annotations

import io
import json
import pathlib
import sys
import warnings
from collections.abc import Iterator
from typing import Any

import click
from google.protobuf import json_format

from supportkpi import Answer, Client, InvalidArgumentError, SupportKpiError, UnimplementedError
from supportkpi.cli import show, words
from supportkpi.cli.completion import complete_dimensions, complete_kpis
from supportkpi.cli.exits import LOCAL, Fault, say
from supportkpi.cli.session import Session, pass_session
from supportkpi.v1 import kpi_service_pb2 as pb

OUTPUTS = ("table", "csv", "json", "jsonl", "request")


@click.command("query")
@click.argument("kpis", nargs=-1, metavar="KPI...", shell_complete=complete_kpis)
@click.option(
    "--by",
    "-b",
    multiple=True,
    metavar="DIMENSION",
    shell_complete=complete_dimensions,
    help="Group by it; several times or with commas.",
)
@click.option(
    "--last",
    "-l",
    default="",
    metavar="N UNIT",
    help="The last whole units, without the one that runs: 30d, 12w, 6mo, 4q. Default 30d.",
)
@click.option(
    "--range",
    "-r",
    "range_words",
    default="",
    metavar="WORDS",
    help="The range in words: 2026-03, 2026-Q1, 2026-W12, FY2026, this_month, year_to_date, 2026-01..yesterday.",
)
@click.option("--from", "start", default="", metavar="DAY", help="From this day on; or an instant with an offset.")
@click.option(
    "--to",
    "end",
    default="",
    metavar="DAY",
    help="Up to and with this day (default today); or up to before an instant.",
)
@click.option(
    "--grain",
    "-g",
    default="",
    metavar="UNIT",
    help="Buckets: hour, day, week, month, quarter, year, 15min, 2w, fiscal_quarter, ...",
)
@click.option("--first-weekday", default="", help="The day on which weeks begin. Default monday.")
@click.option("--origin", default="", metavar="LOCAL TIME", help='A boundary of buckets, such as "2026-01-02T17:00".')
@click.option(
    "--fiscal-first-month", type=click.IntRange(1, 12), help="The first month of the fiscal year. Default the tenant's."
)
@click.option(
    "--time-zone", "-z", default="", metavar="ZONE", help="IANA zone of days and hours. Default the tenant's."
)
@click.option(
    "--filter",
    "-f",
    "filters",
    multiple=True,
    metavar="TEXT",
    help='Only facts for which it holds: channel = "email" AND NOT priority IN ("low", "normal"). Several must all hold.',
)
@click.option(
    "--having", default="", metavar="TEXT", help="Only rows for which it holds: csat < 80 AND csat.facts >= 20."
)
@click.option(
    "--top", type=click.IntRange(1, 10_000), metavar="N", help="Only the best N groups, and all others together."
)
@click.option(
    "--bottom", type=click.IntRange(1, 10_000), metavar="N", help="Only the worst N groups, and all others together."
)
@click.option("--top-by", default="", metavar="ALIAS", help="The KPI that ranks. Default the first.")
@click.option(
    "--minimum-facts", type=click.IntRange(0), default=0, metavar="N", help="Groups with fewer facts are not ranked."
)
@click.option("--no-other", is_flag=True, help="Leave out the row of all other groups.")
@click.option("--totals", "-t", is_flag=True, help="Also the totals, computed from the facts.")
@click.option(
    "--subtotals",
    multiple=True,
    metavar="DIMENSIONS",
    help="Also subtotals over these dimensions (with commas), the others taken together.",
)
@click.option(
    "--order-by", "-s", multiple=True, metavar="COLUMN[:desc]", help="Order of rows: bucket, a dimension, a KPI."
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most so many rows.")
@click.option("--sparse", is_flag=True, help="Only buckets that have facts.")
@click.option(
    "--clock", type=click.Choice(["calendar", "business"]), default=None, help="For KPIs that do not say it themselves."
)
@click.option("--statistic", default="", help="For KPIs that do not say it themselves: mean, median, p90, ...")
@click.option(
    "--output",
    "-o",
    type=click.Choice(OUTPUTS),
    default="table",
    show_default=True,
    help="request: the question in JSON, for grpcurl and --question.",
)
@click.option(
    "--sparklines", is_flag=True, help="One line a group and KPI with its course over the buckets; needs --grain."
)
@click.option(
    "--evidence", "-e", is_flag=True, help="Also numerators, denominators, numbers of facts, what was left out."
)
@click.option(
    "--chart", type=click.Path(dir_okay=False), metavar="FILE", help="Draw a chart into this file: .png, .svg or .pdf."
)
@click.option("--title", default="", help="Title of the chart.")
@click.option(
    "--question",
    type=click.File("r", encoding="utf-8"),
    metavar="FILE",
    help="Ask this QueryKpisRequest in JSON instead; - is standard input.",
)
@click.option("--explain", is_flag=True, help="Say in words what is asked, and do not ask it.")
@pass_session
def query(session: Session, /, **given: Any) -> None:
    """Ask for KPIs.

    A KPI is written as [ALIAS=]KPI[.STATISTIC][@CLOCK][:NAME=VALUE,...]:

    \b
      csat                                       the KPI with its defaults
      first_response_time.p90@business           90th percentile in working time
      quick=service_level:threshold=10s          a parameter, under another name
      first_contact_resolution_rate:variant=no_repeat,window=14d

    \b
    Examples:
      supportkpi query csat nps --by channel --last 30d --grain week
      supportkpi query tickets_created backlog -g month -r 2025 --sparklines --totals
      supportkpi query resolution_time.median -b team --top 5 --chart resolution.png
    """
    with session.client() as client:
        request = _request(given, client)
        if given["output"] == "request":
            click.echo(json_format.MessageToJson(request, preserving_proto_field_name=True))
        elif given["explain"]:
            _explain(client, request)
        else:
            _check_display(given, request)
            try:
                _answer(session, client, request, given)
            except InvalidArgumentError:
                _say_nearest(client, request)
                raise


def _check_display(given: dict[str, Any], request: pb.QueryKpisRequest) -> None:
    if given["sparklines"] and (given["output"] != "table" or not request.grain.unit):
        raise Fault("--sparklines: a course over time needs --grain, and the output table")
    if given["sparklines"] and request.order_by:
        raise Fault("--sparklines: the buckets have their own order; leave --order-by out")
    chart = given["chart"]
    if chart and pathlib.Path(chart).suffix.lower() not in (".png", ".svg", ".pdf"):
        raise Fault(f'--chart: "{chart}" is no picture; end it in .png, .svg or .pdf')


def _request(given: dict[str, Any], client: Client) -> pb.QueryKpisRequest:
    if given["question"]:
        if given["kpis"]:
            raise Fault("--question holds the whole question; leave the KPIs out")
        try:
            parsed = json_format.Parse(given["question"].read(), pb.QueryKpisRequest())
        except (json_format.ParseError, UnicodeDecodeError) as error:
            raise Fault(f"--question: {' '.join(str(error).split())}") from None
        parsed.tenant = parsed.tenant or client.tenant
        return parsed
    if not given["kpis"]:
        raise Fault("which KPI? Give one or more, such as csat; `supportkpi kpis` lists them")
    request = pb.QueryKpisRequest(
        tenant=client.tenant,
        time_zone=given["time_zone"],
        group_by=words.split(given["by"]),
        having_text=given["having"],
        range=words.time_range(given["last"], given["range_words"], given["start"], given["end"]),
        totals=given["totals"] or given["sparklines"],
        limit=given["limit"] or 0,
        kpis=[words.selection(text, given["clock"] or "", given["statistic"]) for text in given["kpis"]],
        bucket_fill=pb.BUCKET_FILL_SPARSE if given["sparse"] else pb.BUCKET_FILL_UNSPECIFIED,
    )
    filters = given["filters"]
    request.filter_text = filters[0] if len(filters) == 1 else " AND ".join(f"({text})" for text in filters)
    grain = words.grain(given["grain"], given["first_weekday"], given["origin"], given["fiscal_first_month"] or 0)
    if grain:
        request.grain.CopyFrom(grain)
    for column in words.split(given["order_by"]):
        name, _, direction = column.partition(":")
        if direction not in ("", "asc", "desc"):
            raise Fault(f'--order-by: "{column}"; expected COLUMN, COLUMN:asc or COLUMN:desc')
        request.order_by.add(column=name, direction=pb.ORDER_DIRECTION_DESCENDING if direction == "desc" else 0)
    for dimensions in given["subtotals"]:
        request.subtotals.add(group_by=words.split((dimensions,)))
    _set_top(request, given, client)
    return request


def _set_top(request: pb.QueryKpisRequest, given: dict[str, Any], client: Client) -> None:
    count, bottom = given["top"], given["bottom"]
    if count and bottom:
        raise Fault("--top and --bottom: give one of them")
    if not (count or bottom):
        if given["top_by"] or given["minimum_facts"] or given["no_other"]:
            raise Fault("--top-by, --minimum-facts and --no-other need --top or --bottom")
        return
    if not request.group_by:
        raise Fault("--top and --bottom rank groups: say by what with --by")
    request.top.count, request.top.by = count or bottom, given["top_by"]
    request.top.minimum_facts, request.top.without_other = given["minimum_facts"], given["no_other"]
    if bottom:
        ranked = next((chosen for chosen in request.kpis if given["top_by"] in ("", chosen.alias)), request.kpis[0])
        less_is_better = client.get_kpi(ranked.kpi).direction == pb.DIRECTION_LOWER_IS_BETTER
        request.top.direction = pb.ORDER_DIRECTION_DESCENDING if less_is_better else pb.ORDER_DIRECTION_ASCENDING


def _explain(client: Client, request: pb.QueryKpisRequest) -> None:
    found = client.validate_query(request)
    for problem in found.problems:
        click.echo(f"cannot be asked: {problem.field}: {problem.description}")
    for change in found.changes:
        click.echo(f"nearest question: {change}")
    click.echo(found.explanation)
    if not found.valid:
        raise Fault("the question cannot be asked as it stands, see above")


def _say_nearest(client: Client, request: pb.QueryKpisRequest) -> None:
    """What would work instead, if the server knows."""
    try:
        changes = client.validate_query(request).changes
    except SupportKpiError:
        return
    for change in changes:
        say(f"nearest question that can be asked: {change}")


def _answer(session: Session, client: Client, request: pb.QueryKpisRequest, given: dict[str, Any]) -> None:
    output, with_buckets = given["output"], bool(request.grain.unit)
    if output in ("csv", "jsonl"):
        if given["chart"]:
            raise Fault("--chart: goes with the outputs table and json")
        _stream(client, request, with_buckets, given)
        return
    answer = client.query(request)
    totals = _wanted_totals(answer, with_buckets)
    if given["chart"]:
        _draw(answer, given["chart"], given["title"])
    if output == "json":
        show.write_json(sys.stdout, answer, totals)
        return

    if given["sparklines"]:
        session.show(show.sparklines(answer, totals, session.console().width >= show.WIDE))
    else:
        session.show(show.table(answer, totals, with_buckets, given["evidence"]))
    for remark in show.remarks(answer):
        say(remark)


def _wanted_totals(answer: Answer, with_buckets: bool) -> list[pb.Row]:
    """Totals that say something new: without a grain those of groups over all buckets are the rows again, without groups
    those of buckets are."""
    found: dict[tuple[str, ...], pb.Row] = {}
    for row in answer.totals:
        of_one_group = bool(row.keys) and not any(key.all for key in row.keys)
        of_one_bucket = with_buckets and row.HasField("bucket")
        if of_one_group if not with_buckets else of_one_bucket and not answer.request.group_by:
            continue
        shown = pb.Row(keys=row.keys, cells=row.cells)
        if of_one_bucket:
            shown.bucket.CopyFrom(row.bucket)
        mark = (row.bucket.label if of_one_bucket else "", *show.keys_of(row, answer.request.group_by))
        found.setdefault(mark, shown)
    return list(found.values())


def _stream(client: Client, request: pb.QueryKpisRequest, with_buckets: bool, given: dict[str, Any]) -> None:
    """Rows as they come, so that no answer is too long."""
    output = io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline="")
    aliases: frozenset[str] = frozenset()
    if given["output"] == "csv":
        money = frozenset(kpi.id for kpi in client.list_kpis() if kpi.unit == pb.UNIT_MONEY)
        aliases = frozenset(chosen.alias or chosen.kpi for chosen in request.kpis if chosen.kpi in money)
    _write_flat(output, _parts(client, request), request, with_buckets, given, aliases)


def _parts(client: Client, request: pb.QueryKpisRequest) -> Iterator[Answer]:
    try:
        yield from client.stream_query(request)
    except UnimplementedError:  # a server older than the stream
        yield client.query(request)


def _write_flat(
    output: io.TextIOWrapper,
    parts: Any,
    request: pb.QueryKpisRequest,
    with_buckets: bool,
    given: dict[str, Any],
    money: frozenset[str],
) -> None:
    table = show.CsvOutput(output, request, with_buckets, given["evidence"], money)
    for part in parts:
        rows = [*part.rows, *(_wanted_totals(part, with_buckets) if part.totals else [])]
        if given["output"] == "csv":
            table.rows(rows)
        else:
            for row in rows:
                values = show.flat(row, request.group_by, with_buckets, given["evidence"])
                output.write(json.dumps(values, ensure_ascii=False) + "\n")
    output.flush()
    output.detach()


def _draw(answer: Answer, path: str, title: str) -> None:
    try:
        import matplotlib
    except ImportError:
        raise Fault("--chart needs matplotlib; install it with: pip install 'supportkpi[cli,plot]'", LOCAL) from None
    matplotlib.use("Agg")
    try:
        figure = answer.plot(title=title)
    except ValueError as error:
        raise Fault(f"--chart: {error}") from None
    with warnings.catch_warnings(record=True) as remarks:
        warnings.simplefilter("always")
        figure.savefig(path, dpi=150)
    if any("missing from font" in str(remark.message) for remark in remarks):
        say("note: the font of charts lacks some characters of the names; a box stands for each")
    say(f"chart: {path}")
