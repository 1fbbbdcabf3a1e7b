package supportkpi_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	supportkpi "supportkpi.dev/clients/go"
	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
	"supportkpi.dev/clients/go/supportkpitest"
)

// address is that of the one server that all tests and examples share. Each test has a tenant of its own.
var address string

func TestMain(m *testing.M) {
	server, err := supportkpitest.Launch()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	address = server.Address
	code := m.Run()
	if err := server.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// newClient is a client of the shared server for a tenant named after the test.
func newClient(t testing.TB, opts ...supportkpi.Option) *supportkpi.Client {
	t.Helper()
	tenant := strings.ToLower(strings.NewReplacer("/", "-", "_", "-").Replace(t.Name()))
	return newClientAt(t, address, append([]supportkpi.Option{supportkpi.WithTenant(tenant)}, opts...)...)
}

func newClientAt(t testing.TB, target string, opts ...supportkpi.Option) *supportkpi.Client {
	t.Helper()
	client, err := supportkpi.NewClient(target, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

// at is an instant of a day of January 2026, UTC.
func at(day, hour int) time.Time { return time.Date(2026, 1, day, hour, 0, 0, 0, time.UTC) }

// january is all of it.
func january(kpis ...supportkpi.Selection) supportkpi.Query {
	return supportkpi.NewQuery(kpis...).Between(at(1, 0), at(32, 0))
}

// ticket is a ticket of a channel that was created at an instant.
func ticket(id, channel string, created time.Time) *supportkpiv1.Record {
	return &supportkpiv1.Record{Kind: &supportkpiv1.Record_Ticket{Ticket: &supportkpiv1.Ticket{
		Id: id, Channel: channel, CreatedAt: timestamppb.New(created)}}}
}

// answeredTicket got its first reply, and was resolved, after so long.
func answeredTicket(id, channel string, created time.Time, reply time.Duration) *supportkpiv1.Record {
	record := ticket(id, channel, created)
	record.GetTicket().FirstRepliedAt = timestamppb.New(created.Add(reply))
	record.GetTicket().ResolvedAt = timestamppb.New(created.Add(reply))
	record.GetTicket().Status = supportkpiv1.TicketStatus_TICKET_STATUS_SOLVED
	return record
}

func upsert(t testing.TB, client *supportkpi.Client, records ...*supportkpiv1.Record) {
	t.Helper()
	if _, err := client.Upsert(context.Background(), "", records...); err != nil {
		t.Fatal(err)
	}
}

func ask(t testing.TB, client *supportkpi.Client, query supportkpi.Query) *supportkpi.Answer {
	t.Helper()
	answer, err := client.Query(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// lines are rows as text, to compare.
func lines(answer *supportkpi.Answer) []string {
	var out []string
	for row := range answer.Rows() {
		out = append(out, row.String())
	}
	return out
}
