"""A long answer in parts that goes on where it broke. No I/O here."""

from __future__ import annotations

from supportkpi.answer import Answer
from supportkpi.v1 import kpi_service_pb2 as pb

METHOD = "/supportkpi.v1.KpiService/StreamQueryKpis"


class StreamedQuery:
    """One question asked by StreamQueryKpis: what to send at first and after a break."""

    def __init__(self, request: pb.QueryKpisRequest, rows_per_message: int) -> None:
        self._query = request
        self._rows_per_message = rows_per_message
        self._resume_token = ""

    def request(self) -> pb.StreamQueryKpisRequest:
        """Asks for all parts after those that were taken."""
        return pb.StreamQueryKpisRequest(query=self._query, resume_token=self._resume_token,
                                         rows_per_message=self._rows_per_message)

    def take(self, part: pb.StreamQueryKpisResponse) -> Answer:
        """A part that arrived."""
        self._resume_token = part.resume_token
        return Answer(self._query, part.part)
