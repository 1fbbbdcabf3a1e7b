// Package chart renders the Helm chart with Helm's own engine and reads the result into Kubernetes' own types, so that a
// field that Kubernetes does not know, or gives twice, is an error.
package chart

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	certmanager "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	helmchart "helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/releaseutil"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	kubernetes "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

const (
	chartFolder = "../../helm/supportkpi"
	releaseName = "kpi"
	namespace   = "support"
)

// Release is the chart rendered with some values.
type Release struct {
	Files   map[string]string // by the template's path inside the chart
	Notes   string
	Objects []runtime.Object
}

// Load reads the chart.
func Load() (*helmchart.Chart, error) { return loader.Load(chartFolder) }

// Render renders the chart with values over its defaults; values that its schema or its own checks refuse are an error.
func Render(values map[string]any) (*Release, error) {
	loaded, err := Load()
	if err != nil {
		return nil, err
	}
	options := chartutil.ReleaseOptions{Name: releaseName, Namespace: namespace, Revision: 1, IsInstall: true}
	all, err := chartutil.ToRenderValues(loaded, values, options, chartutil.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	rendered, err := engine.Engine{Strict: true}.Render(loaded, all)
	if err != nil {
		return nil, err
	}
	release := &Release{Files: map[string]string{}}
	for path, text := range rendered {
		name := strings.TrimPrefix(path, loaded.Name()+"/templates/")
		if name == "NOTES.txt" {
			release.Notes = text
		} else if !strings.HasSuffix(name, ".tpl") && strings.TrimSpace(text) != "" {
			release.Files[name] = text
		}
	}
	release.Objects, err = decode(release.Files)
	return release, err
}

// ValuesFiles lists the sets of values that every test of the objects runs over.
func ValuesFiles() ([]string, error) {
	found, err := filepath.Glob(chartFolder + "/ci/*-values.yaml")
	if err == nil && len(found) == 0 {
		err = errors.New("no values in " + chartFolder + "/ci")
	}
	return found, err
}

// ReadValues reads a file of values.
func ReadValues(path string) (map[string]any, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	values := map[string]any{}
	return values, yaml.Unmarshal(text, &values)
}

func decode(files map[string]string) ([]runtime.Object, error) {
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{kubernetes.AddToScheme, monitoring.AddToScheme, certmanager.AddToScheme} {
		if err := add(scheme); err != nil {
			return nil, err
		}
	}
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	var objects []runtime.Object
	for name, text := range files {
		documents := releaseutil.SplitManifests(text)
		keys := make([]string, 0, len(documents))
		for key := range documents {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, key := range keys {
			object, _, err := decoder.Decode([]byte(documents[key]), nil, nil)
			if err != nil {
				return nil, fmt.Errorf("%s: %w\n%s", name, err, documents[key])
			}
			objects = append(objects, object)
		}
	}
	slices.SortFunc(objects, func(a, b runtime.Object) int { return strings.Compare(Title(a), Title(b)) })
	return objects, nil
}

// Title is the kind and the name of an object.
func Title(object runtime.Object) string {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return err.Error()
	}
	return object.GetObjectKind().GroupVersionKind().Kind + "/" + accessor.GetName()
}

// All gives the objects of one type.
func All[T runtime.Object](release *Release) []T {
	var found []T
	for _, object := range release.Objects {
		if typed, ok := object.(T); ok {
			found = append(found, typed)
		}
	}
	return found
}
