package supportkpi

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

// RowStream is the answer to a question, without a limit on its size: rows as they arrive, totals and metadata at the end.
// It is used by one goroutine, once.
//
//	stream := client.Stream(ctx, query)
//	for row, err := range stream.Rows() {
//		if err != nil {
//			return err
//		}
//		…
//	}
//	fmt.Println(stream.Metadata().GetRowCount())
//
// Cells of the rows know their unit only once the metadata are there, so their Unit is UNSPECIFIED; those of Totals know it.
// Buckets are in the zone that the question names, else in UTC.
type RowStream struct {
	client   *Client
	ctx      context.Context
	request  *supportkpiv1.StreamQueryKpisRequest
	last     *Answer
	messages int
	resumed  int
}

// Stream asks a question whose answer may have any number of rows. Nothing is sent before Rows is called. A connection that
// breaks is taken up again after the last message that arrived, on the same snapshot.
func (c *Client) Stream(ctx context.Context, query Query) *RowStream {
	return &RowStream{client: c, ctx: ctx, request: &supportkpiv1.StreamQueryKpisRequest{Query: c.wireQuery(query)}}
}

// InMessagesOf sets how many rows one message has, 1 to 10,000. Default 1,000.
func (s *RowStream) InMessagesOf(rows int) *RowStream {
	s.request.RowsPerMessage = saturated(rows)
	return s
}

// Rows are the rows in their order. The loop ends after an error. Leaving it early cancels the question.
func (s *RowStream) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for attempt := 1; ; attempt++ {
			arrived := s.messages
			stopped, err := s.receive(yield)
			if stopped || err == nil {
				return
			}
			if s.messages > arrived {
				attempt = 1
			}
			if attempt >= s.client.options.attempts || !s.waitForResumption(attempt, err) {
				yield(Row{}, err)
				return
			}
			s.resumed++
		}
	}
}

// receive reads one connection to its end. stopped: the caller left the loop.
func (s *RowStream) receive(yield func(Row, error) bool) (stopped bool, err error) {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	stream, err := s.client.KPIs.StreamQueryKpis(ctx, s.request)
	if err != nil {
		return false, err
	}
	for {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		decoding := decoding{zone: zoneOf(s.request.GetQuery().GetTimeZone())}
		if metadata := message.GetPart().GetMetadata(); metadata != nil {
			decoding.units = unitsOf(metadata)
		}
		part, err := newAnswer(message.GetPart(), decoding)
		if err != nil {
			return false, err
		}
		s.messages++
		s.request.ResumeToken = message.GetResumeToken()
		s.last = part
		for row := range part.Rows() {
			if !yield(row, nil) {
				return true, nil
			}
		}
	}
}

// waitForResumption: only a connection that broke is worth another attempt, or what the server says comes again. Before the
// first message gRPC itself has retried already.
func (s *RowStream) waitForResumption(attempt int, err error) bool {
	if waitAsTold(s.ctx, err) {
		return true
	}
	if !s.client.lostConnection(err) || s.request.GetResumeToken() == "" {
		return false
	}
	return wait(s.ctx, backoff(attempt))
}

// backoff grows from 0.2 s to 3 s, as in ServiceConfig.
func backoff(attempt int) time.Duration {
	delay := 200 * time.Millisecond
	for i := 1; i < attempt && delay < 3*time.Second; i++ {
		delay = delay * 5 / 2
	}
	return min(delay, 3*time.Second)
}

// Resumed is how often the connection broke and was taken up again.
func (s *RowStream) Resumed() int { return s.resumed }

// Totals are the totals of the question, once Rows has ended.
func (s *RowStream) Totals() iter.Seq[Row] {
	if s.last == nil {
		return func(func(Row) bool) {}
	}
	return s.last.Totals()
}

// Metadata says how the answer was computed, once Rows has ended; nil before.
func (s *RowStream) Metadata() *supportkpiv1.AnswerMetadata {
	if s.last == nil {
		return nil
	}
	return s.last.Metadata()
}
