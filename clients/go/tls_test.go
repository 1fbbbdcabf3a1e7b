package supportkpi_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	supportkpi "supportkpi.dev/clients/go"
	"supportkpi.dev/clients/go/supportkpitest"
)

// authority issues certificates for the tests.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	file        string
	folder      string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	made := &authority{certificate: certificate, key: key, folder: t.TempDir()}
	made.file = filepath.Join(made.folder, "authority.pem")
	writePEM(t, made.file, "CERTIFICATE", der)
	return made
}

// issue writes a certificate and its key.
func (a *authority) issue(t *testing.T, name string, usage x509.ExtKeyUsage) (certificateFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{usage}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certificateFile, keyFile = filepath.Join(a.folder, name+".pem"), filepath.Join(a.folder, name+".key")
	writePEM(t, certificateFile, "CERTIFICATE", der)
	writePEM(t, keyFile, "PRIVATE KEY", keyDER)
	return certificateFile, keyFile
}

func writePEM(t *testing.T, file, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}

const (
	writerToken = "skpi_writer-of-acme"
	readerToken = "skpi_reader-of-acme"
)

// startSecured is a server with TLS that knows two tokens of the tenant acme, or client certificates of an authority.
func startSecured(t *testing.T, authority *authority, clientCertificates bool) string {
	t.Helper()
	certificate, key := authority.issue(t, "server", x509.ExtKeyUsageServerAuth)
	credentials := filepath.Join(authority.folder, "credentials.yaml")
	text := "tokens:\n"
	for token, role := range map[string]string{writerToken: "read, write", readerToken: "read"} {
		text += fmt.Sprintf("  - {name: %q, sha256: \"%x\", tenant: acme, roles: [%s]}\n", role, sha256.Sum256([]byte(token)), role)
	}
	flags := []string{"--tls_cert_file=" + certificate, "--tls_key_file=" + key, "--credentials_file=" + credentials}
	if clientCertificates {
		text = "certificates:\n  - {name: known, dns: \"localhost\", tenant: acme, roles: [read]}\n"
		flags = append(flags, "--tls_client_ca_file="+authority.file)
	}
	if err := os.WriteFile(credentials, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return supportkpitest.Start(t, flags...).Address
}

func TestTLSAndTokens(t *testing.T) {
	t.Parallel()
	authority := newAuthority(t)
	secured := startSecured(t, authority, false)
	ca := supportkpi.WithCertificateAuthority(authority.file)
	writer := supportkpi.WithToken(writerToken)
	for _, target := range []string{"grpcs://" + secured, secured, "dns:///" + strings.Replace(secured, "127.0.0.1", "localhost", 1)} {
		client := newClientAt(t, target, ca, writer)
		upsert(t, client, ticket("a", "email", at(5, 9)))
		if got := created(t, client); got != 1 {
			t.Errorf("%s: %d tickets", target, got)
		}
	}
	reader := newClientAt(t, secured, ca, supportkpi.WithTokenSource(func(context.Context) (string, error) { return readerToken, nil }))
	if got := created(t, reader); got != 1 {
		t.Errorf("the tenant is the token's: %d tickets", got)
	}
	if _, err := reader.Upsert(t.Context(), "", ticket("b", "email", at(5, 9))); supportkpi.CodeOf(err) != codes.PermissionDenied {
		t.Errorf("a reader wrote: %v", err)
	}
	if _, err := reader.Import(t.Context(), tickets(1, -1), supportkpi.ImportOptions{StreamID: "s"}); supportkpi.CodeOf(err) != codes.PermissionDenied {
		t.Errorf("a reader imported: %v", err)
	}
	foreign := newClientAt(t, secured, ca, writer, supportkpi.WithTenant("other"))
	if _, err := foreign.Query(t.Context(), january(supportkpi.KPI("csat"))); supportkpi.CodeOf(err) != codes.PermissionDenied {
		t.Errorf("another tenant: %v", err)
	}
	for name, opts := range map[string][]supportkpi.Option{"no token": {ca}, "a wrong token": {ca, supportkpi.WithToken("skpi_wrong")}} {
		client := newClientAt(t, secured, opts...)
		_, err := client.Query(t.Context(), january(supportkpi.KPI("csat")))
		if supportkpi.CodeOf(err) != codes.Unauthenticated || strings.Contains(err.Error(), "skpi_wrong") {
			t.Errorf("%s: %v", name, err)
		}
	}
	stranger := newClientAt(t, "grpcs://"+secured, writer, supportkpi.WithoutRetries())
	if _, err := stranger.ServerInfo(t.Context()); supportkpi.CodeOf(err) != codes.Unavailable || !strings.Contains(err.Error(), "with TLS") {
		t.Errorf("a certificate of an unknown authority: %v", err)
	}
	plain := newClientAt(t, secured, supportkpi.WithoutRetries())
	if _, err := plain.ServerInfo(t.Context()); supportkpi.CodeOf(err) != codes.Unavailable || !strings.Contains(err.Error(), "grpcs://") {
		t.Errorf("plain text to a TLS port: %v", err)
	}
	wrong := newClientAt(t, "grpcs://"+address, supportkpi.WithoutRetries())
	if _, err := wrong.ServerInfo(t.Context()); supportkpi.CodeOf(err) != codes.Unavailable || !strings.Contains(err.Error(), "grpc:// is plain text") {
		t.Errorf("TLS to a plain text port: %v", err)
	}
}

func TestClientCertificates(t *testing.T) {
	t.Parallel()
	authority := newAuthority(t)
	secured := startSecured(t, authority, true)
	ca := supportkpi.WithCertificateAuthority(authority.file)
	certificate, key := authority.issue(t, "client", x509.ExtKeyUsageClientAuth)
	known := newClientAt(t, secured, ca, supportkpi.WithClientCertificate(certificate, key))
	if got := created(t, known); got != 0 {
		t.Errorf("%d tickets", got)
	}
	unknown := newClientAt(t, secured, ca, supportkpi.WithoutRetries())
	if _, err := unknown.ServerInfo(t.Context()); supportkpi.CodeOf(err) != codes.Unavailable {
		t.Errorf("without a certificate: %v", err)
	}
	for name, option := range map[string]supportkpi.Option{
		"no such file":   supportkpi.WithCertificateAuthority(filepath.Join(authority.folder, "nowhere.pem")),
		"no certificate": supportkpi.WithCertificateAuthority(key),
		"no key":         supportkpi.WithClientCertificate(certificate, filepath.Join(authority.folder, "nowhere.key")),
	} {
		if _, err := supportkpi.NewClient(secured, option); err == nil || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
