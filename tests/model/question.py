"""What a KPI's facts need to know of the question: the range's end, the clock, names as used."""

from . import business, calls, replay
from .catalogue import CLIPPED, KPIS, PERIOD, STATE

DEFAULT_TARGETS = {"email": 12 * 3600000, "social": 2 * 3600000, "chat": 3600000}
UNITS = {"s": 1000, "m": 60000, "h": 3600000, "d": 86400000}


class Model:
    """A data set, ready to be asked."""

    def __init__(self, data):
        self.data = data
        self.tickets = [replay.Ticket(record, data.events.get(key, []), data) for key, record in data.tickets.items()]
        self.by_name = {(ticket.source, ticket.id): ticket for ticket in self.tickets}
        self._pieces, self._calls = None, {}

    def pieces(self):
        if self._pieces is None:
            self._pieces = calls.agent_pieces(self.data)
        return self._pieces

    def calls_before(self, end):
        if end not in self._calls:
            self._calls[end] = calls.seen(self.data, end)
        return self._calls[end]


class Selection:
    """A KpiSelection with every default filled in."""

    def __init__(self, asked):
        self.id = asked["kpi"]
        self.kpi = kpi = KPIS[self.id]
        self.alias = asked.get("alias") or self.id
        self.statistic = asked.get("statistic") or (kpi.statistics[0] if kpi.statistics else "")
        self.clock = asked.get("clock") or "calendar"
        self.variant = asked.get("variant") or kpi.variants[0]
        self.anchor = asked.get("anchor") or default_anchor(self.id, self.variant)
        self.attribution = asked.get("attribution") or default_attribution(self.id, self.variant)
        self.filter = asked.get("filter")
        self.parameters = dict(kpi.parameters, **asked.get("parameters", {}))
        self.include = asked.get("include", [])
        self.mode = kpi.mode(self)


def default_anchor(kpi, variant):
    if kpi == "tickets_by_status":
        return "bucket_end" if variant == "snapshot" else "created"
    if kpi == "leg_talk_time":
        return "leg_start" if variant == "leg" else "call_start"
    return KPIS[kpi].anchors[0]


def default_attribution(kpi, variant):
    if kpi == "tickets_by_status" and variant == "snapshot":
        return "instant"
    return KPIS[kpi].attributions[0] if KPIS[kpi].attributions else ""


def parse_duration(text):
    return round(float(text[:-1]) * UNITS[text[-1]])


class Context:
    def __init__(self, model, selection, start, end):
        self.model, self.data, self.tickets = model, model.data, model.tickets
        self.selection, self.start, self.end = selection, start, end
        self.attribution, self.anchor, self.variant = selection.attribution, selection.anchor, selection.variant
        self.parameters = selection.parameters
        named = self.parameters.get("schedule")
        self.clock = (business.Clock(self.data.settings, named) if selection.clock == "business"
                      else business.Calendar())

    def milliseconds(self, name):
        return parse_duration(self.parameters[name])

    def from_queue(self):
        return self.parameters.get("from") == "queue"

    def ticket_named(self, source, ticket):
        return self.model.by_name.get((source, ticket)) if ticket else None

    def calls(self):
        return self.model.calls_before(self.end)

    def pieces(self):
        return self.model.pieces()

    def target_of(self, channel):
        if self.parameters.get("target"):
            return self.milliseconds("target")
        own = [t for t in self.data.settings.targets if t["kpi"] == self.selection.id]
        for wanted in (channel or "", ""):
            for target in own:
                if target.get("channel", "") == wanted and (wanted or target.get("channel", "") == ""):
                    return target["target_ms"]
        if self.selection.id != "first_response_within_target":
            return None
        return DEFAULT_TARGETS.get(channel)

    def facts(self, low, high):
        """The facts that lie in [low, high), or make up the state at its end."""
        kpi, mode = self.selection.kpi, self.selection.mode
        if mode == STATE:
            found = kpi.facts(self, high)
            return [f for f in found if (low <= f.at < high if f.part == "volume" else f.at == high)]
        if mode == CLIPPED:
            return kpi.facts(self, low, high)
        if not hasattr(self, "all"):
            self.all = kpi.facts(self)
        if mode == PERIOD:
            return [f for f in self.all if (low <= f.at < high if f.part == "volume" else low <= f.at and f.to <= high)]
        if self.selection.id.startswith("moved_"):
            return [pair for pair in self.all if low <= pair[0].at < high]
        return [f for f in self.all if f.at is not None and low <= f.at < high]

    def cut_periods(self, low, high):
        """Periods and costs that overlap the bucket without lying inside."""
        if not hasattr(self, "all"):
            self.all = self.selection.kpi.facts(self)
        return [f for f in self.all if f.part != "volume" and f.at < high and f.to > low and
                not (low <= f.at and f.to <= high)]
