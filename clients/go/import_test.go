package supportkpi_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/durationpb"

	supportkpi "supportkpi.dev/clients/go"
	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
	"supportkpi.dev/clients/go/supportkpitest"
)

// tickets are so many, from T0 on; failAt: the sequence yields an error there instead (-1: nowhere).
func tickets(count, failAt int) iter.Seq2[*supportkpiv1.Record, error] {
	return func(yield func(*supportkpiv1.Record, error) bool) {
		for i := range count {
			if i == failAt {
				yield(nil, errors.New("the disk is gone"))
				return
			}
			if !yield(ticket(fmt.Sprint("T", i), "email", at(5, 0).Add(time.Duration(i)*time.Second)), nil) {
				return
			}
		}
	}
}

func created(t *testing.T, client *supportkpi.Client) int {
	t.Helper()
	return int(ask(t, client, january(supportkpi.KPI("tickets_created"))).Row(0).Cell("tickets_created").Value)
}

func TestAnImportGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	options := supportkpi.ImportOptions{StreamID: "crm"}
	first, err := client.Import(t.Context(), tickets(2600, 1700), options)
	if err == nil || !strings.Contains(err.Error(), "the disk is gone") {
		t.Fatalf("%v", err)
	}
	if first.Accepted != 1500 || first.Records != 1500 || first.DurableThrough != 3 || created(t, client) != 1500 {
		t.Errorf("the whole chunks before the error are durable: %+v", first)
	}
	second, err := client.Import(t.Context(), tickets(2600, -1), options)
	if err != nil {
		t.Fatal(err)
	}
	if second.Records != 2600 || second.Skipped != 1500 || second.Accepted != 1100 || created(t, client) != 2600 {
		t.Errorf("%+v, %d tickets stored", second, created(t, client))
	}
	third, err := client.Import(t.Context(), tickets(2600, -1), options)
	if err != nil || third.Skipped != 2600 || third.Accepted+third.Replaced != 0 {
		t.Errorf("a repetition sends nothing: %+v, %v", third, err)
	}
}

func TestAnImportOutlivesACrashOfTheServer(t *testing.T) {
	t.Parallel()
	server := supportkpitest.Start(t)
	client := newClientAt(t, server.Address)
	restarted := make(chan error, 1)
	killed := false
	progress, err := client.Import(t.Context(), tickets(20_000, -1), supportkpi.ImportOptions{
		StreamID: "crash",
		OnProgress: func(progress supportkpi.ImportProgress) {
			if killed || progress.DurableThrough < 10 {
				return
			}
			killed = true
			if err := server.Kill(); err != nil {
				t.Error(err)
			}
			go func() {
				time.Sleep(100 * time.Millisecond)
				restarted <- server.Restart()
			}()
		},
	})
	if err := <-restarted; err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if progress.Reconnects == 0 || progress.Records != 20_000 || progress.DurableThrough != 40 {
		t.Errorf("%+v", progress)
	}
	if sum := progress.Accepted + progress.Replaced + progress.IgnoredStale; sum != 20_000 {
		t.Errorf("the counts of all chunks: %d of 20,000: %+v", sum, progress)
	}
	if got := created(t, client); got != 20_000 {
		t.Errorf("%d tickets stored", got)
	}
}

func TestTheNewerRunOfAStreamWins(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	var newer error
	_, err := client.Import(t.Context(), tickets(10_000, -1), supportkpi.ImportOptions{
		StreamID: "twice", Epoch: 5,
		OnProgress: func(progress supportkpi.ImportProgress) {
			if progress.DurableThrough == 2 {
				_, newer = client.Import(t.Context(), tickets(10_000, -1), supportkpi.ImportOptions{StreamID: "twice", Epoch: 6})
			}
		},
	})
	if newer != nil {
		t.Errorf("the newer run: %v", newer)
	}
	if supportkpi.CodeOf(err) != codes.Aborted {
		t.Errorf("the older run: %v", err)
	}
	if _, err := client.Import(t.Context(), tickets(1, -1), supportkpi.ImportOptions{StreamID: "twice", Epoch: 5}); supportkpi.CodeOf(err) != codes.FailedPrecondition {
		t.Errorf("an epoch that is lower than the last: %v", err)
	}
	if got := created(t, client); got != 10_000 {
		t.Errorf("%d tickets stored", got)
	}
}

func TestRefusedRecordsAreHandedBack(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	var records []*supportkpiv1.Record
	for i := range 1000 {
		record := ticket(fmt.Sprint("T", i), "email", at(5, 9))
		if i%4 == 1 {
			record.GetTicket().HandleTime = durationpb.New(-time.Second)
		}
		records = append(records, record)
	}
	var refused []supportkpi.RejectedRecord
	progress, err := client.Import(t.Context(), supportkpi.Each(records...), supportkpi.ImportOptions{
		StreamID: "some-are-wrong", OnRejected: func(rejected supportkpi.RejectedRecord) { refused = append(refused, rejected) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if progress.Accepted != 750 || progress.Rejected != 250 {
		t.Errorf("%+v", progress)
	}
	if len(refused) != 200 { // the first 100 of each of the two chunks
		t.Errorf("%d records handed back", len(refused))
	}
	for _, rejected := range refused {
		if rejected.Index%4 != 1 || rejected.Record != records[rejected.Index] || len(rejected.Violations) == 0 ||
			!strings.HasPrefix(rejected.Violations[0].String(), "ticket.handle_time: ") {
			t.Fatalf("%+v", rejected)
		}
	}
}

func TestAnEmptyImportAndNilRecords(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	progress, err := client.Import(t.Context(), tickets(0, -1), supportkpi.ImportOptions{StreamID: "empty"})
	if err != nil || progress != (supportkpi.ImportProgress{}) {
		t.Errorf("%+v, %v", progress, err)
	}
	progress, err = client.Import(t.Context(), supportkpi.Each(nil, ticket("T", "email", at(5, 9))), supportkpi.ImportOptions{StreamID: "nil"})
	if err != nil || progress.Accepted != 1 || progress.Rejected != 1 {
		t.Errorf("%+v, %v", progress, err)
	}
}

func TestChunksStayBelowTheLimitsOfTheServer(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	long := strings.Repeat("x", 4000)
	records := func(yield func(*supportkpiv1.Record, error) bool) {
		for i := range 300 {
			record := ticket(fmt.Sprint("T", i), "email", at(5, 9))
			record.GetTicket().Attributes = map[string]string{}
			for a := range 8 {
				record.GetTicket().Attributes[fmt.Sprint("a", a)] = long[:len(long)-(i+a)%7]
			}
			if !yield(record, nil) {
				return
			}
		}
	}
	progress, err := client.Import(t.Context(), records, supportkpi.ImportOptions{StreamID: "large"})
	if err != nil || progress.Accepted != 300 || progress.DurableThrough < 3 {
		t.Errorf("%+v, %v", progress, err)
	}
	for _, size := range []struct {
		records int
		code    codes.Code
	}{{-1, codes.InvalidArgument}, {1, codes.OK}, {9_999, codes.OK}, {10_000, codes.OK}, {10_001, codes.InvalidArgument}} {
		options := supportkpi.ImportOptions{StreamID: "size", ChunkRecords: size.records}
		progress, err := client.Import(t.Context(), tickets(3, -1), options)
		if supportkpi.CodeOf(err) != size.code {
			t.Errorf("%d records in a chunk: %+v, %v", size.records, progress, err)
		}
	}
	if _, err := client.Import(t.Context(), tickets(1, -1), supportkpi.ImportOptions{}); supportkpi.CodeOf(err) != codes.InvalidArgument {
		t.Errorf("no stream id: %v", err)
	}
}

func TestAnotherChunkSizeLosesNothing(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	if _, err := client.Import(t.Context(), tickets(1000, 500), supportkpi.ImportOptions{StreamID: "s", ChunkRecords: 50}); err == nil {
		t.Fatal("the first run should have broken off")
	}
	progress, err := client.Import(t.Context(), tickets(1000, -1), supportkpi.ImportOptions{StreamID: "s", ChunkRecords: 100})
	if err != nil || created(t, client) != 1000 {
		t.Errorf("%+v, %v, %d tickets stored", progress, err, created(t, client))
	}
}

func TestAnImportEndsWhenItsContextDoes(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	ctx, cancel := context.WithCancel(t.Context())
	endless := func(yield func(*supportkpiv1.Record, error) bool) {
		for i := 0; yield(ticket(fmt.Sprint("T", i), "email", at(5, 9)), nil); i++ {
		}
	}
	progress, err := client.Import(ctx, endless, supportkpi.ImportOptions{
		StreamID: "endless", OnProgress: func(progress supportkpi.ImportProgress) {
			if progress.DurableThrough == 5 {
				cancel()
			}
		}})
	cancel()
	if !errors.Is(err, context.Canceled) || progress.DurableThrough < 5 {
		t.Errorf("%+v, %v", progress, err)
	}
}

func TestAnImportComesBackWhenTheServerSaysSo(t *testing.T) {
	t.Parallel()
	server := supportkpitest.Start(t)
	client := newClientAt(t, server.Address)
	// 32 imports are what the server takes.
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for i := range 32 {
		stream, err := client.RecordStore.ImportRecords(ctx)
		if err != nil {
			t.Fatal(err)
		}
		err = stream.Send(&supportkpiv1.ImportRecordsRequest{Message: &supportkpiv1.ImportRecordsRequest_Open{
			Open: &supportkpiv1.ImportOpen{StreamId: fmt.Sprint("holder", i), Epoch: 1}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Recv(); err != nil {
			t.Fatal(err)
		}
	}
	short, cancelShort := context.WithTimeout(t.Context(), time.Second)
	defer cancelShort()
	_, err := client.Import(short, tickets(10, -1), supportkpi.ImportOptions{StreamID: "late"})
	var failure *supportkpi.Error
	if !errors.As(err, &failure) || failure.Code != codes.ResourceExhausted || failure.RetryAfter <= 0 || failure.Reason == "" {
		t.Fatalf("before the server wants to be asked again: %+v", err)
	}
	time.AfterFunc(500*time.Millisecond, cancel)
	begin := time.Now()
	progress, err := client.Import(t.Context(), tickets(10, -1), supportkpi.ImportOptions{StreamID: "late"})
	if err != nil || progress.Accepted != 10 {
		t.Errorf("%+v, %v", progress, err)
	}
	if waited := time.Since(begin); waited < failure.RetryAfter {
		t.Errorf("came back after %v; told %v", waited, failure.RetryAfter)
	}
}

func TestAnImportOutlivesTheAgeOfItsConnection(t *testing.T) {
	t.Parallel()
	server := supportkpitest.Start(t, "--connection_age=1s", "--connection_age_grace=1s")
	client := newClientAt(t, server.Address)
	slow := func(yield func(*supportkpiv1.Record, error) bool) {
		for record, err := range tickets(3000, -1) {
			if record.GetTicket().GetId()[len(record.GetTicket().GetId())-2:] == "00" {
				time.Sleep(150 * time.Millisecond)
			}
			if !yield(record, err) {
				return
			}
		}
	}
	progress, err := client.Import(t.Context(), slow, supportkpi.ImportOptions{StreamID: "slow"})
	if err != nil || progress.Accepted != 3000 || progress.Reconnects == 0 || created(t, client) != 3000 {
		t.Errorf("%+v, %v", progress, err)
	}
}

// It counts goroutines, so no other test may run meanwhile.
func TestAnImportThatFailedLeavesNothingBehind(t *testing.T) {
	client := newClient(t)
	unsendable := ticket("t", "\xff", at(5, 9))
	stream := 0
	leavesNothingBehind(t, func() {
		stream++
		options := supportkpi.ImportOptions{StreamID: fmt.Sprint("s", stream), ChunkRecords: 1}
		if _, err := client.Import(t.Context(), supportkpi.Each(ticket("a", "email", at(5, 9)), unsendable), options); err == nil {
			t.Fatal("text that is not UTF-8 was sent")
		}
	})
}
