package supportkpi

import (
	"context"
	"fmt"
	"iter"
	"time"

	"google.golang.org/protobuf/proto"

	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

// DefaultChunkRecords is how many records an import puts into a chunk.
const DefaultChunkRecords = 500

// A chunk is cut before it has more bytes, so that it stays below the 4 MiB of a request. The Python client cuts at the same
// places, so that one can go on where the other stopped.
const chunkBytesMax = 3_900_000

// ImportOptions say how to import. Only StreamID is required.
type ImportOptions struct {
	// StreamID names what is imported, 1 to 64 characters: "zendesk-2026-01". An import that broke off goes on where it stopped
	// when it is called again with the same id and the same records in the same order, by this process or another one. Other
	// records need another id: under a finished one they would be taken for those that are stored already.
	StreamID string
	// Epoch decides between two runs of one stream: the higher one goes on, the other one ends with Aborted. A run with a lower
	// epoch than the last one is refused. Default 1; give a higher one to take over from a run that may still be alive.
	Epoch int64
	// ChunkRecords is the number of records in a chunk, 1 to 10,000. Default DefaultChunkRecords. Another number cuts the records
	// elsewhere, so it makes a stream of its own: the id that the server sees ends in ":1000" then.
	ChunkRecords int
	// ReconnectFor is how long a run tries to get through to the server again after the last acknowledgement. Default 1 minute,
	// negative: not at all.
	ReconnectFor time.Duration
	// OnProgress is called after each acknowledged chunk, by the goroutine that called Import.
	OnProgress func(ImportProgress)
	// OnRejected is called for each record that the server refused, before OnProgress of its chunk.
	OnRejected func(RejectedRecord)
}

// ImportProgress says how far an import is, and in the end what became of it. What is counted here is durable.
type ImportProgress struct {
	// Records is how many records were handed over, those of earlier runs included.
	Records int64
	// Skipped is how many of them an earlier run had made durable.
	Skipped int64
	// Accepted is how many were not stored before.
	Accepted int64
	// Replaced is how many replaced an older or equal version.
	Replaced int64
	// IgnoredStale is how many were older than the stored ones or their deletion.
	IgnoredStale int64
	// Rejected is how many were refused. The server names the first 100 of each chunk.
	Rejected int64
	// DurableThrough is the position of the last durable chunk.
	DurableThrough int64
	// Commit is the tenant's commit that made it visible; 0 if this run sent nothing.
	Commit int64
	// Reconnects is how often the connection broke and was taken up again.
	Reconnects int
}

// RejectedRecord is a record that the server refused; all others of its chunk were stored.
type RejectedRecord struct {
	// Index is its place among all records of the import, from 0.
	Index int64
	// Record is the record itself.
	Record *supportkpiv1.Record
	// Violations say what is wrong. Their fields are paths in the record: "ticket.created_at".
	Violations []Violation
}

// Each makes the records of a slice a sequence for Import.
func Each(records ...*supportkpiv1.Record) iter.Seq2[*supportkpiv1.Record, error] {
	return func(yield func(*supportkpiv1.Record, error) bool) {
		for _, record := range records {
			if !yield(record, nil) {
				return
			}
		}
	}
}

// Import sends any number of records through the import stream and returns when all are durable. It holds at most the chunks
// that are not yet acknowledged (8) in memory. Records must not be changed before they are acknowledged.
//
// records may yield an error: the whole chunks before it are made durable, then Import returns the error. After any error the
// progress says what is durable, and calling again with the same options and records goes on from there.
func (c *Client) Import(ctx context.Context, records iter.Seq2[*supportkpiv1.Record, error], options ImportOptions) (ImportProgress, error) {
	if options.StreamID == "" {
		return ImportProgress{}, invalid("stream_id", "missing; 1 to 64 characters that name what is imported")
	}
	if options.ChunkRecords < 0 {
		return ImportProgress{}, invalid("chunk_records", "%d; 1 to 10,000", options.ChunkRecords)
	}
	if options.ChunkRecords == 0 {
		options.ChunkRecords = DefaultChunkRecords
	}
	if options.ChunkRecords != DefaultChunkRecords {
		options.StreamID = fmt.Sprintf("%s:%d", options.StreamID, options.ChunkRecords)
	}
	if options.Epoch == 0 {
		options.Epoch = 1
	}
	if options.ReconnectFor == 0 {
		options.ReconnectFor = time.Minute
	}
	next, stop := iter.Pull2(records)
	defer stop()
	run := &importRun{client: c, options: options, source: chunkSource{next: next, recordsMax: options.ChunkRecords}}
	err := run.toTheEnd(ctx)
	return run.progress, err
}

// chunk is a part of the import; first is the index of its first record.
type chunk struct {
	position, first int64
	records         []*supportkpiv1.Record
}

// chunkSource cuts the records into chunks. Where it cuts depends on the records alone, so that a later run cuts alike.
type chunkSource struct {
	next       func() (*supportkpiv1.Record, error, bool)
	recordsMax int
	position   int64
	taken      int64
	held       *supportkpiv1.Record // read, but too large for the chunk before
	ended      bool
	err        error // of the records, after which there are no more
}

// chunk is the next one; false at the end.
func (s *chunkSource) chunk() (chunk, bool) {
	cut := chunk{position: s.position + 1, first: s.taken}
	for bytes := 0; len(cut.records) < s.recordsMax; {
		record := s.held
		s.held = nil
		if record == nil && !s.ended {
			record = s.read()
		}
		if record == nil {
			break
		}
		bytes += proto.Size(record) + 8
		if bytes > chunkBytesMax && len(cut.records) > 0 {
			s.held = record
			break
		}
		cut.records = append(cut.records, record)
	}
	// A chunk that an error cut short is not sent: a later run would cut it elsewhere and skip what lies between.
	if len(cut.records) == 0 || s.err != nil {
		return chunk{}, false
	}
	s.position++
	s.taken += int64(len(cut.records))
	return cut, true
}

func (s *chunkSource) read() *supportkpiv1.Record {
	record, err, ok := s.next()
	switch {
	case !ok:
		s.ended = true
	case err != nil:
		s.ended, s.err = true, fmt.Errorf("supportkpi: reading the records: %w", err)
	case record == nil:
		return &supportkpiv1.Record{} // the server says that it has no kind
	default:
		return record
	}
	return nil
}
