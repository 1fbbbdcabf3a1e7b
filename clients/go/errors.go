package supportkpi

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Violation says what is wrong with one field of a request or a record.
type Violation struct {
	// Field is the path, such as "kpis[0].statistic" or "records[3].ticket.created_at". It may be empty.
	Field string
	// Description says what is wrong and what is allowed.
	Description string
}

// String is "field: description".
func (v Violation) String() string {
	if v.Field == "" {
		return v.Description
	}
	return v.Field + ": " + v.Description
}

// Error is what every failed call returns. Get it with errors.As, or ask for its code with status.Code or CodeOf.
//
// errors.Is(err, context.DeadlineExceeded) and errors.Is(err, context.Canceled) hold for the codes of these names.
type Error struct {
	// Method is the full name of the RPC, such as "/supportkpi.v1.KpiService/QueryKpis".
	Method string
	// Code is the gRPC code.
	Code codes.Code
	// Message says what is wrong, for people: all of it if it fits into 1 KB.
	Message string
	// Reason says it for programs, such as "INVALID_ARGUMENT" or "QUEUE_FULL". Empty where the error did not come from the
	// server itself.
	Reason string
	// Metadata are further facts for programs, such as the reference of an internal error.
	Metadata map[string]string
	// Violations are the fields that are wrong, about the first 20; Message says how many more there are.
	Violations []Violation
	// RetryAfter is how long the server asks to wait before another attempt; 0 where it does not say.
	RetryAfter time.Duration

	hint   string
	status *status.Status
}

// Error is "KpiService.QueryKpis: InvalidArgument: kpis[0].kpi: ...".
func (e *Error) Error() string {
	var text strings.Builder
	if e.Method != "" {
		method := strings.TrimPrefix(strings.TrimPrefix(e.Method, "/"), "supportkpi.v1.")
		text.WriteString(strings.ReplaceAll(method, "/", ".") + ": ")
	}
	text.WriteString(e.Code.String() + ": " + e.Message)
	if e.hint != "" {
		text.WriteString("; " + e.hint)
	}
	return text.String()
}

// GRPCStatus makes status.FromError and status.Code work.
func (e *Error) GRPCStatus() *status.Status { return e.status }

// Is lets errors.Is compare with the errors of package context.
func (e *Error) Is(target error) bool {
	return (target == context.DeadlineExceeded && e.Code == codes.DeadlineExceeded) ||
		(target == context.Canceled && e.Code == codes.Canceled)
}

// CodeOf is the gRPC code of an error: OK for nil, Unknown for errors that did not come from a call.
func CodeOf(err error) codes.Code {
	var failure *Error
	if errors.As(err, &failure) {
		return failure.Code
	}
	return status.Code(err)
}

// newError makes an Error of what gRPC returned. nil stays nil.
func (c *Client) newError(method string, err error) error {
	if err == nil {
		return nil
	}
	var failure *Error
	if errors.As(err, &failure) {
		return err
	}
	failure = errorFromStatus(method, status.Convert(err))
	if failure.Code == codes.Unavailable && failure.Reason == "" {
		failure.hint = c.reachHint()
	}
	return failure
}

// errorFromStatus reads the details.
func errorFromStatus(method string, from *status.Status) *Error {
	failure := &Error{Method: method, Code: from.Code(), Message: from.Message(), status: from}
	for _, detail := range from.Details() {
		switch detail := detail.(type) {
		case *errdetails.ErrorInfo:
			failure.Reason, failure.Metadata = detail.GetReason(), detail.GetMetadata()
		case *errdetails.BadRequest:
			for _, violation := range detail.GetFieldViolations() {
				failure.Violations = append(failure.Violations,
					Violation{Field: violation.GetField(), Description: violation.GetDescription()})
			}
		case *errdetails.RetryInfo:
			failure.RetryAfter = detail.GetRetryDelay().AsDuration()
		}
	}
	return failure
}

// invalid is an error of the same kind that the server would give, found before a call.
func invalid(field, format string, values ...any) error {
	description := fmt.Sprintf(format, values...)
	return &Error{
		Code: codes.InvalidArgument, Message: field + ": " + description,
		Violations: []Violation{{Field: field, Description: description}},
		status:     status.New(codes.InvalidArgument, field+": "+description),
	}
}
