package supportkpi

import (
	"context"
	"iter"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

// Query asks a question and returns the whole answer. For answers beyond the server's limit on a message (4 MiB) there are
// Pages and Stream.
func (c *Client) Query(ctx context.Context, query Query) (*Answer, error) {
	response, err := c.KPIs.QueryKpis(ctx, c.wireQuery(query))
	if err != nil {
		return nil, err
	}
	return NewAnswer(response)
}

// wireQuery is a copy of the question in the client's layout.
func (c *Client) wireQuery(query Query) *supportkpiv1.QueryKpisRequest {
	message := query.Proto()
	if message.GetLayout() == supportkpiv1.AnswerLayout_ANSWER_LAYOUT_UNSPECIFIED && !c.options.rowLayout {
		message.Layout = supportkpiv1.AnswerLayout_ANSWER_LAYOUT_COLUMNS
	}
	return message
}

// Pages asks a question page by page, all pages from the same snapshot. The loop ends after an error:
//
//	for page, err := range client.Pages(ctx, query, 1000) {
//		if err != nil {
//			return err
//		}
//		…
//	}
//
// size is the number of rows in a page, 1 to 100,000; a page holds fewer where they would take more than 4 MiB. Totals are on the
// first page. When the data changed and the snapshot is not held any more, which it is for 10 minutes from its last use, the
// error's code is Aborted: ask again from the start.
func (c *Client) Pages(ctx context.Context, query Query, size int) iter.Seq2[*Answer, error] {
	return func(yield func(*Answer, error) bool) {
		if size < 1 {
			yield(nil, invalid("page_size", "%d; 1 to 100,000", size))
			return
		}
		message := c.wireQuery(query)
		message.PageSize = saturated(size)
		for {
			response, err := c.KPIs.QueryKpis(ctx, message)
			if err != nil {
				yield(nil, err)
				return
			}
			answer, err := NewAnswer(response)
			if err != nil {
				yield(nil, err)
				return
			}
			message.PageToken = response.GetNextPageToken()
			if !yield(answer, nil) || message.PageToken == "" {
				return
			}
		}
	}
}

// BatchResult is the answer to one of several questions, or why it has none.
type BatchResult struct {
	// Answer is nil if Err is not.
	Answer *Answer
	// Err is an *Error, as Query would have returned it.
	Err error
}

// Batch asks up to 32 questions on one snapshot. The results are in the order of the questions; one that cannot be answered
// leaves the others alone. The error is that of the whole call.
func (c *Client) Batch(ctx context.Context, queries ...Query) ([]BatchResult, error) {
	request := &supportkpiv1.BatchQueryKpisRequest{}
	for _, query := range queries {
		request.Queries = append(request.Queries, c.wireQuery(query))
	}
	response, err := c.KPIs.BatchQueryKpis(ctx, request)
	if err != nil {
		return nil, err
	}
	results := make([]BatchResult, len(response.GetItems()))
	for i, item := range response.GetItems() {
		if code := codes.Code(item.GetStatus().GetCode()); code != codes.OK {
			results[i].Err = errorFromStatus(supportkpiv1.KpiService_BatchQueryKpis_FullMethodName, status.FromProto(item.GetStatus()))
			continue
		}
		results[i].Answer, results[i].Err = NewAnswer(item.GetAnswer())
	}
	return results, nil
}

// Validate says in words what a question asks, without running it; where it cannot be asked, why, and the nearest one that can.
func (c *Client) Validate(ctx context.Context, query Query) (*supportkpiv1.ValidateQueryResponse, error) {
	return c.KPIs.ValidateQuery(ctx, &supportkpiv1.ValidateQueryRequest{Query: query.Proto()})
}

// Definitions are the definitions of all KPIs, in the order of the catalogue.
func (c *Client) Definitions(ctx context.Context) ([]*supportkpiv1.KpiDefinition, error) {
	response, err := c.KPIs.ListKpis(ctx, &supportkpiv1.ListKpisRequest{})
	return response.GetKpis(), err
}

// Definition is the definition of one KPI. NotFound names the nearest ids.
func (c *Client) Definition(ctx context.Context, kpi string) (*supportkpiv1.KpiDefinition, error) {
	response, err := c.KPIs.GetKpi(ctx, &supportkpiv1.GetKpiRequest{Kpi: kpi})
	return response.GetKpi(), err
}

// Dimensions are what questions can group and filter by, each with up to sampleValues values that occur (0 to 1,000). With
// KPIs named: only what all of them can have.
func (c *Client) Dimensions(ctx context.Context, sampleValues int, kpis ...string) ([]*supportkpiv1.Dimension, error) {
	response, err := c.KPIs.ListDimensions(ctx, &supportkpiv1.ListDimensionsRequest{SampleValues: saturated(sampleValues), Kpis: kpis})
	return response.GetDimensions(), err
}

// DataIssues are what in the stored data deserves a look, most frequent first.
func (c *Client) DataIssues(ctx context.Context) ([]*supportkpiv1.DataIssue, error) {
	response, err := c.KPIs.ListDataIssues(ctx, &supportkpiv1.ListDataIssuesRequest{})
	return response.GetIssues(), err
}
