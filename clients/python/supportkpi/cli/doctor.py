"""supportkpi doctor: looks for what is wrong, from the configuration to the data, and says what to do."""

from __future__ import annotations

import dataclasses
import os
import socket
import stat
from collections.abc import Iterator
from typing import Any

import click
import grpc

from supportkpi import Client, SupportKpiError, __version__
from supportkpi.cli import contexts, exits
from supportkpi.cli.exits import Fault, plain
from supportkpi.cli.session import Session, pass_session
from supportkpi.connection import DEFAULT_PORT, Connection
from supportkpi.v1 import kpi_service_pb2 as pb

GOOD, LOOK, BAD = "ok", "look", "fault"
_SIGNS = {GOOD: ("✓", "green"), LOOK: ("!", "yellow"), BAD: ("✗", "red")}
SECONDS = 5.0


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    state: str
    text: str
    advice: str = ""


@click.command("doctor")
@pass_session
def doctor(session: Session) -> Any:
    """Look for what is wrong: configuration, connection, credentials, settings, data. Exit code 1 if there is a fault."""
    faults = 0
    for finding in _findings(session):
        sign, color = _SIGNS[finding.state]
        click.echo(f"{click.style(sign, fg=color)} {plain(finding.text)}")
        if finding.advice:
            click.echo(f"    {plain(finding.advice)}")
        faults += finding.state == BAD
    return exits.FINDING if faults else exits.DONE


def _findings(session: Session) -> Iterator[Finding]:
    try:
        yield from _configuration()
        context = session.context()
        client = session.client(SECONDS)
    except Fault as fault:
        yield Finding(BAD, str(fault))
        return
    yield Finding(GOOD, _described(context))
    with client:
        reached = True
        for finding in _connection(client, context):
            reached = reached and finding.state != BAD
            yield finding
        if reached:
            try:
                yield from _data(client)
            except SupportKpiError as error:
                yield Finding(BAD, f"the server refused: {error.message}", _advice(error))


def _described(context: contexts.Context) -> str:
    token = "with a token" if context.token or context.token_file else "without a token"
    return f"endpoint {context.endpoint}, tenant {context.tenant or 'by token, else default'}, {token}"


def _configuration() -> Iterator[Finding]:
    path = contexts.config_path()
    if not path.exists():
        yield Finding(GOOD, f"no configuration in {path}: defaults and options hold")
        return
    stored = contexts.ContextFile.read()
    yield Finding(GOOD, f"configuration {path}: {len(stored.contexts)} contexts, current {stored.current or 'none'}")
    holds_token = any(context.token for context in stored.contexts.values())
    if holds_token and os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding(LOOK, f"{path} holds a token and others may read it", f"chmod 600 {path}")


def _connection(client: Client, context: contexts.Context) -> Iterator[Finding]:
    # As HOST:PORT, or a name of gRPC such as dns:///HOST:PORT, which may lack the port.
    target = Connection.of(context.endpoint, None, None, retries=False).target
    if not target.startswith("unix:"):
        named = target.rpartition("/")[2]
        host, _, port = named.rpartition(":") if ":" in named else (named, "", str(DEFAULT_PORT))
        host = host.strip("[]")
        try:
            with socket.create_connection((host, int(port)), SECONDS):
                yield Finding(GOOD, f"something listens on {host}:{port}")
        except socket.gaierror:
            yield Finding(
                BAD,
                f'the name "{host}" is not known',
                "look at --endpoint, `supportkpi context show` and the name servers",
            )
            return
        except (OSError, ValueError) as error:
            yield Finding(
                BAD,
                f"nothing answers on {host}:{port} ({error})",
                "start the server with supportkpid --data_dir=FOLDER, or name its host and port with --endpoint",
            )
            return
    try:
        info = client.server_info()
    except SupportKpiError as error:
        yield Finding(BAD, f"the server does not answer calls: {error.code().name}: {error.message}", _advice(error))
        return
    yield Finding(GOOD, f"server {info.version}, up for {_hours(info.uptime.seconds)}, {info.kpi_count} KPIs")
    if info.version.split(".")[:2] != __version__.split(".")[:2]:
        yield Finding(
            LOOK,
            f"this client is {__version__}, the server {info.version}",
            "install the client of the server's version",
        )


def _advice(error: SupportKpiError) -> str:
    code = error.code()
    if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
        return (
            "the port is open, so most likely one side speaks TLS and the other does not: try grpcs://HOST:PORT (with "
            "--ca-file for an authority of your own), or grpc://HOST:PORT; or another program listens there"
        )
    if code is grpc.StatusCode.UNAUTHENTICATED:
        return "give a valid token: SUPPORTKPI_TOKEN, --token-file, or supportkpi context set NAME --token-file FILE"
    if code is grpc.StatusCode.PERMISSION_DENIED:
        return "the token does not reach this call or this tenant; look at --tenant, or ask for another token"
    return "look into the server's log"


def _hours(seconds: int) -> str:
    return (
        f"{seconds // 86400} d {seconds % 86400 // 3600} h"
        if seconds >= 86400
        else f"{seconds // 3600} h {seconds % 3600 // 60} min"
    )


def _data(client: Client) -> Iterator[Finding]:
    answer = client.query("tickets_created", start="1970-01-01", end="2200-01-01")
    count = int(answer.rows[0].cells[0].value) if answer.rows else 0
    if not answer.metadata.HasField("data_until"):
        yield Finding(LOOK, "there are no records yet", "import some: supportkpi import --help")
    else:
        yield Finding(GOOD, f"{count:,} tickets, data until {answer.metadata.data_until.ToJsonString()}")
    settings = client.get_settings().settings
    if not settings.schedules:
        yield Finding(
            LOOK,
            "no schedule is set, so durations in working time are absent",
            "set one: supportkpi config apply --help",
        )
    else:
        names = {schedule.name for schedule in settings.schedules}
        yield Finding(
            GOOD,
            f"{len(names)} schedules, the default is {settings.default_schedule or 'none'}, days are those of "
            f"{settings.time_zone or 'UTC'}",
        )
        if not settings.default_schedule:
            yield from _teams_without_schedule(client, set(settings.team_schedules))
    issues = client.data_issues()
    total = sum(issue.count for issue in issues)
    if total:
        worst = ", ".join(f"{issue.kind} {issue.count:,}" for issue in issues[:3])
        yield Finding(LOOK, f"{total:,} records deserve a look: {worst}", "supportkpi issues tells more")
    else:
        yield Finding(GOOD, "no issues in the data")


def _teams_without_schedule(client: Client, covered: set[str]) -> Iterator[Finding]:
    answer = client.query("tickets_created", start="1970-01-01", end="2200-01-01", by=["team"])
    missing = [_name(row.keys[0]) for row in answer.rows if row.keys[0].none or row.keys[0].value not in covered]
    if missing:
        yield Finding(
            LOOK,
            f"{len(missing)} teams have no schedule: {', '.join(missing[:5])}",
            "set default_schedule, or name them under team_schedules",
        )


def _name(key: pb.Key) -> str:
    return "(no team)" if key.none else key.value
