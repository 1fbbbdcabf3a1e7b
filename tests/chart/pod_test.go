package chart

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	health "google.golang.org/grpc/health/grpc_health_v1"
	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
)

// node stands for the machine that the pods run on: each pod's files lie under a folder of its own, and what a pod calls by
// path or address is rewritten to lead there.
type node struct {
	t       *testing.T
	server  string
	release *Release
	secrets map[string]map[string]string
	port    string // of the server's pod, which listens on loopback here
	metrics string
}

func newNode(t *testing.T, values map[string]any) *node {
	server := serverBinary(t)
	values["metrics"] = map[string]any{"port": 9464}
	release, err := Render(values)
	if err != nil {
		t.Fatal(err)
	}
	token, entry := newToken(t, server)
	tls := tlsSecrets(t, releaseName+"-supportkpi."+namespace+".svc", "backup")
	return &node{t, server, release, map[string]map[string]string{
		"kpi-tls":          tls[0],
		"kpi-backup-tls":   tls[1],
		"kpi-credentials":  {"credentials.yaml": "tokens:\n  - " + entry + "\n"},
		"kpi-backup-token": {"token": token + "\n"},
	}, freePort(t), freePort(t)}
}

// newToken has the server make a token as the chart's README does, and gives it with its entry for the credentials file.
func newToken(t *testing.T, server string) (token, entry string) {
	printed, err := exec.Command(server, "token", "--name=backup", "--tenant=*", "--roles=admin").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`(?m)^token: (\S+)$[^{]*^entry: (\{.*\})$`).FindStringSubmatch(string(printed))
	if lines == nil {
		t.Fatalf("no token: %s", printed)
	}
	return lines[1], lines[2]
}

func freePort(t *testing.T) string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

// tlsSecrets are what cert-manager makes of Certificates with these names: a leaf for servers and clients each, and who signed
// them.
func tlsSecrets(t *testing.T, names ...string) []map[string]string {
	key := func() *ecdsa.PrivateKey {
		made, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	sign := func(template, parent *x509.Certificate, public *ecdsa.PublicKey, signer *ecdsa.PrivateKey) string {
		template.SerialNumber = big.NewInt(time.Now().UnixNano())
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
		der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	authorityKey := key()
	authority := &x509.Certificate{Subject: pkix.Name{CommonName: "authority"}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	authorityText := sign(authority, authority, &authorityKey.PublicKey, authorityKey)
	var secrets []map[string]string
	for _, name := range names {
		leafKey := key()
		leaf := &x509.Certificate{Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, KeyUsage: x509.KeyUsageDigitalSignature,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
		der, err := x509.MarshalPKCS8PrivateKey(leafKey)
		if err != nil {
			t.Fatal(err)
		}
		secrets = append(secrets, map[string]string{
			"ca.crt":  authorityText,
			"tls.crt": sign(leaf, authority, &leafKey.PublicKey, authorityKey),
			"tls.key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
		})
	}
	return secrets
}

var pathInPod = regexp.MustCompile(`(^|[ =])(/(?:etc/supportkpi|data|backup)\b)`)

// here rewrites paths and addresses of a pod whose files lie under root.
func (n *node) here(root, text string) string {
	text = pathInPod.ReplaceAllString(text, "${1}"+root+"${2}")
	for _, address := range []string{"0.0.0.0:50051", "127.0.0.1:50051", releaseName + "-supportkpi." + namespace + ".svc:50051"} {
		text = strings.ReplaceAll(text, address, "127.0.0.1:"+n.port)
	}
	return strings.ReplaceAll(text, "0.0.0.0:9464", "127.0.0.1:"+n.metrics)
}

// mount lays a pod's volumes out under a new folder, each at its path.
func (n *node) mount(spec core.PodSpec) string {
	root := n.t.TempDir()
	volumes := map[string]core.Volume{}
	for _, volume := range spec.Volumes {
		volumes[volume.Name] = volume
	}
	for _, mount := range spec.Containers[0].VolumeMounts {
		folder := root + mount.MountPath
		if err := os.MkdirAll(folder, 0o755); err != nil {
			n.t.Fatal(err)
		}
		for name, text := range n.files(volumes[mount.Name]) {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(n.here(root, text)), 0o600); err != nil {
				n.t.Fatal(err)
			}
		}
	}
	return root
}

func (n *node) files(volume core.Volume) map[string]string {
	if volume.ConfigMap != nil {
		for _, object := range All[*core.ConfigMap](n.release) {
			if object.Name == volume.ConfigMap.Name {
				return object.Data
			}
		}
		n.t.Fatalf("no ConfigMap %s", volume.ConfigMap.Name)
	}
	if volume.Secret == nil {
		return nil
	}
	secret := n.secrets[volume.Secret.SecretName]
	if secret == nil {
		n.t.Fatalf("no secret %s", volume.Secret.SecretName)
	}
	if volume.Secret.Items == nil {
		return secret
	}
	chosen := map[string]string{}
	for _, item := range volume.Secret.Items {
		chosen[item.Path] = secret[item.Key]
	}
	return chosen
}

// command is words in a container's environment, with the server's binary in place of the image's.
func (n *node) command(root string, container core.Container, words []string) *exec.Cmd {
	for i, word := range words {
		words[i] = n.here(root, word)
	}
	command := exec.Command(n.server, words...)
	command.Env = []string{}
	for _, variable := range container.Env {
		command.Env = append(command.Env, variable.Name+"="+n.here(root, variable.Value))
	}
	return command
}

func (n *node) probe(root string, container core.Container, name string, probe *core.Probe) error {
	if probe.Exec != nil {
		if probe.Exec.Command[0] != "/usr/local/bin/supportkpid" {
			return fmt.Errorf("%s: no such program: %s", name, probe.Exec.Command[0])
		}
		printed, err := n.command(root, container, probe.Exec.Command[1:]).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%s: %w: %s", name, err, printed)
		}
		return nil
	}
	connection, err := grpc.NewClient(n.here(root, fmt.Sprintf("127.0.0.1:%d", probe.GRPC.Port)), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	deadline, cancel := context.WithTimeout(context.Background(), time.Duration(probe.TimeoutSeconds)*time.Second)
	defer cancel()
	answer, err := health.NewHealthClient(connection).Check(deadline, &health.HealthCheckRequest{Service: *probe.GRPC.Service})
	if err == nil && answer.Status != health.HealthCheckResponse_SERVING {
		err = fmt.Errorf("%v", answer.Status)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func TestThePodServesAndItsProbesAndJobsReachIt(t *testing.T) {
	secured := func(isMutual bool) map[string]any {
		return map[string]any{
			"tls":         map[string]any{"enabled": true, "existingSecret": "kpi-tls", "mutual": isMutual},
			"credentials": map[string]any{"existingSecret": "kpi-credentials"},
			"backup":      map[string]any{"enabled": true, "tokenSecret": "kpi-backup-token", "clientCertificateSecret": "kpi-backup-tls"},
			"config":      map[string]any{"drain": "4s", "tail_facts": 5000},
		}
	}
	for name, values := range map[string]map[string]any{
		"plain":  {"insecure": true, "backup": map[string]any{"enabled": true}, "config": map[string]any{"drain": "4s"}},
		"tls":    secured(false),
		"mutual": secured(true),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newNode(t, values)
			spec := All[*apps.StatefulSet](n.release)[0].Spec.Template.Spec
			container := spec.Containers[0]
			root := n.mount(spec)
			server := n.command(root, container, container.Args)
			log, err := os.Create(filepath.Join(t.TempDir(), "log"))
			if err != nil {
				t.Fatal(err)
			}
			server.Stdout, server.Stderr = log, log
			if err := server.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() {
				if t.Failed() {
					text, _ := os.ReadFile(log.Name())
					t.Logf("the server's log:\n%s", text)
				}
			}()
			defer server.Process.Kill()

			started := n.probe(root, container, "startup", container.StartupProbe)
			for end := time.Now().Add(30 * time.Second); started != nil && time.Now().Before(end); {
				time.Sleep(200 * time.Millisecond)
				started = n.probe(root, container, "startup", container.StartupProbe)
			}
			for _, err := range []error{started, n.probe(root, container, "liveness", container.LivenessProbe),
				n.probe(root, container, "readiness", container.ReadinessProbe)} {
				if err != nil {
					t.Fatal(err)
				}
			}
			n.checkMetrics()
			n.checkCallers(root)
			n.checkStop(root, server, container)
			n.checkRestore(root, values)
		})
	}
}

func (n *node) checkMetrics() {
	answer, err := http.Get("http://127.0.0.1:" + n.metrics + "/metrics")
	if err != nil {
		n.t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, _ := io.ReadAll(answer.Body); !strings.Contains(string(text), "\nsupportkpi_") {
		n.t.Errorf("metrics: %s", text)
	}
}

// checkCallers runs `helm test`'s pod and the backup job's, and looks for the backup on the server's volume.
func (n *node) checkCallers(serverRoot string) {
	test := All[*core.Pod](n.release)[0].Spec
	job := All[*batch.CronJob](n.release)[0].Spec.JobTemplate.Spec.Template.Spec
	for _, spec := range []core.PodSpec{test, job} {
		container := spec.Containers[0]
		if printed, err := n.command(n.mount(spec), container, slices.Clone(container.Args)).CombinedOutput(); err != nil {
			n.t.Errorf("%s: %v: %s", container.Name, err, printed)
		}
	}
	container := test.Containers[0]
	stranger := slices.DeleteFunc(slices.Clone(container.Args), func(flag string) bool { return strings.HasPrefix(flag, "--tls_") })
	isOpen := len(stranger) == len(container.Args)
	if err := n.command(n.mount(test), container, stranger).Run(); (err == nil) != isOpen {
		n.t.Errorf("a caller without TLS: %v", err)
	}
	certified := slices.DeleteFunc(slices.Clone(container.Args), func(flag string) bool {
		return strings.HasPrefix(flag, "--tls_cert") || strings.HasPrefix(flag, "--tls_key")
	})
	isMutual := len(certified) < len(container.Args)
	if err := n.command(n.mount(test), container, certified).Run(); (err != nil) != isMutual {
		n.t.Errorf("a caller without a certificate: %v", err)
	}
	if written, err := os.ReadDir(serverRoot + "/backup"); err != nil || len(written) == 0 {
		n.t.Errorf("no backup was written: %v", err)
	}
}

// checkRestore runs the restore job on the stopped server's volumes, twice: the second finds a store and leaves it.
func (n *node) checkRestore(serverRoot string, values map[string]any) {
	values["replicas"] = 0
	values["persistence"] = map[string]any{"folder": "restored"}
	values["restore"] = map[string]any{"enabled": true}
	release, err := Render(values)
	if err != nil {
		n.t.Fatal(err)
	}
	container := All[*batch.Job](release)[0].Spec.Template.Spec.Containers[0]
	if printed, err := n.command(serverRoot, container, slices.Clone(container.Args)).CombinedOutput(); err != nil {
		n.t.Errorf("restore: %v: %s", err, printed)
	}
	if !strings.Contains(configOf(n.t, release), "data_dir: /data/restored\n") {
		n.t.Error("the server would not read what was restored")
	}
	if _, err := os.Stat(serverRoot + "/data/restored/CURRENT"); err != nil {
		n.t.Errorf("no store was made: %v", err)
	}
	if printed, err := n.command(serverRoot, container, slices.Clone(container.Args)).CombinedOutput(); err == nil {
		n.t.Errorf("restored over a store: %s", printed)
	}
}

// checkStop sends what the kubelet sends, and sees readiness fall while the server still drains.
func (n *node) checkStop(root string, server *exec.Cmd, container core.Container) {
	if err := server.Process.Signal(syscall.SIGTERM); err != nil {
		n.t.Fatal(err)
	}
	err := n.probe(root, container, "readiness", container.ReadinessProbe)
	for end := time.Now().Add(3 * time.Second); err == nil && time.Now().Before(end); {
		err = n.probe(root, container, "readiness", container.ReadinessProbe)
	}
	if err == nil || !strings.Contains(err.Error(), "NOT_SERVING") {
		n.t.Errorf("readiness after SIGTERM: %v", err)
	}
	if err := server.Wait(); err != nil {
		n.t.Errorf("the server's end: %v", err)
	}
}
