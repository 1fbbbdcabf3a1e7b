# The Helm chart over a matrix of values: rendered by Helm's engine, read strictly into Kubernetes' types, scored, and its
# settings given to the real server. Installs Go and kube-score by package name.
source tests/support/go_suite.sh
export GOFLAGS="-modcacherw -p=1 -buildvcs=false" KUBE_SCORE="$PWD/build/tools/bin/kube-score"
(cd tests/chart && nice "$go" mod download) >/dev/null 2>&1 || skip "the Go modules could not be had"
if [ ! -x "$KUBE_SCORE" ]; then
  GOBIN="$(dirname "$KUBE_SCORE")" nice "$go" install github.com/zegl/kube-score/cmd/kube-score@v1.20.0 ||
    { echo "kube-score could not be installed: its test is skipped"; KUBE_SCORE=; }
fi
cd tests/chart || exit 1
check "format" formatted
check "vet" "$go" vet .
go_tests .
summary
