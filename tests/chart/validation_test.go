package chart

import (
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	batchvalidation "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	networkingvalidation "k8s.io/kubernetes/pkg/apis/networking/validation"
	"k8s.io/kubernetes/pkg/apis/policy"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	policyvalidation "k8s.io/kubernetes/pkg/apis/policy/validation"
	"sigs.k8s.io/yaml"
)

// validate is what the API server does with an object that is made: defaults first, then its own rules. Nothing for objects
// of kinds that are not Kubernetes' own.
func validate(t *testing.T, object runtime.Object) field.ErrorList {
	if !legacyscheme.Scheme.Recognizes(object.GetObjectKind().GroupVersionKind()) {
		return nil
	}
	text, err := yaml.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	// Decoding again gives the defaults, and the type without a version that the rules are written for.
	internal, _, err := legacyscheme.Codecs.UniversalDecoder().Decode(text, nil, nil)
	if err != nil {
		t.Fatalf("%s: %v", Title(object), err)
	}
	switch typed := internal.(type) {
	case *apps.StatefulSet:
		return appsvalidation.ValidateStatefulSet(typed, corevalidation.PodValidationOptions{})
	case *batch.CronJob:
		return batchvalidation.ValidateCronJobCreate(typed, corevalidation.PodValidationOptions{})
	case *batch.Job:
		// As a job whose selector the API server makes.
		template := batch.JobTemplateSpec{ObjectMeta: typed.ObjectMeta, Spec: typed.Spec}
		return batchvalidation.ValidateJobTemplateSpec(&template, field.NewPath("job"), corevalidation.PodValidationOptions{})
	case *core.Pod:
		return corevalidation.ValidatePodCreate(typed, corevalidation.PodValidationOptions{})
	case *core.Service:
		// The API server's registry does this in between.
		if typed.Spec.ClusterIP == core.ClusterIPNone {
			typed.Spec.ClusterIPs = []string{core.ClusterIPNone}
		}
		return corevalidation.ValidateServiceCreate(typed)
	case *core.PersistentVolumeClaim:
		return corevalidation.ValidatePersistentVolumeClaim(typed, corevalidation.PersistentVolumeClaimSpecValidationOptions{})
	case *core.ConfigMap:
		return corevalidation.ValidateConfigMap(typed)
	case *core.ServiceAccount:
		return corevalidation.ValidateServiceAccount(typed)
	case *networking.NetworkPolicy:
		return networkingvalidation.ValidateNetworkPolicy(typed, networkingvalidation.NetworkPolicyValidationOptions{})
	case *policy.PodDisruptionBudget:
		return policyvalidation.ValidatePodDisruptionBudget(typed, policyvalidation.PodDisruptionBudgetValidationOptions{})
	}
	t.Errorf("%s: no rules for it", Title(object))
	return nil
}

func TestTheAPIServersOwnRulesHold(t *testing.T) {
	forEachRelease(t, func(t *testing.T, _ map[string]any, release *Release) {
		for _, object := range release.Objects {
			for _, wrong := range validate(t, object) {
				t.Errorf("%s: %v", Title(object), wrong)
			}
		}
	})
}

// The rules are in force: names, periods and schedules that decode well are refused by them.
func TestTheAPIServersRulesRefuse(t *testing.T) {
	for _, values := range []map[string]any{
		{"service": map[string]any{"type": "NodePort", "nodePort": 30051, "loadBalancerClass": "x"}},
		{"backup": map[string]any{"enabled": true, "schedule": "every night"}},
		{"backup": map[string]any{"enabled": true, "timeZone": "Europe/Nowhere"}},
		{"fullnameOverride": "Kpi_1"},
		{"podLabels": map[string]any{"a": "not a label"}},
	} {
		values["insecure"] = true
		release, err := Render(values)
		if err != nil {
			t.Fatal(err)
		}
		refused := 0
		for _, object := range release.Objects {
			refused += len(validate(t, object))
		}
		if refused == 0 {
			t.Errorf("not refused: %v", values)
		}
	}
}
