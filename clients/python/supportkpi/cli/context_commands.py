"""supportkpi context: named servers."""

from __future__ import annotations

from typing import Any

import click
from rich.table import Table

from supportkpi.cli.completion import complete_contexts
from supportkpi.cli.contexts import Context, ContextFile, config_path
from supportkpi.cli.exits import Fault
from supportkpi.cli.session import Session, pass_session


@click.group("context")
def context() -> None:
    """Name servers, and choose among them.

    They are kept in ~/.config/supportkpi/config.yaml, or under XDG_CONFIG_HOME. SUPPORTKPI_ENDPOINT, SUPPORTKPI_TENANT,
    SUPPORTKPI_TOKEN, SUPPORTKPI_TOKEN_FILE and SUPPORTKPI_CONTEXT go before the file, options before both.
    """


@context.command("list")
@pass_session
def list_contexts(session: Session) -> None:
    """List the contexts; the current one has a star."""
    stored = ContextFile.read()
    if not stored.contexts:
        click.echo("there are no contexts; make one with `supportkpi context set NAME --endpoint HOST:PORT`")
        return
    shown = Table("", "name", "endpoint", "tenant", "token", header_style="bold")
    for name, one in sorted(stored.contexts.items()):
        token = f"in {one.token_file}" if one.token_file else "stored" if one.token else ""
        shown.add_row("*" if name == stored.current else "", name, one.endpoint, one.tenant or "(default)", token)
    session.show(shown)


@context.command("set")
@click.argument("name")
@click.option("--endpoint", help="HOST:PORT, grpc://HOST:PORT (plain text) or grpcs://HOST:PORT (TLS).")
@click.option("--tenant", help="Whose data; empty is the token's tenant.")
@click.option("--token-file", help="File that holds the token; read at each call, so it can be renewed.")
@click.option("--token-prompt", is_flag=True, help="Ask for the token and store it in the configuration (mode 600).")
@click.option("--ca-file", help="PEM file of the authority that signed the server's certificate.")
@click.option("--client-certificate-file", help="PEM file of the client's certificate, for mutual TLS.")
@click.option("--client-key-file", help="PEM file of its key.")
@click.option("--server-name", help="The name in the server's certificate, if it is not that of the endpoint.")
def set_context(name: str, token_prompt: bool, **given: str | None) -> None:
    """Make a context, or change what is given of it; an empty value takes it away. The first one becomes the current one."""
    stored = ContextFile.read()
    one = stored.contexts.get(name, Context())
    for field, value in given.items():
        if value is not None:
            setattr(one, field, value)
    if token_prompt:
        one.token, one.token_file = click.prompt("token", hide_input=True).strip(), ""
    elif given["token_file"]:
        one.token = ""
    if not one.endpoint:
        raise Fault(f'context "{name}" needs --endpoint, such as kpi.example.com:50051')
    stored.contexts[name] = one
    stored.current = stored.current or name
    stored.write()
    click.echo(f'context "{name}" is set in {config_path()}')


@context.command("use")
@click.argument("name", shell_complete=complete_contexts)
def use_context(name: str) -> None:
    """Make a context the current one."""
    stored = ContextFile.read()
    stored.named(name)
    stored.current = name
    stored.write()
    click.echo(f'now "{name}"')


@context.command("show")
@click.argument("name", default="", shell_complete=complete_contexts)
@pass_session
def show_context(session: Session, name: str) -> None:
    """Show what commands would use: environment and options counted in, tokens hidden."""
    if name:
        session.context_name = name
    found: dict[str, Any] = session.context().as_mapping()
    for field, value in found.items():
        click.echo(f"{field}: {'(hidden)' if field == 'token' else value}")


@context.command("delete")
@click.argument("name", shell_complete=complete_contexts)
def delete_context(name: str) -> None:
    """Delete a context."""
    stored = ContextFile.read()
    stored.named(name)
    del stored.contexts[name]
    if stored.current == name:
        stored.current = ""
    stored.write()
    click.echo(f'context "{name}" is deleted')
