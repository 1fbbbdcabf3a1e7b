package chart

import (
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/lint"
	"helm.sh/helm/v3/pkg/lint/support"
	"sigs.k8s.io/yaml"
)

func TestWrongValuesAreRefusedByName(t *testing.T) {
	const secure = "tls: {enabled: true, existingSecret: a}\ncredentials: {existingSecret: b}\n"
	for _, test := range []struct{ values, message string }{
		{"{}", "tls.enabled: false leaves the records in plain text"},
		{"tls: {enabled: true, existingSecret: a}", "credentials: none are set"},
		{"credentials: {existingSecret: a}", "tls.enabled: false leaves"},
		{"insecure: true\ntls: {enabled: true}", `tls.existingSecret: ""`},
		{"insecure: true\ntls: {mutual: true}", "tls.mutual: true while tls.enabled=false"},
		{"insecure: true\ntls: {enabled: true, existingSecret: a, mutual: true, caKey: ''}", `tls.caKey: ""`},
		{"insecure: true\ntls: {enabled: true, existingSecret: a, caKey: ''}", `tls.serverName: ""`},
		{"insecure: true\nrestore: {enabled: true}", "restore.enabled: true while replicas=1"},
		{"insecure: true\nreplicas: 0\nrestore: {enabled: true}", "needs backup.enabled=true"},
		{"insecure: true\npersistence: {folder: ../other}", "/persistence/folder"},
		{"insecure: true\ntls: {enabled: true, certManager: {enabled: true}}", "tls.certManager.issuerRef.name"},
		{secure + "backup: {enabled: true}", `backup.tokenSecret: ""`},
		{"insecure: true\ncredentials: {jwks: {existingSecret: a, existingConfigMap: b}}", "both set"},
		{"insecure: true\ncredentials: {jwks: {existingSecret: a, issuer: i}}", "issuer and audience are both needed"},
		{"insecure: true\nmetrics: {enabled: false, serviceMonitor: {enabled: true}}", "nothing to scrape"},
		{"insecure: true\nmetrics: {enabled: false, prometheusRule: {enabled: true}}", "never see a metric"},
		{"insecure: true\nservice: {nodePort: 30000}", "service.nodePort: 30000 with service.type ClusterIP"},
		{"replicas: 2", "/replicas"},
		{"replicaCount: 2", "replicaCount"},
		{"image: {name: x}", "/image"},
		{"image: {digest: latest}", "/image/digest"},
		{"config: {query_thread: 2}", "query_thread"},
		{"config: {listen: '0.0.0.0:1'}", "listen"},
		{"config: {query_threads: many}", "/config/query_threads"},
		{"config: {drain: 5}", "/config/drain"},
		{"persistence: {accessModes: [ReadWriteMany]}", "/persistence/accessModes"},
		{"persistence: {size: 20GB}", "/persistence/size"},
		{"service: {port: 0}", "/service/port"},
		{"podDisruptionBudget: {maxUnavailable: 2}", "/podDisruptionBudget/maxUnavailable"},
	} {
		values := map[string]any{}
		if err := yaml.Unmarshal([]byte(test.values), &values); err != nil {
			t.Fatal(err)
		}
		if _, err := Render(values); err == nil {
			t.Errorf("%s: not refused", test.values)
		} else if !strings.Contains(err.Error(), test.message) {
			t.Errorf("%s: refused with %q, want %q", test.values, err, test.message)
		}
	}
}

// A schema that forgot additionalProperties somewhere would take a misspelt value there.
func TestNoMapOfTheValuesTakesAnUnknownKey(t *testing.T) {
	loaded, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	open := map[string]bool{"commonLabels": true, "service.annotations": true, "persistence.annotations": true,
		"backup.persistence.annotations": true, "metrics.serviceMonitor.labels": true, "metrics.prometheusRule.labels": true,
		"metrics.dashboard.labels": true, "metrics.dashboard.annotations": true, "serviceAccount.annotations": true,
		"podAnnotations": true, "podLabels": true, "nodeSelector": true, "affinity": true, "podSecurityContext": true,
		"securityContext": true, "resources.requests": true, "resources.limits": true, "backup.resources.requests": true,
		"backup.resources.limits": true, "restore.resources.requests": true, "restore.resources.limits": true, "podSecurityContext.seccompProfile": true, "securityContext.capabilities": true}
	var walk func(path []string, values map[string]any)
	walk = func(path []string, values map[string]any) {
		if open[strings.Join(path, ".")] {
			return
		}
		wrong := map[string]any{"insecure": true}
		inner := wrong
		for _, key := range path {
			next := map[string]any{}
			inner[key] = next
			inner = next
		}
		inner["mispelt"] = map[string]any{}
		if _, err := Render(wrong); err == nil || !strings.Contains(err.Error(), "mispelt") {
			t.Errorf("%s.mispelt: %v", strings.Join(path, "."), err)
		}
		for key, value := range values {
			if nested, ok := value.(map[string]any); ok {
				walk(append(append([]string{}, path...), key), nested)
			}
		}
	}
	walk(nil, loaded.Values)
}

func TestHelmLintIsClean(t *testing.T) {
	files, err := ValuesFiles()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, "/dev/null") { // and with the defaults alone, which installing refuses
		values, err := ReadValues(file)
		if err != nil {
			t.Fatal(err)
		}
		linter := lint.AllWithKubeVersionAndSchemaValidation(chartFolder, values, namespace, nil, false)
		for _, message := range linter.Messages {
			if message.Severity > support.InfoSev {
				t.Errorf("%s: %s", file, message)
			}
		}
	}
}
