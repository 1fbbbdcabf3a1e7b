"""Says what a question must answer: cells found by their keys, compared with figures that others computed."""

from __future__ import annotations

import math

from supportkpi import Client
from supportkpi.v1 import kpi_service_pb2 as pb


def kpi(name: str, **fields: object) -> pb.KpiSelection:
    """A selection with options."""
    return pb.KpiSelection(kpi=name, **fields)


class Expectations:
    """Asks one tenant over one range and collects what differs."""

    def __init__(self, client: Client, start: str, end: str) -> None:
        self._client = client
        self._start, self._end = start, end
        self.compared = 0
        self.differences: list[str] = []

    def check(self, what: str, selection: pb.KpiSelection, expected: dict[tuple[str, ...], float | None],
              by: tuple[str, ...] = (), grain: str = "", **fields: object) -> None:
        """`expected` maps (bucket label if there is a grain, then the keys' values; "none" for none) to the value."""
        answer = self._client.query(selection, start=self._start, end=self._end, by=by, grain=grain, **fields)
        found = {}
        for row in answer.rows:
            name = ((row.bucket.label,) if grain else ()) + tuple("none" if k.none else k.value for k in row.keys)
            found[name] = row.cells[0].value if row.cells[0].HasField("value") else None
        for name, value in expected.items():
            self.compared += 1
            actual = found.get(name)
            same = actual is None if value is None else actual is not None and math.isclose(
                actual, value, rel_tol=1e-9, abs_tol=1e-9)
            if not same:
                self.differences.append(f"{what} {name}: expected {value}, got {actual}")

    def check_total(self, what: str, selection: pb.KpiSelection, value: float | None, **fields: object) -> None:
        """One figure for the whole range."""
        self.check(what, selection, {(): value}, **fields)

    def assert_none_differ(self) -> None:
        """Fails with the first differences."""
        print(f"{self.compared} figures compared")
        assert self.compared > 0
        assert not self.differences, "\n".join(self.differences[:20])
