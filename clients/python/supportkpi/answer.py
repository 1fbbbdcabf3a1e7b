"""An answer: rows with their evidence, plain dictionaries, data frames and plots, whatever layout came over the wire."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from supportkpi import columns as layouts
from supportkpi import text
from supportkpi.v1 import kpi_service_pb2 as pb

if TYPE_CHECKING:
    import pandas
    from matplotlib.figure import Figure


class Answer(Sequence[pb.Row]):
    """The answer to a question, or one page or part of it. It is a sequence of its rows."""

    def __init__(self, request: pb.QueryKpisRequest, message: pb.QueryKpisResponse) -> None:
        self.request = request
        """The question as it was sent."""
        self.message = message
        """The answer as it came."""
        self._rows: Sequence[pb.Row] | None = None
        self._totals: Sequence[pb.Row] | None = None

    @property
    def metadata(self) -> pb.AnswerMetadata:
        """How it was computed: each KPI's definition as used, range, zone, commit, up to when there is data, warnings."""
        return self.message.metadata

    @property
    def rows(self) -> Sequence[pb.Row]:
        """The rows, each with its bucket, keys and cells; a cell has the value and its evidence, or why there is none."""
        if self._rows is None:
            self._rows = self._as_rows(self.message.rows, self.message.HasField("columns"), self.message.columns)
        return self._rows

    @property
    def totals(self) -> Sequence[pb.Row]:
        """Totals: per bucket over all groups, per group over all buckets, over everything; then the subtotals."""
        if self._totals is None:
            self._totals = self._as_rows(
                self.message.totals, self.message.HasField("total_columns"), self.message.total_columns)
        return self._totals

    @staticmethod
    def _as_rows(rows: Sequence[pb.Row], has_columns: bool, columns: pb.AnswerColumns) -> Sequence[pb.Row]:
        return layouts.Rows(columns) if has_columns else rows

    @property
    def columns(self) -> pb.AnswerColumns:
        """The rows as dictionary columns."""
        if self.message.HasField("columns"):
            return self.message.columns
        return layouts.columns_of(self.rows, self.request.group_by, self.aliases)

    @property
    def total_columns(self) -> pb.AnswerColumns:
        """The totals as dictionary columns."""
        if self.message.HasField("total_columns"):
            return self.message.total_columns
        return layouts.columns_of(self.totals, self.request.group_by, self.aliases)

    @property
    def aliases(self) -> list[str]:
        """The names of the KPI columns."""
        return [selection.alias or selection.kpi for selection in self.request.kpis]

    @property
    def warnings(self) -> list[str]:
        """Remarks on the answer."""
        return list(self.metadata.warnings)

    @property
    def next_page_token(self) -> str:
        """Asks for the next page; empty on the last one. query_pages() does so by itself."""
        return self.message.next_page_token

    @property
    def value(self) -> float | None:
        """The value of an answer with one row and one KPI; None where it is absent. ValueError for any other answer."""
        if len(self.rows) != 1 or len(self.request.kpis) != 1:
            raise ValueError(f"the answer has {len(self.rows)} rows and {len(self.request.kpis)} KPIs; value is for one "
                             "row and one KPI, use rows, records() or to_dataframe()")
        cell = self.rows[0].cells[0]
        return cell.value if cell.HasField("value") else None

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __iter__(self) -> Iterator[pb.Row]:
        return iter(self.rows)

    def records(self) -> Iterator[dict[str, Any]]:
        """Each row as a dictionary: bucket (its label), start and end (in the question's zone) if there are buckets; each
        dimension (None: the facts have no value; "(other)": the groups beyond the top); each KPI by its alias (None: absent)."""
        zone = ZoneInfo(self.metadata.time_zone or "UTC")
        with_buckets = self.request.HasField("grain")
        for row in self.rows:
            record: dict[str, Any] = {}
            if with_buckets:
                record["bucket"] = row.bucket.label
                record["start"] = _local(row.bucket.start.ToDatetime(), zone)
                record["end"] = _local(row.bucket.end.ToDatetime(), zone)
            for key in row.keys:
                record[key.dimension] = None if key.none else text.key_text(key)
            for cell in row.cells:
                record[cell.kpi] = cell.value if cell.HasField("value") else None
            yield record

    def to_dataframe(self, *, evidence: bool = False, timedeltas: bool = False, none: str | None = "(none)",
                     other: str = "(other)") -> "pandas.DataFrame":
        """A data frame, one line a row; needs the extra `pandas`.

        The index is the bucket's start as a time in the question's zone where there are buckets. Dimensions are
        categories; where facts have no value they say `none` (None: NaN), and `other` for all groups beyond the top. KPIs
        are float64 in their unit, NaN where absent; durations are seconds, or Timedelta with timedeltas=True. `evidence`
        adds ALIAS.facts, ALIAS.numerator, ALIAS.denominator, ALIAS.absent_reason, and ALIAS.currency for money.
        attrs hold the metadata: units, definitions as used, range, zone, commit, data_until, warnings.
        ValueError if a dimension has a value that reads like `none` or `other`.
        """
        from supportkpi import frames
        return frames.to_dataframe(self, self.columns, evidence=evidence, timedeltas=timedeltas, none=none, other=other,
                                   with_buckets=self.request.HasField("grain"))

    def totals_to_dataframe(self, *, evidence: bool = False, timedeltas: bool = False, none: str | None = "(none)",
                            other: str = "(other)") -> "pandas.DataFrame":
        """The totals as a data frame like to_dataframe()'s. "(all)" stands where all groups of a dimension are together,
        and NaT in the index where all buckets are."""
        from supportkpi import frames
        return frames.to_dataframe(self, self.total_columns, evidence=evidence, timedeltas=timedeltas, none=none,
                                   other=other, with_buckets=self.request.HasField("grain"))

    def plot(self, *kpis: str, title: str = "", groups_max: int = 8, figure: "Figure | None" = None) -> "Figure":
        """A chart that fits the question; needs the extra `plot`.

        Buckets make lines over time, one for each group; groups make bars; two dimensions, or weekday and hour_of_day,
        make a heatmap. Each KPI has a panel of its own with its unit. `kpis` are the aliases to show (default: all);
        groups beyond `groups_max` in lines are left out, and the chart says so. `figure`: draws there instead of a new
        pyplot figure. ValueError for an answer without rows and for more than 12 panels.
        """
        from supportkpi import plotting
        return plotting.plot(self, kpis, title=title, groups_max=groups_max, figure=figure)

    def __str__(self) -> str:
        return text.table(self.rows, self.metadata)

    def __repr__(self) -> str:
        return f"<Answer: {len(self.rows)} rows of {', '.join(self.aliases)}>"


def _local(naive_utc: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    return naive_utc.replace(tzinfo=datetime.timezone.utc).astimezone(zone)
