package supportkpi

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protopath"
	"google.golang.org/protobuf/reflect/protorange"
	"google.golang.org/protobuf/reflect/protoreflect"

	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

// callUnary gives every unary call its tenant, token, deadline, and another try when the server says when.
//
// Two layers retry, never the same error: gRPC itself what ServiceConfig lists (UNAVAILABLE, CANCELLED), this one
// RESOURCE_EXHAUSTED with RetryInfo, of which the API promises that nothing was written.
func (c *Client) callUnary(ctx context.Context, method string, request, reply any, connection *grpc.ClientConn,
	invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	if timeout := c.timeoutOf(method); timeout > 0 {
		if _, has := ctx.Deadline(); !has {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, timeout)
			defer cancel()
		}
	}
	request = withTenant(request, c.options.tenant)
	for attempt := 1; ; attempt++ {
		authorized, err := c.authorize(ctx)
		if err == nil {
			err = invoke(authorized, method, request, reply, connection, opts...)
		}
		if err == nil {
			return nil
		}
		if unsendable := notUTF8(request, err); unsendable != nil {
			return unsendable
		}
		err = c.newError(method, err)
		if attempt >= c.options.attempts || !waitAsTold(ctx, err) {
			return err
		}
	}
}

// openStream does the same for streams, which have no deadline unless the context has one.
func (c *Client) openStream(ctx context.Context, description *grpc.StreamDesc, connection *grpc.ClientConn, method string,
	open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	ctx, err := c.authorize(ctx)
	if err != nil {
		return nil, c.newError(method, err)
	}
	stream, err := open(ctx, description, connection, method, opts...)
	if err != nil {
		return nil, c.newError(method, err)
	}
	return &clientStream{ClientStream: stream, client: c, method: method}, nil
}

// clientStream turns errors into Error and fills in the tenant.
type clientStream struct {
	grpc.ClientStream
	client *Client
	method string
}

func (s *clientStream) SendMsg(message any) error {
	err := s.ClientStream.SendMsg(withTenant(message, s.client.options.tenant))
	if err == io.EOF {
		return err
	}
	if unsendable := notUTF8(message, err); unsendable != nil {
		return unsendable
	}
	return s.client.newError(s.method, err)
}

func (s *clientStream) RecvMsg(message any) error {
	err := s.ClientStream.RecvMsg(message)
	if err == io.EOF {
		return err
	}
	return s.client.newError(s.method, err)
}

func (c *Client) timeoutOf(method string) time.Duration {
	if c.options.timeout == 0 {
		return 0
	}
	switch method {
	case supportkpiv1.AdminService_RebuildFacts_FullMethodName, supportkpiv1.AdminService_CompactFacts_FullMethodName,
		supportkpiv1.AdminService_CreateBackup_FullMethodName, supportkpiv1.AdminService_VerifyBackup_FullMethodName:
		return max(c.options.timeout, LongTimeout)
	}
	return c.options.timeout
}

func (c *Client) authorize(ctx context.Context) (context.Context, error) {
	if c.options.token == nil {
		return ctx, nil
	}
	token, err := c.options.token(ctx)
	if err != nil {
		return nil, status.Errorf(codes.Unauthenticated, "no token: %v", err)
	}
	return metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token), nil
}

// waitAsTold waits until the server wants another attempt. False: it does not, or the deadline comes first.
func waitAsTold(ctx context.Context, err error) bool {
	var failure *Error
	if !errors.As(err, &failure) || failure.Code != codes.ResourceExhausted || failure.RetryAfter <= 0 {
		return false
	}
	// Spread, so that callers who were refused together do not come back together.
	delay := failure.RetryAfter + rand.N(failure.RetryAfter/5+1)
	return wait(ctx, delay)
}

// lostConnection holds where there is no server, or it stopped in the middle, which gRPC may tell as CANCELLED. What the caller
// cancelled looks the same; wait knows.
func (c *Client) lostConnection(err error) bool {
	switch CodeOf(err) {
	case codes.Unavailable:
		return true
	case codes.Canceled:
		return c.connection.GetState() != connectivity.Shutdown
	}
	return false
}

// wait sleeps; false, at once, if the context ends before.
func wait(ctx context.Context, delay time.Duration) bool {
	if deadline, has := ctx.Deadline(); has && time.Until(deadline) <= delay {
		return false
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// withTenant is the request with the tenant filled in where it, or the question in it, names none. The caller's message stays
// as it is; what is copied is one level, not the records below.
func withTenant(request any, tenant string) any {
	message, ok := request.(proto.Message)
	if !ok || tenant == "" {
		return request
	}
	from := message.ProtoReflect()
	if from.Descriptor().ParentFile().Package() != "supportkpi.v1" {
		return request
	}
	fields := from.Descriptor().Fields()
	if field := fields.ByName("tenant"); field != nil {
		if from.Get(field).String() != "" {
			return request
		}
		to := shallowCopy(from)
		to.Set(field, protoreflect.ValueOfString(tenant))
		return to.Interface()
	}
	for _, name := range []protoreflect.Name{"query", "open"} {
		field := fields.ByName(name)
		if field == nil || !from.Has(field) {
			continue
		}
		inner, ok := withTenant(from.Get(field).Message().Interface(), tenant).(proto.Message)
		if ok {
			to := shallowCopy(from)
			to.Set(field, protoreflect.ValueOfMessage(inner.ProtoReflect()))
			return to.Interface()
		}
	}
	return request
}

// notUTF8 names the text for which a message cannot be sent; nil if err has another reason. gRPC says only that there is one.
func notUTF8(request any, err error) error {
	message, ok := request.(proto.Message)
	if !ok || status.Code(err) != codes.Internal || !strings.Contains(err.Error(), "invalid UTF-8") {
		return nil
	}
	var found error
	_ = protorange.Range(message.ProtoReflect(), func(values protopath.Values) error {
		if text, ok := values.Index(-1).Value.Interface().(string); ok && !utf8.ValidString(text) {
			_, path, _ := strings.Cut(values.Path.String(), ").")
			found = invalid(path, "%.100q; text in UTF-8", text)
			return protorange.Terminate
		}
		return nil
	})
	return found
}

func shallowCopy(from protoreflect.Message) protoreflect.Message {
	to := from.New()
	from.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		to.Set(field, value)
		return true
	})
	return to
}
