"""The engines that are compared. DuckDB and ClickHouse run inside a process of their own each, supportkpi as its server."""
