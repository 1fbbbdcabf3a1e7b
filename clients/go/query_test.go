package supportkpi_test

import (
	"math"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	supportkpi "supportkpi.dev/clients/go"
	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

func TestEveryPartOfAQuestionArrives(t *testing.T) {
	t.Parallel()
	base := supportkpi.NewQuery(supportkpi.KPI("csat"))
	query := base.During("2026").InZone("Europe/Berlin").EveryN(2, supportkpi.Week).WeeksFrom(time.Sunday).FiscalYearFrom(time.April).
		Origin("2026-01-02T17:00").By("channel").Where(supportkpi.Equal("a", 1)).WhereText("b:*").Having(supportkpi.Less("csat", 80)).
		HavingText("csat.facts >= 20").Top(3).WithTotals().WithSubtotal("channel").WithRangeSubtotal().Ascending("bucket").Descending("csat").
		Limit(math.MaxInt).Sparse().OfTenant("acme")
	want := &supportkpiv1.QueryKpisRequest{
		Tenant: "acme", Kpis: []*supportkpiv1.KpiSelection{{Kpi: "csat"}}, Range: &supportkpiv1.TimeRange{Words: "2026"}, TimeZone: "Europe/Berlin",
		Grain: &supportkpiv1.Grain{Unit: supportkpi.Week, Count: 2, FirstWeekday: supportkpiv1.Weekday_WEEKDAY_SUNDAY, Origin: "2026-01-02T17:00",
			FiscalFirstMonth: 4},
		GroupBy: []string{"channel"}, Filter: supportkpi.Equal("a", 1).Proto(), FilterText: "b:*", Having: supportkpi.Less("csat", 80).Proto(),
		HavingText: "csat.facts >= 20", Top: &supportkpiv1.Top{Count: 3}, Totals: true,
		Subtotals: []*supportkpiv1.Subtotal{{GroupBy: []string{"channel"}}, {OverBuckets: true}},
		OrderBy: []*supportkpiv1.OrderBy{{Column: "bucket", Direction: supportkpiv1.OrderDirection_ORDER_DIRECTION_ASCENDING},
			{Column: "csat", Direction: supportkpiv1.OrderDirection_ORDER_DIRECTION_DESCENDING}},
		Limit: math.MaxInt32, BucketFill: supportkpiv1.BucketFill_BUCKET_FILL_SPARSE,
	}
	if !proto.Equal(query.Proto(), want) {
		t.Errorf("got  %v\nwant %v", query.Proto(), want)
	}
	if !proto.Equal(base.Proto(), supportkpi.NewQuery(supportkpi.KPI("csat")).Proto()) {
		t.Error("building on a question changed it")
	}
	kpi := supportkpi.KPI("first_response_time")
	full := kpi.As("x").Percentile(99.9).InBusinessHours().Anchor("created").Variant("v").Attribution("event").Where(supportkpi.Equal("a", 1)).
		WhereText("b:*").Parameter("window", "7d").Parameter("from", "queue").Include("spam").Include("test")
	wantKPI := &supportkpiv1.KpiSelection{Kpi: "first_response_time", Alias: "x", Statistic: "p99.9", Clock: supportkpiv1.Clock_CLOCK_BUSINESS,
		Anchor: "created", Variant: "v", Attribution: "event", Filter: supportkpi.Equal("a", 1).Proto(), FilterText: "b:*",
		Parameters: map[string]string{"window": "7d", "from": "queue"}, Include: []string{"spam", "test"}}
	if got := supportkpi.NewQuery(full).Proto().GetKpis()[0]; !proto.Equal(got, wantKPI) {
		t.Errorf("got  %v\nwant %v", got, wantKPI)
	}
	if got := supportkpi.NewQuery(kpi).Proto().GetKpis()[0]; got.GetAlias() != "" {
		t.Error("building on a KPI changed it")
	}
	for day, want := range map[time.Weekday]supportkpiv1.Weekday{time.Monday: 1, time.Saturday: 6, time.Sunday: 7} {
		if got := base.WeeksFrom(day).Proto().GetGrain().GetFirstWeekday(); got != want {
			t.Errorf("%v: %v", day, got)
		}
	}
}
