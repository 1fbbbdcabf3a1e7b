package supportkpi

import (
	"context"
	"fmt"
	"net"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	supportkpiv1 "supportkpi.dev/clients/go/supportkpi/v1"
)

// Client talks to one supportkpi server. It is safe for use by several goroutines; make one and share it.
//
// The four fields are the generated clients of the API, for whatever the methods of Client do not cover. Calls through them
// get the same tenant, token, deadline, retries and errors.
type Client struct {
	// KPIs answers questions.
	KPIs supportkpiv1.KpiServiceClient
	// RecordStore stores, reads and deletes records.
	RecordStore supportkpiv1.RecordServiceClient
	// Config reads and changes a tenant's settings.
	Config supportkpiv1.ConfigServiceClient
	// Admin looks after the server.
	Admin supportkpiv1.AdminServiceClient

	connection *grpc.ClientConn
	address    string
	options    options
}

// NewClient makes a client of the server at target, without connecting yet: the first call does. Targets:
//
//	host:port                 plain text, or TLS with WithTLS
//	grpc://host:port          plain text, said explicitly
//	grpcs://host:port         TLS with the system's certificate authorities
//	dns:///host:port, unix:…  any other name that gRPC understands
//
// A port that is left out is 50051. A name with several addresses is used round robin.
func NewClient(target string, opts ...Option) (*Client, error) {
	settings := defaultOptions()
	for _, option := range opts {
		option(&settings)
	}
	address, scheme, err := parseTarget(target)
	if err != nil {
		return nil, err
	}
	security, err := settings.security(address, scheme)
	if err != nil {
		return nil, err
	}
	if settings.timeout < 0 {
		return nil, fmt.Errorf("supportkpi: timeout: %v; 0 (none) or more", settings.timeout)
	}
	client := &Client{address: address, options: settings}
	dial := []grpc.DialOption{
		grpc.WithTransportCredentials(security),
		grpc.WithDefaultServiceConfig(settings.serviceConfig),
		grpc.WithDisableServiceConfig(), // one policy: ours, not one that DNS would give
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: keepaliveInterval, Timeout: keepaliveTimeout}),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(settings.answerBytesMax)),
		grpc.WithUserAgent(settings.userAgent),
		grpc.WithChainUnaryInterceptor(client.callUnary),
		grpc.WithChainStreamInterceptor(client.openStream),
	}
	connection, err := grpc.NewClient(address, append(dial, settings.dial...)...)
	if err != nil {
		return nil, fmt.Errorf("supportkpi: target %q: %w", target, err)
	}
	client.connection = connection
	client.KPIs = supportkpiv1.NewKpiServiceClient(connection)
	client.RecordStore = supportkpiv1.NewRecordServiceClient(connection)
	client.Config = supportkpiv1.NewConfigServiceClient(connection)
	client.Admin = supportkpiv1.NewAdminServiceClient(connection)
	return client, nil
}

// Close ends the connection; calls under way fail with Canceled.
func (c *Client) Close() error { return c.connection.Close() }

// Tenant is the tenant that calls name, empty for the token's or the server's default.
func (c *Client) Tenant() string { return c.options.tenant }

// Connection is the gRPC connection, for other services of the server such as grpc.health.v1.
func (c *Client) Connection() *grpc.ClientConn { return c.connection }

// WaitUntilReady connects and returns when the server can be called, or with ctx's error and the reason if it cannot.
func (c *Client) WaitUntilReady(ctx context.Context) error {
	for {
		state := c.connection.GetState()
		switch state {
		case connectivity.Ready:
			return nil
		case connectivity.Shutdown:
			return fmt.Errorf("supportkpi: the client is closed")
		case connectivity.Idle:
			c.connection.Connect()
		}
		if !c.connection.WaitForStateChange(ctx, state) {
			return fmt.Errorf("supportkpi: no connection to %s: %w; %s", c.address, context.Cause(ctx), c.reachHint())
		}
	}
}

// ServerInfo says what server this is, and its limits.
func (c *Client) ServerInfo(ctx context.Context) (*supportkpiv1.GetServerInfoResponse, error) {
	return c.Admin.GetServerInfo(ctx, &supportkpiv1.GetServerInfoRequest{})
}

const defaultPort = "50051"

// parseTarget takes a URL scheme off: grpc or grpcs, empty where there is none of the two.
func parseTarget(target string) (address, scheme string, err error) {
	if target == "" {
		return "", "", fmt.Errorf("supportkpi: target: empty; host:port, grpc://host:port or grpcs://host:port")
	}
	for _, known := range []string{"grpc", "grpcs"} {
		rest, found := strings.CutPrefix(target, known+"://")
		if !found {
			continue
		}
		rest = strings.TrimSuffix(rest, "/")
		if rest == "" || strings.Contains(rest, "/") {
			return "", "", fmt.Errorf("supportkpi: target: %q; %s://host:port without a path", target, known)
		}
		if _, _, err := net.SplitHostPort(rest); err != nil {
			rest = net.JoinHostPort(strings.Trim(rest, "[]"), defaultPort)
		}
		return rest, known, nil
	}
	if strings.HasPrefix(target, "http://") || strings.HasPrefix(target, "https://") {
		return "", "", fmt.Errorf("supportkpi: target: %q; the server speaks gRPC: grpc:// for plain text, grpcs:// for TLS", target)
	}
	if !strings.ContainsAny(target, ":/") || (strings.HasPrefix(target, "[") && strings.HasSuffix(target, "]")) {
		target = net.JoinHostPort(strings.Trim(target, "[]"), defaultPort)
	}
	return target, "", nil
}

// security chooses between plain text and TLS, and keeps a token from travelling in plain text by mistake.
func (o *options) security(address, scheme string) (credentials.TransportCredentials, error) {
	switch {
	case len(o.problems) > 0:
		return nil, o.problems[0]
	case scheme == "grpc" && o.tls != nil:
		return nil, fmt.Errorf("supportkpi: target grpc://%s asks for plain text and WithTLS for TLS; use grpcs://%s", address, address)
	case scheme == "grpcs" || o.tls != nil:
		o.ensureTLS()
		return credentials.NewTLS(o.tls), nil
	case o.token != nil && scheme == "" && !isLocal(address):
		return nil, fmt.Errorf("supportkpi: a token would travel to %s in plain text; use grpcs:// or WithTLS, or grpc:// if that is meant",
			address)
	}
	return insecure.NewCredentials(), nil
}

// isLocal says whether an address cannot leave this machine.
func isLocal(address string) bool {
	if strings.HasPrefix(address, "unix:") || strings.HasPrefix(address, "unix-abstract:") {
		return true
	}
	if index := strings.LastIndex(address, "/"); index >= 0 {
		address = address[index+1:]
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
	}
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// reachHint names what usually is wrong when a server cannot be reached.
func (c *Client) reachHint() string {
	if c.options.tls != nil {
		return fmt.Sprintf("%s was called with TLS: is the server running, is the address right, does it speak TLS (grpc:// is plain text)?",
			c.address)
	}
	return fmt.Sprintf("%s was called in plain text: is the server running, is the address right, does it want TLS (grpcs:// or WithTLS)?",
		c.address)
}
