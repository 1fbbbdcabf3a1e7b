"""supportkpi kpis, dimensions, issues: what can be asked, and what in the data deserves a look."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import click
from google.protobuf import json_format
from google.protobuf.message import Message
from rich.table import Table
from rich.text import Text

from supportkpi.cli import exits
from supportkpi.cli.completion import complete_kpis
from supportkpi.cli.exits import Fault, plain
from supportkpi.cli.session import Session, pass_session
from supportkpi.text import BETTER_NAMES, UNIT_NAMES, enum_word
from supportkpi.v1 import kpi_service_pb2 as pb
from supportkpi.v1 import records_pb2

output_option = click.option("--output", "-o", type=click.Choice(["table", "json"]), default="table", show_default=True)


def write_json(messages: Sequence[Message]) -> None:
    """Messages as a JSON array."""
    click.echo(
        json.dumps(
            [json_format.MessageToDict(message, preserving_proto_field_name=True) for message in messages],
            ensure_ascii=False,
            indent=2,
        )
    )


@click.command("kpis")
@click.argument("word", default="", shell_complete=complete_kpis)
@output_option
@pass_session
def kpis(session: Session, word: str, output: str) -> None:
    """List the KPIs, those whose text holds WORD, or one whole definition."""
    with session.client() as client:
        found = client.list_kpis()
    one = [kpi for kpi in found if kpi.id == word]
    if not one and word:
        found = [kpi for kpi in found if word.lower() in f"{kpi.id} {kpi.title} {kpi.formula}".lower()]
        if not found:
            raise Fault(f'no KPI has "{word}" in its id, title or formula; `supportkpi kpis` lists all')
    if output == "json":
        write_json(one or found)
    elif one:
        _define(session, one[0])
    else:
        shown = Table("id", "unit", "better", "formula", header_style="bold")
        for kpi in found:
            shown.add_row(kpi.id, UNIT_NAMES.get(kpi.unit, ""), BETTER_NAMES.get(kpi.direction, ""), Text(kpi.formula))
        session.show(shown)


def _define(session: Session, kpi: pb.KpiDefinition) -> None:
    shown = Table(show_header=False, box=None, pad_edge=False)
    shown.add_column(style="bold", no_wrap=True)
    shown.add_column()
    clocks = [enum_word(pb.Clock, clock) for clock in kpi.clocks]
    for name, value in (
        ("id", kpi.id),
        ("title", kpi.title),
        ("formula", kpi.formula),
        (
            "unit",
            UNIT_NAMES.get(kpi.unit, "")
            + (f", {BETTER_NAMES[kpi.direction]} is better" if kpi.direction in BETTER_NAMES else ""),
        ),
        ("statistics", ", ".join(kpi.statistics)),
        ("clocks", ", ".join(clocks)),
        ("dated by", ", ".join(kpi.anchors)),
        ("variants", ", ".join(kpi.variants)),
        ("credited to", ", ".join(kpi.attributions)),
        ("left out", kpi.left_out),
        ("dimensions", ", ".join(kpi.dimensions)),
        ("version", str(kpi.version)),
    ):
        if value:
            shown.add_row(name, Text(value))
    for parameter in kpi.parameters:
        default = f" (default {parameter.default_value})" if parameter.default_value else ""
        shown.add_row("parameter", Text(f"{parameter.name}{default}: {parameter.description}"))
    session.show(shown)


@click.command("dimensions")
@click.argument("kpi_ids", nargs=-1, metavar="[KPI]...", shell_complete=complete_kpis)
@click.option(
    "--values",
    "-n",
    type=click.IntRange(0, 1000),
    default=5,
    show_default=True,
    help="So many values that occur of each.",
)
@output_option
@pass_session
def dimensions(session: Session, kpi_ids: tuple[str, ...], values: int, output: str) -> None:
    """List what questions can group and filter by: only what all of the given KPIs can have."""
    with session.client() as client:
        found = client.list_dimensions(*kpi_ids, sample_values=values)
    if output == "json":
        write_json(found)
        return
    shown = Table("name", "type", "use", "values", "such as", "meaning", header_style="bold")
    shown.columns[3].justify = "right"
    for dimension in found:
        kind = enum_word(pb.DimensionType, dimension.type).replace("_", " ")
        count = f"{dimension.distinct_count:,}" if dimension.HasField("distinct_count") else ""
        shown.add_row(
            Text(plain(dimension.name)),
            kind,
            "group, filter" if dimension.groupable else "filter",
            count,
            Text(plain(", ".join(dimension.sample_values))),
            Text(dimension.description),
        )
    session.show(shown)


@click.command("issues")
@output_option
@click.option("--fail", "fails", is_flag=True, help="Exit code 1 if there are any.")
@pass_session
def issues(session: Session, output: str, fails: bool) -> Any:
    """List what in the stored data deserves a look."""
    with session.client() as client:
        found = client.data_issues()
    if output == "json":
        write_json(found)
    elif not found:
        click.echo("no issues")
    else:
        shown = Table("issue", "records", "first of them", "what it means", header_style="bold")
        shown.columns[1].justify = "right"
        for issue in found:
            kind = enum_word(records_pb2.RecordKind, issue.record_kind).replace("_", " ")
            first = ", ".join(issue.first_ids[:3]) + (", ..." if issue.count > 3 else "")
            shown.add_row(issue.kind, f"{issue.count:,} {kind}", Text(plain(first)), Text(plain(issue.description)))
        session.show(shown)
    return exits.FINDING if fails and found else exits.DONE
