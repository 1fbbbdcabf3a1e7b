package supportkpi

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	_ "embed"
	"fmt"
	"math"
	"os"
	"time"

	"google.golang.org/grpc"
)

// ServiceConfig is the gRPC service config that all clients of supportkpi use: which calls are tried again, when and how often.
//
//go:embed service_config.json
var ServiceConfig string

const (
	// DefaultTimeout is the time that a call without a deadline of its own may take. Streams have none.
	DefaultTimeout = 30 * time.Second
	// LongTimeout is the least that RebuildFacts, CompactFacts, CreateBackup and VerifyBackup get: they take long. It is the
	// longest deadline that a server with default settings allows.
	LongTimeout = 5 * time.Minute

	keepaliveInterval = 30 * time.Second
	keepaliveTimeout  = 10 * time.Second
)

type options struct {
	tenant         string
	token          func(context.Context) (string, error)
	tls            *tls.Config
	timeout        time.Duration
	serviceConfig  string
	attempts       int
	answerBytesMax int
	userAgent      string
	rowLayout      bool
	dial           []grpc.DialOption
	problems       []error
}

func defaultOptions() options {
	return options{timeout: DefaultTimeout, serviceConfig: ServiceConfig, attempts: 5, answerBytesMax: math.MaxInt32,
		userAgent: "supportkpi-go"}
}

// Option changes how a Client works.
type Option func(*options)

// WithTenant names the tenant of every call whose request names none. Default: the token's, else "default".
func WithTenant(tenant string) Option { return func(o *options) { o.tenant = tenant } }

// WithToken sends a bearer token with every call. To any address but this machine it travels in TLS only, unless the target
// says grpc:// itself.
func WithToken(token string) Option {
	return WithTokenSource(func(context.Context) (string, error) { return token, nil })
}

// WithTokenSource asks source for the bearer token of each call, so that tokens can expire. It is called by several goroutines
// at once, and its error ends the call with Unauthenticated.
func WithTokenSource(source func(context.Context) (string, error)) Option {
	return func(o *options) { o.token = source }
}

// WithTLS encrypts the connection. nil is the same as an empty configuration: the system's certificate authorities, no
// certificate of the client's own. The configuration is copied.
func WithTLS(config *tls.Config) Option {
	return func(o *options) {
		o.tls = config.Clone()
		o.ensureTLS()
	}
}

// WithCertificateAuthority encrypts the connection and trusts the certificates in a PEM file instead of the system's.
func WithCertificateAuthority(pemFile string) Option {
	return func(o *options) {
		o.ensureTLS()
		pem, err := os.ReadFile(pemFile)
		if err != nil {
			o.problems = append(o.problems, fmt.Errorf("supportkpi: certificate authority: %w", err))
			return
		}
		o.tls.RootCAs = x509.NewCertPool()
		if !o.tls.RootCAs.AppendCertsFromPEM(pem) {
			o.problems = append(o.problems, fmt.Errorf("supportkpi: certificate authority: no certificate in %q; a PEM file", pemFile))
		}
	}
}

// WithClientCertificate encrypts the connection and shows the server a certificate (mutual TLS). The files are read for every
// connection, so they can be renewed.
func WithClientCertificate(certificateFile, keyFile string) Option {
	return func(o *options) {
		o.ensureTLS()
		if _, err := tls.LoadX509KeyPair(certificateFile, keyFile); err != nil {
			o.problems = append(o.problems, fmt.Errorf("supportkpi: client certificate: %w", err))
			return
		}
		o.tls.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			pair, err := tls.LoadX509KeyPair(certificateFile, keyFile)
			return &pair, err
		}
	}
}

func (o *options) ensureTLS() {
	if o.tls == nil {
		o.tls = &tls.Config{}
	}
}

// WithTimeout sets how long a call may take whose context has no deadline. 0: as long as the server lets it. Default
// DefaultTimeout. A single call gets another limit from context.WithTimeout. See LongTimeout for the calls that get more.
func WithTimeout(timeout time.Duration) Option { return func(o *options) { o.timeout = timeout } }

// WithServiceConfig replaces ServiceConfig by another gRPC service config in JSON.
func WithServiceConfig(json string) Option { return func(o *options) { o.serviceConfig = json } }

// WithoutRetries makes every call exactly once.
func WithoutRetries() Option {
	return func(o *options) {
		o.attempts = 1
		o.dial = append(o.dial, grpc.WithDisableRetry())
	}
}

// WithMaxAnswerBytes bounds the size of a single answer. Default: none but gRPC's 2 GiB; the server bounds its answers itself.
func WithMaxAnswerBytes(bytes int) Option { return func(o *options) { o.answerBytesMax = bytes } }

// WithRowLayout asks for answers as rows instead of columns. Both give the same Rows; columns take less than half of the bytes, rows
// are easier to read in a network trace.
func WithRowLayout() Option { return func(o *options) { o.rowLayout = true } }

// WithUserAgent puts a program's name before the client's own in the user agent that the server sees.
func WithUserAgent(name string) Option {
	return func(o *options) { o.userAgent = name + " supportkpi-go" }
}

// WithDialOptions adds options of grpc.NewClient, such as interceptors for tracing. They come last, so they win.
func WithDialOptions(dial ...grpc.DialOption) Option {
	return func(o *options) { o.dial = append(o.dial, dial...) }
}
