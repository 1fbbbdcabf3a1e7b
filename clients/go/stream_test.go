package supportkpi_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	supportkpi "supportkpi.dev/clients/go"
	"supportkpi.dev/clients/go/supportkpitest"
)

func TestPagesAndStreamsAreTheWholeAnswer(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	fillMixed(t, client)
	whole := ask(t, client, mixed())
	for _, size := range []int{1, 7, whole.Len() - 1, whole.Len(), whole.Len() + 1} {
		var paged []string
		pages := 0
		for page, err := range client.Pages(t.Context(), mixed(), size) {
			if err != nil {
				t.Fatal(err)
			}
			pages++
			paged = append(paged, lines(page)...)
		}
		if !slices.Equal(paged, lines(whole)) || pages != (whole.Len()+size-1)/size {
			t.Errorf("pages of %d: %d rows on %d pages instead of %d", size, len(paged), pages, whole.Len())
		}
	}
	for _, size := range []int{1, 7, 10_000} {
		stream := client.Stream(t.Context(), mixed()).InMessagesOf(size)
		index := 0
		for row, err := range stream.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			want := whole.Row(index)
			for i := range want.Cells {
				want.Cells[i].Unit = row.Cells[i].Unit
			}
			if evidence(row) != evidence(want) {
				t.Fatalf("row %d in messages of %d\nstream: %s\nanswer: %s", index, size, evidence(row), evidence(want))
			}
			index++
		}
		if index != whole.Len() || int(stream.Metadata().GetRowCount()) != whole.Len() {
			t.Errorf("messages of %d: %d rows, %v; %d", size, index, stream.Metadata(), whole.Len())
		}
		streamed, total := slices.Collect(stream.Totals()), slices.Collect(whole.Totals())
		if len(streamed) != len(total) || len(total) == 0 || evidence(streamed[0]) != evidence(total[0]) {
			t.Errorf("messages of %d: %d totals, %d totals", size, len(streamed), len(total))
		}
	}
}

func TestPagesAndStreamsRefuse(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	question := january(supportkpi.KPI("tickets_created"))
	for _, size := range []struct {
		rows int
		code codes.Code
	}{{-1, codes.InvalidArgument}, {0, codes.InvalidArgument}, {1, codes.OK}, {100_000, codes.OK}, {100_001, codes.InvalidArgument}} {
		for _, err := range client.Pages(t.Context(), question, size.rows) {
			if supportkpi.CodeOf(err) != size.code {
				t.Errorf("pages of %d: %v", size.rows, err)
			}
		}
	}
	for _, err := range client.Stream(t.Context(), january(supportkpi.KPI("csatt"))).Rows() {
		if supportkpi.CodeOf(err) != codes.InvalidArgument {
			t.Errorf("a stream of an unknown KPI: %v", err)
		}
	}
	stream := client.Stream(t.Context(), question)
	if stream.Metadata() != nil || len(slices.Collect(stream.Totals())) != 0 {
		t.Error("nothing has arrived yet")
	}
}

// leavesNothingBehind does something 50 times and waits until its goroutines are gone.
func leavesNothingBehind(t *testing.T, do func()) {
	t.Helper()
	do()
	before := runtime.NumGoroutine()
	for range 50 {
		do()
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before+5; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines before, %d after 50 times", before, runtime.NumGoroutine())
		}
	}
}

// It counts goroutines, so no other test may run meanwhile.
func TestLeavingAStreamEarlyEndsIt(t *testing.T) {
	client := newClient(t)
	fillMixed(t, client)
	leave := func() {
		for _, err := range client.Stream(t.Context(), mixed()).InMessagesOf(1).Rows() {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	leavesNothingBehind(t, leave)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rows := 0
	for _, err := range client.Stream(ctx, mixed()).InMessagesOf(1).Rows() {
		if err != nil {
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			break
		}
		rows++
		cancel()
	}
	if rows == ask(t, client, mixed()).Len() {
		t.Error("a cancelled stream went on to its end")
	}
}

func TestAStreamGoesOnAfterTheServerRestarted(t *testing.T) {
	t.Parallel()
	server := supportkpitest.Start(t)
	client := newClientAt(t, server.Address)
	fillMixed(t, client)
	query := mixed().Every(supportkpi.Day)
	whole := ask(t, client, query)
	want := lines(whole)
	stream := client.Stream(t.Context(), query).InMessagesOf(1)
	rows := 0
	for row, err := range stream.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		for i := range row.Cells { // the answer says them at once, the stream at its end
			row.Cells[i].Unit = whole.Row(rows).Cells[i].Unit
		}
		if row.String() != want[rows] {
			t.Fatalf("row %d is %s instead of %s", rows, row, want[rows])
		}
		if rows++; rows == 3 {
			if err := server.Kill(); err != nil {
				t.Fatal(err)
			}
			if err := server.Restart(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if rows != len(want) || stream.Resumed() == 0 {
		t.Errorf("%d of %d rows, resumed %d times", rows, len(want), stream.Resumed())
	}
}

// cutOff lets the first stream end after so many messages as one that a stopping server cuts off, which gRPC 1.51 tells as
// CANCELLED.
func cutOff(messages int) supportkpi.Option {
	isFirst := true
	return supportkpi.WithDialOptions(grpc.WithChainStreamInterceptor(func(ctx context.Context, description *grpc.StreamDesc,
		connection *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
		stream, err := open(ctx, description, connection, method, opts...)
		if err == nil && isFirst {
			isFirst = false
			return &cutStream{stream, messages}, nil
		}
		return stream, err
	}))
}

type cutStream struct {
	grpc.ClientStream
	left int
}

func (s *cutStream) RecvMsg(message any) error {
	if s.left--; s.left < 0 {
		return status.Error(codes.Canceled, "CANCELLED")
	}
	return s.ClientStream.RecvMsg(message)
}

func TestStreamsAndImportsThatTheServerCancelsGoOn(t *testing.T) {
	t.Parallel()
	filled := newClient(t)
	fillMixed(t, filled)
	stream := newClient(t, cutOff(2)).Stream(t.Context(), mixed()).InMessagesOf(1)
	rows := 0
	for _, err := range stream.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		rows++
	}
	if rows != ask(t, filled, mixed()).Len() || stream.Resumed() != 1 {
		t.Errorf("%d rows, resumed %d times", rows, stream.Resumed())
	}
	// Cut before hello, after it, and after an acknowledgement.
	for messages, id := range []string{"at-once", "after-hello", "after-a-chunk"} {
		options := supportkpi.ImportOptions{StreamID: id, ChunkRecords: 1}
		progress, err := newClient(t, cutOff(messages)).Import(t.Context(), tickets(20, -1), options)
		if err != nil || progress.Records != 20 || progress.Reconnects != 1 {
			t.Errorf("%s: %+v, %v", id, progress, err)
		}
	}
}

func TestAClosedClientIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	client, err := supportkpi.NewClient(address)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	progress, err := client.Import(t.Context(), tickets(1, -1), supportkpi.ImportOptions{StreamID: "closed"})
	if supportkpi.CodeOf(err) != codes.Canceled || progress.Reconnects != 0 || time.Since(begin) > 10*time.Second {
		t.Errorf("%+v, %v after %v", progress, err, time.Since(begin))
	}
}
