"""Shell completion: the script for the shell, and the names that only the server knows."""

from __future__ import annotations

from typing import Any

import click
import grpc
from click.shell_completion import CompletionItem, get_completion_class

from supportkpi.cli.contexts import ContextFile
from supportkpi.cli.exits import Fault
from supportkpi.cli.session import session_of

ANSWER_SECONDS = 2.0


def complete_kpis(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """KPI ids, with their titles."""
    alias, equals, begun = incomplete.rpartition("=")
    return [
        CompletionItem(f"{alias}{equals}{kpi.id}", help=kpi.title)
        for kpi in _asked(context, lambda client: client.list_kpis())
        if kpi.id.startswith(begun)
    ]


def complete_dimensions(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Dimensions of the KPIs that stand on the line already."""
    before, comma, begun = incomplete.rpartition(",")
    found = {name for kpi in _asked(context, lambda client: client.list_kpis()) for name in kpi.dimensions}
    return [CompletionItem(f"{before}{comma}{name}") for name in sorted(found) if name.startswith(begun)]


def complete_contexts(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of contexts."""
    try:
        return [CompletionItem(name) for name in sorted(ContextFile.read().contexts) if name.startswith(incomplete)]
    except Fault:
        return []


def _asked(context: click.Context, ask: Any) -> Any:
    """What the server says; nothing if it does not answer soon, since a prompt must not hang."""
    try:
        with session_of(context).client(ANSWER_SECONDS) as client:
            return ask(client)
    except (Fault, grpc.RpcError):
        return []


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell.

    \b
      bash:  supportkpi completion bash > ~/.local/share/bash-completion/completions/supportkpi
      zsh:   supportkpi completion zsh > ~/.zfunc/_supportkpi   (with ~/.zfunc in fpath)
      fish:  supportkpi completion fish > ~/.config/fish/completions/supportkpi.fish
    """
    from supportkpi.cli.main import cli

    found = get_completion_class(shell)
    assert found
    click.echo(found(cli, {}, "supportkpi", "_SUPPORTKPI_COMPLETE").source())
