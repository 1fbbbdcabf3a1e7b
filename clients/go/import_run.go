package supportkpi

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

// importRun is one call of Import, over any number of connections.
type importRun struct {
	client       *Client
	options      ImportOptions
	source       chunkSource
	pending      []chunk // cut and not acknowledged, by position
	sent         int     // of pending, on this connection
	progress     ImportProgress
	failingSince time.Time // first failure after the last acknowledgement
}

func (r *importRun) toTheEnd(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		before := r.progress.DurableThrough
		err := r.connect(ctx)
		if err == nil {
			return r.source.err
		}
		if r.progress.DurableThrough > before {
			attempt = 1
		}
		if !r.worthAnother(ctx, err, attempt) {
			return err
		}
		r.progress.Reconnects++
	}
}

// worthAnother waits before the next connection; false if there should be none.
func (r *importRun) worthAnother(ctx context.Context, err error, attempt int) bool {
	if r.failingSince.IsZero() {
		r.failingSince = time.Now()
	}
	if r.options.ReconnectFor < 0 || time.Since(r.failingSince) > r.options.ReconnectFor {
		return false
	}
	if waitAsTold(ctx, err) {
		return true
	}
	return r.client.lostConnection(err) && wait(ctx, backoff(attempt))
}

// connect opens the stream and exchanges chunks for acknowledgements until there are no more.
func (r *importRun) connect(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := r.client.RecordStore.ImportRecords(ctx)
	if err != nil {
		return err
	}
	hello, err := r.hello(stream)
	if err != nil {
		return err
	}
	answers, left := make(chan answered), make(chan struct{})
	defer close(left)
	go receive(stream, answers, left)
	r.sent = 0
	if err := r.exchange(stream, int(hello.GetWindowChunks()), answers); err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	if last := <-answers; last.err != io.EOF {
		return last.err
	}
	return nil
}

type importStream = interface {
	Send(*supportkpiv1.ImportRecordsRequest) error
	Recv() (*supportkpiv1.ImportRecordsResponse, error)
	CloseSend() error
}

// hello opens the stream; what an earlier run made durable is taken from the source and dropped.
func (r *importRun) hello(stream importStream) (*supportkpiv1.ImportHello, error) {
	open := &supportkpiv1.ImportOpen{Tenant: r.client.options.tenant, StreamId: r.options.StreamID, Epoch: r.options.Epoch}
	err := stream.Send(&supportkpiv1.ImportRecordsRequest{Message: &supportkpiv1.ImportRecordsRequest_Open{Open: open}})
	if err != nil && err != io.EOF {
		return nil, err
	}
	answer, err := stream.Recv()
	if err == io.EOF {
		return nil, fmt.Errorf("supportkpi: import: the server ended the stream without a word")
	}
	if err != nil {
		return nil, err
	}
	hello := answer.GetHello()
	if hello == nil {
		return nil, fmt.Errorf("supportkpi: import: the server did not begin with hello")
	}
	if limit := int(hello.GetMaxChunkRecords()); limit > 0 && r.options.ChunkRecords > limit {
		return nil, invalid("chunk_records", "%d; the server takes at most %d", r.options.ChunkRecords, limit)
	}
	for len(r.pending) == 0 && r.source.position < hello.GetDurableThrough() {
		done, ok := r.source.chunk()
		if !ok {
			break
		}
		r.progress.Skipped += int64(len(done.records))
		r.progress.Records = r.source.taken
		r.progress.DurableThrough = done.position
	}
	return hello, nil
}

// answered is a message of the server, or the end of its stream.
type answered struct {
	message *supportkpiv1.ImportRecordsResponse
	err     error
}

// receive hands on what the server says until its stream ends or nobody listens any more.
func receive(stream importStream, answers chan<- answered, left <-chan struct{}) {
	for {
		message, err := stream.Recv()
		select {
		case answers <- answered{message, err}:
		case <-left:
			return
		}
		if err != nil {
			return
		}
	}
}

// exchange keeps up to window chunks on the way. Chunks of a connection that broke are sent again: the server answers those
// that it has as it did before.
func (r *importRun) exchange(stream importStream, window int, answers <-chan answered) error {
	window = max(window, 1)
	for {
		if r.sent < window && r.cut() {
			next := r.pending[r.sent]
			err := stream.Send(&supportkpiv1.ImportRecordsRequest{Message: &supportkpiv1.ImportRecordsRequest_Chunk{
				Chunk: &supportkpiv1.ImportChunk{Position: next.position, Records: next.records}}})
			if err != nil && err != io.EOF { // io.EOF: the reason comes with the answers
				return err
			}
			r.sent++
			if r.sent < window {
				select {
				case answer := <-answers:
					if err := r.note(answer); err != nil {
						return err
					}
				default:
				}
				continue
			}
		}
		if r.sent == 0 {
			return nil
		}
		if err := r.note(<-answers); err != nil {
			return err
		}
	}
}

// cut makes sure that there is a chunk to send; false at the end of the records.
func (r *importRun) cut() bool {
	if r.sent < len(r.pending) {
		return true
	}
	next, ok := r.source.chunk()
	if ok {
		r.pending = append(r.pending, next)
	}
	return ok
}

// note takes an acknowledgement: they come in the order of the chunks, one for each.
func (r *importRun) note(answer answered) error {
	if answer.err == io.EOF {
		return fmt.Errorf("supportkpi: import: the server ended the stream with %d chunks unacknowledged", r.sent)
	}
	if answer.err != nil {
		return answer.err
	}
	ack := answer.message.GetAck()
	if ack == nil || r.sent == 0 {
		return fmt.Errorf("supportkpi: import: the server sent something that is no acknowledgement")
	}
	done := r.pending[0]
	if ack.GetDurableThrough() < done.position {
		return fmt.Errorf("supportkpi: import: chunk %d was acknowledged, but only %d are durable", done.position, ack.GetDurableThrough())
	}
	r.pending, r.sent = r.pending[1:], r.sent-1
	r.failingSince = time.Time{}
	r.progress.Records = done.first + int64(len(done.records))
	r.progress.Accepted += ack.GetAccepted()
	r.progress.Replaced += ack.GetReplaced()
	r.progress.IgnoredStale += ack.GetIgnoredStale()
	r.progress.Rejected += ack.GetRejectedCount()
	r.progress.DurableThrough = done.position
	r.progress.Commit = max(r.progress.Commit, ack.GetCommit())
	r.tell(done, ack)
	return nil
}

func (r *importRun) tell(done chunk, ack *supportkpiv1.ImportAck) {
	if r.options.OnRejected != nil {
		for _, rejected := range ack.GetRejected() {
			row := RejectedRecord{Index: done.first + int64(rejected.GetIndex())}
			if index := int(rejected.GetIndex()); index < len(done.records) {
				row.Record = done.records[index]
			}
			inChunk := fmt.Sprintf("records[%d].", rejected.GetIndex())
			for _, violation := range rejected.GetViolations() {
				row.Violations = append(row.Violations,
					Violation{Field: strings.TrimPrefix(violation.GetField(), inChunk), Description: violation.GetDescription()})
			}
			r.options.OnRejected(row)
		}
	}
	if r.options.OnProgress != nil {
		r.options.OnProgress(r.progress)
	}
}
