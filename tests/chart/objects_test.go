package chart

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	certmanager "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	podsecurity "k8s.io/pod-security-admission/api"
	podpolicy "k8s.io/pod-security-admission/policy"
)

// forEachRelease runs a test over every set of values under helm/supportkpi/ci.
func forEachRelease(t *testing.T, test func(t *testing.T, values map[string]any, release *Release)) {
	files, err := ValuesFiles()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), "-values.yaml"), func(t *testing.T) {
			values, err := ReadValues(file)
			if err != nil {
				t.Fatal(err)
			}
			release, err := Render(values)
			if err != nil {
				t.Fatal(err)
			}
			test(t, values, release)
		})
	}
}

// pod is a pod's template with what it is of.
type pod struct {
	title string
	meta  metav1.ObjectMeta
	spec  core.PodSpec
}

func podsOf(release *Release) []pod {
	var pods []pod
	for _, set := range All[*apps.StatefulSet](release) {
		pods = append(pods, pod{Title(set), set.Spec.Template.ObjectMeta, set.Spec.Template.Spec})
	}
	for _, job := range All[*batch.CronJob](release) {
		template := job.Spec.JobTemplate.Spec.Template
		pods = append(pods, pod{Title(job), template.ObjectMeta, template.Spec})
	}
	for _, job := range All[*batch.Job](release) {
		pods = append(pods, pod{Title(job), job.Spec.Template.ObjectMeta, job.Spec.Template.Spec})
	}
	for _, single := range All[*core.Pod](release) {
		pods = append(pods, pod{Title(single), single.ObjectMeta, single.Spec})
	}
	return pods
}

func TestEveryObjectIsWhatKubernetesKnows(t *testing.T) {
	forEachRelease(t, func(t *testing.T, _ map[string]any, release *Release) {
		// Unknown and doubled fields were refused while decoding; here: nothing is missing or there twice.
		seen := map[string]bool{}
		for _, object := range release.Objects {
			if seen[Title(object)] {
				t.Errorf("%s is there twice", Title(object))
			}
			seen[Title(object)] = true
			accessor, _ := meta.Accessor(object)
			if accessor.GetNamespace() != namespace {
				t.Errorf("%s: namespace %q", Title(object), accessor.GetNamespace())
			}
			for _, label := range []string{"app.kubernetes.io/name", "app.kubernetes.io/instance", "helm.sh/chart"} {
				if accessor.GetLabels()[label] == "" {
					t.Errorf("%s: no label %s", Title(object), label)
				}
			}
		}
		if len(All[*apps.StatefulSet](release)) != 1 || len(All[*core.Service](release)) != 2 {
			t.Errorf("objects: %v", seen)
		}
	})
}

func TestEveryPartIsThereWhenItIsAskedFor(t *testing.T) {
	values, err := ReadValues(chartFolder + "/ci/everything-values.yaml")
	if err != nil {
		t.Fatal(err)
	}
	release, err := Render(values)
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, object := range release.Objects {
		titles = append(titles, Title(object))
	}
	want := []string{
		"Certificate/metrics-of-support", "ConfigMap/metrics-of-support", "ConfigMap/metrics-of-support-dashboard",
		"CronJob/metrics-of-support-backup", "NetworkPolicy/metrics-of-support", "NetworkPolicy/metrics-of-support-callers",
		"PersistentVolumeClaim/metrics-of-support-backup", "PersistentVolumeClaim/metrics-of-support-data", "Pod/metrics-of-support-test",
		"PodDisruptionBudget/metrics-of-support", "PrometheusRule/metrics-of-support", "Service/metrics-of-support",
		"Service/metrics-of-support-headless", "ServiceAccount/kpi-account", "ServiceMonitor/metrics-of-support",
		"StatefulSet/metrics-of-support",
	}
	if !slices.Equal(titles, want) {
		t.Errorf("got  %v\nwant %v", titles, want)
	}
}

func TestPodsFitTheRestrictedPodSecurityStandard(t *testing.T) {
	evaluator, err := podpolicy.NewEvaluator(podpolicy.DefaultChecks())
	if err != nil {
		t.Fatal(err)
	}
	restricted := podsecurity.LevelVersion{Level: podsecurity.LevelRestricted, Version: podsecurity.LatestVersion()}
	forEachRelease(t, func(t *testing.T, _ map[string]any, release *Release) {
		for _, pod := range podsOf(release) {
			for _, result := range evaluator.EvaluatePod(restricted, &pod.meta, &pod.spec) {
				if !result.Allowed {
					t.Errorf("%s: %s: %s", pod.title, result.ForbiddenReason, result.ForbiddenDetail)
				}
			}
			if pod.spec.AutomountServiceAccountToken == nil || *pod.spec.AutomountServiceAccountToken {
				t.Errorf("%s: a token for Kubernetes is mounted", pod.title)
			}
			// A service named supportkpi gives pods SUPPORTKPI_PORT and the like, which look like settings.
			if pod.spec.EnableServiceLinks == nil || *pod.spec.EnableServiceLinks {
				t.Errorf("%s: has the variables of services", pod.title)
			}
			for _, container := range pod.spec.Containers {
				if root := container.SecurityContext.ReadOnlyRootFilesystem; root == nil || !*root {
					t.Errorf("%s: a root file system that can be written", pod.title)
				}
				if container.Resources.Limits.Memory().IsZero() || container.Resources.Requests.Cpu().IsZero() {
					t.Errorf("%s: no bounds: %v", pod.title, container.Resources)
				}
			}
		}
	})
}

func TestSelectorsFindTheServerAndNothingElse(t *testing.T) {
	forEachRelease(t, func(t *testing.T, _ map[string]any, release *Release) {
		selectors := map[string]map[string]string{}
		for _, service := range All[*core.Service](release) {
			selectors[Title(service)] = service.Spec.Selector
		}
		for _, set := range All[*apps.StatefulSet](release) {
			selectors[Title(set)] = set.Spec.Selector.MatchLabels
		}
		for _, budget := range All[*policy.PodDisruptionBudget](release) {
			selectors[Title(budget)] = budget.Spec.Selector.MatchLabels
		}
		for title, selector := range selectors {
			for _, pod := range podsOf(release) {
				isServer := strings.HasPrefix(pod.title, "StatefulSet/")
				if labels.SelectorFromSet(selector).Matches(labels.Set(pod.meta.Labels)) != isServer {
					t.Errorf("%s selects %s: %v", title, pod.title, !isServer)
				}
			}
		}
		if rules := All[*networking.NetworkPolicy](release); len(rules) > 0 {
			server, callers := rules[0].Spec, rules[1].Spec
			for _, pod := range podsOf(release) {
				isServer, isRestore := strings.HasPrefix(pod.title, "StatefulSet/"), strings.HasPrefix(pod.title, "Job/")
				if matches(t, &server.PodSelector, pod) != isServer || isRestore && !matches(t, &rules[2].Spec.PodSelector, pod) ||
					matches(t, &callers.PodSelector, pod) == (isServer || isRestore) {
					t.Errorf("the network policies take %s for another", pod.title)
				}
				if !matches(t, server.Ingress[0].From[0].PodSelector, pod) {
					t.Errorf("%s is not let in", pod.title)
				}
				if matches(t, callers.Egress[0].To[0].PodSelector, pod) != isServer {
					t.Errorf("callers may call %s: %v", pod.title, !isServer)
				}
			}
			if len(server.Egress) != 0 || !slices.Contains(server.PolicyTypes, networking.PolicyTypeEgress) {
				t.Errorf("the server may call out: %v", server.Egress)
			}
		}
	})
}

func matches(t *testing.T, selector *metav1.LabelSelector, pod pod) bool {
	compiled, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		t.Fatal(err)
	}
	return compiled.Matches(labels.Set(pod.meta.Labels))
}

func TestNamesLeadSomewhere(t *testing.T) {
	forEachRelease(t, func(t *testing.T, _ map[string]any, release *Release) {
		set := All[*apps.StatefulSet](release)[0]
		server := set.Spec.Template.Spec.Containers[0]
		ports := map[string]int32{}
		for _, port := range server.Ports {
			ports[port.Name] = port.ContainerPort
		}
		services := map[string]*core.Service{}
		for _, service := range All[*core.Service](release) {
			services[service.Name] = service
			for _, port := range service.Spec.Ports {
				if ports[port.TargetPort.String()] == 0 {
					t.Errorf("%s: port %s leads to %q", Title(service), port.Name, port.TargetPort.String())
				}
			}
		}
		if services[set.Spec.ServiceName] == nil || services[set.Spec.ServiceName].Spec.ClusterIP != "None" {
			t.Errorf("serviceName %q is no headless service", set.Spec.ServiceName)
		}
		for _, rule := range All[*networking.NetworkPolicy](release) {
			for _, ingress := range rule.Spec.Ingress {
				if port := ingress.Ports[0].Port.IntVal; port != ports["grpc"] && port != ports["metrics"] {
					t.Errorf("%s: nothing listens on %d", Title(rule), port)
				}
			}
		}
		for _, monitor := range All[*monitoring.ServiceMonitor](release) {
			matched := 0
			for _, service := range services {
				if labels.SelectorFromSet(monitor.Spec.Selector.MatchLabels).Matches(labels.Set(service.Labels)) {
					matched++
					if !slices.ContainsFunc(service.Spec.Ports, func(port core.ServicePort) bool {
						return port.Name == monitor.Spec.Endpoints[0].Port
					}) {
						t.Errorf("%s has no port %s", Title(service), monitor.Spec.Endpoints[0].Port)
					}
				}
			}
			if matched != 1 {
				t.Errorf("%s scrapes the server %d times", Title(monitor), matched)
			}
		}
		checkVolumes(t, release)
	})
}

// checkVolumes finds for each mount its volume, and for each volume of the chart's own its object.
func checkVolumes(t *testing.T, release *Release) {
	own := map[string]bool{}
	given := map[string]bool{"kpi-records": true, "kpi-backups": true} // existingClaim in ci/keys-values.yaml
	for _, object := range release.Objects {
		own[Title(object)] = true
	}
	for _, pod := range podsOf(release) {
		volumes := map[string]bool{}
		for _, volume := range pod.spec.Volumes {
			if volumes[volume.Name] {
				t.Errorf("%s: volume %s is there twice", pod.title, volume.Name)
			}
			volumes[volume.Name] = true
			if claim := volume.PersistentVolumeClaim; claim != nil && !own["PersistentVolumeClaim/"+claim.ClaimName] && !given[claim.ClaimName] {
				t.Errorf("%s: no claim %s", pod.title, claim.ClaimName)
			}
			if config := volume.ConfigMap; config != nil && volume.Name == "config" && !own["ConfigMap/"+config.Name] {
				t.Errorf("%s: no ConfigMap %s", pod.title, config.Name)
			}
		}
		paths := map[string]bool{}
		for _, mount := range pod.spec.Containers[0].VolumeMounts {
			if !volumes[mount.Name] || paths[mount.MountPath] {
				t.Errorf("%s: mount %s at %s", pod.title, mount.Name, mount.MountPath)
			}
			paths[mount.MountPath] = true
			delete(volumes, mount.Name)
		}
		if len(volumes) > 0 {
			t.Errorf("%s: nobody mounts %v", pod.title, volumes)
		}
	}
}

func TestCertificateHoldsTheNamesByWhichTheServerIsCalled(t *testing.T) {
	forEachRelease(t, func(t *testing.T, _ map[string]any, release *Release) {
		for _, certificate := range All[*certmanager.Certificate](release) {
			mounted := All[*apps.StatefulSet](release)[0].Spec.Template.Spec.Volumes
			if !slices.ContainsFunc(mounted, func(volume core.Volume) bool {
				return volume.Secret != nil && volume.Secret.SecretName == certificate.Spec.SecretName
			}) {
				t.Errorf("nobody mounts the secret %s", certificate.Spec.SecretName)
			}
			for _, service := range All[*core.Service](release) {
				name := fmt.Sprintf("%s.%s.svc", service.Name, namespace)
				if service.Spec.ClusterIP == "None" {
					name = "*." + name
				}
				if !slices.Contains(certificate.Spec.DNSNames, name) {
					t.Errorf("the certificate lacks %s: %v", name, certificate.Spec.DNSNames)
				}
			}
		}
	})
}

func TestGracePeriodIsLongerThanDrainAndGrace(t *testing.T) {
	release, err := Render(map[string]any{"insecure": true})
	if err != nil {
		t.Fatal(err)
	}
	config := All[*core.ConfigMap](release)[0].Data["config.yaml"]
	if !strings.Contains(config, "drain: 5s") || !strings.Contains(config, "grace: 20s") {
		t.Errorf("drain or grace changed; then terminationGracePeriodSeconds wants a look\n%s", config)
	}
	if seconds := *All[*apps.StatefulSet](release)[0].Spec.Template.Spec.TerminationGracePeriodSeconds; seconds < 5+20+10 {
		t.Errorf("terminationGracePeriodSeconds %d", seconds)
	}
}

func TestAnotherConfigRestartsThePodAndTheSameDoesNot(t *testing.T) {
	checksum := func(values map[string]any) string {
		release, err := Render(values)
		if err != nil {
			t.Fatal(err)
		}
		return All[*apps.StatefulSet](release)[0].Spec.Template.Annotations["checksum/config"]
	}
	base := checksum(map[string]any{"insecure": true})
	if checksum(map[string]any{"insecure": true, "service": map[string]any{"port": 443}}) != base {
		t.Error("another port of the service restarts the pod")
	}
	if checksum(map[string]any{"insecure": true, "config": map[string]any{"query_threads": 3}}) == base {
		t.Error("another config does not restart the pod")
	}
}

func TestUninstallingKeepsTheRecordsUnlessTold(t *testing.T) {
	forEachRelease(t, func(t *testing.T, values map[string]any, release *Release) {
		for _, claim := range All[*core.PersistentVolumeClaim](release) {
			persistence, _ := values["persistence"].(map[string]any)
			isKept := claim.Annotations["helm.sh/resource-policy"] == "keep"
			if told := persistence["keep"] == false && strings.HasSuffix(claim.Name, "-data"); isKept == told {
				t.Errorf("%s: kept %v", Title(claim), isKept)
			}
		}
	})
}

func TestTheDashboardAndTheAlertsArriveWhole(t *testing.T) {
	values, err := ReadValues(chartFolder + "/ci/everything-values.yaml")
	if err != nil {
		t.Fatal(err)
	}
	release, err := Render(values)
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct{ Panels []any }
	for _, object := range All[*core.ConfigMap](release) {
		if text, found := object.Data["supportkpi.json"]; found {
			if err := json.Unmarshal([]byte(text), &dashboard); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(dashboard.Panels) < 10 {
		t.Errorf("the dashboard has %d panels", len(dashboard.Panels))
	}
	rules := 0
	for _, rule := range All[*monitoring.PrometheusRule](release) {
		for _, group := range rule.Spec.Groups {
			for _, alert := range group.Rules {
				rules++
				// Prometheus fills these in; Helm must not.
				if !strings.Contains(alert.Annotations["summary"], "{{ $labels.") {
					t.Errorf("%s: summary %q", alert.Alert, alert.Annotations["summary"])
				}
			}
		}
	}
	if rules < 10 {
		t.Errorf("%d alerts", rules)
	}
}
