"""The command `supportkpi` as a whole."""

from __future__ import annotations

import sys
from typing import Any

try:
    import click
    import dateutil  # noqa: F401
    import icalendar  # noqa: F401
    import ijson  # noqa: F401
    import rich  # noqa: F401
    import yaml  # noqa: F401
except ImportError as missing:
    sys.exit(
        f"Error: the package {missing.name} is missing; install the command line with: pip install 'supportkpi[cli]'"
    )

from supportkpi import SupportKpiError, __version__
from supportkpi.cli import exits
from supportkpi.cli.catalogue import dimensions, issues, kpis
from supportkpi.cli.completion import complete_contexts, completion
from supportkpi.cli.config_commands import config
from supportkpi.cli.context_commands import context
from supportkpi.cli.doctor import doctor
from supportkpi.cli.exits import Fault, explain, fail
from supportkpi.cli.import_command import import_group, reconcile
from supportkpi.cli.query_command import query
from supportkpi.cli.session import Session
from supportkpi.importers.item import SourceError

EXIT_CODES = "\b\nExit codes:\n" + "\n".join(f"  {code:>3}  {meaning}" for code, meaning in exits.MEANINGS)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120}, epilog=EXIT_CODES)
@click.version_option(__version__, prog_name="supportkpi")
@click.option(
    "--context",
    "-c",
    "context_name",
    envvar="SUPPORTKPI_CONTEXT",
    default="",
    shell_complete=complete_contexts,
    help="A context of `supportkpi context`. Default the current one.",
)
@click.option(
    "--endpoint",
    envvar="SUPPORTKPI_ENDPOINT",
    metavar="HOST:PORT",
    help="The server; grpcs://HOST:PORT for TLS. Default 127.0.0.1:50051.",
)
@click.option("--tenant", envvar="SUPPORTKPI_TENANT", help='Whose data. Default the token\'s tenant, else "default".')
@click.option(
    "--token-file",
    envvar="SUPPORTKPI_TOKEN_FILE",
    help="File that holds the token; SUPPORTKPI_TOKEN gives it directly.",
)
@click.option("--token", envvar="SUPPORTKPI_TOKEN", hidden=True)
@click.option(
    "--ca-file", envvar="SUPPORTKPI_CA_FILE", help="PEM file of the authority that signed the server's certificate."
)
@click.option("--client-certificate-file", envvar="SUPPORTKPI_CLIENT_CERTIFICATE_FILE", hidden=True)
@click.option("--client-key-file", envvar="SUPPORTKPI_CLIENT_KEY_FILE", hidden=True)
@click.option("--server-name", envvar="SUPPORTKPI_SERVER_NAME", hidden=True)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for an answer.",
)
@click.option("--color/--no-color", default=None, help="Default: on a terminal, unless NO_COLOR is set.")
@click.pass_context
def cli(ctx: click.Context, /, context_name: str, timeout: float, color: bool | None, **given: str | None) -> None:
    """Any support KPI, exactly: ask a supportkpi server, import from help desks, look after its settings."""
    ctx.obj = Session(context_name, given, timeout, color)
    ctx.color = color


for command in (query, kpis, dimensions, import_group, reconcile, config, context, issues, doctor, completion):
    cli.add_command(command)


def run(arguments: list[str] | None = None) -> int:
    """The exit code of a command line. Faults of users end in one line, never in a trace."""
    try:
        code: Any = cli.main(arguments, prog_name="supportkpi", standalone_mode=False)
        return code if isinstance(code, int) else exits.DONE
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        return exits.LOCAL if isinstance(error, click.FileError) else exits.WRONG
    except (click.Abort, KeyboardInterrupt):
        fail("stopped")
        return exits.INTERRUPTED
    except SupportKpiError as error:
        return explain(error)
    except Fault as error:
        fail(str(error))
        return error.code
    except SourceError as error:
        fail(str(error))
        return exits.WRONG
    except BrokenPipeError:
        # The reader of a pipe has seen enough.
        sys.stdout = open("/dev/null", "w", encoding="utf-8")  # noqa: SIM115  # so that the end does not flush into it
        return exits.DONE
    except OSError as error:
        fail(f"{error.filename or 'a file'}: {error.strerror or error}")
        return exits.LOCAL


def main() -> None:
    """Entry point."""
    exits.leave(run())
