"""An independent, literal model of the KPIs: rows of plain dicts in, answers out. It shares no code with the engine."""
