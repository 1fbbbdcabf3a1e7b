package chart

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
)

// serverBinary is the program that the chart's pods run.
func serverBinary(t *testing.T) string {
	path := os.Getenv("SERVER")
	if path == "" {
		t.Skip("SERVER does not name the server's binary")
	}
	return path
}

// configOf is the file that the server reads in the pod.
func configOf(t *testing.T, release *Release) string {
	for _, object := range All[*core.ConfigMap](release) {
		if text, found := object.Data["config.yaml"]; found {
			return text
		}
	}
	t.Fatal("no ConfigMap has config.yaml")
	return ""
}

func printConfig(t *testing.T, server, config string) string {
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	printed, err := exec.Command(server, "--print_config", "--config="+path).CombinedOutput()
	if err != nil {
		t.Errorf("the server refuses the chart's settings: %v\n%s\n%s", err, printed, config)
	}
	return string(printed)
}

func TestTheServerTakesTheSettings(t *testing.T) {
	server := serverBinary(t)
	forEachRelease(t, func(t *testing.T, values map[string]any, release *Release) {
		printed := printConfig(t, server, configOf(t, release))
		if settings, ok := values["config"].(map[string]any); ok {
			for name := range settings {
				if !regexp.MustCompile(`(?m)^` + name + `: .* # file$`).MatchString(printed) {
					t.Errorf("%s did not reach the server:\n%s", name, printed)
				}
			}
		}
	})
}

// Every setting can be given in `config`, or the chart makes it itself; and `config` has no other.
func TestTheSchemaKnowsTheServersSettings(t *testing.T) {
	server := serverBinary(t)
	made := []string{"listen", "data_dir", "port_file", "insecure", "tls_cert_file", "tls_key_file", "tls_client_ca_file",
		"credentials_file", "jwks_file", "jwt_issuer", "jwt_audience", "metrics_listen", "backup_dir", "backup_keep"}
	text, err := os.ReadFile(chartFolder + "/values.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Defs struct {
			Config struct{ Properties map[string]any }
		} `json:"$defs"`
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	printed := printConfig(t, server, "data_dir: /data")
	var settings []string
	for _, line := range strings.Split(printed, "\n") {
		if name, _, found := strings.Cut(line, ": "); found && !strings.HasPrefix(line, "#") {
			settings = append(settings, name)
		}
	}
	for _, name := range settings {
		if _, inSchema := schema.Defs.Config.Properties[name]; inSchema == slices.Contains(made, name) {
			t.Errorf("setting %s: in the schema of config %v, made by the chart %v", name, inSchema, !inSchema)
		}
	}
	for name := range schema.Defs.Config.Properties {
		if !slices.Contains(settings, name) {
			t.Errorf("config.%s: the server has no such setting", name)
		}
	}
	for _, name := range made {
		if !slices.Contains(settings, name) {
			t.Errorf("%s: the chart writes a setting that the server does not have", name)
		}
	}
}
