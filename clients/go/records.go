package supportkpi

import (
	"context"
	"crypto/rand"
	"iter"

	"google.golang.org/protobuf/types/known/fieldmaskpb"

	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

// Upsert stores up to 10,000 records, at most 4 MiB, all or none. When it returns without error they are durable and in the
// next answer. Larger amounts: Import.
//
// requestID makes a repetition harmless: the same id with the same records gets the first answer again. Give it one if the
// caller itself may repeat the call, after a crash for example. Empty: a random one, which covers the client's own retries.
func (c *Client) Upsert(ctx context.Context, requestID string, records ...*supportkpiv1.Record) (*supportkpiv1.BatchUpsertRecordsResponse, error) {
	if requestID == "" {
		requestID = rand.Text()
	}
	return c.RecordStore.BatchUpsertRecords(ctx, &supportkpiv1.BatchUpsertRecordsRequest{Records: records, RequestId: requestID})
}

// Record is one record as stored. NotFound: there is none, or it was deleted.
func (c *Client) Record(ctx context.Context, name *supportkpiv1.RecordName) (*supportkpiv1.Record, error) {
	response, err := c.RecordStore.GetRecord(ctx, &supportkpiv1.GetRecordRequest{Name: name})
	return response.GetRecord(), err
}

// Records are the stored records of a kind, in the order of their ids, fetched page by page as the loop goes on. The loop ends
// after an error. filter nil: all of them.
func (c *Client) Records(ctx context.Context, kind supportkpiv1.RecordKind, filter *supportkpiv1.RecordFilter) iter.Seq2[*supportkpiv1.Record, error] {
	return func(yield func(*supportkpiv1.Record, error) bool) {
		request := &supportkpiv1.ListRecordsRequest{Kind: kind, Filter: filter, PageSize: 1000}
		for {
			page, err := c.RecordStore.ListRecords(ctx, request)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, record := range page.GetRecords() {
				if !yield(record, nil) {
					return
				}
			}
			if request.PageToken = page.GetNextPageToken(); request.PageToken == "" {
				return
			}
		}
	}
}

// Delete deletes a record; an older version of it that arrives later does not bring it back. True: it was there and is gone.
func (c *Client) Delete(ctx context.Context, name *supportkpiv1.RecordName) (bool, error) {
	response, err := c.RecordStore.DeleteRecord(ctx, &supportkpiv1.DeleteRecordRequest{Name: name, RequestId: rand.Text()})
	return response.GetDeleted(), err
}

// Settings are the tenant's settings in force, and their version.
func (c *Client) Settings(ctx context.Context) (*supportkpiv1.Settings, int64, error) {
	response, err := c.Config.GetSettings(ctx, &supportkpiv1.GetSettingsRequest{})
	return response.GetSettings(), response.GetVersion(), err
}

// UpdateSettings changes the fields of the settings that are named, such as "time_zone"; none named: all. It changes them only
// if their version is still the expected one, else the error's code is Aborted: read them again.
func (c *Client) UpdateSettings(ctx context.Context, settings *supportkpiv1.Settings, expectedVersion int64, fields ...string) (*supportkpiv1.Settings, int64, error) {
	request := &supportkpiv1.UpdateSettingsRequest{Settings: settings, ExpectedVersion: &expectedVersion}
	if len(fields) > 0 {
		request.UpdateMask = &fieldmaskpb.FieldMask{Paths: fields}
	}
	response, err := c.Config.UpdateSettings(ctx, request)
	return response.GetSettings(), response.GetVersion(), err
}
