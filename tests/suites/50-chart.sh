# The Helm chart over a matrix of values: rendered by Helm's engine, read strictly into Kubernetes' types, scored, and its
# settings given to the real server. Installs Go and kube-score by package name.
set -uo pipefail
chart="$PWD/tests/chart"
go="$(bash clients/go-environment.sh)" || { echo "there is no Go: the chart's tests are skipped"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
export GOFLAGS="-modcacherw -p=1 -buildvcs=false"
(cd "$chart" && nice "$go" mod download) >/dev/null 2>&1 ||
  { echo "the Go modules could not be had: the chart's tests are skipped"; echo "0 passed, 0 failed, 1 skipped"; exit 0; }
export KUBE_SCORE="$PWD/build/tools/bin/kube-score"
if [ ! -x "$KUBE_SCORE" ]; then
  GOBIN="$PWD/build/tools/bin" nice "$go" install github.com/zegl/kube-score/cmd/kube-score@v1.20.0 ||
    { echo "kube-score could not be installed: its test is skipped"; KUBE_SCORE=; }
fi
cd "$chart" || exit 1
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
unformatted="$("$(dirname "$(readlink -f "$("$go" env GOROOT)/bin/go")")/gofmt" -l .)"
[ -z "$unformatted" ] || echo "--- FAIL: gofmt $unformatted" >>"$log"
nice "$go" vet . >>"$log" 2>&1 || echo "--- FAIL: go vet" >>"$log"
nice "$go" test -count=1 -v . >>"$log" 2>&1 || grep -q -- '--- FAIL' "$log" || echo "--- FAIL: it does not build" >>"$log"
failed="$(grep -c -- '--- FAIL' "$log")"
[ "$failed" -eq 0 ] || cat "$log"
echo "$(grep -c -- '--- PASS' "$log") passed, $failed failed, $(grep -c -- '--- SKIP' "$log") skipped"
[ "$failed" -eq 0 ]
