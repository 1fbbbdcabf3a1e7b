"""What a question of the bench is: one for supportkpi and the same in SQL."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from dialect import Dialect


@dataclasses.dataclass(frozen=True)
class Question:
    """`sql` gives one statement or several; a statement's first columns are the bucket (where the request has a grain) and the
    keys of group_by in their order, the others are called as the KPIs' aliases. Several statements are joined by their keys."""

    name: str
    title: str
    request: dict[str, Any]
    sql: Callable[[Dialect], str | list[str]]
    # No partial that could reasonably be stored answers it: percentiles, many groupings or filters, odd ranges, distinct.
    is_ad_hoc: bool = False

    @property
    def has_buckets(self) -> bool:
        return "grain" in self.request

    @property
    def key_count(self) -> int:
        return int(self.has_buckets) + len(self.request.get("group_by", []))

    @property
    def aliases(self) -> list[str]:
        return [kpi.get("alias", kpi["kpi"]) for kpi in self.request["kpis"]]

    def statements(self, dialect: Dialect) -> list[str]:
        sql = self.sql(dialect)
        return [sql] if isinstance(sql, str) else sql


def kpi(name: str, alias: str = "", **options: Any) -> dict[str, Any]:
    return {"kpi": name, **({"alias": alias} if alias else {}), **options}


def request(kpis: list[dict[str, Any]], start: str, end: str, grain: str = "", group_by: tuple[str, ...] = (),
            **options: Any) -> dict[str, Any]:
    """A QueryKpisRequest. start and end as dialect.at takes them, UTC."""

    def instant(text: str) -> str:
        return (text if ":" in text else f"{text} 00:00:00").replace(" ", "T") + "Z"

    asked: dict[str, Any] = {"kpis": kpis, "range": {"start": instant(start), "end": instant(end)}, **options}
    if grain:
        asked["grain"] = {"unit": f"GRAIN_UNIT_{grain.upper()}"}
    if group_by:
        asked["group_by"] = list(group_by)
    return asked
