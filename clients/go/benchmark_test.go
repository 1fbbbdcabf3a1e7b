package supportkpi_test

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	supportkpi "supportkpi.dev/clients/go"
	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

// BenchmarkAnswer asks for 7,440 rows of four KPIs and reads every cell, in both layouts.
func BenchmarkAnswer(b *testing.B) {
	var records []*supportkpiv1.Record
	for i := range 10_000 {
		records = append(records, answeredTicket(fmt.Sprint("T", i), []string{"email", "chat", "phone", "web", "social"}[i%5],
			at(1, 0).Add(time.Duration(i*267)*time.Second), time.Duration(i%600)*time.Minute))
		records[i].GetTicket().Team = []string{"eu", "us"}[i%2]
	}
	upsert(b, newClientAt(b, address, supportkpi.WithTenant("benchmark")), records...)
	query := january(supportkpi.KPIs("tickets_created", "first_response_time", "reopen_rate", "resolution_rate")...).
		Every(supportkpi.Hour).By("channel", "team")
	for name, opts := range map[string][]supportkpi.Option{"columns": nil, "rows": {supportkpi.WithRowLayout()}} {
		b.Run(name, func(b *testing.B) {
			client := newClientAt(b, address, append(opts, supportkpi.WithTenant("benchmark"))...)
			bytes, sum := 0, 0.0
			for b.Loop() {
				answer := ask(b, client, query)
				bytes = proto.Size(answer.Proto())
				for row := range answer.Rows() {
					if value, ok := row.Value("tickets_created"); ok {
						sum += value
					}
				}
			}
			if sum == 0 {
				b.Error("nothing was counted")
			}
			b.ReportMetric(float64(bytes), "answer-bytes")
		})
	}
}
