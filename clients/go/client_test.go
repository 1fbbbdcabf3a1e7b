package supportkpi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	supportkpi "supportkpi.dev/clients/go"
	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
	"supportkpi.dev/clients/go/supportkpitest"
)

func TestServiceConfigIsTheOneThatAllClientsShare(t *testing.T) {
	t.Parallel()
	shared, err := os.ReadFile("../service_config.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(shared, []byte(supportkpi.ServiceConfig)) {
		t.Error("clients/go/service_config.json differs from clients/service_config.json; copy it")
	}
}

func TestTargets(t *testing.T) {
	t.Parallel()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{address, "grpc://" + address, "grpc://" + address + "/", "dns:///" + address, "localhost:" + port} {
		client := newClientAt(t, target)
		if _, err := client.ServerInfo(t.Context()); err != nil {
			t.Errorf("%s: %v", target, err)
		}
	}
	for target, want := range map[string]string{
		"":                             "empty",
		"http://" + address:            "grpc://",
		"https://" + host:              "grpcs://",
		"grpc://":                      "host:port",
		"grpcs://" + address + "/kpis": "without a path",
	} {
		if _, err := supportkpi.NewClient(target); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want an error with %q", target, err, want)
		}
	}
	if _, err := supportkpi.NewClient(address, supportkpi.WithTimeout(-time.Second)); err == nil {
		t.Error("a negative timeout was accepted")
	}
}

func TestATokenDoesNotTravelInPlainTextByMistake(t *testing.T) {
	t.Parallel()
	token := supportkpi.WithToken("secret")
	for target, allowed := range map[string]bool{
		"kpis.example.com:50051":        false,
		"dns:///kpis.example.com:50051": false,
		"10.1.2.3:50051":                false,
		"grpc://kpis.example.com:50051": true,
		"grpcs://kpis.example.com":      true,
		"127.0.0.1:50051":               true,
		"localhost:50051":               true,
		"[::1]:50051":                   true,
		"[::1]":                         true,
		"localhost":                     true,
		"kpis.example.com":              false,
		"dns:///localhost:50051":        true,
		"unix:/run/supportkpi.sock":     true,
	} {
		client, err := supportkpi.NewClient(target, token)
		if (err == nil) != allowed {
			t.Errorf("%s: %v", target, err)
		}
		if err == nil {
			_ = client.Close()
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the token stands in the error: %v", err)
		}
	}
	if _, err := supportkpi.NewClient("grpc://"+address, supportkpi.WithTLS(nil)); err == nil {
		t.Error("grpc:// and WithTLS contradict each other")
	}
}

func TestAFailingTokenSourceEndsTheCall(t *testing.T) {
	t.Parallel()
	client := newClient(t, supportkpi.WithTokenSource(func(context.Context) (string, error) { return "", errors.New("vault is sealed") }))
	_, err := client.ServerInfo(t.Context())
	if supportkpi.CodeOf(err) != codes.Unauthenticated || !strings.Contains(err.Error(), "vault is sealed") {
		t.Error(err)
	}
	stream, err := client.RecordStore.ImportRecords(t.Context())
	if supportkpi.CodeOf(err) != codes.Unauthenticated {
		t.Error(stream, err)
	}
}

func TestTheTenantIsFilledInEverywhere(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	upsert(t, client, ticket("a", "email", at(5, 9)))
	if got := ask(t, client, january(supportkpi.KPI("tickets_created"))).Row(0).Cell("tickets_created").Value; got != 1 {
		t.Errorf("in the client's tenant: %v tickets", got)
	}
	other := january(supportkpi.KPI("tickets_created")).OfTenant("nobody")
	if got := ask(t, client, other).Row(0).Cell("tickets_created").Value; got != 0 {
		t.Errorf("in another tenant: %v tickets", got)
	}
	// Through a generated client, and without changing the caller's message.
	request := &supportkpiv1.ListRecordsRequest{Kind: supportkpiv1.RecordKind_RECORD_KIND_TICKET}
	page, err := client.RecordStore.ListRecords(t.Context(), request)
	if err != nil || len(page.GetRecords()) != 1 {
		t.Errorf("%v records, %v", len(page.GetRecords()), err)
	}
	if request.Tenant != "" {
		t.Errorf("the caller's request now names %q", request.Tenant)
	}
	// In the question inside a request.
	results, err := client.Batch(t.Context(), january(supportkpi.KPI("tickets_created")))
	if err != nil {
		t.Fatal(err)
	}
	if results[0].Err != nil || results[0].Answer.Row(0).Cell("tickets_created").Value != 1 {
		t.Errorf("batch: %+v", results[0])
	}
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	_, err := client.Query(t.Context(), january(supportkpi.KPI("csatt")))
	var failure *supportkpi.Error
	if !errors.As(err, &failure) {
		t.Fatalf("%T %v", err, err)
	}
	if failure.Code != codes.InvalidArgument || failure.Reason != "INVALID_ARGUMENT" || failure.RetryAfter != 0 {
		t.Errorf("%+v", failure)
	}
	if len(failure.Violations) != 1 || failure.Violations[0].Field != "kpis[0].kpi" || !strings.Contains(failure.Violations[0].Description, "csatt") {
		t.Errorf("%+v", failure.Violations)
	}
	if !strings.HasPrefix(err.Error(), "KpiService.QueryKpis: InvalidArgument: ") || strings.Count(err.Error(), "csatt") != 1 {
		t.Error(err)
	}
	if status.Code(err) != codes.InvalidArgument || len(status.Convert(err).Details()) == 0 {
		t.Error("it is no gRPC status any more")
	}
	bad := ticket("t", "email", at(5, 9))
	bad.GetTicket().CreatedAt = nil
	_, err = client.Upsert(t.Context(), "", ticket("good", "email", at(5, 9)), bad, ticket("", "email", at(5, 9)))
	if !errors.As(err, &failure) || len(failure.Violations) != 2 || failure.Violations[0].Field != "records[1].ticket.created_at" {
		t.Errorf("%v", err)
	}
	if !strings.Contains(err.Error(), "records[1].ticket.created_at") || !strings.Contains(err.Error(), "records[2].ticket.id") {
		t.Errorf("not all violations are in the text: %v", err)
	}
	var many []*supportkpiv1.Record
	for i := range 30 {
		many = append(many, ticket(fmt.Sprint("t", i), "email", at(5, 9)))
		many[i].GetTicket().CreatedAt = nil
	}
	_, err = client.Upsert(t.Context(), "", many...)
	if !errors.As(err, &failure) || len(failure.Violations) != 20 || failure.Violations[19].Field != "records[19].ticket.created_at" ||
		!strings.HasSuffix(failure.Message, " more") {
		t.Errorf("%v %v", len(failure.Violations), failure.Violations)
	}
	_, err = client.Definition(t.Context(), "first_respons_time")
	if supportkpi.CodeOf(err) != codes.NotFound || !strings.Contains(err.Error(), "first_response_time") {
		t.Error(err)
	}
	if supportkpi.CodeOf(nil) != codes.OK || supportkpi.CodeOf(errors.New("?")) != codes.Unknown {
		t.Error("CodeOf")
	}
}

func TestTextThatIsNotUTF8IsNamed(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	bad := ticket("t", "caf\xe9", at(5, 9))
	_, err := client.Upsert(t.Context(), "", ticket("good", "email", at(5, 9)), bad)
	var failure *supportkpi.Error
	if !errors.As(err, &failure) || failure.Code != codes.InvalidArgument || failure.Violations[0].Field != "records[1].ticket.channel" {
		t.Error(err)
	}
	bad.GetTicket().Channel = "email"
	bad.GetTicket().Attributes = map[string]string{"k": "\xff"}
	_, err = client.Import(t.Context(), supportkpi.Each(ticket("good", "email", at(5, 9)), bad), supportkpi.ImportOptions{StreamID: "latin-1"})
	if !errors.As(err, &failure) || failure.Code != codes.InvalidArgument || !strings.HasPrefix(failure.Violations[0].Field, "chunk.records[1].ticket.attributes") {
		t.Error(err)
	}
}

func TestDeadlinesAndCancellationAreThoseOfPackageContext(t *testing.T) {
	t.Parallel()
	client := newClient(t, supportkpi.WithTimeout(time.Nanosecond))
	_, err := client.ServerInfo(t.Context())
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		t.Errorf("the client's own limit: %v", err)
	}
	if _, err := client.Admin.RebuildFacts(t.Context(), &supportkpiv1.RebuildFactsRequest{}); err != nil {
		t.Errorf("what takes long gets longer: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := client.ServerInfo(ctx); err != nil {
		t.Errorf("a deadline of the call wins: %v", err)
	}
	cancel()
	if _, err := client.ServerInfo(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled context: %v", err)
	}
}

func TestAServerThatIsNotThere(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nowhere := listener.Addr().String()
	_ = listener.Close()

	client := newClientAt(t, nowhere, supportkpi.WithoutRetries())
	_, err = client.ServerInfo(t.Context())
	if supportkpi.CodeOf(err) != codes.Unavailable {
		t.Fatal(err)
	}
	for _, word := range []string{nowhere, "plain text", "running", "grpcs://"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q is missing in %v", word, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := client.WaitUntilReady(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), nowhere) {
		t.Error(err)
	}
}

func TestCallsOutliveARestartOfTheServer(t *testing.T) {
	t.Parallel()
	server := supportkpitest.Start(t)
	retrying := newClientAt(t, server.Address)
	if err := retrying.WaitUntilReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	upsert(t, retrying, ticket("a", "email", at(5, 9)))
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	once := newClientAt(t, server.Address, supportkpi.WithoutRetries())
	if _, err := once.Query(t.Context(), january(supportkpi.KPI("tickets_created"))); supportkpi.CodeOf(err) != codes.Unavailable {
		t.Errorf("without retries: %v", err)
	}
	restarted := make(chan error)
	go func() {
		time.Sleep(300 * time.Millisecond)
		restarted <- server.Restart()
	}()
	answer, err := retrying.Query(t.Context(), january(supportkpi.KPI("tickets_created")))
	if err != nil {
		t.Errorf("with retries: %v", err)
	} else if got := answer.Row(0).Cell("tickets_created").Value; got != 1 {
		t.Errorf("%v tickets after the restart", got)
	}
	if err := <-restarted; err != nil {
		t.Fatal(err)
	}
}

func TestOtherServicesOfTheServer(t *testing.T) {
	t.Parallel()
	client := newClient(t)
	health, err := grpc_health_v1.NewHealthClient(client.Connection()).Check(t.Context(), &grpc_health_v1.HealthCheckRequest{})
	if err != nil || health.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING {
		t.Error(health, err)
	}
	definitions, err := client.Definitions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	info, err := client.ServerInfo(t.Context())
	if err != nil || int(info.GetKpiCount()) != len(definitions) || len(definitions) < 50 {
		t.Errorf("%d definitions, %v, %v", len(definitions), info, err)
	}
	definition, err := client.Definition(t.Context(), "csat")
	if err != nil || definition.GetUnit() != supportkpiv1.Unit_UNIT_PERCENT {
		t.Error(definition, err)
	}
	if issues, err := client.DataIssues(t.Context()); err != nil || len(issues) != 0 {
		t.Error(issues, err)
	}
}
