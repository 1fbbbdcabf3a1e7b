"""The README's cookbook: its questions as requests and its answers as tables. `cookbook.py HOST:PORT` asks a server that holds
the quickstart's data and puts the answers into the README."""

from __future__ import annotations

import dataclasses
import pathlib
import re
import shlex
import sys

from google.protobuf import json_format

from supportkpi import Client
from supportkpi.text import table
from supportkpi.v1 import kpi_service_pb2 as pb

README = pathlib.Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- cookbook: begin -->", "<!-- cookbook: end -->"
ENTRY = re.compile(r"\*\*(?P<title>\d+\. .*?)\*\*\n\n    (?P<command>grpcurl [^\n]*)\n\n(?:```\n(?P<answer>.*?)\n```\n)?", re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Entry:
    """A question in words, the line that asks it, and the answer that stands below."""

    title: str
    command: str
    answer: str

    def request(self) -> pb.QueryKpisRequest:
        """The request that the line sends."""
        words = shlex.split(self.command)
        return json_format.Parse(words[words.index("-d") + 1], pb.QueryKpisRequest())


def entries(readme: str) -> list[Entry]:
    """All of the cookbook, in order."""
    part = readme[readme.index(BEGIN):readme.index(END)]
    return [Entry(found["title"], found["command"], found["answer"] or "") for found in ENTRY.finditer(part)]


def answer_text(client: Client, entry: Entry) -> str:
    """The answer as the README shows it: rows, then subtotals."""
    answer = client.kpis.QueryKpis(entry.request())
    text = table(list(answer.rows), answer.metadata)
    return text + ("\n\n" + table(list(answer.totals), answer.metadata) if answer.totals else "")


def main() -> None:
    readme = README.read_text()
    with Client(sys.argv[1]) as client:
        parts = [f"**{entry.title}**\n\n    {entry.command}\n\n```\n{answer_text(client, entry)}\n```\n"
                 for entry in entries(readme)]
    begin, end = readme.index(BEGIN) + len(BEGIN), readme.index(END)
    README.write_text(readme[:begin] + "\n" + "\n".join(parts) + readme[end:])


if __name__ == "__main__":
    main()
