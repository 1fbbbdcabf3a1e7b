"""Fills a server with the demo help desk's year and prints a report: python -m supportkpi.demo --target HOST:PORT."""

from __future__ import annotations

import argparse
import sys
import time

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from supportkpi.client import Client
from supportkpi.demo import profile, report, year
from supportkpi.demo.settings import settings
from supportkpi.importing import ImportSummary

# Records of the year at scale 1: what the progress bar goes up to.
RECORDS = 148_640


def _import(client: Client, arguments: argparse.Namespace, console: Console) -> ImportSummary:
    stream_id = f"demo-{arguments.seed}-{arguments.scale}"
    begin = time.monotonic()
    columns = (TextColumn("Importing"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("import", total=int(RECORDS * arguments.scale) if arguments.scale == 1 else None)

        def advance(done: int, summary: ImportSummary) -> None:
            progress.update(task, completed=done)

        summary = client.import_records(year.records(arguments.seed, arguments.scale), stream_id=stream_id,
                                        on_progress=advance)
    seconds = time.monotonic() - begin
    console.print(f"Imported {summary.accepted + summary.replaced:,} records of {profile.YEAR} in {seconds:.0f} s, "
                  f"{len(summary.rejected)} rejected.")
    for rejected in summary.rejected[:3]:
        console.print(f"  {rejected}")
    return summary


def main() -> int:
    """Imports, prints the report; 0 when nothing was rejected."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", default="127.0.0.1:50051", help="the server's address")
    parser.add_argument("--tenant", default="", help="the tenant; default: the server's default")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same year")
    parser.add_argument("--scale", type=float, default=1.0, help="1 is 50,000 tickets")
    arguments = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 150)
    with Client(arguments.target, tenant=arguments.tenant) as client:
        client.wait_until_ready()
        client.update_settings(settings())
        summary = _import(client, arguments, console)
        report.print_report(client, console)
    return 1 if summary.rejected else 0


if __name__ == "__main__":
    sys.exit(main())
