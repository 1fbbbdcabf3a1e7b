package supportkpi_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	supportkpi "supportkpi.dev/clients/go"
	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

// fill stores a few tickets of January 2026 for the examples.
func fill(client *supportkpi.Client) {
	var records []*supportkpiv1.Record
	for i, channel := range []string{"email", "email", "chat", "chat", "chat", "phone"} {
		created := time.Date(2026, 1, 5+i, 9, 0, 0, 0, time.UTC)
		records = append(records, answeredTicket(fmt.Sprintf("T%d", i), channel, created, time.Duration(10+20*i)*time.Minute))
	}
	if _, err := client.Upsert(context.Background(), "", records...); err != nil {
		log.Fatal(err)
	}
}

func Example() {
	ctx := context.Background()
	client, err := supportkpi.NewClient(address, supportkpi.WithTenant("example"))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	created := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	_, err = client.Upsert(ctx, "", &supportkpiv1.Record{Kind: &supportkpiv1.Record_Ticket{Ticket: &supportkpiv1.Ticket{
		Id: "T1", Channel: "email", CreatedAt: timestamppb.New(created),
		FirstRepliedAt: timestamppb.New(created.Add(42 * time.Minute)),
	}}})
	if err != nil {
		log.Fatal(err)
	}
	answer, err := client.Query(ctx, supportkpi.NewQuery(supportkpi.KPIs("tickets_created", "first_response_time", "csat")...).
		During("2026-01").By("channel"))
	if err != nil {
		log.Fatal(err)
	}
	for row := range answer.Rows() {
		fmt.Println(row.Key("channel"), row.Cell("tickets_created"), row.Cell("first_response_time"), row.Cell("csat"))
	}
	// Output:
	// email 1 42.0 min (no data)
}

func ExampleClient_Query() {
	client, err := supportkpi.NewClient(address, supportkpi.WithTenant("example-query"))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	fill(client)

	query := supportkpi.NewQuery(
		supportkpi.KPI("tickets_created"),
		supportkpi.KPI("first_response_time").Percentile(90).As("p90"),
	).
		Between(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)).
		By("channel").
		Where(supportkpi.In("channel", "email", "chat")).
		WithTotals()
	answer, err := client.Query(context.Background(), query)
	if err != nil {
		log.Fatal(err)
	}
	for row := range answer.Rows() {
		wait, _ := row.Cell("p90").Duration()
		fmt.Println(row.Key("channel"), row.Cell("tickets_created"), wait)
	}
	if total, ok := answer.Total(); ok {
		fmt.Println("all", total.Cell("tickets_created"), total.Cell("p90"))
	}
	// Output:
	// chat 3 1h26m0s
	// email 2 28m0s
	// all 5 1.4 h
}

func ExampleClient_Stream() {
	client, err := supportkpi.NewClient(address, supportkpi.WithTenant("example-stream"))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	fill(client)

	query := supportkpi.NewQuery(supportkpi.KPI("tickets_created")).During("2026-01").Every(supportkpi.Day).By("channel").Sparse()
	stream := client.Stream(context.Background(), query)
	for row, err := range stream.Rows() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(row)
	}
	fmt.Println(stream.Metadata().GetRowCount(), "rows")
	// Output:
	// 2026-01-05 channel=email tickets_created=1
	// 2026-01-06 channel=email tickets_created=1
	// 2026-01-07 channel=chat tickets_created=1
	// 2026-01-08 channel=chat tickets_created=1
	// 2026-01-09 channel=chat tickets_created=1
	// 2026-01-10 channel=phone tickets_created=1
	// 6 rows
}

func ExampleClient_Pages() {
	client, err := supportkpi.NewClient(address, supportkpi.WithTenant("example-pages"))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	fill(client)

	query := supportkpi.NewQuery(supportkpi.KPI("tickets_created")).During("2026-01").By("channel")
	for page, err := range client.Pages(context.Background(), query, 2) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("page of", page.Len())
		for row := range page.Rows() {
			fmt.Println("-", row)
		}
	}
	// Output:
	// page of 2
	// - channel=chat tickets_created=3
	// - channel=email tickets_created=2
	// page of 1
	// - channel=phone tickets_created=1
}

func ExampleClient_Batch() {
	client, err := supportkpi.NewClient(address, supportkpi.WithTenant("example-batch"))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	fill(client)

	results, err := client.Batch(context.Background(),
		supportkpi.NewQuery(supportkpi.KPI("tickets_created")).During("2026-01"),
		supportkpi.NewQuery(supportkpi.KPI("csatt")).During("2026-01"))
	if err != nil {
		log.Fatal(err)
	}
	for _, result := range results {
		if result.Err != nil {
			fmt.Println(supportkpi.CodeOf(result.Err))
			continue
		}
		fmt.Println(result.Answer.Row(0).Cell("tickets_created"))
	}
	// Output:
	// 6
	// InvalidArgument
}

func ExampleError() {
	client, err := supportkpi.NewClient(address)
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	_, err = client.Query(context.Background(), supportkpi.NewQuery(supportkpi.KPI("csatt")).During("last_30_days"))
	var failure *supportkpi.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Code == codes.InvalidArgument, failure.Reason)
		for _, violation := range failure.Violations {
			fmt.Println(violation.Field)
		}
	}
	// Output:
	// true INVALID_ARGUMENT
	// kpis[0].kpi
}

func ExampleClient_Import() {
	client, err := supportkpi.NewClient(address, supportkpi.WithTenant("example-import"))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	// records could as well read a file: what it yields is sent chunk by chunk.
	records := func(yield func(*supportkpiv1.Record, error) bool) {
		for i := range 1200 {
			record := &supportkpiv1.Record{Kind: &supportkpiv1.Record_Ticket{Ticket: &supportkpiv1.Ticket{
				Id: fmt.Sprint("T", i), Channel: "email", CreatedAt: timestamppb.New(time.Unix(1767600000+int64(i), 0)),
			}}}
			if i == 700 {
				record.GetTicket().HandleTime = durationpb.New(-time.Minute)
			}
			if !yield(record, nil) {
				return
			}
		}
	}
	progress, err := client.Import(context.Background(), records, supportkpi.ImportOptions{
		StreamID: "crm-2026-01",
		OnRejected: func(rejected supportkpi.RejectedRecord) {
			fmt.Println("refused:", rejected.Index, rejected.Record.GetTicket().GetId(), rejected.Violations[0].Field)
		},
		OnProgress: func(progress supportkpi.ImportProgress) {
			fmt.Println("durable:", progress.Records)
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("accepted:", progress.Accepted)
	// Output:
	// durable: 500
	// refused: 700 T700 ticket.handle_time
	// durable: 1000
	// durable: 1200
	// accepted: 1199
}

func ExampleFilter_String() {
	filter := supportkpi.All(
		supportkpi.Equal("channel", "email"),
		supportkpi.Not(supportkpi.Any(
			supportkpi.Prefix("attributes.my key", `50% "off"`),
			supportkpi.In("priority", "high", "urgent"),
		)),
	)
	fmt.Println(filter)
	// Output:
	// channel = "email" AND NOT (attributes."my key" = "50% \"off\"*" OR priority IN ("high", "urgent"))
}

func ExampleClient_UpdateSettings() {
	ctx := context.Background()
	client, err := supportkpi.NewClient(address, supportkpi.WithTenant("example-settings"))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	fill(client)

	// Working hours, Monday to Friday, for all teams.
	schedule := &supportkpiv1.Schedule{Name: "office", TimeZone: "Europe/Berlin", Versions: []*supportkpiv1.ScheduleVersion{{}}}
	for day := range 5 {
		schedule.Versions[0].Weekly = append(schedule.Versions[0].Weekly,
			&supportkpiv1.WeeklyInterval{Weekday: int32(day + 1), Start: "09:00", End: "10:30"})
	}
	settings, version, err := client.Settings(ctx)
	if err != nil {
		log.Fatal(err)
	}
	settings.Schedules, settings.DefaultSchedule = []*supportkpiv1.Schedule{schedule}, "office"
	if _, _, err := client.UpdateSettings(ctx, settings, version, "schedules", "default_schedule"); err != nil {
		log.Fatal(err)
	}
	answer, err := client.Query(ctx, supportkpi.NewQuery(
		supportkpi.KPI("first_response_time").Statistic("max"),
		supportkpi.KPI("first_response_time").Statistic("max").InBusinessHours().As("in_business_hours"),
	).During("2026-01"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Row(0))
	// Output:
	// first_response_time=1.8 h in_business_hours=30.0 min
}

func ExampleClient_Validate() {
	client, err := supportkpi.NewClient(address, supportkpi.WithTenant("example-validate"))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	verdict, err := client.Validate(context.Background(),
		supportkpi.NewQuery(supportkpi.KPI("csatt")).During("2026-01").By("channel"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(verdict.GetValid(), verdict.GetProblems()[0].GetField())
	fmt.Println("nearest:", verdict.GetNearest().GetKpis()[0].GetKpi())
	// Output:
	// false kpis[0].kpi
	// nearest: csat
}

func ExampleClient_Records() {
	client, err := supportkpi.NewClient(address, supportkpi.WithTenant("example-records"))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	fill(client)

	for record, err := range client.Records(context.Background(), supportkpiv1.RecordKind_RECORD_KIND_TICKET, nil) {
		if err != nil {
			log.Fatal(err)
		}
		if record.GetTicket().GetChannel() == "chat" {
			fmt.Println(record.GetTicket().GetId())
		}
	}
	// Output:
	// T2
	// T3
	// T4
}
