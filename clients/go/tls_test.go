package supportkpi_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"

	supportkpi "supportkpi.dev/clients/go"
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

// behindTLS is the address of a TLS end in front of the shared server, as a proxy that passes bytes on would be.
func behindTLS(t *testing.T, authority *authority, clientCertificates bool) string {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(authority.issue(t, "server", x509.ExtKeyUsageServerAuth))
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2"}}
	if clientCertificates {
		config.ClientAuth, config.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		config.ClientCAs.AddCert(authority.certificate)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			outside, err := listener.Accept()
			if err != nil {
				return
			}
			go pass(outside)
		}
	}()
	return listener.Addr().String()
}

func pass(outside net.Conn) {
	defer outside.Close()
	inside, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	defer inside.Close()
	go func() {
		_, _ = io.Copy(inside, outside)
		_ = inside.Close()
	}()
	_, _ = io.Copy(outside, inside)
}

func TestTLS(t *testing.T) {
	t.Parallel()
	authority := newAuthority(t)
	secured := behindTLS(t, authority, false)
	ca := supportkpi.WithCertificateAuthority(authority.file)
	for _, target := range []string{"grpcs://" + secured, secured, "dns:///" + strings.Replace(secured, "127.0.0.1", "localhost", 1)} {
		client := newClientAt(t, target, ca, supportkpi.WithToken("secret"))
		if _, err := client.ServerInfo(t.Context()); err != nil {
			t.Errorf("%s: %v", target, err)
		}
	}
	stranger := newClientAt(t, "grpcs://"+secured, supportkpi.WithoutRetries())
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
	secured := behindTLS(t, authority, true)
	ca := supportkpi.WithCertificateAuthority(authority.file)
	certificate, key := authority.issue(t, "client", x509.ExtKeyUsageClientAuth)
	known := newClientAt(t, secured, ca, supportkpi.WithClientCertificate(certificate, key))
	if _, err := known.ServerInfo(t.Context()); err != nil {
		t.Error(err)
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
