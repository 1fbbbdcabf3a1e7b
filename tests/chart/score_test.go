package chart

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	networking "k8s.io/api/networking/v1"
)

// kube-score knows what clusters' owners commonly ask for. Not for this server, or for its values to choose:
//   - a limit on processor time: it makes a server wait for nothing;
//   - the image's pull policy;
//   - a limit on ephemeral storage: with persistence.enabled=false the store is in it.
func TestKubeScoreIsContent(t *testing.T) {
	score := os.Getenv("KUBE_SCORE")
	if score == "" {
		t.Skip("KUBE_SCORE does not name the kube-score program")
	}
	forEachRelease(t, func(t *testing.T, _ map[string]any, release *Release) {
		arguments := []string{"score", "--output-format=ci", "--ignore-container-cpu-limit",
			"--ignore-test=container-image-pull-policy", "--ignore-test=container-ephemeral-storage-request-and-limit"}
		if len(All[*networking.NetworkPolicy](release)) == 0 {
			arguments = append(arguments, "--ignore-test=pod-networkpolicy")
		}
		folder := t.TempDir()
		for name, text := range release.Files {
			path := filepath.Join(folder, filepath.Base(name))
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			arguments = append(arguments, path)
		}
		if printed, err := exec.Command(score, arguments...).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, printed)
		}
	})
}
