"""Exit codes, and what each failure says on the screen."""

from __future__ import annotations

import re
import sys
from typing import Any

import click
import grpc

from supportkpi import SupportKpiError

DONE, FINDING, WRONG, UNREACHABLE, REFUSED, STATE, SERVER, LOCAL, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 7, 130
MEANINGS = (
    (DONE, "done"),
    (FINDING, "done, with a finding: rows were rejected, settings differ, doctor found a fault"),
    (WRONG, "the command, a file it was given or the question is wrong"),
    (UNREACHABLE, "the server cannot be reached, or gave no answer in time"),
    (REFUSED, "not allowed: the token is missing, wrong, or does not reach so far"),
    (STATE, "the server refused because of its state: a limit, a conflict, something to be done first"),
    (SERVER, "the server failed"),
    (LOCAL, "a local file cannot be read or written, or a package is missing"),
    (INTERRUPTED, "stopped by Ctrl-C; an import goes on when it is started again"),
)
_CODES = {
    grpc.StatusCode.INVALID_ARGUMENT: WRONG,
    grpc.StatusCode.NOT_FOUND: WRONG,
    grpc.StatusCode.OUT_OF_RANGE: WRONG,
    grpc.StatusCode.UNAVAILABLE: UNREACHABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED: UNREACHABLE,
    grpc.StatusCode.UNAUTHENTICATED: REFUSED,
    grpc.StatusCode.PERMISSION_DENIED: REFUSED,
    grpc.StatusCode.RESOURCE_EXHAUSTED: STATE,
    grpc.StatusCode.FAILED_PRECONDITION: STATE,
    grpc.StatusCode.ABORTED: STATE,
    grpc.StatusCode.ALREADY_EXISTS: STATE,
    grpc.StatusCode.UNIMPLEMENTED: STATE,
    grpc.StatusCode.CANCELLED: INTERRUPTED,
}
# Where a field of a question comes from on the command line.
_OPTIONS = {
    "filter_text": "--filter",
    "having_text": "--having",
    "range": "--last, --range, --from or --to",
    "grain": "--grain",
    "group_by": "--by",
    "top": "--top",
    "order_by": "--order-by",
    "time_zone": "--time-zone",
    "limit": "--limit",
    "subtotals": "--subtotals",
}


class Fault(Exception):
    """Something that the user can put right; the message says how."""

    def __init__(self, message: str, code: int = WRONG) -> None:
        super().__init__(message)
        self.code = code


def say(text: str) -> None:
    """A remark on standard error."""
    click.echo(plain(text), err=True)


def fail(text: str) -> None:
    """The last thing on the screen."""
    click.echo(click.style("Error: ", fg="red", bold=True) + plain(text), err=True)


def plain(text: str) -> str:
    """Without control characters, which could steer the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def _with_option(line: str) -> str:
    """Names the option that a field comes from; a near name spares the list of all names."""
    line = re.sub(r"(did you mean [^?]+\?) known are .*", r"\1", line)
    line = re.sub(
        r'(kpi "(\w+)" has no dimension "[^"]*"); it has .*', r"\1; `supportkpi dimensions \2` lists those it has", line
    )
    field = line.split(":")[0].split(".")[0].split("[")[0]
    return f"{line} ({_OPTIONS[field]})" if field in _OPTIONS else line


def explain(error: SupportKpiError) -> int:
    """Says what a failed call means and what to do; the exit code."""
    code = _CODES.get(error.code(), SERVER)
    lines = [
        f"{violation.field}: {violation.description}" if violation.field else violation.description
        for violation in error.violations
    ]
    if len(lines) > 1:
        for line in lines:
            say(f"  {_with_option(line)}")
        fail(f"the server refused {len(lines)} parts of the request, see above")
    elif code == UNREACHABLE:
        where = re.match(r"\(called (.+?)(?:\. Usual|, no answer)", error.status.hint)
        waited = error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        fail(
            f"{where[1] if where else 'the server'}: {'no answer in time' if waited else 'cannot be reached'}; "
            + (
                "wait longer with --timeout, or let `supportkpi doctor` look for the cause"
                if waited
                else "`supportkpi doctor` looks for the cause"
            )
        )
    elif code == REFUSED:
        fail(f"{error.message}; give a token by SUPPORTKPI_TOKEN, --token-file or `supportkpi context set`")
    elif code == SERVER:
        reference = error.metadata.get("reference") or error.request_id
        fail(
            f"the server failed: {error.message}" + (f"; its log has the reason under {reference}" if reference else "")
        )
    elif error.code() is grpc.StatusCode.UNIMPLEMENTED:
        fail(f"this server does not know the call ({error.message}); it is older than this client")
    else:
        wait = error.retry_after_seconds
        fail(_with_option(lines[0] if lines else error.message) + (f"; try again in {wait:g} s" if wait else ""))
    return code


def leave(code: int) -> Any:
    """Ends the program."""
    sys.stdout.flush()
    sys.exit(code)
