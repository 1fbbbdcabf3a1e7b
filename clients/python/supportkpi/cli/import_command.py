"""supportkpi import and reconcile: exports of help desks, CSV files, JSON lines."""

from __future__ import annotations

import csv
import datetime
import json
import pathlib
import sys
from collections.abc import Callable, Iterable
from typing import Any

import click

from supportkpi import SupportKpiError
from supportkpi.cli import exits, report, words
from supportkpi.cli.contexts import state_folder
from supportkpi.cli.exits import Fault, explain, fail, say
from supportkpi.cli.progress import Progress
from supportkpi.cli.session import Session, pass_session
from supportkpi.importers import mapping, values
from supportkpi.importers.csv_files import CsvFiles
from supportkpi.importers.freshdesk import Freshdesk
from supportkpi.importers.help_desk import TICKET_FIELDS, HelpDesk, Options
from supportkpi.importers.intercom import Intercom
from supportkpi.importers.item import Importer
from supportkpi.importers.json_lines import JsonLines
from supportkpi.importers.reconciliation import Reconciliation
from supportkpi.importers.rejects import Rejects
from supportkpi.importers.run import Journal, Outcome, Run, fingerprint, total_bytes
from supportkpi.importers.zendesk import Zendesk

_DESKS: dict[str, type[HelpDesk]] = {desk.NAME: desk for desk in (Zendesk, Freshdesk, Intercom)}
_WHAT = {
    "zendesk": "incremental exports (tickets, ticket_events, users), ticket audits, metric sets, satisfaction ratings",
    "freshdesk": "tickets with stats and conversations, ticket activities, satisfaction ratings, agents, groups, contacts",
    "intercom": "conversations with their parts, admins, teams, contacts",
}


@click.group("import")
def import_group() -> None:
    """Import records from files.

    An import is safe to repeat: records are stored by source, id and version. One that broke off goes on where it stopped
    when the same command is started again. Rows that cannot be stored are in the file of rejected rows with the reason; all
    others are kept. On a terminal a bar shows how far it is, elsewhere plain lines do.
    """


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(
        (
            click.argument("paths", nargs=-1, required=True, metavar="FILE..."),
            click.option("--source", default="", metavar="NAME", help="Name of the source in the records."),
            click.option(
                "--rejected",
                type=click.Path(dir_okay=False),
                metavar="FILE",
                help="File of rejected rows. Default: the first file's name with .rejected, in this folder.",
            ),
            click.option("--restart", is_flag=True, help="Send everything again, even if an earlier import broke off."),
            click.option("--dry-run", is_flag=True, help="Read and check, send nothing; no server is needed."),
        )
    ):
        command = option(command)
    return command


def _desk_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in reversed(
        (
            click.option(
                "--agents-by",
                type=click.Choice(["email", "name", "id"]),
                default="email",
                show_default=True,
                help="What names agents in the records.",
            ),
            click.option(
                "--customers-by",
                type=click.Choice(["id", "email"]),
                default="id",
                show_default=True,
                help="What names customers in the records.",
            ),
            click.option(
                "--bots",
                multiple=True,
                metavar="WHO",
                help="Ids, e-mail addresses or names of users whose replies are a bot's.",
            ),
            click.option(
                "--field",
                "custom_fields",
                multiple=True,
                metavar="FIELD=GOAL",
                help=f"A custom field and where it goes: {', '.join(TICKET_FIELDS)} or attributes.NAME.",
            ),
            click.option("--time-zone", default="", metavar="ZONE", help="Zone of times that have no offset."),
        )
    ):
        command = option(command)
    return command


def _options(given: dict[str, Any]) -> Options:
    custom = []
    for text in given["custom_fields"]:
        field, equals, goal = text.partition("=")
        if not equals or not (goal in TICKET_FIELDS or (goal.startswith("attributes.") and goal != "attributes.")):
            raise Fault(
                f'--field: "{text}"; expected FIELD=GOAL, the goal one of {", ".join(TICKET_FIELDS)} or attributes.NAME'
            )
        custom.append((field, goal))
    bots = tuple(sorted(set(words.split(given["bots"]))))
    return Options(
        given["source"], given["agents_by"], given["customers_by"], bots, tuple(custom), _zone(given["time_zone"])
    )


def _zone(name: str) -> datetime.tzinfo | None:
    if not name:
        return None
    try:
        return values.zone_named(name)
    except ValueError as error:
        raise Fault(f"--time-zone: {error}") from None


def _add_desk(name: str) -> None:
    @import_group.command(
        name,
        help=f"Import from {name.capitalize()}: {_WHAT[name]}. Give all files of an export together: the "
        "names, roles and metric sets in one explain the others.",
    )
    @_common
    @_desk_options
    @pass_session
    def command(session: Session, /, **given: Any) -> Any:
        options = _options(given)
        return _import(session, name, _DESKS[name](given["paths"], options), given, None, repr(options))


for _name in _DESKS:
    _add_desk(_name)


@import_group.command("csv")
@_common
@click.option(
    "--mapping",
    "-m",
    "mapping_name",
    required=True,
    metavar="FILE",
    help=f"The mapping file, or a built-in one: {', '.join(mapping.built_in())}.",
)
@click.option(
    "--time-zone", default="", metavar="ZONE", help="Zone of times that have no offset; goes before the mapping's."
)
@pass_session
def import_csv(session: Session, /, mapping_name: str, time_zone: str, **given: Any) -> Any:
    """Import CSV files by a mapping file.

    \b
    The mapping says which columns make which fields of which record (the fields are those of records.proto):
      source: old-desk
      time_zone: Europe/Berlin              # of times without an offset
      delimiter: ";"                        # default ,   tab for tabs
      encoding: cp1252                      # default utf-8
      decimal: ","                          # default .
      record: ticket
      fields:
        id: Number
        created_at: {column: Opened, format: "%d.%m.%Y %H:%M"}
        channel: {column: Via, values: {Mail: email, Tel: phone}, otherwise: keep}
        status: {column: State, values: {neu: new, offen: open, erledigt: solved}}
        handle_time: {column: Minutes, unit: minutes}
        cost: {column: Cost, unit: EUR}
        tags: {column: Labels, separator: "|"}
        attributes.product: Product
    Several records a row: records: [{record: ticket, fields: ...}, {record: survey, when: Score, fields: ...}];
    `when` names a column that must not be empty. A word that is not under values rejects its row, unless otherwise
    is keep or none.
    """
    found = mapping.load(mapping_name, _zone(time_zone), given["source"])
    importer = CsvFiles(given["paths"], found)
    return _import(session, "csv", importer, given, importer.header, f"{found.text}{time_zone}{given['source']}")


@import_group.command("jsonl")
@_common
@pass_session
def import_jsonl(session: Session, /, **given: Any) -> Any:
    """Import JSON lines: one record of records.proto a line, such as
    {"ticket": {"id": "1", "created_at": "2026-01-01T00:00:00Z", "channel": "email"}}."""
    return _import(session, "jsonl", JsonLines(given["paths"], given["source"]), given, None, given["source"])


def _rejected_path(given: dict[str, Any], suffix: str) -> pathlib.Path:
    if given["rejected"]:
        return pathlib.Path(given["rejected"])
    stem = pathlib.Path(given["paths"][0]).resolve().name.split(".")[0]
    return pathlib.Path(f"{stem}.rejected.{suffix}")


def _import(
    session: Session, kind: str, importer: Any, given: dict[str, Any], header: list[str] | None, decided_by: str
) -> Any:
    rejected_path = _rejected_path(given, "csv" if header is not None else "jsonl")
    if any(rejected_path.resolve() == path.resolve() for path in importer.files):
        raise Fault(f"--rejected: {rejected_path} is a file of the import; name another one")
    progress = Progress(session.console(stderr=True), total_bytes(importer.files), importer.bytes_read)
    if given["dry_run"]:
        rejects = Rejects(rejected_path, header, resumed=False)
        with progress:
            outcome = Run(importer, rejects, progress.update).check()
        return _end(session, kind, importer, outcome, rejects, given, sent=False)
    context = session.context()
    with session.client() as client:
        name = fingerprint(importer.files, kind, context.endpoint, context.tenant, decided_by)
        journal = Journal.open(state_folder() / "imports", name, given["restart"])
        if journal.resumed:
            say("an earlier import of these files broke off; this one goes on where it stopped")
        rejects = Rejects(rejected_path, header, journal.resumed)
        run = Run(importer, rejects, progress.update)
        try:
            with progress:
                outcome = run.send(client, journal)
        except SupportKpiError as error:
            say(
                "the import broke off; what was acknowledged is kept. Start the same command again and it goes on there"
            )
            _say_first(rejects)
            return explain(error)
        except KeyboardInterrupt:
            say("stopped; what was acknowledged is kept. Start the same command again and it goes on there")
            return exits.INTERRUPTED
    return _end(session, kind, importer, outcome, rejects, given, sent=True)


def _end(
    session: Session,
    kind: str,
    importer: Importer,
    outcome: Outcome,
    rejects: Rejects,
    given: dict[str, Any],
    sent: bool,
) -> Any:
    session.show(report.outcome(outcome, rejects.count, sent))
    for note in importer.notes():
        say(f"note: {note}")
    if sent and kind in _DESKS and outcome.total:
        say(f"compare with its own numbers: supportkpi reconcile {kind} {' '.join(given['paths'])}")
    if not rejects.count:
        return exits.DONE
    say(f"rejected rows with reasons: {rejects.path}")
    _say_first(rejects)
    return exits.FINDING


def _say_first(rejects: Rejects) -> None:
    if rejects.count:
        fail(
            f"{rejects.count:,} {'row was' if rejects.count == 1 else 'rows were'} rejected, the first: {rejects.first}"
        )


@click.command("reconcile")
@click.argument("desk", type=click.Choice(list(_DESKS)))
@click.argument("paths", nargs=-1, required=True, metavar="FILE...")
@click.option("--source", default="", metavar="NAME", help="As it was given to the import.")
@click.option(
    "--output",
    "-o",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="csv: each ticket and metric that differs; json: the sums and reasons.",
)
@pass_session
def reconcile(session: Session, desk: str, paths: Iterable[str], source: str, output: str) -> Any:
    """Compare a help desk's own metrics with ours, ticket by ticket, and say why they differ.

    Give the files of an export that was imported: Zendesk's metric sets, Freshdesk's stats, Intercom's statistics.
    """
    importer = _DESKS[desk](list(paths), Options(source))
    with session.client() as client:
        reconciliation = Reconciliation(client, importer.source)
        lines: dict[tuple[str, bool], Any] = {}
        writer = csv.writer(sys.stdout, lineterminator="\n") if output == "csv" else None
        if writer:
            writer.writerow(["ticket", "metric", "kpi", "clock", "theirs", "ours", "reason"])
        for one in reconciliation.compare(importer.own_metrics()):
            report.add(lines, one)
            if writer and one.reason != "equal":
                metric = one.metric
                writer.writerow(
                    [
                        metric.ticket,
                        metric.name,
                        metric.kpi,
                        "business" if metric.business else "calendar",
                        metric.value,
                        "" if one.ours is None else one.ours,
                        one.reason,
                    ]
                )
    if not lines:
        raise Fault(
            f"these files carry no metrics of {desk}'s own; Zendesk: export metric sets (include=metric_sets), Freshdesk: "
            "tickets with include=stats, Intercom: conversations with statistics"
        )
    if output == "json":
        click.echo(json.dumps(report.as_json(lines), ensure_ascii=False, indent=2))
    elif output == "table":
        for shown in report.tables(lines):
            session.show(shown)
    return exits.DONE
