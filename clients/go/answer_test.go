package supportkpi_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	supportkpi "supportkpi.dev/clients/go"
	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
	"supportkpi.dev/clients/go/supportkpitest"
)

// fillMixed stores tickets with and without channel, team, reply and cost, spam among them.
func fillMixed(t *testing.T, client *supportkpi.Client) {
	t.Helper()
	var records []*supportkpiv1.Record
	for i := range 240 {
		channel := []string{"email", "chat", "phone", ""}[i%4]
		record := ticket(fmt.Sprint("T", i), channel, at(1+i%20, i%24))
		if i%3 > 0 {
			record = answeredTicket(fmt.Sprint("T", i), channel, at(1+i%20, i%24), time.Duration(1+i)*time.Minute)
		}
		record.GetTicket().Team = []string{"eu", "us", "", "apac", "latam"}[i%5]
		record.GetTicket().Spam = i%17 == 0
		if channel == "phone" {
			record.GetTicket().Cost = &supportkpiv1.Money{Currency: "EUR", MinorUnits: int64(100 * i)}
		}
		records = append(records, record)
	}
	upsert(t, client, records...)
}

// mixed asks for values of every unit, some absent.
func mixed() supportkpi.Query {
	return january(
		supportkpi.KPI("tickets_created"),
		supportkpi.KPI("first_response_time").Statistic("median"),
		supportkpi.KPI("reopen_rate"),
		supportkpi.KPI("ticket_cost"),
		supportkpi.KPI("csat"),
		supportkpi.KPI("longest_wait"),
	).Every(supportkpi.Week).By("channel", "team").InZone("Europe/Berlin").WithTotals().WithSubtotal("channel").WithRangeSubtotal("team").WithRangeSubtotal()
}

// evidence is a row with all that it has; NaN is as good as NaN here.
func evidence(row supportkpi.Row) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%v %v", row.Bucket, row.Keys)
	for _, cell := range row.Cells {
		numerator, denominator := math.NaN(), math.NaN()
		if cell.Numerator != nil {
			numerator = *cell.Numerator
		}
		if cell.Denominator != nil {
			denominator = *cell.Denominator
		}
		cell.Numerator, cell.Denominator = nil, nil
		fmt.Fprintf(&out, " | %#v %v/%v", cell, numerator, denominator)
	}
	return out.String()
}

func TestBothLayoutsAreTheSameRows(t *testing.T) {
	t.Parallel()
	columns := newClient(t)
	rows := newClient(t, supportkpi.WithRowLayout())
	fillMixed(t, columns)
	query := mixed().TopBy(&supportkpiv1.Top{Count: 2, Dimension: "team"})
	inColumns, inRows := ask(t, columns, query), ask(t, rows, query)
	if inColumns.Proto().GetColumns() == nil || inRows.Proto().GetColumns() != nil {
		t.Fatal("the layouts are not those that were asked for")
	}
	if inColumns.Len() != inRows.Len() || inRows.Len() < 20 {
		t.Fatalf("%d rows, %d rows", inColumns.Len(), inRows.Len())
	}
	kinds := map[supportkpi.KeyKind]bool{}
	compare := func(what string, columns, rows []supportkpi.Row) {
		for i := range rows {
			if evidence(columns[i]) != evidence(rows[i]) {
				t.Fatalf("%s %d\ncolumns: %s\nrows:    %s", what, i, evidence(columns[i]), evidence(rows[i]))
			}
			for _, key := range rows[i].Keys {
				kinds[key.Kind] = true
			}
		}
	}
	compare("row", slices.Collect(inColumns.Rows()), slices.Collect(inRows.Rows()))
	totals := slices.Collect(inRows.Totals())
	if got := slices.Collect(inColumns.Totals()); len(got) != len(totals) {
		t.Fatalf("%d totals, %d totals", len(got), len(totals))
	}
	compare("total", slices.Collect(inColumns.Totals()), totals)
	for _, kind := range []supportkpi.KeyKind{supportkpi.KeyValue, supportkpi.KeyNone, supportkpi.KeyAll, supportkpi.KeyOther} {
		if !kinds[kind] {
			t.Errorf("no key of kind %d occurred, so it was not compared", kind)
		}
	}
	if columnBytes, rowBytes := proto.Size(inColumns.Proto()), proto.Size(inRows.Proto()); columnBytes >= rowBytes {
		t.Errorf("columns take %d bytes, rows %d", columnBytes, rowBytes)
	}
}

func TestCellsSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	upsert(t, client, answeredTicket("a", "email", at(5, 9), 42*time.Minute), answeredTicket("b", "email", at(6, 9), 3*time.Hour))
	spam := ticket("c", "email", at(7, 9))
	spam.GetTicket().Spam = true
	spam.GetTicket().Cost = &supportkpiv1.Money{Currency: "EUR", MinorUnits: 1}
	priced := ticket("d", "email", at(7, 9))
	priced.GetTicket().Cost = &supportkpiv1.Money{Currency: "EUR", MinorUnits: 1250}
	upsert(t, client, spam, priced)
	answer := ask(t, client, january(supportkpi.KPIs("tickets_created", "first_response_time", "resolution_rate", "ticket_cost", "csat")...).
		InZone("Europe/Berlin").WithTotals())
	row := answer.Row(0)
	if got, want := row.String(), "tickets_created=3 first_response_time=1.9 h resolution_rate=66.7 % ticket_cost=12.50 EUR csat=(no data)"; !strings.HasSuffix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if row.Bucket.Start.Location().String() != "Europe/Berlin" || !row.Bucket.Start.Equal(at(1, 0)) || !row.Bucket.End.Equal(at(32, 0)) {
		t.Errorf("%+v", row.Bucket)
	}
	if wait, ok := row.Cell("first_response_time").Duration(); !ok || wait != 111*time.Minute {
		t.Errorf("%v %v", wait, ok)
	}
	if _, ok := row.Cell("tickets_created").Duration(); ok {
		t.Error("a count is no duration")
	}
	cell := row.Cell("tickets_created")
	if cell.Facts != 3 || len(cell.LeftOut) != 1 || cell.LeftOut[0] != (supportkpi.CountedNote{Rule: "spam", Count: 1}) {
		t.Errorf("%+v", cell)
	}
	rate := row.Cell("resolution_rate")
	if rate.Numerator == nil || *rate.Numerator != 2 || rate.Denominator == nil || *rate.Denominator != 3 {
		t.Errorf("%+v", rate)
	}
	csat := row.Cell("csat")
	if csat.Present() || !math.IsNaN(csat.Value) || csat.Absent != supportkpiv1.AbsentReason_ABSENT_REASON_NO_DATA {
		t.Errorf("%+v", csat)
	}
	if value, ok := row.Value("csat"); ok || !math.IsNaN(value) {
		t.Error("an absent value is no value")
	}
	if row.Cell("nothing").Present() || row.Key("nothing") != (supportkpi.Key{}) {
		t.Error("what was not asked for is absent")
	}
	if got := answer.Values("tickets_created"); len(got) != 1 || got[0] != 3 || answer.Values("nothing") != nil {
		t.Error(got)
	}
	if total, ok := answer.Total(); !ok || total.Cell("tickets_created").Value != 3 || !total.Bucket.IsZero() {
		t.Errorf("%v %v", total, ok)
	}
}

func TestTextsOfValues(t *testing.T) {
	t.Parallel()
	unit := func(unit supportkpiv1.Unit) supportkpi.Cell { return supportkpi.Cell{Unit: unit} }
	for want, cell := range map[string]supportkpi.Cell{
		"0 s": unit(supportkpiv1.Unit_UNIT_SECONDS), "0.0 %": unit(supportkpiv1.Unit_UNIT_PERCENT), "0": unit(supportkpiv1.Unit_UNIT_COUNT),
		"1.5 s":              {Unit: supportkpiv1.Unit_UNIT_SECONDS, Value: 1.5},
		"1.0 min":            {Unit: supportkpiv1.Unit_UNIT_SECONDS, Value: 60},
		"1.0 h":              {Unit: supportkpiv1.Unit_UNIT_SECONDS, Value: 3600},
		"2.0 d":              {Unit: supportkpiv1.Unit_UNIT_SECONDS, Value: 2 * 86400},
		"-1.0 h":             {Unit: supportkpiv1.Unit_UNIT_SECONDS, Value: -3600},
		"0.33":               {Unit: supportkpiv1.Unit_UNIT_INDEX, Value: 1.0 / 3},
		"1000000":            {Unit: supportkpiv1.Unit_UNIT_COUNT, Value: 1e6},
		"-3.5":               {Value: -3.5},
		"(zero denominator)": {Value: math.NaN(), Absent: supportkpiv1.AbsentReason_ABSENT_REASON_ZERO_DENOMINATOR},
	} {
		if got := cell.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAnswersThatContradictThemselvesAreRefused(t *testing.T) {
	t.Parallel()
	good := func() *supportkpiv1.QueryKpisResponse {
		return &supportkpiv1.QueryKpisResponse{Columns: &supportkpiv1.AnswerColumns{
			Buckets: []*supportkpiv1.Bucket{{Label: "2026", Start: timestamppb.New(at(1, 0)), End: timestamppb.New(at(2, 0))}}, BucketCodes: []int32{0, -1},
			Keys:  []*supportkpiv1.KeyColumn{{Dimension: "channel", Values: []string{"email"}, Codes: []int32{0, -3}}},
			Cells: []*supportkpiv1.CellColumn{{Kpi: "csat", Values: []float64{1, 2}, Facts: []int64{1, 1}, LeftOut: []*supportkpiv1.CountColumn{{Rule: "spam", Counts: []int64{0, 2}}}}},
		}}
	}
	answer, err := supportkpi.NewAnswer(good())
	if err != nil || answer.Row(0).String() != "2026 channel=email csat=1" || answer.Row(1).String() != "channel=(other) csat=2" {
		t.Fatal(err, answer)
	}
	for name, spoil := range map[string]func(*supportkpiv1.AnswerColumns){
		"bucket_codes[0]":         func(c *supportkpiv1.AnswerColumns) { c.BucketCodes[0] = 1 },
		"bucket_codes[1]":         func(c *supportkpiv1.AnswerColumns) { c.BucketCodes[1] = -2 },
		"keys[0].codes[0]":        func(c *supportkpiv1.AnswerColumns) { c.Keys[0].Codes[0] = 1 },
		"keys[0].codes[1]":        func(c *supportkpiv1.AnswerColumns) { c.Keys[0].Codes[1] = -4 },
		"keys[0].codes: 1":        func(c *supportkpiv1.AnswerColumns) { c.Keys[0].Codes = c.Keys[0].Codes[:1] },
		"cells[0].values":         func(c *supportkpiv1.AnswerColumns) { c.Cells[0].Values = nil },
		"cells[0].facts":          func(c *supportkpiv1.AnswerColumns) { c.Cells[0].Facts = []int64{1} },
		"cells[0].absent_reasons": func(c *supportkpiv1.AnswerColumns) { c.Cells[0].AbsentReasons = make([]supportkpiv1.AbsentReason, 1) },
		"cells[0].\"spam\"":       func(c *supportkpiv1.AnswerColumns) { c.Cells[0].LeftOut[0].Counts = nil },
		"cells[0].records":        func(c *supportkpiv1.AnswerColumns) { c.Cells[0].Records = []string{"a", "b", "c"} },
	} {
		bad := good()
		spoil(bad.Columns)
		if _, err := supportkpi.NewAnswer(bad); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := supportkpi.NewAnswer(&supportkpiv1.QueryKpisResponse{TotalColumns: bad.Columns}); err == nil {
			t.Errorf("%s among the totals was accepted", name)
		}
	}
}

func TestBatchAnswersFromOneSnapshot(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	fillMixed(t, client)
	results, err := client.Batch(t.Context(), mixed(), january(supportkpi.KPI("csatt")), january(supportkpi.KPI("tickets_created")).By("channel"))
	if err != nil || len(results) != 3 {
		t.Fatal(results, err)
	}
	var failure *supportkpi.Error
	if results[0].Err != nil || results[2].Err != nil || !errors.As(results[1].Err, &failure) || results[1].Answer != nil ||
		len(failure.Violations) != 1 || failure.Violations[0].Field != "kpis[0].kpi" {
		t.Fatalf("%+v", results)
	}
	if !slices.Equal(lines(results[0].Answer), lines(ask(t, client, mixed()))) {
		t.Error("a question has another answer in a batch")
	}
	if results[0].Answer.Metadata().GetCommit() != results[2].Answer.Metadata().GetCommit() {
		t.Error("two commits in one batch")
	}
}

func TestQuestionsExplained(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	upsert(t, client, ticket("a", "email", at(5, 9)))
	good, err := client.Validate(t.Context(), mixed())
	if err != nil || !good.GetValid() || good.GetExplanation() == "" {
		t.Errorf("%v %v", good, err)
	}
	bad, err := client.Validate(t.Context(), january(supportkpi.KPI("csatt")).By("chanel"))
	if err != nil || bad.GetValid() || len(bad.GetProblems()) == 0 || bad.GetNearest() == nil {
		t.Fatalf("%v %v", bad, err)
	}
	if _, err := client.Query(t.Context(), supportkpi.QueryFromProto(bad.GetNearest())); err != nil {
		t.Errorf("the nearest question cannot be asked: %v", err)
	}
	dimensions, err := client.Dimensions(t.Context(), 5, "tickets_created")
	if err != nil {
		t.Fatal(err)
	}
	index := slices.IndexFunc(dimensions, func(d *supportkpiv1.Dimension) bool { return d.GetName() == "channel" })
	if index < 0 || !slices.Equal(dimensions[index].GetSampleValues(), []string{"email"}) {
		t.Errorf("%v", dimensions)
	}
}

func TestAServerThatSendsCallsAwayIsAskedAgainWhenItSaysSo(t *testing.T) {
	t.Parallel()
	// A tenant's rate refuses the same calls on a fast machine as on a slow one; a full queue would not.
	server := supportkpitest.Start(t, "--tenant_calls_per_second=5")
	askOften := func(client *supportkpi.Client, times int) (answered, sentAway int) {
		for range times {
			_, err := client.Query(t.Context(), january(supportkpi.KPI("tickets_created")))
			var failure *supportkpi.Error
			switch {
			case err == nil:
				answered++
			case errors.As(err, &failure) && failure.Code == codes.ResourceExhausted && failure.RetryAfter > 0:
				sentAway++
			default:
				t.Fatal(err)
			}
		}
		return answered, sentAway
	}
	if answered, sentAway := askOften(newClientAt(t, server.Address, supportkpi.WithoutRetries()), 40); sentAway == 0 {
		t.Errorf("without another try all %d were answered", answered)
	}
	if answered, sentAway := askOften(newClientAt(t, server.Address), 15); sentAway > 0 {
		t.Errorf("with other tries %d were answered and %d sent away", answered, sentAway)
	}
}
