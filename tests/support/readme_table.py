"""The README's table of KPIs from a running server's ListKpis: `readme_table.py HOST:PORT` prints it, `--write` puts it into
the README between its markers."""

from __future__ import annotations

import pathlib
import re
import sys

from supportkpi import Client
from supportkpi.v1 import kpi_service_pb2 as pb

README = pathlib.Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- kpis: begin -->", "<!-- kpis: end -->"
UNITS = {pb.UNIT_COUNT: "n", pb.UNIT_SECONDS: "s", pb.UNIT_PERCENT: "%", pb.UNIT_INDEX: "idx", pb.UNIT_MONEY: "$"}
DIRECTIONS = {pb.DIRECTION_HIGHER_IS_BETTER: "+", pb.DIRECTION_LOWER_IS_BETTER: "-", pb.DIRECTION_NEUTRAL: "."}


def table(client: Client) -> str:
    """Markdown: id, unit and direction, formula in words, anchors, variants."""
    lines = ["| id | unit | formula | dated by | variants |", "|---|---|---|---|---|"]
    for kpi in client.kpis.ListKpis(pb.ListKpisRequest()).kpis:
        lines.append(f"| {kpi.id} | {UNITS[kpi.unit]} {DIRECTIONS[kpi.direction]} | {kpi.formula.replace('|', '/')} | "
                     f"{', '.join(kpi.anchors)} | {', '.join(kpi.variants)} |")
    return "\n".join(lines)


def table_in_readme() -> str:
    """What stands between the markers."""
    found = re.search(f"{BEGIN}\n(.*?)\n{END}", README.read_text(), re.DOTALL)
    return found.group(1) if found else ""


def main() -> None:
    with Client(sys.argv[1]) as client:
        text = table(client)
    if "--write" in sys.argv:
        whole = README.read_text()
        README.write_text(re.sub(f"{BEGIN}\n.*?{END}", lambda _: f"{BEGIN}\n{text}\n{END}", whole, flags=re.DOTALL))
    else:
        print(text)


if __name__ == "__main__":
    main()
