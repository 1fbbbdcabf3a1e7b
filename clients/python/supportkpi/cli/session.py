"""What every command shares: the server it talks to, and how it writes to the terminal."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import sys
from collections.abc import Callable
from typing import Any

import click
from rich.console import Console, RenderableType

from supportkpi import Client, Tls
from supportkpi.cli.contexts import DEFAULT_ENDPOINT, FIELDS, Context, ContextFile
from supportkpi.cli.exits import LOCAL, Fault

WIDE = 200


@dataclasses.dataclass
class Session:
    """The options before the command, and what comes of them."""

    context_name: str = ""
    given: dict[str, str | None] = dataclasses.field(default_factory=dict)
    timeout_seconds: float = 30.0
    color: bool | None = None

    def console(self, stderr: bool = False) -> Console:
        """Standard output, as wide as the terminal; wide enough for every column where it is none."""
        stream = sys.stderr if stderr else sys.stdout
        width = None if stream.isatty() or os.environ.get("COLUMNS") else WIDE
        return Console(
            stderr=stderr,
            width=width,
            no_color=self.color is False,
            highlight=False,
            force_terminal=True if self.color else None,
        )

    def show(self, *renderables: RenderableType) -> None:
        """Prints tables; where no terminal fills its lines, without spaces at their ends."""
        console = self.console()
        for renderable in renderables:
            if console.is_terminal:
                console.print(renderable)
                continue
            with console.capture() as captured:
                console.print(renderable)
            click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))

    def context(self) -> Context:
        """Where to go: options and environment over the context over the default."""
        stored = ContextFile.read()
        name = self.context_name or stored.current
        base = stored.named(name) if name else Context()
        found = base.overlaid(**self.given)
        if self.given.get("token"):
            found.token_file = ""
        elif self.given.get("token_file"):
            found.token = ""
        return found.overlaid(endpoint=found.endpoint or DEFAULT_ENDPOINT)

    def client(self, timeout_seconds: float | None = None) -> Client:
        """A client of the context's server."""
        context = self.context()
        token: str | Callable[[], str] | None = context.token or None
        if context.token_file:
            path = pathlib.Path(context.token_file).expanduser()
            _read(path)  # a wrong path is to be told at once
            token = lambda: _read(path)  # noqa: E731  # a token that is renewed is read again
        tls = None
        if context.ca_file or context.client_certificate_file or context.server_name:
            tls = Tls(
                ca_certificate=_existing(context.ca_file),
                client_certificate=_existing(context.client_certificate_file),
                client_key=_existing(context.client_key_file),
                server_name=context.server_name,
            )
        try:
            return Client(
                context.endpoint,
                tenant=context.tenant,
                token=token,
                tls=tls,
                timeout_seconds=timeout_seconds or self.timeout_seconds,
            )
        except ValueError as error:
            raise Fault(str(error)) from None
        except OSError as error:
            raise Fault(f"a certificate cannot be read: {error}", LOCAL) from None


def _read(path: pathlib.Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(f"the token file {path} cannot be read: {error}", LOCAL) from None


def _existing(path: str) -> str | None:
    if path and not pathlib.Path(path).expanduser().is_file():
        raise Fault(f'"{path}" does not exist; give the path of a PEM file', LOCAL)
    return path or None


def session_of(context: click.Context) -> Session:
    """The session of a command; while a line is being completed, that of the options before it."""
    found: Any = context.find_object(Session)
    if found:
        return found  # type: ignore[no-any-return]
    params = dict(context.find_root().params)
    name = params.pop("context_name", None) or ""
    return Session(name, {field: params.get(field) for field in FIELDS})


pass_session = click.make_pass_decorator(Session, ensure=True)
