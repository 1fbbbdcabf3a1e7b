"""supportkpi config: a tenant's settings as a file."""

from __future__ import annotations

import difflib
import pathlib
import sys
from typing import Any

import click
from google.protobuf import json_format

from supportkpi import AbortedError
from supportkpi.cli import exits, settings_file
from supportkpi.cli.exits import LOCAL, STATE, Fault, say
from supportkpi.cli.session import Session, pass_session
from supportkpi.v1 import settings_pb2

file_argument = click.argument("file", type=click.Path(), metavar="FILE")


@click.group("config")
def config() -> None:
    """Read and change the tenant's settings: schedules with holidays, survey questions, targets, time zone, fiscal year.

    \b
    The file is YAML; each part that it holds replaces that part, the others stay:
      time_zone: Europe/Berlin
      fiscal_first_month: 4
      default_schedule: office
      schedules:
        - name: office
          time_zone: Europe/Berlin
          hours:
            mon-thu: 09:00-12:00, 13:00-17:30
            fri: 09:00-15:00
          special_hours:
            2026-12-24: 09:00-12:00
          holidays: [2026-12-25]
          holidays_from: [germany.ics]        # iCalendar; beside this file
      team_schedules: {support: office}
      questions:
        - {question: "Were we easy to deal with?", scale: 1-7}
      targets:
        - {kpi: first_response_within_target, channel: email, target: 4h}
    A schedule whose hours changed has versions: a list of the same parts, each with from: DATE.
    """


@config.command("get")
@click.option("--output", "-o", type=click.Choice(["yaml", "json"]), default="yaml", show_default=True)
@pass_session
def get(session: Session, output: str) -> None:
    """Print the settings in force; `config apply` takes them back."""
    with session.client() as client:
        found = client.get_settings()
    if output == "json":
        click.echo(json_format.MessageToJson(found, preserving_proto_field_name=True))
    else:
        click.echo(settings_file.write(found.settings) or "{}  # all defaults\n", nl=False)


@config.command("diff")
@file_argument
@click.option("--replace", is_flag=True, help="What the file does not hold goes back to its default.")
@pass_session
def diff(session: Session, file: str, replace: bool) -> Any:
    """Show what `config apply` would change. Exit code 1 if there is anything."""
    with session.client() as client:
        before = client.get_settings().settings
    after, _ = _after(before, file, replace)
    lines = _difference(before, after)
    click.echo("".join(lines), nl=False)
    return exits.FINDING if lines else exits.DONE


@config.command("apply")
@file_argument
@click.option("--replace", is_flag=True, help="What the file does not hold goes back to its default.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@pass_session
def apply(session: Session, file: str, replace: bool, dry_run: bool) -> Any:
    """Change the settings to what FILE says; `-` is standard input. Nothing is changed if anything in it is wrong."""
    with session.client() as client:
        stored = client.get_settings()
        after, sections = _after(stored.settings, file, replace)
        lines = _difference(stored.settings, after)
        click.echo("".join(lines), nl=False)
        if not lines:
            say("nothing to change")
        elif dry_run:
            say("nothing was changed (--dry-run)")
        else:
            try:
                client.update_settings(after, fields=[] if replace else sections, expected_version=stored.version)
            except AbortedError:
                raise Fault(
                    "somebody else changed the settings in the meantime; look at `supportkpi config diff` and apply again",
                    STATE,
                ) from None
            say("applied")


def _after(before: settings_pb2.Settings, file: str, replace: bool) -> tuple[settings_pb2.Settings, list[str]]:
    """The settings after the file, and the sections that it holds."""
    try:
        text = sys.stdin.read() if file == "-" else pathlib.Path(file).read_text("utf-8")
    except OSError as error:
        raise Fault(f"{file} cannot be read: {error.strerror}", LOCAL) from None
    except UnicodeDecodeError:
        raise Fault(f"{file} is not text in UTF-8") from None
    given, sections = settings_file.read(pathlib.Path(file if file != "-" else "stdin"), text)
    if replace:
        return given, list(settings_file.SECTIONS)
    after = settings_pb2.Settings()
    after.CopyFrom(before)
    for section in sections:
        after.ClearField(section)
    kept = settings_pb2.Settings()
    kept.CopyFrom(given)
    for section in settings_file.SECTIONS:
        if section not in sections:
            kept.ClearField(section)
    after.MergeFrom(kept)
    return after, sections


def _difference(before: settings_pb2.Settings, after: settings_pb2.Settings) -> list[str]:
    return list(
        difflib.unified_diff(
            settings_file.write(before).splitlines(True),
            settings_file.write(after).splitlines(True),
            "in force",
            "after",
        )
    )
