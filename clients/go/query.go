package supportkpi

import (
	"math"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

// Selection is one KPI of a question. Make it with KPI; its methods return changed copies.
type Selection struct {
	message *supportkpiv1.KpiSelection
}

// KPI selects a KPI by its id, such as "first_response_time", with the defaults of its definition.
func KPI(id string) Selection { return Selection{&supportkpiv1.KpiSelection{Kpi: id}} }

// KPIs selects several KPIs with the defaults of their definitions.
func KPIs(ids ...string) []Selection {
	selections := make([]Selection, len(ids))
	for i, id := range ids {
		selections[i] = KPI(id)
	}
	return selections
}

func (s Selection) change(change func(*supportkpiv1.KpiSelection)) Selection {
	message := proto.CloneOf(s.message)
	if message == nil {
		message = &supportkpiv1.KpiSelection{}
	}
	change(message)
	return Selection{message}
}

// As names the KPI's column in the answer. Default: the KPI's id. Unique in a question.
func (s Selection) As(alias string) Selection {
	return s.change(func(m *supportkpiv1.KpiSelection) { m.Alias = alias })
}

// Statistic is mean, sum, min, max, stddev, median or a percentile such as "p90". Default: the KPI's first.
func (s Selection) Statistic(statistic string) Selection {
	return s.change(func(m *supportkpiv1.KpiSelection) { m.Statistic = statistic })
}

// Percentile is Statistic("p90") for 90, "p99.9" for 99.9.
func (s Selection) Percentile(percentile float64) Selection {
	return s.Statistic("p" + strconv.FormatFloat(percentile, 'f', -1, 64))
}

// InBusinessHours measures durations in working time, by the schedule in force. Default: every second counts.
func (s Selection) InBusinessHours() Selection {
	return s.change(func(m *supportkpiv1.KpiSelection) { m.Clock = supportkpiv1.Clock_CLOCK_BUSINESS })
}

// Anchor is the moment that dates the KPI's facts, such as "created" or "resolution". Default: the KPI's first.
func (s Selection) Anchor(anchor string) Selection {
	return s.change(func(m *supportkpiv1.KpiSelection) { m.Anchor = anchor })
}

// Variant chooses among the variants of the definition. Default: the KPI's first.
func (s Selection) Variant(variant string) Selection {
	return s.change(func(m *supportkpiv1.KpiSelection) { m.Variant = variant })
}

// Attribution says which agents and teams are credited. Default: the KPI's first.
func (s Selection) Attribution(attribution string) Selection {
	return s.change(func(m *supportkpiv1.KpiSelection) { m.Attribution = attribution })
}

// Where keeps only facts for which the filter holds, on top of the question's own filter.
func (s Selection) Where(filter Filter) Selection {
	return s.change(func(m *supportkpiv1.KpiSelection) { m.Filter = filter.Proto() })
}

// WhereText is Where in the filter language of the API.
func (s Selection) WhereText(filter string) Selection {
	return s.change(func(m *supportkpiv1.KpiSelection) { m.FilterText = filter })
}

// Parameter sets a parameter that the definition lists; durations as "90s", "15m", "12h", "7d".
func (s Selection) Parameter(name, value string) Selection {
	return s.change(func(m *supportkpiv1.KpiSelection) {
		if m.Parameters == nil {
			m.Parameters = map[string]string{}
		}
		m.Parameters[name] = value
	})
}

// Include counts facts that a rule leaves out otherwise: deleted, spam, test, merged.
func (s Selection) Include(rules ...string) Selection {
	return s.change(func(m *supportkpiv1.KpiSelection) { m.Include = append(m.Include, rules...) })
}

// Grain is a unit of the civil calendar, for the buckets of an answer.
type Grain = supportkpiv1.GrainUnit

// The grains.
const (
	Minute        Grain = supportkpiv1.GrainUnit_GRAIN_UNIT_MINUTE
	Hour          Grain = supportkpiv1.GrainUnit_GRAIN_UNIT_HOUR
	Day           Grain = supportkpiv1.GrainUnit_GRAIN_UNIT_DAY
	Week          Grain = supportkpiv1.GrainUnit_GRAIN_UNIT_WEEK
	Month         Grain = supportkpiv1.GrainUnit_GRAIN_UNIT_MONTH
	Quarter       Grain = supportkpiv1.GrainUnit_GRAIN_UNIT_QUARTER
	Year          Grain = supportkpiv1.GrainUnit_GRAIN_UNIT_YEAR
	FiscalQuarter Grain = supportkpiv1.GrainUnit_GRAIN_UNIT_FISCAL_QUARTER
	FiscalYear    Grain = supportkpiv1.GrainUnit_GRAIN_UNIT_FISCAL_YEAR
)

// Query is a question: KPIs over one range of time, grouped and filtered. Make it with NewQuery; its methods return changed
// copies, so one question can be the beginning of several. Whether it can be asked is the server's to say: Client.Validate.
type Query struct {
	message *supportkpiv1.QueryKpisRequest
}

// NewQuery asks for KPIs, 1 to 64. A range has to follow: During or Between.
func NewQuery(kpis ...Selection) Query {
	message := &supportkpiv1.QueryKpisRequest{}
	for _, kpi := range kpis {
		message.Kpis = append(message.Kpis, proto.CloneOf(kpi.message))
	}
	return Query{message}
}

// QueryFromProto takes a question as the API has it. The message is copied.
func QueryFromProto(message *supportkpiv1.QueryKpisRequest) Query {
	return Query{proto.CloneOf(message)}
}

// Proto is the question as the API has it.
func (q Query) Proto() *supportkpiv1.QueryKpisRequest {
	if q.message == nil {
		return &supportkpiv1.QueryKpisRequest{}
	}
	return proto.CloneOf(q.message)
}

func (q Query) change(change func(*supportkpiv1.QueryKpisRequest)) Query {
	message := q.Proto()
	change(message)
	return Query{message}
}

// During is the range in words, such as "last_30_days", "2026-03", "2026-Q1", "month_to_date" or "2026-01..yesterday", read by
// the server's clock in the question's zone. It replaces Between.
func (q Query) During(words string) Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) { m.Range = &supportkpiv1.TimeRange{Words: words} })
}

// Between is the range [start, end). It replaces During.
func (q Query) Between(start, end time.Time) Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) {
		m.Range = &supportkpiv1.TimeRange{Start: timestamppb.New(start), End: timestamppb.New(end)}
	})
}

// InZone is the IANA zone of days, weeks and months, such as "Europe/Berlin". Default: the tenant's, else UTC.
func (q Query) InZone(zone string) Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) { m.TimeZone = zone })
}

// Every cuts the range into buckets of one unit: Every(Month). Default: the whole range is one bucket.
func (q Query) Every(unit Grain) Query { return q.EveryN(1, unit) }

// EveryN cuts the range into buckets of several units: EveryN(15, Minute).
func (q Query) EveryN(count int, unit Grain) Query {
	return q.grain(func(m *supportkpiv1.Grain) { m.Unit, m.Count = unit, saturated(count) })
}

// WeeksFrom is the day on which weeks begin. Default: Monday.
func (q Query) WeeksFrom(day time.Weekday) Query {
	return q.grain(func(m *supportkpiv1.Grain) { m.FirstWeekday = weekday(day) })
}

// FiscalYearFrom is the first month of the fiscal year. Default: the tenant's, else January.
func (q Query) FiscalYearFrom(month time.Month) Query {
	return q.grain(func(m *supportkpiv1.Grain) { m.FiscalFirstMonth = int32(month) })
}

// Origin is a local date and time that is a boundary between buckets, such as "2026-01-02T17:00".
func (q Query) Origin(local string) Query {
	return q.grain(func(m *supportkpiv1.Grain) { m.Origin = local })
}

func (q Query) grain(change func(*supportkpiv1.Grain)) Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) {
		if m.Grain == nil {
			m.Grain = &supportkpiv1.Grain{}
		}
		change(m.Grain)
	})
}

func weekday(day time.Weekday) supportkpiv1.Weekday {
	if day == time.Sunday {
		return supportkpiv1.Weekday_WEEKDAY_SUNDAY
	}
	return supportkpiv1.Weekday(day)
}

// By groups by dimensions, at most 8, such as "channel", "customer.segment", "hour_of_day", "attributes.region". It replaces
// the dimensions named before.
func (q Query) By(dimensions ...string) Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) { m.GroupBy = append([]string(nil), dimensions...) })
}

// Where keeps only facts for which the filter holds. It replaces the filter named before.
func (q Query) Where(filter Filter) Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) { m.Filter = filter.Proto() })
}

// WhereText is the same in the filter language of the API: `channel = "email" AND NOT priority = "low"`. Where and WhereText
// both given: both must hold. Texts that come from users belong into Where, which needs no quoting.
func (q Query) WhereText(filter string) Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) { m.FilterText = filter })
}

// Having keeps only rows for which the filter holds. Its fields are aliases, ALIAS.facts, ALIAS.numerator, ALIAS.denominator.
func (q Query) Having(filter Filter) Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) { m.Having = filter.Proto() })
}

// HavingText is Having in the filter language: `csat < 80 AND csat.facts >= 20`.
func (q Query) HavingText(filter string) Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) { m.HavingText = filter })
}

// Top keeps the best groups by the first KPI, and one row of all others together. TopBy can be told more.
func (q Query) Top(count int) Query { return q.TopBy(&supportkpiv1.Top{Count: saturated(count)}) }

// TopBy keeps the first groups by one KPI.
func (q Query) TopBy(top *supportkpiv1.Top) Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) { m.Top = proto.CloneOf(top) })
}

// WithTotals asks for totals too: over all groups and over all buckets, computed from the facts.
func (q Query) WithTotals() Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) { m.Totals = true })
}

// WithSubtotal asks for subtotals over all but these dimensions, for each bucket. They stand among the totals of the answer.
func (q Query) WithSubtotal(dimensions ...string) Query {
	return q.subtotal(&supportkpiv1.Subtotal{GroupBy: dimensions})
}

// WithRangeSubtotal asks for subtotals over all but these dimensions, for the whole range.
func (q Query) WithRangeSubtotal(dimensions ...string) Query {
	return q.subtotal(&supportkpiv1.Subtotal{GroupBy: dimensions, OverBuckets: true})
}

func (q Query) subtotal(subtotal *supportkpiv1.Subtotal) Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) { m.Subtotals = append(m.Subtotals, proto.CloneOf(subtotal)) })
}

// Ascending orders the rows by "bucket", a dimension or an alias. Several columns: the first one called first. Absent values come
// last. Default order: bucket, then keys.
func (q Query) Ascending(column string) Query {
	return q.order(column, supportkpiv1.OrderDirection_ORDER_DIRECTION_ASCENDING)
}

// Descending is Ascending the other way round; absent values come last all the same.
func (q Query) Descending(column string) Query {
	return q.order(column, supportkpiv1.OrderDirection_ORDER_DIRECTION_DESCENDING)
}

func (q Query) order(column string, direction supportkpiv1.OrderDirection) Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) {
		m.OrderBy = append(m.OrderBy, &supportkpiv1.OrderBy{Column: column, Direction: direction})
	})
}

// Limit keeps the first rows after ordering. The metadata say how many there were. 0: all.
func (q Query) Limit(rows int) Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) { m.Limit = saturated(rows) })
}

// Sparse leaves out buckets without facts. Default: every bucket for every group that occurs.
func (q Query) Sparse() Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) { m.BucketFill = supportkpiv1.BucketFill_BUCKET_FILL_SPARSE })
}

// OfTenant asks about another tenant than the client's.
func (q Query) OfTenant(tenant string) Query {
	return q.change(func(m *supportkpiv1.QueryKpisRequest) { m.Tenant = tenant })
}

// saturated keeps a number that is far too large far too large, so that the server refuses it.
func saturated(number int) int32 {
	return int32(min(max(number, math.MinInt32), math.MaxInt32))
}
