"""supportkpi: any support KPI, exactly, from a gRPC metrics service."""

from supportkpi.client import Client, ImportSummary, instant

__all__ = ["Client", "ImportSummary", "instant"]
