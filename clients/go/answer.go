package supportkpi

import (
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"

	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

// Answer is the answer to a question, or a page of it. Rows and columns, the two layouts of the API, look the same here.
type Answer struct {
	response     *supportkpiv1.QueryKpisResponse
	rows, totals table
}

// table is a list of rows in either layout.
type table interface {
	size() int
	row(index int) Row
}

// NewAnswer reads an answer as the API has it. An error says that the message contradicts itself.
func NewAnswer(response *supportkpiv1.QueryKpisResponse) (*Answer, error) {
	metadata := response.GetMetadata()
	return newAnswer(response, decoding{zone: zoneOf(metadata.GetTimeZone()), units: unitsOf(metadata)})
}

// decoding is what rows need besides the message that they stand in.
type decoding struct {
	zone  *time.Location
	units map[string]supportkpiv1.Unit
}

func newAnswer(response *supportkpiv1.QueryKpisResponse, decoding decoding) (*Answer, error) {
	answer := &Answer{response: response}
	var err error
	if answer.rows, err = newTable(response.GetRows(), response.GetColumns(), decoding); err != nil {
		return nil, fmt.Errorf("supportkpi: columns: %w", err)
	}
	if answer.totals, err = newTable(response.GetTotals(), response.GetTotalColumns(), decoding); err != nil {
		return nil, fmt.Errorf("supportkpi: total_columns: %w", err)
	}
	return answer, nil
}

func newTable(rows []*supportkpiv1.Row, columns *supportkpiv1.AnswerColumns, decoding decoding) (table, error) {
	if columns == nil {
		return rowTable{rows, decoding}, nil
	}
	return newColumnTable(columns, decoding)
}

// zoneOf is the zone of bucket boundaries: UTC where this machine does not know the zone.
func zoneOf(name string) *time.Location {
	if name == "" {
		return time.UTC
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return zone
}

func unitsOf(metadata *supportkpiv1.AnswerMetadata) map[string]supportkpiv1.Unit {
	units := make(map[string]supportkpiv1.Unit, len(metadata.GetKpis()))
	for _, kpi := range metadata.GetKpis() {
		units[kpi.GetAlias()] = kpi.GetUnit()
	}
	return units
}

// Len is the number of rows.
func (a *Answer) Len() int { return a.rows.size() }

// Row is one row, 0 <= index < Len().
func (a *Answer) Row(index int) Row { return a.rows.row(index) }

// Rows are the rows in their order.
func (a *Answer) Rows() iter.Seq[Row] { return each(a.rows) }

// Totals are, for a question WithTotals, each bucket over all groups, each group over all buckets, and everything; then the
// subtotals in their order.
func (a *Answer) Totals() iter.Seq[Row] { return each(a.totals) }

func each(rows table) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for i := range rows.size() {
			if !yield(rows.row(i)) {
				return
			}
		}
	}
}

// Total is the row over all buckets and all groups; false if the question did not ask for it.
func (a *Answer) Total() (Row, bool) {
	for row := range a.Totals() {
		if row.Bucket.IsZero() && len(row.Keys) == 0 {
			return row, true
		}
	}
	return Row{}, false
}

// Values is one KPI's column, NaN where a value is absent; nil if there is no such alias.
func (a *Answer) Values(alias string) []float64 {
	known := false
	for _, kpi := range a.Metadata().GetKpis() {
		known = known || kpi.GetAlias() == alias
	}
	if !known {
		return nil
	}
	values := make([]float64, 0, a.Len())
	for row := range a.Rows() {
		values = append(values, row.Cell(alias).Value)
	}
	return values
}

// Metadata says how the answer was computed.
func (a *Answer) Metadata() *supportkpiv1.AnswerMetadata { return a.response.GetMetadata() }

// Warnings are remarks on the answer.
func (a *Answer) Warnings() []string { return a.Metadata().GetWarnings() }

// Proto is the answer as the API has it. It must not be changed.
func (a *Answer) Proto() *supportkpiv1.QueryKpisResponse { return a.response }

// Row is one row of an answer.
type Row struct {
	// Bucket is the bucket of time; the zero Bucket in totals over all buckets.
	Bucket Bucket
	// Keys are the groups, in the order of Query.By; none in totals and subtotals over all groups.
	Keys []Key
	// Cells are the values, in the order of the question's KPIs.
	Cells []Cell
}

// Key is the row's value of a dimension; the zero Key if the question does not group by it.
func (r Row) Key(dimension string) Key {
	for _, key := range r.Keys {
		if key.Dimension == dimension {
			return key
		}
	}
	return Key{}
}

// Cell is the row's cell of a KPI, by its alias; one that is absent with reason UNSPECIFIED if the question has no such KPI.
func (r Row) Cell(alias string) Cell {
	for _, cell := range r.Cells {
		if cell.KPI == alias {
			return cell
		}
	}
	return Cell{KPI: alias, Value: math.NaN()}
}

// Value is the row's value of a KPI, by its alias; false if it is absent.
func (r Row) Value(alias string) (float64, bool) {
	cell := r.Cell(alias)
	return cell.Value, cell.Present()
}

// String is the row in one line, for logs: bucket, keys, cells.
func (r Row) String() string {
	var parts []string
	if r.Bucket.Label != "" {
		parts = append(parts, r.Bucket.Label)
	}
	for _, key := range r.Keys {
		parts = append(parts, key.Dimension+"="+key.String())
	}
	for _, cell := range r.Cells {
		parts = append(parts, cell.KPI+"="+cell.String())
	}
	return strings.Join(parts, " ")
}

// Bucket is a stretch of time [Start, End).
type Bucket struct {
	// Start and End are in the question's zone.
	Start, End time.Time
	// Label is its name in the question's zone: 2026-03, 2026-W11, ...; empty where the whole range is one bucket.
	Label string
	// Partial: it is cut by the range.
	Partial bool
}

// IsZero holds for "all buckets together".
func (b Bucket) IsZero() bool { return b.Start.IsZero() && b.End.IsZero() && b.Label == "" }

// KeyKind says what a key stands for.
type KeyKind int

// The kinds of keys.
const (
	// KeyValue: the value in Key.Value.
	KeyValue KeyKind = iota
	// KeyNone: facts without a value.
	KeyNone
	// KeyAll: all values together, in a subtotal.
	KeyAll
	// KeyOther: all groups that are not among the first ones of Query.Top.
	KeyOther
)

// Key is the value of a dimension.
type Key struct {
	// Dimension as asked for.
	Dimension string
	// Value, empty unless Kind is KeyValue.
	Value string
	// Kind tells values from "none", "all" and "other".
	Kind KeyKind
}

// String is the value, or (none), (all), (other).
func (k Key) String() string {
	switch k.Kind {
	case KeyNone:
		return "(none)"
	case KeyAll:
		return "(all)"
	case KeyOther:
		return "(other)"
	}
	return k.Value
}

// CountedNote says how many facts a rule holds for.
type CountedNote struct {
	// Rule is its name: deleted, spam, test, merged, invalid_duration, ...
	Rule string
	// Count is the number of facts.
	Count int64
}

// Cell is the value of one KPI in one row, with its evidence.
type Cell struct {
	// KPI is the alias.
	KPI string
	// Value is the value in Unit; NaN where it is absent, so that it cannot be taken for a zero.
	Value float64
	// Unit is the unit of the value. In a stream it is known only with the totals: see RowStream.
	Unit supportkpiv1.Unit
	// Absent says why there is no value; UNSPECIFIED where there is one.
	Absent supportkpiv1.AbsentReason
	// Numerator is the numerator or sum (counts, milliseconds, minor units of money, billionths of a score); nil where there is
	// none.
	Numerator *float64
	// Denominator is the denominator or number of values; nil where there is none.
	Denominator *float64
	// Facts is the number of facts it was computed from.
	Facts int64
	// LeftOut are facts left out, and why.
	LeftOut []CountedNote
	// Notes are remarks that leave nothing out.
	Notes []CountedNote
	// Currency is the ISO 4217 code of a money value.
	Currency string
	// Record is the record behind a longest_wait.
	Record string
}

// Present holds where there is a value.
func (c Cell) Present() bool { return !math.IsNaN(c.Value) }

// Duration is the value as a duration, rounded to milliseconds; false where it is absent or no duration.
func (c Cell) Duration() (time.Duration, bool) {
	if !c.Present() || c.Unit != supportkpiv1.Unit_UNIT_SECONDS || math.Abs(c.Value) > math.MaxInt64/1e9 {
		return 0, false
	}
	return time.Duration(math.Round(c.Value*1e3)) * time.Millisecond, true
}

// String is the value with its unit, for people: 92.1 %, 32.5 min, 1250.00 EUR; or why there is none: (no data).
func (c Cell) String() string {
	if !c.Present() {
		reason := strings.TrimPrefix(c.Absent.String(), "ABSENT_REASON_")
		return "(" + strings.ToLower(strings.ReplaceAll(reason, "_", " ")) + ")"
	}
	switch c.Unit {
	case supportkpiv1.Unit_UNIT_SECONDS:
		return secondsText(c.Value)
	case supportkpiv1.Unit_UNIT_PERCENT:
		return strconv.FormatFloat(c.Value, 'f', 1, 64) + " %"
	case supportkpiv1.Unit_UNIT_MONEY:
		return strings.TrimSpace(strconv.FormatFloat(c.Value, 'f', 2, 64) + " " + c.Currency)
	}
	return shortest(c.Value, 2)
}

func secondsText(seconds float64) string {
	switch size := math.Abs(seconds); {
	case size < 60:
		return shortest(seconds, 1) + " s"
	case size < 3600:
		return strconv.FormatFloat(seconds/60, 'f', 1, 64) + " min"
	case size < 2*86400:
		return strconv.FormatFloat(seconds/3600, 'f', 1, 64) + " h"
	}
	return strconv.FormatFloat(seconds/86400, 'f', 1, 64) + " d"
}

// shortest has at most so many decimals, and none that are zero.
func shortest(value float64, decimals int) string {
	text := strconv.FormatFloat(value, 'f', decimals, 64)
	text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	if text == "-0" || text == "" {
		return "0"
	}
	return text
}

// rowTable reads rows as the API has them.
type rowTable struct {
	rows []*supportkpiv1.Row
	decoding
}

func (t rowTable) size() int { return len(t.rows) }

func (t rowTable) row(index int) Row {
	from := t.rows[index]
	row := Row{Bucket: bucketOf(from.GetBucket(), t.zone), Keys: make([]Key, len(from.GetKeys())), Cells: make([]Cell, len(from.GetCells()))}
	for i, key := range from.GetKeys() {
		row.Keys[i] = Key{Dimension: key.GetDimension(), Value: key.GetValue(), Kind: kindOf(key)}
	}
	row.Keys = withoutAll(row.Keys)
	for i, cell := range from.GetCells() {
		row.Cells[i] = Cell{
			KPI: cell.GetKpi(), Value: math.NaN(), Unit: t.units[cell.GetKpi()], Absent: cell.GetAbsentReason(),
			Numerator: cell.Numerator, Denominator: cell.Denominator, Facts: cell.GetFacts(), LeftOut: notesOf(cell.GetLeftOut()),
			Notes: notesOf(cell.GetNotes()), Currency: cell.GetCurrency(), Record: cell.GetRecord(),
		}
		if cell.Value != nil {
			row.Cells[i].Value = *cell.Value
		}
	}
	return row
}

// withoutAll takes away keys that all say "all", as a subtotal over all groups and, in columns, every total over them has.
func withoutAll(keys []Key) []Key {
	for _, key := range keys {
		if key.Kind != KeyAll {
			return keys
		}
	}
	return nil
}

func kindOf(key *supportkpiv1.Key) KeyKind {
	switch {
	case key.GetNone():
		return KeyNone
	case key.GetAll():
		return KeyAll
	case key.GetOther():
		return KeyOther
	}
	return KeyValue
}

func bucketOf(bucket *supportkpiv1.Bucket, zone *time.Location) Bucket {
	if bucket == nil {
		return Bucket{}
	}
	return Bucket{Start: bucket.GetStart().AsTime().In(zone), End: bucket.GetEnd().AsTime().In(zone), Label: bucket.GetLabel(),
		Partial: bucket.GetPartial()}
}

func notesOf(notes []*supportkpiv1.CountedNote) []CountedNote {
	if len(notes) == 0 {
		return nil
	}
	out := make([]CountedNote, len(notes))
	for i, note := range notes {
		out[i] = CountedNote{Rule: note.GetRule(), Count: note.GetCount()}
	}
	return out
}
