package supportkpi_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"

	supportkpi "supportkpi.dev/clients/go"
	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

func TestRecordsAndSettings(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	var records []*supportkpiv1.Record
	for i := range 2500 {
		records = append(records, ticket(fmt.Sprintf("T%04d", i), "email", at(5, 9)))
	}
	first, err := client.Upsert(t.Context(), "once", records...)
	if err != nil || first.GetAccepted() != 2500 {
		t.Fatal(first, err)
	}
	again, err := client.Upsert(t.Context(), "once", records...)
	if err != nil || !again.GetReplayed() || again.GetCommit() != first.GetCommit() {
		t.Error(again, err)
	}
	if _, err := client.Upsert(t.Context(), "once", records[0]); supportkpi.CodeOf(err) != codes.AlreadyExists {
		t.Error(err)
	}
	kind := supportkpiv1.RecordKind_RECORD_KIND_TICKET
	index := 0
	for record, err := range client.Records(t.Context(), kind, nil) {
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("T%04d", index); record.GetTicket().GetId() != want {
			t.Fatalf("record %d is %s", index, record.GetTicket().GetId())
		}
		index++
	}
	if index != 2500 {
		t.Errorf("%d records", index)
	}
	for record, err := range client.Records(t.Context(), kind, &supportkpiv1.RecordFilter{IdPrefix: "T24"}) {
		if err != nil || !strings.HasPrefix(record.GetTicket().GetId(), "T24") {
			t.Fatal(record, err)
		}
		break
	}
	for _, err := range client.Records(t.Context(), 0, nil) {
		if supportkpi.CodeOf(err) != codes.InvalidArgument {
			t.Error(err)
		}
	}
	name := &supportkpiv1.RecordName{Kind: kind, Id: "T0000"}
	if record, err := client.Record(t.Context(), name); err != nil || record.GetTicket().GetChannel() != "email" {
		t.Error(record, err)
	}
	if deleted, err := client.Delete(t.Context(), name); err != nil || !deleted {
		t.Error(deleted, err)
	}
	if _, err := client.Record(t.Context(), name); supportkpi.CodeOf(err) != codes.NotFound {
		t.Error(err)
	}
	settings, version, err := client.Settings(t.Context())
	if err != nil || version != 0 {
		t.Fatal(settings, version, err)
	}
	changed, newVersion, err := client.UpdateSettings(t.Context(), &supportkpiv1.Settings{TimeZone: "Europe/Berlin"}, version, "time_zone")
	if err != nil || newVersion != 1 || changed.GetTimeZone() != "Europe/Berlin" {
		t.Error(changed, newVersion, err)
	}
	if _, _, err := client.UpdateSettings(t.Context(), &supportkpiv1.Settings{}, version); supportkpi.CodeOf(err) != codes.Aborted {
		t.Errorf("settings that were changed meanwhile: %v", err)
	}
}
