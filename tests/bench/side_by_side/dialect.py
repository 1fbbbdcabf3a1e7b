"""What the questions need to say differently in DuckDB's and in ClickHouse's SQL. In ClickHouse an instant that is not is 1970
(its guide advises against Nullable), a number that is not is -1; in DuckDB both are NULL."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Dialect:
    name: str

    @property
    def is_duckdb(self) -> bool:
        return self.name == "duckdb"

    def at(self, text: str) -> str:
        """An instant, such as 2025-01-01 or 2025-01-01 12:30:00.250."""
        text = text if ":" in text else f"{text} 00:00:00"
        return f"timestamp '{text}'" if self.is_duckdb else f"toDateTime64('{text}', 3, 'UTC')"

    def within(self, column: str, start: str, end: str) -> str:
        return f"{column} >= {self.at(start)} and {column} < {self.at(end)}"

    def day(self, column: str) -> str:
        return f"cast({column} as date)" if self.is_duckdb else f"toDate({column})"

    def week(self, column: str) -> str:
        return f"date_trunc('week', {column})" if self.is_duckdb else f"toMonday({column})"

    def month(self, column: str) -> str:
        return f"date_trunc('month', {column})" if self.is_duckdb else f"toStartOfMonth({column})"

    def quarter(self, column: str) -> str:
        return f"date_trunc('quarter', {column})" if self.is_duckdb else f"toStartOfQuarter({column})"

    def later(self, date: str, unit: str) -> str:
        """The date of the next day, week or month."""
        return f"({date} + interval 1 {unit})"

    def is_set(self, instant: str) -> str:
        return f"{instant} is not null" if self.is_duckdb else f"{instant} > toDateTime64(0, 3, 'UTC')"

    def has_customer(self, column: str = "customer") -> str:
        return f"{column} is not null" if self.is_duckdb else f"{column} >= 0"

    def ms(self, instant: str) -> str:
        """Milliseconds since 1970."""
        return f"epoch_ms({instant})" if self.is_duckdb else f"toUnixTimestamp64Milli({instant})"

    def seconds(self, begin: str, end: str) -> str:
        return f"({self.ms(end)} - {self.ms(begin)}) / 1000.0"

    def slot(self, schedule: str, instant: str) -> str:
        """The key of work_hours: see tables.py."""
        hour = f"{self.ms(instant)} // 3600000" if self.is_duckdb else f"intDiv({self.ms(instant)}, 3600000)"
        cast = f"cast({hour} as integer)" if self.is_duckdb else f"toInt32({hour})"
        return f"2 * {cast} + {schedule}"

    def count_if(self, condition: str) -> str:
        return f"count(*) filter (where {condition})" if self.is_duckdb else f"countIf({condition})"

    def average_if(self, value: str, condition: str) -> str:
        return f"avg({value}) filter (where {condition})" if self.is_duckdb else f"avgIf({value}, {condition})"

    def quantile(self, share: float, value: str) -> str:
        return f"quantile_cont({value}, {share})" if self.is_duckdb else f"quantileExactInclusive({share})({value})"

    def quantile_if(self, share: float, value: str, condition: str) -> str:
        if self.is_duckdb:
            return f"quantile_cont({value}, {share}) filter (where {condition})"
        return f"quantileExactInclusiveIf({share})({value}, {condition})"

    def quantiles(self, shares: list[float], value: str, names: list[str]) -> str:
        """Several of one value, as columns."""
        return ", ".join(f"{self.quantile(share, value)} as {name}" for share, name in zip(shares, names, strict=True))

    def distinct(self, value: str) -> str:
        return f"count(distinct {value})" if self.is_duckdb else f"uniqExact({value})"

    def previous(self, value: str, partition: str, order: str) -> str:
        """The value of the row before; NULL at the first one."""
        over = f"partition by {partition} order by {order}"
        if self.is_duckdb:
            return f"lag({value}) over ({over})"
        return f"lagInFrame(toNullable({value})) over ({over} rows between 1 preceding and current row)"

    def hour_and_weekday(self, instant: str, zone: str) -> tuple[str, str]:
        """Hour 0 to 23 and weekday 1 (Monday) to 7 by a zone's clock."""
        if self.is_duckdb:
            local = f"timezone('{zone}', timezone('UTC', {instant}))"
            return f"hour({local})", f"isodow({local})"
        return f"toHour({instant}, '{zone}')", f"toDayOfWeek({instant}, 0, '{zone}')"

    def hour(self, instant: str) -> str:
        return f"hour({instant})" if self.is_duckdb else f"toHour({instant})"

    def worked_ms(self, hour_row: str, instant: str) -> str:
        """Working time before an instant, given the row of work_hours for its hour."""
        return f"{hour_row}.worked_ms + {hour_row}.open * ({self.ms(instant)} - {hour_row}.hour_ms)"


DUCKDB = Dialect("duckdb")
CLICKHOUSE = Dialect("clickhouse")
