package supportkpi

import (
	"fmt"
	"math"
	"slices"

	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

// Codes of KeyColumn that are no index.
const (
	codeNone  = -1
	codeAll   = -2
	codeOther = -3
)

// columnTable reads columns. It checks once that they fit together, so that reading a row cannot fail.
type columnTable struct {
	columns            *supportkpiv1.AnswerColumns
	buckets            []Bucket
	noNumerator, noDen [][]int32 // for each cell column, ascending
	decoding
}

func newColumnTable(columns *supportkpiv1.AnswerColumns, decoding decoding) (*columnTable, error) {
	table := &columnTable{columns: columns, decoding: decoding}
	for _, bucket := range columns.GetBuckets() {
		table.buckets = append(table.buckets, bucketOf(bucket, decoding.zone))
	}
	rows := len(columns.GetBucketCodes())
	for i, code := range columns.GetBucketCodes() {
		if code < -1 || int(code) >= len(table.buckets) {
			return nil, fmt.Errorf("bucket_codes[%d]: %d; -1 to %d", i, code, len(table.buckets)-1)
		}
	}
	for k, key := range columns.GetKeys() {
		if len(key.GetCodes()) != rows {
			return nil, fmt.Errorf("keys[%d].codes: %d entries; %d as bucket_codes", k, len(key.GetCodes()), rows)
		}
		for i, code := range key.GetCodes() {
			if code < codeOther || int(code) >= len(key.GetValues()) {
				return nil, fmt.Errorf("keys[%d].codes[%d]: %d; %d to %d", k, i, code, codeOther, len(key.GetValues())-1)
			}
		}
	}
	for c, cell := range columns.GetCells() {
		if err := checkCellColumn(cell, rows); err != nil {
			return nil, fmt.Errorf("cells[%d].%w", c, err)
		}
		table.noNumerator = append(table.noNumerator, ascending(cell.GetRowsWithoutNumerator()))
		table.noDen = append(table.noDen, ascending(cell.GetRowsWithoutDenominator()))
	}
	return table, nil
}

// checkCellColumn: every column is as long as there are rows, or empty where the API says that it may be.
func checkCellColumn(cell *supportkpiv1.CellColumn, rows int) error {
	lengths := []struct {
		name     string
		length   int
		mayBeNil bool
	}{
		{"values", len(cell.GetValues()), false},
		{"absent_reasons", len(cell.GetAbsentReasons()), true},
		{"numerators", len(cell.GetNumerators()), true},
		{"denominators", len(cell.GetDenominators()), true},
		{"facts", len(cell.GetFacts()), false},
		{"currencies", len(cell.GetCurrencies()), true},
		{"records", len(cell.GetRecords()), true},
	}
	for _, column := range lengths {
		if column.length != rows && (column.length != 0 || !column.mayBeNil) {
			return fmt.Errorf("%s: %d entries; %d as bucket_codes", column.name, column.length, rows)
		}
	}
	for _, counts := range [][]*supportkpiv1.CountColumn{cell.GetLeftOut(), cell.GetNotes()} {
		for _, rule := range counts {
			if len(rule.GetCounts()) != rows {
				return fmt.Errorf("%q: %d entries; %d as bucket_codes", rule.GetRule(), len(rule.GetCounts()), rows)
			}
		}
	}
	return nil
}

func ascending(rows []int32) []int32 {
	if slices.IsSorted(rows) {
		return rows
	}
	return slices.Sorted(slices.Values(rows))
}

func (t *columnTable) size() int { return len(t.columns.GetBucketCodes()) }

func (t *columnTable) row(index int) Row {
	row := Row{Cells: make([]Cell, len(t.columns.GetCells()))}
	if code := t.columns.GetBucketCodes()[index]; code >= 0 {
		row.Bucket = t.buckets[code]
	}
	row.Keys = make([]Key, len(t.columns.GetKeys()))
	for i, column := range t.columns.GetKeys() {
		row.Keys[i] = keyAt(column, index)
	}
	row.Keys = withoutAll(row.Keys)
	for i, column := range t.columns.GetCells() {
		cell := Cell{
			KPI: column.GetKpi(), Value: column.GetValues()[index], Unit: t.units[column.GetKpi()],
			Absent: at(column.GetAbsentReasons(), index), Numerator: optionalAt(column.GetNumerators(), t.noNumerator[i], index),
			Denominator: optionalAt(column.GetDenominators(), t.noDen[i], index), Facts: column.GetFacts()[index],
			LeftOut: countsAt(column.GetLeftOut(), index), Notes: countsAt(column.GetNotes(), index),
			Currency: at(column.GetCurrencies(), index), Record: at(column.GetRecords(), index),
		}
		if cell.Absent != supportkpiv1.AbsentReason_ABSENT_REASON_UNSPECIFIED {
			cell.Value = math.NaN()
		}
		row.Cells[i] = cell
	}
	return row
}

func keyAt(column *supportkpiv1.KeyColumn, index int) Key {
	key := Key{Dimension: column.GetDimension()}
	switch code := column.GetCodes()[index]; code {
	case codeNone:
		key.Kind = KeyNone
	case codeAll:
		key.Kind = KeyAll
	case codeOther:
		key.Kind = KeyOther
	default:
		key.Value = column.GetValues()[code]
	}
	return key
}

// at is an entry of a column that may be empty.
func at[T any](column []T, index int) T {
	var none T
	if len(column) == 0 {
		return none
	}
	return column[index]
}

func optionalAt(column []float64, without []int32, index int) *float64 {
	if len(column) == 0 {
		return nil
	}
	if _, found := slices.BinarySearch(without, int32(index)); found {
		return nil
	}
	return &column[index]
}

func countsAt(columns []*supportkpiv1.CountColumn, index int) []CountedNote {
	var notes []CountedNote
	for _, column := range columns {
		if count := column.GetCounts()[index]; count != 0 {
			notes = append(notes, CountedNote{Rule: column.GetRule(), Count: count})
		}
	}
	return notes
}
